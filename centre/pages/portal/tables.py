"""Sample rows as tables: bounded in width and length, so that a page stays small whatever a sample holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from market.catalogue.facts.schemas import DictionaryView, Statistics

TABLES_MAX: Final = 3
COLUMNS_MAX: Final = 16
ROWS_MAX: Final = 5
CELL_CHARS_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown."""

    text: str
    is_number: bool
    is_empty: bool


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The sample of one table; how many columns and rows are not on the page is said beside it."""

    name: str
    columns: list[str]
    masked: frozenset[str]
    statistics: Mapping[str, Statistics]
    rows: list[list[Cell]]
    columns_left_out: int
    rows_left_out: int


def sample_tables(
    sample_rows: Mapping[str, Any], masked: Mapping[str, Sequence[str]], fields: DictionaryView | None
) -> list[SampleTable]:
    """The sample of a listing, table by table, with what the signed profile counts of each column."""
    counted = {
        table.name: {column.column: column.statistics for column in table.columns}
        for table in (fields.objects if fields else ())
    }
    return [
        _table(name, rows, frozenset(masked.get(name, ())), counted.get(name, {}))
        for name, rows in list(sample_rows.items())[:TABLES_MAX]
        if isinstance(rows, list) and rows
    ]


def _table(
    name: str, rows: list[dict[str, Any]], masked: frozenset[str], counted: Mapping[str, Statistics]
) -> SampleTable:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    shown = columns[:COLUMNS_MAX]
    return SampleTable(
        name=name,
        columns=shown,
        masked=masked,
        statistics=counted,
        rows=[[_cell(row.get(column)) for column in shown] for row in rows[:ROWS_MAX]],
        columns_left_out=len(columns) - len(shown),
        rows_left_out=max(0, len(rows) - ROWS_MAX),
    )


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("—", False, True)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(text if len(text) <= CELL_CHARS_MAX else text[: CELL_CHARS_MAX - 1] + "…", is_number, False)
