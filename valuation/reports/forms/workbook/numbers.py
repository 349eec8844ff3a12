"""Sheets of numbers: every parameter with its provenance, the comparables beside each other, what moves the value."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.text import Text
from valuation.appraisal.analysis.parameters import stated as stated_parameters
from valuation.appraisal.presentation import figures, names
from valuation.reports import ranges
from valuation.reports.forms.workbook.steps import Found
from valuation.reports.forms.workbook.styles import Book, lines, quoted
from valuation.reports.model import Report, Table
from valuation.reports.sections.words import capital

PARAMETERS: Final = Text("参数", "Parameters")
_COMPARABLES: Final = Text("可比案例", "Comparables")
_SENSITIVITY: Final = Text("敏感性", "Sensitivity")
_HEADS: Final = (
    Text("位置", "Place in the document"),
    Text("参数", "Parameter"),
    Text("数值", "Value"),
    Text("允许范围（常见区间）", "Admitted range (usual)"),
    Text("来源", "Source"),
    Text("证据", "Evidence"),
    Text("可信度", "Confidence"),
)
_WIDTHS: Final = (54, 46, 18, 28, 34, 34, 12)
_NOTE: Final = Text(
    "黄底蓝字为输入：改动后全部公式随之重算。报告所载数值不随之改变，不一致之处标为 ✗。",
    "Blue on yellow is what was stated: change it, and every formula follows. What the report states stays, and what "
    "then differs is marked ✗.",
)


def parameters(book: Book, appraisal: Mapping[str, Any]) -> dict[str, str]:
    """Every number that the trace starts from; gives the cell of each source."""
    sheet, cells, row = book.sheet(PARAMETERS), dict[str, str](), 2
    book.say(sheet, 0, 0, _NOTE, "plain")
    book.heads(sheet, 1, *_HEADS, numbers=(2,))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(1)
    for source, value, words in _rows(appraisal):
        book.write(sheet, row, 0, source, "code")
        book.write(sheet, row, 1, capital(words[0]).of(book.lang))
        sheet.write_number(row, 2, float(value), book.style("input"))
        for column, said in enumerate(words[1:], 3):
            book.write(sheet, row, column, said.of(book.lang), "center" if column in (3, 6) else "text")
        told = [source, *(said.of(book.lang) for said in words)]
        rooms = (_WIDTHS[0], _WIDTHS[1], *_WIDTHS[3:])
        sheet.set_row(row, 15 * max(lines(each, room) for each, room in zip(told, rooms, strict=True)))
        cells[source] = quoted(PARAMETERS.of(book.lang), f"$C${row + 1}")
        row += 1
    return cells


def _rows(appraisal: Mapping[str, Any]) -> Iterator[tuple[str, str, tuple[Text, ...]]]:
    admitted, seen = ranges.admitted(appraisal), set()
    stated = sorted(stated_parameters(appraisal["inputs"]), key=lambda each: names.order(each[0]))
    for where, parameter in stated:
        source = f"#/inputs/{where}"
        seen.add(source)
        origin = (Text(parameter["source"], parameter["source"]), Text(parameter["evidence"], parameter["evidence"]))
        sure = names.CONFIDENCE[parameter["confidence"]]
        yield source, parameter["value"], (names.place(source), ranges.written(admitted.get(where)), *origin, sure)
    rule_set = f"{appraisal['rule_set']['kind']} {appraisal['rule_set']['version']}"
    for step in appraisal["trace"]:
        for operand in step["inputs"]:
            source = operand["source"]
            if source in seen or source.startswith("#/trace/"):
                continue
            seen.add(source)
            card = appraisal["quality"]["scorecard"]
            origin_ = rule_set if source.startswith("#/rule_set/") else card
            evidence = appraisal["rule_set" if source.startswith("#/rule_set/") else "quality"]
            digest = evidence.get("sha256") or evidence.get("document_sha256")
            words = (names.place(source), Text("—", "—"), Text(origin_, origin_), Text(digest, digest), Text("", ""))
            yield source, operand["value"], words


def comparables(book: Book, appraisal: Mapping[str, Any], given: Mapping[str, str], found: Found) -> None:
    """The deals beside each other, each number leading to where it is computed."""
    sheet = book.sheet(_COMPARABLES)
    heads = ("案例|Comparable", "日期|Date", "性质|Kind", "权利|Right", "方式|Mode", "领域|Field", "地域|Region",
             "价格|Price", "质量 X1|Quality X1", "供求 X2|Supply X2", "期日 X3|Date X3", "容量 X4|Capacity X4",
             "其他 X5|Other X5", "修正后价格|Corrected price", "权重|Weight", "加权价格|Weighted price")  # fmt: skip
    book.heads(sheet, 0, *(Text(*each.split("|")) for each in heads), numbers=range(7, len(heads)))
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 6, 12)
    sheet.set_column(7, len(heads) - 1, 16)
    sheet.freeze_panes(1, 1)
    kinds = {"realised": Text("成交", "realised"), "asking": Text("挂牌", "asking")}
    prefix = "market." if "market.P" in found.results else ""
    results = {step["id"]: step["result"] for step in appraisal["trace"]}
    for row, (name, case) in enumerate(appraisal["inputs"]["market"]["comparables"].items(), 1):
        book.write(sheet, row, 0, name)
        said = (
            case["dated"],
            kinds[case["kind"]].of(book.lang),
            *(case[k] for k in ("right", "mode", "field", "region")),
        )
        for column, words in enumerate(said, 1):
            book.write(sheet, row, column, str(words))
        price = (given[f"#/inputs/market/comparables/{name}/price"], case["price"]["value"])
        steps = [f"{prefix}{each}_{name}" for each in ("X1", "X2", "X3", "X4", "X5", "A", "w", "W")]
        computed = [(found.results[each], results[each]) if each in results else None for each in steps]
        if "weight" in case:
            computed[6] = (given[f"#/inputs/market/comparables/{name}/weight"], case["weight"]["value"])
        if computed[0] is None:
            book.say(sheet, row, 8, Text("未采用", "left out"), "soft")
            computed = []
        for column, cell in enumerate([price, *computed], 7):
            if cell is not None:
                sheet.write_formula(row, column, f"={cell[0]}", book.style("coefficient"), float(cell[1]))


def sensitivity(book: Book, report: Report, appraisal: Mapping[str, Any]) -> None:
    """The tables of the report's section, as numbers, with a chart of the widest swings."""
    sheet, row = book.sheet(_SENSITIVITY), 0
    part = next(each for each in report.sections if each.id == "sensitivity")
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 8, 20)
    currency = appraisal["value"]["currency"]
    said = Text(
        f"由引擎计算的数值，单位 {currency}；改动参数表时不重算。", f"Computed by the engine in {currency}; not live."
    )
    book.say(sheet, row, 0, said, "plain")
    for table in (block for block in part.blocks if isinstance(block, Table)):
        row += 2
        right = [at for at, column in enumerate(table.columns) if column.align == "right"]
        book.heads(sheet, row, *(column.name for column in table.columns), numbers=right)
        first = row + 1
        for cells in table.rows:
            row += 1
            for column, cell in enumerate(cells):
                _cell(book, sheet, row, column, cell, table.columns[column].align == "right")
        if len(table.columns) == 4:
            _tornado(book, sheet, (first, row), figures.places(appraisal), appraisal)


def _cell(book: Book, sheet: Any, row: int, column: int, cell: Text, is_number: bool) -> None:
    digits = cell.of(book.lang).replace(",", "")
    if is_number and digits.removeprefix("-").replace(".", "", 1).isdecimal():
        sheet.write_number(row, column, float(digits), book.style("money"))
    else:
        book.write(sheet, row, column, cell.of(book.lang))


def _tornado(book: Book, sheet: Any, rows: tuple[int, int], places: int, appraisal: Mapping[str, Any]) -> None:
    """A bar chart of the value after each change, crossing at the value itself."""
    first, last = rows
    chart = book.workbook.add_chart({"type": "bar"})
    name = _SENSITIVITY.of(book.lang)
    for column, colour in ((2, "#A4232A"), (3, "#14517A")):
        chart.add_series(
            {
                "name": [name, first - 1, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "fill": {"color": colour},
                "gap": 60,
                "overlap": 100,
            }
        )
    value = float(appraisal["value"]["amount"])
    chart.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 8}})
    chart.set_x_axis({"crossing": value, "num_format": "#,##0" if places else "0", "num_font": {"size": 8}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 860, "height": 120 + 22 * (last - first + 1)})
    sheet.insert_chart(first - 1, 5, chart)
