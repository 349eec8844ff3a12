"""Sheets of numbers: every parameter with its provenance, the comparables beside each other, what moves the value."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.text import Text
from valuation.appraisal.analysis.parameters import parameters_of as stated_parameters
from valuation.appraisal.presentation import figures, names
from valuation.reports import ranges
from valuation.reports.forms.workbook import live
from valuation.reports.forms.workbook.steps import ResultCells
from valuation.reports.forms.workbook.styles import Book, lines, quoted
from valuation.reports.model import Report, Table
from valuation.reports.sections.words import capital

PARAMETERS: Final = Text("参数", "Parameters")
_SENSITIVITY: Final = Text("敏感性", "Sensitivity")
_HEADS: Final = (
    Text("位置", "Place in the document"),
    Text("参数", "Parameter"),
    Text("数值", "Value"),
    Text("允许范围（常见区间）", "Admitted range (usual)"),
    Text("来源", "Source"),
    Text("证据", "Evidence"),
    Text("可信度", "Confidence"),
    Text("随动", "Followed"),
)
_WIDTHS: Final = (54, 46, 18, 28, 34, 34, 12, 30)
LIVE_COLUMN: Final = 7
_NOTE: Final = Text(
    "黄底蓝字为输入：改动后公式随之重算；规则不允许处标为 ✗，需由引擎重新选择步骤处显示 #N/A。"
    "灰底为公式不使用的输入，改动后标为 ✗，请以 liutong appraise 重新测算。报告所载数值不变。",
    "Blue on yellow is followed by every formula; what the rules do not admit is marked ✗, and what only the engine "
    "can go on from shows #N/A. Grey enters no formula: changed, it is marked ✗, and liutong appraise computes anew. "
    "What the report states stays.",
)
_FOLLOWED: Final = Text("✓ 公式随之重算", "✓ formulas follow")
_INADMISSIBLE: Final = Text("✗ 规则不允许", "✗ the rules do not admit it")
_IDLE: Final = Text("○ 公式不使用", "○ no formula uses it")
_IDLE_CHANGED: Final = Text("✗ 已改动，公式未随动", "✗ changed, and not followed")


def parameters(book: Book, appraisal: Mapping[str, Any]) -> dict[str, str]:
    """Every number that the trace starts from; gives the cell of each source."""
    sheet, row = book.sheet(PARAMETERS), 2
    book.say(sheet, 0, 0, _NOTE, "plain")
    book.heads(sheet, 1, *_HEADS, numbers=(2,))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(1)
    rows = list(_rows(appraisal))
    cells = {source: quoted(PARAMETERS.of(book.lang), f"$C${at}") for at, (source, _, _) in enumerate(rows, 3)}
    used = _used(appraisal, cells)
    for source, value, words in rows:
        book.write(sheet, row, 0, source, "code")
        book.write(sheet, row, 1, capital(words[0]).of(book.lang))
        sheet.write_number(row, 2, float(value), book.style("input" if source in used else "idle"))
        _followed(book, sheet, row, appraisal, source, value, cells, used)
        for column, said in enumerate(words[1:], 3):
            book.write(sheet, row, column, said.of(book.lang), "center" if column in (3, 6) else "text")
        told = [source, *(said.of(book.lang) for said in words)]
        rooms = (_WIDTHS[0], _WIDTHS[1], *_WIDTHS[3:LIVE_COLUMN])
        sheet.set_row(row, 15 * max(lines(each, room) for each, room in zip(told, rooms, strict=True)))
        row += 1
    return cells


def _used(appraisal: Mapping[str, Any], cells: Mapping[str, str]) -> set[str]:
    """The parameters that some formula depends on: a step, the choice of comparables, or a rule between them."""
    used = {operand["source"] for step in live.widened(appraisal) for operand in step["inputs"]}
    conditions = [condition for source in used & cells.keys() for condition in live.relation(source, cells)]
    names_ = appraisal["inputs"].get("market", {}).get("comparables", {})
    conditions += [live.chosen(appraisal, name, cells) for name in names_]
    mentioned = re.findall(r"\$C\$\d+", " ".join(conditions))
    by_cell = {cell.rpartition("!")[2]: source for source, cell in cells.items()}
    return used | {by_cell[cell] for cell in mentioned}


def _followed(
    book: Book,
    sheet: Any,
    row: int,
    appraisal: Mapping[str, Any],
    source: str,
    value: str,
    cells: Mapping[str, str],
    used: set[str],
) -> None:
    """Whether formulas follow a parameter, and as changed, whether the rules admit it."""
    own = f"$C${row + 1}"
    if source not in used:
        words = f'"{_IDLE.of(book.lang)}","{_IDLE_CHANGED.of(book.lang)}"'
        sheet.write_formula(row, LIVE_COLUMN, f"=IF({own}={value},{words})", book.style("text"), _IDLE.of(book.lang))
        return
    conditions = live.relation(source, cells) if source.startswith("#/inputs/") else []
    usual = ranges.admitted(appraisal).get(source.removeprefix("#/inputs/"))
    if usual is not None:
        conditions += [f"{own}>={usual.minimum}", f"{own}<={usual.maximum}"]
    words = f'"{_FOLLOWED.of(book.lang)}","{_INADMISSIBLE.of(book.lang)}"'
    formula = f"=IF(AND({','.join(conditions or [f'{own}>=0'])}),{words})"
    sheet.write_formula(row, LIVE_COLUMN, formula, book.style("text"), _FOLLOWED.of(book.lang))


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


def comparables(book: Book, appraisal: Mapping[str, Any], given: Mapping[str, str], found: ResultCells) -> None:
    """The deals beside each other, each number leading to where it is computed."""
    sheet = book.sheet(live.COMPARABLES)
    heads = ("案例|Comparable", "日期|Date", "性质|Kind", "权利|Right", "方式|Mode", "领域|Field", "地域|Region",
             "价格|Price", "质量 X1|Quality X1", "供求 X2|Supply X2", "期日 X3|Date X3", "容量 X4|Capacity X4",
             "其他 X5|Other X5", "修正后价格|Corrected price", "权重|Weight", "加权价格|Weighted price",
             "选用与报告一致|Chosen as reported")  # fmt: skip
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
        sheet.write_formula(row, live.CHOSEN_COLUMN, live.chosen(appraisal, name, given), book.style("center"), "✓")
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
