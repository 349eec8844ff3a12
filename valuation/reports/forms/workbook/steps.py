"""The trace as sheets, one an approach: each step is a live formula over cells that lead to where its numbers stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from kernel.text import Text
from valuation.appraisal.engine import expression
from valuation.appraisal.presentation import figures, names
from valuation.reports.forms.workbook import live
from valuation.reports.forms.workbook.formulas import Written
from valuation.reports.forms.workbook.styles import Book, lines, quoted

_HEADS: Final = (
    Text("步骤", "Step"),
    Text("名称", "What it is"),
    Text("公式", "Formula"),
    Text("舍入前", "Before rounding"),
    Text("结果（重算）", "Result, computed here"),
    Text("报告所载", "As the report states"),
    Text("一致", "Same"),
    Text("规则", "Rule"),
    Text("代入的数值", "The numbers that enter"),
)
_WIDTHS: Final = (21, 22, 34, 20, 20, 20, 6, 11)
_FIRST: Final = len(_HEADS) - 1
_TOTAL: Final = Text("综合", "Reconciliation")
_BEYOND: Final = Text("收益期之后的年份", "a year after the life")
TOLERANCE: Final = "1E-12"
"""How far a number that is not rounded may be off, relative to itself: doubles carry about sixteen digits."""


@dataclass(frozen=True, slots=True)
class ResultCells:
    """Where the results stand: the cell of every step, and of whether it is what the report states."""

    results: dict[str, str]
    same: dict[str, str]


def traces(book: Book, appraisal: Mapping[str, Any], given: Mapping[str, str]) -> ResultCells:
    """Every step of the trace; earlier results are referred to, so that a changed parameter changes all after it."""
    cells, same = dict(given), dict[str, str]()
    steps = live.widened(appraisal)
    sheets = _sheets(steps, figures.used(appraisal))
    for approach, listed in sheets.items():
        title = _name(approach).of(book.lang)
        cells |= {f"#/trace/{step['id']}": quoted(title, f"$E${2 + 2 * at}") for at, step in enumerate(listed)}
    guards = live.guards(appraisal, steps, cells, live.COMPARABLES.of(book.lang))
    for approach, listed in sheets.items():
        name = _name(approach)
        sheet = book.sheet(name)
        most = max(len(step["inputs"]) for step in listed)
        book.heads(sheet, 0, *_HEADS, *[Text("", "")] * (most - 1), numbers=(3, 4, 5))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(_FIRST, _FIRST + most, 16)
        sheet.set_row(0, 32)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)
        for at, step in enumerate(listed):
            _step(book, sheet, 1 + 2 * at, step, cells, guards)
            if "beyond" not in step:
                same[step["id"]] = quoted(name.of(book.lang), f"$G${2 + 2 * at}")
        _marks(book, sheet, 2 * len(listed), _FIRST + most - 1)
    results = {source.removeprefix("#/trace/"): cell for source, cell in cells.items() if source.startswith("#/trace/")}
    return ResultCells(results, same)


def _name(approach: str) -> Text:
    return names.APPROACHES[approach] if approach != "reconciled" else _TOTAL


def _sheets(steps: Sequence[Mapping[str, Any]], used: list[str]) -> dict[str, list[Mapping[str, Any]]]:
    """The steps of each approach, and those that weigh the approaches."""
    alone = not any(step["id"].startswith(f"{used[0]}.") for step in steps)
    sheets: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        head = step["id"].partition(".")[0]
        sheets.setdefault(used[0] if alone else head if head in used else "reconciled", []).append(step)
    return sheets


def _step(
    book: Book,
    sheet: Any,
    row: int,
    step: Mapping[str, Any],
    cells: Mapping[str, str],
    guards: Mapping[tuple[str, str], str],
) -> None:
    """Two rows: the step with the names of what enters it, and below them the numbers themselves."""
    own = {}
    for column, operand in enumerate(step["inputs"], _FIRST):
        book.write(sheet, row, column, operand["name"], "name")
        source = guards.get((step["id"], operand["name"]), f"={cells[operand['source']]}")
        sheet.write_formula(row + 1, column, source, book.style("coefficient"), _double(operand["value"]))
        own[operand["name"]] = f"{_letters(column)}{row + 2}"
    written = Written(step["formula"], own, f"$D{row + 1}")
    total = step["id"].rpartition(".")[2] == "P"
    book.write(sheet, row, 0, step["id"], "strong" if total else "text")
    book.write(sheet, row, 1, step["label"][book.lang], "strong" if total else "text")
    book.write(sheet, row, 2, step["formula"], "code")
    if written.inner is not None:
        numbers = {operand["name"]: Decimal(operand["value"]) for operand in step["inputs"]}
        before = float(expression.evaluate(written.unrounded, numbers))
        sheet.write_formula(row, 3, written.inner, book.style("number"), before)
    sheet.write_formula(row, 4, written.outer, book.style("total" if total else "result"), _double(step["result"]))
    if "beyond" in step:
        book.say(sheet, row, 5, _BEYOND, "soft")
        return
    sheet.write_number(row, 5, _double(step["result"]), book.style("number"))
    exact = f"ABS(E{row + 1}-F{row + 1})<={TOLERANCE}*MAX(1,ABS(F{row + 1}))"
    if written.inner is not None:
        exact = f"E{row + 1}=F{row + 1}"
    sheet.write_formula(row, 6, f'=IFERROR(IF({exact},"✓","✗"),"✗")', book.style("center"), "✓")
    book.write(sheet, row, 7, step["rule"], "soft")
    room = max(lines(step["formula"], _WIDTHS[2]), lines(step["label"][book.lang], _WIDTHS[1]))
    sheet.set_row(row, 14 * max(room, 1) + 2)


def _marks(book: Book, sheet: Any, last: int, wide: int) -> None:
    """Every other step is shaded, and one that is not what the report states stands out."""
    differs = {"type": "cell", "criteria": "==", "value": '"✗"', "format": book.style("alarm")}
    sheet.conditional_format(1, 6, last, 6, differs)
    band = {"type": "formula", "criteria": "=MOD(INT(ROW()/2),2)=0", "format": book.style("band")}
    sheet.conditional_format(1, 0, last, wide, band)


def _double(digits: str) -> float:
    """A decimal as a spreadsheet holds it."""
    return float(digits)


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
