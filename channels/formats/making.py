"""Writing a published table in another format, exactly: nothing is rounded, cut, or read as something else.

Where a format has no type for a value, the value is its text; where it has no place for it at all, nothing is made and
the reason is told. Texts of CSV that a spreadsheet would take for formulas are given an apostrophe and counted
(CWE-1236; OWASP ASVS 5.0, 1.2.10), in a way that can be undone; in XLSX every text is a text.
"""

import errno
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from channels.formats.errors import unfit
from channels.formats.states import TableFormat
from channels.formats.workbook import MOMENT, write
from channels.publishing.making.columns import polars_schema
from kernel.errors import DomainError
from kernel.jobs.child import Limits
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

FORMULA: Final = r"^'*[=+\-@＝＋－＠\t\r\n\x00]"
"""How a text begins that is given one more apostrophe: with its own ones before, so that one can be taken off again."""


class TooLarge(Exception):
    """The file would be larger than it may be."""


class Converted(msgspec.Struct, frozen=True):
    """The file that was made, and how many texts were given an apostrophe; or why there is none."""

    path: str
    neutralised: int
    problem: RunProblem | None = None


class Converting(msgspec.Struct, frozen=True):
    """A table to be written in one format, as a task for a process.

    `schema` is its Spark struct, `rows` are all of its files together, `limits` those of the process.
    """

    table: str
    format: str
    schema: dict[str, Any]
    rows: int
    paths: list[str]
    folder: str
    limits: Limits

    def run(self, send: Any) -> Converted:
        """Do it, and tell the rows done where they are counted.

        What the format has no place for comes back as a problem; raises TooLarge, and our own faults.
        """
        self.limits.impose()
        path = Path(self.folder) / f"table.{self.format}"
        try:
            return Converted(str(path), convert(self, str(path), send))
        except DomainError as refused:
            return Converted("", 0, problem_of(refused))
        except OSError as problem:
            if problem.errno == errno.EFBIG or "File too large" in str(problem):
                raise TooLarge from problem
            raise


def convert(task: Converting, target: str, send: Any) -> int:
    """Write a table of published files; gives how many texts were neutralised. Raises TableNotConvertible."""
    schema = polars_schema(task.schema)
    frame = pl.scan_parquet(task.paths, glob=False) if task.paths else pl.LazyFrame(schema=schema)
    format_ = TableFormat(task.format)
    binary = [name for name, dtype in schema.items() if dtype == pl.Binary]
    if binary and format_ is not TableFormat.PARQUET:
        raise unfit(task.table, task.format, f"列 {binary[0]} 是二进制", f"the column {binary[0]} is binary")
    match format_:
        case TableFormat.PARQUET:
            frame.sink_parquet(target, compression="zstd")
        case TableFormat.CSV:
            return _csv(task, frame, schema, target)
        case TableFormat.JSON_LINES:
            _json_lines(task, frame, schema, target)
        case TableFormat.XLSX:
            write(task.table, frame, schema, task.rows, target, send)
    return 0


def _csv(task: Converting, frame: pl.LazyFrame, schema: pl.Schema, target: str) -> int:
    texts = [name for name, dtype in schema.items() if dtype == pl.String]
    if len(schema) == 1 and frame.select(pl.all().null_count()).collect().item():
        # A line of one empty field is an empty line, which readers pass over: the rows would be fewer.
        raise unfit(
            task.table,
            task.format,
            "仅有的一列含空值，CSV 无法表示",
            "its one column holds empty values, which are no lines in CSV",
        )
    risky = [pl.col(name).str.contains(FORMULA) for name in texts]
    count = frame.select(pl.sum_horizontal([each.sum() for each in risky])).collect().item() if texts else 0
    safe = [
        pl.when(formula).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, formula in zip(texts, risky, strict=True)
    ]
    headed = {name: f"'{name}" for name in schema if re.match(FORMULA, name)}
    # An empty text is "" and a missing value is nothing at all, as PostgreSQL's COPY and DuckDB tell them apart.
    frame.with_columns(safe).rename(headed).sink_csv(target, datetime_format=MOMENT, quote_style="necessary")
    return int(count or 0) + len(headed)


def _json_lines(task: Converting, frame: pl.LazyFrame, schema: pl.Schema, target: str) -> None:
    floats = [name for name, dtype in schema.items() if dtype.is_float()]
    odd = frame.select((~pl.col(name).is_finite()).any() for name in floats).collect()
    for name in odd.columns:
        if odd[name].item():
            en = f"the column {name} holds NaN or infinity, which JSON has not"
            raise unfit(task.table, task.format, f"列 {name} 含 NaN 或无穷大，JSON 无此数值", en)
    moments = [pl.col(name).dt.strftime(MOMENT) for name, dtype in schema.items() if isinstance(dtype, pl.Datetime)]
    frame.with_columns(moments).sink_ndjson(target)
