"""The same plans on Apache Spark, when PySpark (the extra `spark`) and Java are there."""

from collections.abc import Mapping
from typing import Any

from valuation.quality.counting.engines import Spark
from valuation.quality.errors import EngineMissing
from valuation.quality.reading.opening import ROW, Table


def local(tables: Mapping[str, Table]) -> Spark:
    """Run on the session that is active, or on the one that SPARK_REMOTE or spark-defaults name; local by default."""
    dotted = [p.column for table in tables.values() for p in table.object.properties if "." in p.column]
    if dotted:
        cure = f"字段名带点，请改用 auto · It reads no dots in the names of columns; use auto: {dotted[0]}"
        raise EngineMissing(engine="spark", cure=cure)
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        cure = "pip install 'liutong[spark]' (Java 17)"
        raise EngineMissing(engine="spark", cure=cure) from missing
    session: Any = SparkSession.builder.getOrCreate()

    def frame(table: Table) -> Any:
        from pyspark.sql import functions

        read = session.read.parquet(str(table.path))
        return read if ROW in table.physical else read.withColumn(ROW, functions.col("_metadata.row_index"))

    return Spark(session, frame)
