"""Trying a found file against the keys of deliveries, as a task for a process: the file is a stranger's."""

import csv
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from channels.marking.cells import decimals, draws, names_of_rows, parities
from channels.marking.scoring import agreeing, chance_log10, is_accused, marks_needed
from channels.publishing.making.columns import polars_type
from contracts.policy.marks import TableMarks
from kernel.errors import DomainError
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import ContractFaulty
from valuation.quality.policy import policies
from valuation.quality.reading.opening import open_table
from valuation.quality.reading.staging import UNREAD, Dialect, dialect_of
from valuation.quality.schemas import RunProblem
from valuation.quality.scoring.parts import problem_of

TOLD_EVERY: Final = 20
"""Progress is told once for so many deliveries."""
HEADER_BYTES_MAX: Final = 1 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")
_ENCODINGS: Final = ("utf-8-sig", "gb18030")

Parities = npt.NDArray[np.int8]


class Candidate(msgspec.Struct, frozen=True):
    """A delivery whose copies bear marks: its key, the marks of the table, and the columns that name its rows."""

    agreement_id: str
    delivery_key: bytes
    marks: TableMarks
    key: tuple[str, ...]


class Score(msgspec.Struct, frozen=True):
    """What a file shows of the marks of one delivery; of one that is accused also the chance that it shows as much."""

    agreement_id: str
    marks_seen: int
    marks_agreeing: int
    omitted_rows_seen: int
    omits_one_in: int | None
    accused: bool
    chance_log10: float


class Outcome(msgspec.Struct, frozen=True):
    """What came of it: the score of each delivery, or the problem why there is none.

    `marks_needed` are those that must agree of the most that any delivery's key finds; None where all are not enough.
    """

    scores: tuple[Score, ...] = ()
    marks_needed: int | None = None
    rows_read: int = 0
    rows_told: int = 0
    columns_read: tuple[str, ...] = ()
    key_missing: tuple[str, ...] = ()
    problem: RunProblem | None = None


class TracedFile(msgspec.Struct, frozen=True):
    """A file by its name and path, and the folder of the work on it."""

    name: str
    path: str
    folder: str


class Tracing(msgspec.Struct, frozen=True):
    """A file of a table of a data contract, with the deliveries that it is tried against.

    `types` are those of the published table (channels.publishing), in which values are compared; `deliveries` are all
    that were ever made, over which `alpha` is shared.
    """

    document: dict[str, Any]
    policy_version: str
    file: TracedFile
    table: str
    types: dict[str, str]
    candidates: tuple[Candidate, ...]
    deliveries: int
    alpha: Decimal
    rows_max: int

    @property
    def folder(self) -> str:
        """Where the work on the file is done."""
        return self.file.folder

    def run(self, send: Any) -> Outcome:
        """Do it; what is wrong with the file comes back as a problem, our own faults are raised."""
        try:
            frame = self._read()
        except DomainError as refused:
            return Outcome(problem=problem_of(refused))
        return self._scored(frame, send)

    def _read(self) -> pl.DataFrame:
        """The file's first rows, its columns named and typed as the published table's; what it lacks is left out."""
        contract = read(self.document)
        if not isinstance(contract, Contract):
            raise ContractFaulty.of(contract)
        limits, path = policies().version(self.policy_version).body.limits, Path(self.file.path)
        place = Path(self.folder) / "found.parquet"
        declared, dialect = contract.object(self.table), self._dialect(path, dialect_of(contract))
        opened = open_table(self.file.name, self.file.name, declared, path, path, place, dialect, limits)
        wanted = [
            _as(self.types[ours], theirs, dtype, opened.physical).alias(ours)
            for theirs, dtype in opened.dtypes.items()
            if (ours := self._ours(theirs, opened.dtypes)) is not None
        ]
        return opened.frame.head(self.rows_max).select(wanted).collect(engine="streaming")

    def _dialect(self, path: Path, declared: Dialect) -> Dialect:
        """As the contract has it, or with the separator by which the first line names more of the table's columns.

        Whoever let a file out may have saved it anew with another; what cannot be told by it stays as declared.
        """
        with path.open("rb") as file:
            line = file.readline(HEADER_BYTES_MAX)
        first = next((text for text in map(partial(_decoded, line), _ENCODINGS) if text is not None), "")
        named = {each: self._named(first, each) for each in (declared.delimiter, *_DELIMITERS)}
        return msgspec.structs.replace(declared, delimiter=max(named, key=lambda each: named[each]))

    def _named(self, line: str, delimiter: str) -> int:
        try:
            names = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:  # A name of more than 128 KiB is none of ours.
            return 0
        return sum(self._ours(name, names) is not None for name in names)

    def _ours(self, theirs: str, all_: Any) -> str | None:
        """The published column that a column of the file is: of the same name, or of it but for case and blanks."""
        if theirs in self.types:
            return theirs
        folded = theirs.strip().casefold()
        found = [name for name in self.types if name.strip().casefold() == folded and name not in all_]
        alike = [name for name in all_ if name.strip().casefold() == folded]
        return found[0] if len(found) == len(alike) == 1 else None

    def _scored(self, frame: pl.DataFrame, send: Any) -> Outcome:
        scores: list[Score] = []
        missing: set[str] = set()
        told = 0
        for key in dict.fromkeys(each.key for each in self.candidates):
            if lacking := [name for name in key if name not in frame.columns]:
                missing.update(lacking)
                continue
            rows = frame.drop_nulls(list(key)).unique(list(key), keep="first", maintain_order=True)
            names, told = names_of_rows(rows, key), max(told, rows.height)
            kept: dict[tuple[str, str], Parities] = {}
            for candidate in (each for each in self.candidates if each.key == key):
                if len(scores) % TOLD_EVERY == 0:
                    send(("step", len(scores), len(self.candidates), candidate.agreement_id))
                scores.append(self._score(candidate, rows, names, kept))
        needed = marks_needed(max((each.marks_seen for each in scores), default=0), max(1, self.deliveries), self.alpha)
        return Outcome(tuple(scores), needed, frame.height, told, tuple(frame.columns), tuple(sorted(missing)))

    def _score(
        self, candidate: Candidate, rows: pl.DataFrame, names: bytes, kept: dict[tuple[str, str], Parities]
    ) -> Score:
        marks = candidate.marks
        drawn = draws(names, candidate.delivery_key, len(marks.columns), marks.omits_one_in)
        columns: list[Parities | None] = []
        for one in marks.columns:
            place = one.column, one.step
            if one.column in rows.columns and place not in kept:
                kept[place] = parities(decimals(rows[one.column]), Decimal(one.step))
            columns.append(kept.get(place))
        seen, agreed = agreeing(drawn, columns)
        accused = is_accused(seen, agreed, self.deliveries, self.alpha)
        return Score(
            agreement_id=candidate.agreement_id,
            marks_seen=seen,
            marks_agreeing=agreed,
            omitted_rows_seen=int(np.count_nonzero(drawn.omitted)),
            omits_one_in=marks.omits_one_in,
            accused=accused,
            chance_log10=chance_log10(seen, agreed) if accused else 0.0,
        )


def _decoded(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _as(kind: str, theirs: str, dtype: pl.DataType, physical: frozenset[str]) -> pl.Expr:
    """A column of the file in the type of the published one; what is none of it, nor a text that is one, is empty."""
    column, wanted = pl.col(theirs), polars_type(kind)
    if isinstance(wanted, pl.Datetime) and dtype == pl.String:
        return column.str.to_datetime(time_unit="us", time_zone="UTC", strict=False)
    told = _number(column, dtype, wanted) if wanted.is_numeric() else column.cast(wanted, strict=False)
    if wanted.is_numeric() and f"{UNREAD}{theirs}" in physical:
        told = told.fill_null(_number(pl.col(f"{UNREAD}{theirs}"), pl.String(), wanted))
    return told


def _number(column: pl.Expr, dtype: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    """A column of numbers, or of texts that are some, as numbers of a type; whole ones are rounded to."""
    column = column.str.strip_chars() if dtype == pl.String else column
    if not wanted.is_integer() or dtype.is_integer():
        return column.cast(wanted, strict=False)
    rounded = column.cast(pl.Float64(), strict=False).round().cast(wanted, strict=False)
    return column.cast(wanted, strict=False).fill_null(rounded) if dtype == pl.String else rounded
