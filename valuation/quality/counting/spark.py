"""The same plans on Apache Spark, when PySpark (the extra `spark`) and Java are there."""

from collections.abc import Mapping
from typing import Any

from valuation.quality.counting.engines import Spark
from valuation.quality.errors import EngineMissing
from valuation.quality.reading.opening import ROW, Table


def local(tables: Mapping[str, Table]) -> Spark:
    """Run on the session that is active, or on the one that SPARK_REMOTE or spark-defaults name; local by default."""
    del tables
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
