"""A step's formula as a spreadsheet's: the same text read once more, its names replaced by cells.

A spreadsheet rounds a half away from zero, the engine to the even neighbour; what is rounded therefore stands in a cell
of its own, and the rounding looks at it for an exact half. Spreadsheets compute in binary doubles of about 15 digits.
"""

import ast
from collections.abc import Mapping
from typing import Final

from valuation.appraisal.engine.expression import UnreadableFormulaError

_FUNCTIONS: Final = {
    "min": "MIN",
    "max": "MAX",
    "floor": "INT",
    "exp": "EXP",
    "ln": "LN",
    "sqrt": "SQRT",
    "power": "POWER",
    "normal": "NORMSDIST",
}
_OPERATORS: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class Written:
    """A step for the spreadsheet: `inner` is what is rounded, if anything is, and `outer` the result."""

    def __init__(self, formula: str, cells: Mapping[str, str], before: str) -> None:
        tree = ast.parse(formula, mode="eval").body
        calls = [node for node in ast.walk(tree) if _is_round(node)]
        if len(calls) > 1:
            raise UnreadableFormulaError("a step that rounds twice has no form in a spreadsheet")
        self._formula, self._cells, self._before = formula, cells, before
        rounded = calls[0].args[0] if calls and isinstance(calls[0], ast.Call) else None
        self.unrounded = "" if rounded is None else ast.get_source_segment(formula, rounded) or ""
        self.inner = None if rounded is None else f"={self._of(rounded)}"
        self.outer = f"={self._of(tree)}"

    def _of(self, node: ast.AST) -> str:
        match node:
            case ast.Name():
                return self._cells[node.id]
            case ast.Constant():
                # The digits as they are written, which Python has already made a float of.
                return ast.get_source_segment(self._formula, node) or ""
            case ast.UnaryOp(op=ast.USub()):
                return f"(-{self._of(node.operand)})"
            case ast.BinOp():
                return f"({self._of(node.left)}{_OPERATORS[type(node.op)]}{self._of(node.right)})"
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node.args)
        raise UnreadableFormulaError(ast.dump(node))

    def _call(self, name: str, arguments: list[ast.expr]) -> str:
        if name == "round":
            return _half_even(self._before, int(self._of(arguments[1])))
        if name == "quantile":
            share, *values = (self._of(each) for each in arguments)
            return f"PERCENTILE({values[0]}:{values[-1]},{share})"
        return f"{_FUNCTIONS[name]}({','.join(self._of(each) for each in arguments)})"


def _is_round(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round"


def _half_even(cell: str, places: int) -> str:
    """Round to places, an exact half to the even neighbour; near enough to a half is what a double cannot tell from it.

    Half of the scaled number tells both: its fraction is a quarter above an even digit and three above an odd one.
    """
    whole = 10**places
    half = f"ABS({cell})*{whole}/2"
    near = f"<=MAX(1E-9,{half}*1E-15)"
    even, odd = f"TRUNC({cell}*{whole})/{whole}", f"(TRUNC({cell}*{whole})+SIGN({cell}))/{whole}"
    rest = f"IF(ABS({half}-INT({half})-0.75){near},{odd},ROUND({cell},{places}))"
    return f"IF(ABS({half}-INT({half})-0.25){near},{even},{rest})"
