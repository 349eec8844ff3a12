"""A trace as a spreadsheet with live formulas, which LibreOffice recalculates: another implementation."""

import ast
import csv
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.patience import PATIENCE_SECONDS
from valuation.appraisal.engine.trace import Step

OFFICE = shutil.which("soffice") if shutil.which("localc") or shutil.which("scalc") else None
"""LibreOffice, where its Calc is installed; one with Writer alone opens no spreadsheet."""

FUNCTIONS = {"min": "MIN", "max": "MAX", "floor": "INT", "exp": "EXP", "ln": "LN", "sqrt": "SQRT", "power": "POWER",
             "normal": "LEGACY.NORMSDIST", "round": "ROUND"}  # fmt: skip
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FIRST = 2
"""Columns before the operands: the step's name and its result."""


def column(index: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def translated(node: ast.expr, cells: Mapping[str, str]) -> str:
    """A formula in OpenFormula."""
    match node:
        case ast.Name():
            return f"[.{cells[node.id]}]"
        case ast.Constant():
            return str(node.value)
        case ast.UnaryOp():
            return f"(-{translated(node.operand, cells)})"
        case ast.BinOp():
            return f"({translated(node.left, cells)}{OPERATORS[type(node.op)]}{translated(node.right, cells)})"
        case ast.Call(func=ast.Name(id="quantile")):
            values = [cells[each.id] for each in node.args[1:] if isinstance(each, ast.Name)]
            return f"PERCENTILE([.{values[0]}:.{values[-1]}];{translated(node.args[0], cells)})"
        case ast.Call(func=ast.Name()):
            return f"{FUNCTIONS[node.func.id]}({';'.join(translated(each, cells) for each in node.args)})"
    raise ValueError(ast.unparse(node))


def workbook(steps: Sequence[Step]) -> str:
    """A flat OpenDocument spreadsheet: one row a step, its operands beside it, earlier results by reference."""
    places = {f"#/trace/{step.id}": f"B{row}" for row, step in enumerate(steps, 1)}
    rows = []
    for row, step in enumerate(steps, 1):
        cells = {operand.name: f"{column(FIRST + i)}{row}" for i, operand in enumerate(step.inputs)}
        formula = translated(ast.parse(step.formula, mode="eval").body, cells)
        parts = [
            f'<table:table-cell office:value-type="string"><text:p>{escape(step.id)}</text:p></table:table-cell>',
            f'<table:table-cell office:value-type="float" table:formula={quoteattr("of:=" + formula)}/>',
        ]
        for operand in step.inputs:
            earlier = places.get(operand.source)
            parts.append(
                f'<table:table-cell office:value-type="float" table:formula="of:=[.{earlier}]"/>'
                if earlier
                else f'<table:table-cell office:value-type="float" office:value="{operand.value}"/>'
            )
        rows.append(f"<table:table-row>{''.join(parts)}</table:table-row>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><office:document'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2"'
        ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>'
        f'<table:table table:name="trace">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document>"
    )


def recalculated(books: Mapping[str, Sequence[Step]], folder: Path) -> dict[str, dict[str, str]]:
    """The results of every step of every book, as LibreOffice computes them."""
    assert OFFICE is not None
    for name, steps in books.items():
        (folder / f"{name}.fods").write_text(workbook(steps), encoding="utf-8")
    raw = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false"
    profile = f"-env:UserInstallation=file://{folder}/profile"
    files = [str(folder / f"{name}.fods") for name in books]
    subprocess.run(
        [OFFICE, profile, "--headless", "--convert-to", raw, "--outdir", str(folder), *files],
        check=True, capture_output=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    found = {}
    for name in books:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            found[name] = {line[0]: line[1] for line in csv.reader(lines)}
    return found
