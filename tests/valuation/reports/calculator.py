"""Recalculating a workbook without an office: the formulas that we write, over the cells as they stand in the file."""

import copy
import io
import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_TOKEN = re.compile(
    r"\s*(\"[^\"]*\"|'[^']+'!\$?[A-Z]+\$?\d*(?::\$?[A-Z]+\$?\d*)?|\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?(?![A-Z(])"
    r"|[A-Z][A-Z.]*|\d+(?:\.\d+)?(?:E[-+]?\d+)?|<=|>=|<>|[-+*/(),=<>&])"
)


class NotAvailable(Exception):
    """An error of the spreadsheet, which whatever refers to it has too."""


class Workbook:
    """Cells by sheet, of which every formula is computed anew."""

    def __init__(self, data: bytes) -> None:
        self.values: dict[tuple[str, str], Any] = {}
        self.formulas: dict[tuple[str, str], str] = {}
        self.stored: dict[tuple[str, str], Any] = {}
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            shared = ["".join(node.itertext()) for node in ET.fromstring(packed.read("xl/sharedStrings.xml"))]
            names = [
                each.get("name") for each in ET.fromstring(packed.read("xl/workbook.xml")).iterfind(".//m:sheet", _NS)
            ]
            for at, name in enumerate(names, 1):
                for cell in ET.fromstring(packed.read(f"xl/worksheets/sheet{at}.xml")).iterfind(".//m:c", _NS):
                    self._take(str(name), cell, shared)
        self._changed: dict[tuple[str, str], float] = {}
        self._known: dict[tuple[str, str], Any] = {}

    def typed(self, changed: Mapping[tuple[str, str], float]) -> "Workbook":
        """The same workbook after numbers were typed over cells."""
        other = copy.copy(self)
        other._changed, other._known = dict(changed), {}
        return other

    def _take(self, sheet: str, cell: ET.Element, shared: list[str]) -> None:
        place = (sheet, str(cell.get("r")))
        value, formula = cell.find("m:v", _NS), cell.find("m:f", _NS)
        text = None if value is None else value.text
        if text is not None:
            number = cell.get("t") not in ("s", "str")
            self.values[place] = float(text) if number else shared[int(text)] if cell.get("t") == "s" else text
        if formula is not None:
            self.formulas[place], self.stored[place] = str(formula.text), self.values[place]

    def find(self, sheet: str, column: str, words: str) -> str:
        """The row of the cell of a column that holds these words."""
        return next(at[1].removeprefix(column) for at, value in self.values.items()
                    if at[0] == sheet and at[1].startswith(column) and value == words)  # fmt: skip

    def at(self, sheet: str, cell: str) -> Any:
        """What a cell holds; raises NotAvailable."""
        place = (sheet, cell.replace("$", ""))
        if place in self._changed:
            return self._changed[place]
        if place not in self.formulas:
            return self.values.get(place, 0.0)
        if place not in self._known:
            try:
                self._known[place] = _Parser(self, sheet, self.formulas[place]).whole()()
            except (NotAvailable, ZeroDivisionError, ValueError, OverflowError):
                self._known[place] = NotAvailable
        if self._known[place] is NotAvailable:
            raise NotAvailable(str(place))
        return self._known[place]

    def told(self, sheet: str, cell: str) -> Any:
        """The same, `#N/A` for an error."""
        try:
            return self.at(sheet, cell)
        except NotAvailable:
            return "#N/A"

    def column(self, sheet: str, column: str) -> Iterator[Any]:
        """What every cell of a column holds."""
        for place in list(self.values):
            if place[0] == sheet and re.fullmatch(rf"{column}\d+", place[1]):
                yield self.told(*place)


Lazy = Callable[[], Any]


class _Parser:
    """A formula as a function without arguments, so that only the chosen branch of IF is computed."""

    def __init__(self, book: Workbook, sheet: str, formula: str) -> None:
        self._book, self._sheet = book, sheet
        self._tokens = _TOKEN.findall(formula)
        assert "".join("".join(self._tokens).split()) == "".join(formula.split()), formula
        self._at = 0

    def _next(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _peek(self) -> str:
        return str(self._tokens[self._at]) if self._at < len(self._tokens) else ""

    def whole(self) -> Lazy:
        left = self._sum()
        while (sign := self._peek()) in ("=", "<", ">", "<=", ">=", "<>", "&"):
            self._next()
            left = self._applied(sign, left, self._sum())
        return left

    def _sum(self) -> Lazy:
        left = self._product()
        while (sign := self._peek()) in ("+", "-"):
            self._next()
            left = self._applied(sign, left, self._product())
        return left

    def _product(self) -> Lazy:
        left = self._single()
        while (sign := self._peek()) in ("*", "/"):
            self._next()
            left = self._applied(sign, left, self._single())
        return left

    @staticmethod
    def _applied(sign: str, left: Lazy, right: Lazy) -> Lazy:
        work: dict[str, Callable[[Any, Any], Any]] = {
            "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
            "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
            "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "&": lambda a, b: f"{a:g}{b}",
        }  # fmt: skip
        return lambda: work[sign](left(), right())

    def _single(self) -> Lazy:
        token = self._next()
        if token == "-":
            inner = self._single()
            return lambda: -inner()
        if token == "(":
            inner = self.whole()
            self._next()
            return inner
        if token.startswith('"'):
            return lambda: token[1:-1]
        if token[0].isdigit():
            return lambda: float(token)
        if self._peek() == "(":
            return self._call(token)
        sheet, _, cells = token.rpartition("!")
        named = sheet.strip("'") or self._sheet
        first, colon, last = cells.replace("$", "").partition(":")
        return (lambda: self._range(named, first, last)) if colon else (lambda: self._book.at(named, first))

    def _range(self, sheet: str, first: str, last: str) -> list[Any]:
        if first.isalpha():
            return list(self._book.column(sheet, first))
        row = re.sub(r"[A-Z]", "", first)
        lettered = [_number(re.sub(r"\d", "", each)) for each in (first, last)]
        return [self._book.at(sheet, f"{_letters(at)}{row}") for at in range(lettered[0], lettered[1] + 1)]

    def _call(self, name: str) -> Lazy:
        self._next()
        given: list[Lazy] = []
        while self._peek() != ")":
            given.append(self.whole())
            if self._peek() == ",":
                self._next()
        self._next()
        return lambda: _called(name, given)


def _called(name: str, given: list[Lazy]) -> Any:
    if name == "IF":
        return given[1]() if given[0]() else given[2]()
    if name == "IFERROR":
        try:
            return given[0]()
        except (NotAvailable, ZeroDivisionError, ValueError):
            return given[1]()
    if name == "NA":
        raise NotAvailable
    if name == "CHOOSE":
        at = int(given[0]())
        if not 1 <= at < len(given):
            raise NotAvailable
        return given[at]()
    values = [each() for each in given]
    if name == "COUNTIF":
        wanted = values[1]
        texts = [each for each in values[0] if isinstance(each, str)]
        star = wanted.endswith("*")
        return float(sum(each.startswith(wanted[:-1]) if star else each == wanted for each in texts))
    if name == "PERCENTILE":
        return float(np.quantile(values[0], values[1]))
    work: dict[str, Callable[..., Any]] = {
        "AND": lambda *each: all(each), "ABS": abs, "INT": math.floor, "TRUNC": math.trunc, "MIN": min, "MAX": max,
        "SIGN": lambda x: (x > 0) - (x < 0), "EXP": math.exp, "LN": math.log, "SQRT": math.sqrt, "POWER": math.pow,
        "ROUND": lambda x, places: round(x, int(places)),
    }  # fmt: skip
    return work[name](*values)


def _number(letters: str) -> int:
    found = 0
    for each in letters:
        found = found * 26 + ord(each) - 64
    return found


def _letters(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found
