"""Values and deals from CSV files, for a back-test without a server; each faulty line is told."""

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from kernel.errors import FieldError, InvalidInput
from kernel.text import Text
from valuation.audit.backtest import Deal, Valued

VALUES = ("asset", "approach", "field", "currency", "base_date", "use_until", "value", "low", "high")
DEALS = ("asset", "field", "currency", "dated", "price")
VALUES_MORE = ("life_years",)
DEALS_MORE = ("term_years", "exclusive")
"""Columns that a file may have: without a term a deal is of the whole asset."""
_FAULTS_SHOWN = 100

R = TypeVar("R")


def values(path: Path) -> list[Valued]:
    """Past values; raises InvalidInput with every faulty line."""
    return _rows(path, VALUES, VALUES_MORE, _valued)


def deals(path: Path) -> list[Deal]:
    """Realised deals; raises InvalidInput with every faulty line."""
    return _rows(path, DEALS, DEALS_MORE, _deal)


def _rows(
    path: Path, columns: tuple[str, ...], more: tuple[str, ...], read: Callable[[Mapping[str, str]], R]
) -> list[R]:
    found: list[R] = []
    faults: list[FieldError] = []
    try:
        for line, row in _lines(path, columns, more):
            try:
                found.append(read(row))
            except (ValueError, InvalidOperation, ArithmeticError) as problem:
                text = Text(f"第 {line} 行无法使用：{problem}。", f"Line {line} cannot be used: {problem}.")
                faults.append(FieldError(f"/{path.name}/{line}", text))
    except (UnicodeDecodeError, csv.Error) as problem:
        faults.append(FieldError(f"/{path.name}", Text(f"无法读取：{problem}。", f"It cannot be read: {problem}.")))
    if faults:
        raise InvalidInput(errors=faults[:_FAULTS_SHOWN])
    return found


def _lines(path: Path, columns: tuple[str, ...], more: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in columns if name not in (rows.fieldnames or ())]
        if missing:
            listed = ", ".join(missing)
            text = Text(f"首行缺少列：{listed}。", f"The first line lacks the columns: {listed}.")
            raise InvalidInput(errors=[FieldError(f"/{path.name}/1", text)])
        for row in rows:
            yield rows.line_num, {name: row.get(name) or "" for name in (*columns, *more)}


def _valued(row: Mapping[str, str]) -> Valued:
    value, low, high = (_amount(row[name]) for name in ("value", "low", "high"))
    based, until = date.fromisoformat(row["base_date"]), date.fromisoformat(row["use_until"])
    if not low <= value <= high or until < based:
        raise ValueError("the value must lie in its range, and its use end after its base date")
    life = _amount(row["life_years"]) if row["life_years"] else None
    return Valued(row["asset"], row["approach"], row["field"], row["currency"], based, until, value, low, high, life)


def _deal(row: Mapping[str, str]) -> Deal:
    dated = date.fromisoformat(row["dated"])
    term = _amount(row["term_years"]) if row["term_years"] else None
    if row["exclusive"] not in ("", "true", "false") or (row["exclusive"] and term is None):
        raise ValueError("exclusive is true or false, of a licence with its term_years")
    price = _amount(row["price"])
    return Deal(row["asset"], row["field"], row["currency"], dated, price, term, row["exclusive"] == "true")


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or amount <= 0:
        raise ValueError(f"{text[:40]} is no amount above 0")
    return amount
