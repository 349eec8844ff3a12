"""One clear name for everything that readers say about bytes that make no sense."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers.expat import ExpatError

import duckdb
import polars as pl
import pyarrow as pa
from python_calamine import CalamineError

from valuation.quality.errors import CorruptFile

_DAMAGE = (
    pa.ArrowException,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    duckdb.Error,
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    UnicodeError,
    EOFError,
    ExpatError,
    OSError,
    RecursionError,
    NotImplementedError,
)
"""How the readers say it; a name in a footer and a compression that nobody knows included."""


@contextmanager
def guarded(file: str) -> Iterator[None]:
    """Turn what the readers say about damaged bytes into CorruptFile; also a panic of a native reader."""
    try:
        yield
    except _DAMAGE as damage:
        reason = " ".join(str(damage).split())[:200].rstrip(". ")
        raise CorruptFile(file=file, reason=reason.replace("{", "(").replace("}", ")")) from damage
