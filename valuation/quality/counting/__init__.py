"""From promises to counts: Pandera's checks compiled into one pass on whatever engine holds the data."""

import importlib
import os
import sys


def _without_spark() -> None:
    """Import Pandera without what it does to Spark, wherever PySpark is installed.

    It would load pandas on Spark, which takes seconds and warns of pandas 3, and it would set SPARK_LOCAL_IP to
    127.0.0.1, where the executors of a cluster cannot reach their driver.
    """
    if "pandera" in sys.modules:
        return
    names, blocked = ("SPARK_LOCAL_IP", "PYARROW_IGNORE_TIMEZONE"), "pyspark.pandas"
    before = {name: os.environ.get(name) for name in names}
    absent = blocked not in sys.modules
    if absent:
        sys.modules[blocked] = None  # type: ignore[assignment]  # An import of it fails, as Pandera expects it may.
    try:
        importlib.import_module("pandera")
    finally:
        if absent:
            del sys.modules[blocked]
        for name in names:
            if before[name] is None:
                os.environ.pop(name, None)


_without_spark()
