"""Comparing a workbook with the one that the report inside it gives: byte for byte, else cell by cell."""

from collections.abc import Mapping
from typing import Any

import msgspec

from kernel.text import Lang
from valuation.reports import build
from valuation.reports.facts import ReportFacts
from valuation.reports.forms.workbook import hidden
from valuation.reports.forms.workbook.book import FIRST, xlsx

_NEAR = 1e-12


def compared(data: bytes, found: Mapping[str, Any], attached: bytes) -> tuple[str | None, bool]:
    """The first cell that differs, if one does, and whether the whole file is the same."""
    facts = msgspec.convert(found["facts"], ReportFacts)
    held = found["document"]["credentialSubject"] if "document" in found else found
    appraisal, theirs = held["appraisal"], hidden.cells(data)
    lang: Lang = "en" if FIRST.en in theirs else "zh"
    made = xlsx(build.build(appraisal, facts), appraisal, facts, lang, attached)
    if made == data:
        return None, True
    return _differing(theirs, hidden.cells(made)), False


def _differing(theirs: Mapping[str, list[list[Any]]], ours: Mapping[str, list[list[Any]]]) -> str | None:
    if extra := sorted(set(theirs) ^ set(ours)):
        return extra[0]
    for name, rows in ours.items():
        for row in range(max(len(rows), len(theirs[name]))):
            one, other = _row(rows, row), _row(theirs[name], row)
            for column in range(max(len(one), len(other))):
                if not _same(_cell(one, column), _cell(other, column)):
                    return f"{name}!R{row + 1}C{column + 1}"
    return None


def _row(rows: list[list[Any]], row: int) -> list[Any]:
    return rows[row] if row < len(rows) else []


def _cell(cells: list[Any], column: int) -> Any:
    return cells[column] if column < len(cells) else ""


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _NEAR * max(1.0, abs(one))
    return bool(one == other)
