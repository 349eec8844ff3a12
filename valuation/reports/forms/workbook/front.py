"""The first sheet: the value as computed here beside the value of the report, and whether every step agrees."""

from collections.abc import Mapping
from typing import Any, Final

from kernel.text import Text
from valuation.appraisal.presentation import figures, names
from valuation.reports.forms.workbook import live, numbers
from valuation.reports.forms.workbook.steps import ResultCells
from valuation.reports.forms.workbook.styles import Book, lines
from valuation.reports.model import Report

_WIDTHS: Final = (30, 24, 24, 24, 14)
_FAULTY: Final = Text(
    "规则不允许或公式不能随动之处（输入见参数表）",
    "Not admitted, or changed and not followed (inputs: see the parameters)",
)
_HEADS: Final = (
    Text("方法", "Approach"),
    Text("区间下限", "Low"),
    Text("评估值（重算）", "Value, computed here"),
    Text("区间上限", "High"),
    Text("报告所载", "As the report states"),
    Text("一致", "Same"),
)


def cover(book: Book, sheet: Any, report: Report, appraisal: Mapping[str, Any], found: ResultCells) -> None:
    """What a reader sees first."""
    for column, width in enumerate((*_WIDTHS, 8)):
        sheet.set_column(column, column, width)
    book.write(sheet, 0, 0, report.number or Text("编号：未提供", "Number: not given").of(book.lang), "plain")
    book.say(sheet, 1, 0, report.title, "title")
    book.write(sheet, 2, 0, report.subject, "plain")
    book.say(sheet, 3, 0, report.label, "alarm")
    sheet.set_row(1, 30)
    row = _values(book, sheet, 5, appraisal, found)
    row = _checked(book, sheet, row, appraisal, found)
    for fact in report.cover:
        book.say(sheet, row, 0, fact.name, "soft")
        words = fact.value.of(book.lang)
        sheet.merge_range(row, 1, row, 4, "", book.style("text"))
        book.write(
            sheet, row, 1, words, "absent" if fact.tone == "absent" else "code" if fact.tone == "code" else "text"
        )
        sheet.set_row(row, 15 * lines(words, sum(_WIDTHS[1:])) + 2)
        row += 1
    _chart(book, sheet, appraisal, row + 1)
    sheet.activate()
    sheet.set_first_sheet()


def _values(book: Book, sheet: Any, row: int, appraisal: Mapping[str, Any], found: ResultCells) -> int:
    book.heads(sheet, row, *_HEADS, numbers=(1, 2, 3, 4))
    results, listed = found.results, list(figures.used(appraisal))
    faulty = _faulty(book, appraisal, found)
    prefixes = {each: f"{each}." if f"{each}.P" in results else "" for each in listed}
    if appraisal["approach"] == "reconciled":
        prefixes["reconciled"] = ""
    stated = figures.results(appraisal)
    for approach, prefix in prefixes.items():
        row += 1
        last = approach == list(prefixes)[-1]
        book.say(sheet, row, 0, names.APPROACHES[approach], "strong" if last else "text")
        for column, end in enumerate(("low", "P", "high"), 1):
            worth = float(stated[f"{prefix}{end}"])
            sheet.write_formula(
                row, column, f"={results[f'{prefix}{end}']}", book.style("sum" if last else "money"), worth
            )
        sheet.write_number(row, 4, float(stated[f"{prefix}P"]), book.style("money"))
        sheet.write_formula(
            row, 5, f'=IFERROR(IF(AND(C{row + 1}=E{row + 1},{faulty}=0),"✓","✗"),"✗")', book.style("center"), "✓"
        )
    currency = appraisal["value"]["currency"]
    book.say(sheet, row + 1, 0, Text(f"单位：{currency}", f"In {currency}"), "soft")
    return row + 2


def _checked(book: Book, sheet: Any, row: int, appraisal: Mapping[str, Any], found: ResultCells) -> int:
    """How many of the steps are computed to what the report states."""
    count = len(found.same)
    agreeing = "+".join(f"COUNTIF('{name}'!$G:$G,\"✓\")" for name in _sheets(found))
    book.say(sheet, row, 0, Text("与报告一致的步骤", "Steps that agree with the report"), "soft")
    sheet.write_formula(row, 1, f'=({agreeing})&" / {count}"', book.style("strong"), f"{count} / {count}")
    row += 1
    book.say(sheet, row, 0, _FAULTY, "soft")
    sheet.write_formula(row, 1, f"={_faulty(book, appraisal, found)}", book.style("strong"), 0)
    return row + 2


def _faulty(book: Book, appraisal: Mapping[str, Any], found: ResultCells) -> str:
    """How many parameters were changed to what the rules do not admit or no formula follows, and one for the result."""
    column = chr(ord("A") + numbers.LIVE_COLUMN)
    count = f"COUNTIF('{numbers.PARAMETERS.of(book.lang)}'!${column}:${column},\"✗*\")"
    conditions = live.concluded(appraisal, found.results)
    return f"({count}+IFERROR(IF(AND({','.join(conditions)}),0,1),1))" if conditions else count


def _sheets(found: ResultCells) -> list[str]:
    return list(dict.fromkeys(cell[1:].rpartition("'!")[0] for cell in found.same.values()))


def _chart(book: Book, sheet: Any, appraisal: Mapping[str, Any], row: int) -> None:
    """The approaches beside each other, drawn from the cells above."""
    count = len(figures.used(appraisal)) + (appraisal["approach"] == "reconciled")
    chart = book.workbook.add_chart({"type": "column"})
    name = sheet.get_name()
    for column, colour in ((1, "#B8C3CC"), (2, "#14517A"), (3, "#7FA3BD")):
        chart.add_series(
            {
                "name": [name, 5, column],
                "categories": [name, 6, 0, 5 + count, 0],
                "values": [name, 6, column, 5 + count, column],
                "fill": {"color": colour},
            }
        )
    chart.set_title(
        {"name": Text("各方法结果比较", "Comparison of the approaches").of(book.lang), "name_font": {"size": 11}}
    )
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#E7ECF0"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 300})
    sheet.insert_chart(row, 0, chart)
