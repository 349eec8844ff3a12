"""Asking prices from a file of listings, row by row: what is kept, and why the rest is not; pure.

The file is CSV with a header that has at least `title`, `price`, `price_mode`, `platform` and `currency`.
"""

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Literal

from kernel.money import EXPONENTS
from kernel.text import Text

WANTED: Final = ("title", "price", "price_mode", "platform", "currency")
CURRENCIES: Final = {"RMB": "CNY"}
"""Names that platforms use for a currency of ISO 4217."""

PRICED: Final = ("usage-based", "subscription", "one-off")
"""Modes in which a listing says what it asks; under negotiation nothing is asked yet."""

PRICE_MAX: Final = Decimal(10) ** 12

Reason = Literal["no-price", "no-mode", "no-title", "currency", "price"]

REASONS: Final[dict[Reason, Text]] = {
    "no-price": Text("没有标价", "no price is shown"),
    "no-mode": Text("免费、面议或方式不明", "free, negotiated, or of an unknown mode"),
    "no-title": Text("没有名称或平台", "no title or platform"),
    "currency": Text("币种不明", "the currency is not known"),
    "price": Text("价格不是数字或过大", "the price is no number, or too large"),
}


@dataclass(frozen=True, slots=True)
class AskingPrice:
    """One listing with its asking price."""

    reference: str
    row_sha256: str
    platform: str
    title: str
    words: str
    price: Decimal
    currency: str
    mode: str
    field: str
    region: str
    update_cycle: str
    dated: date


class FileFaulty(ValueError):
    """The file is no CSV of listings; the message says what is missing, by its line."""


def read(path: Path, dated: date, words_max: int) -> Iterator[AskingPrice | Reason]:
    """Each listing of a file, or the reason why it is none; raises FileFaulty, also in the middle."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, strict=True)
        try:
            missing = [name for name in WANTED if name not in (rows.fieldnames or ())]
            if missing:
                raise FileFaulty(f"the header lacks {', '.join(missing)}")
            for row in rows:
                if None in row:
                    raise FileFaulty(f"line {rows.line_num}: more fields than the header names")
                yield listing(row, dated, words_max)
        except (csv.Error, UnicodeDecodeError) as problem:
            raise FileFaulty(f"line {rows.line_num + 1}: {problem}") from problem


def listing(row: Mapping[str, str | None], dated: date, words_max: int) -> AskingPrice | Reason:
    """One row as a listing, or why it is none."""
    told = {name: (value or "").replace("\x00", "").strip() for name, value in row.items()}
    if not told["title"] or not told["platform"]:
        return "no-title"
    try:
        price = Decimal(told["price"] or "0")
    except InvalidOperation:
        return "price"
    if not price.is_finite() or price < 0 or price > PRICE_MAX:
        return "price"
    if price == 0:
        return "no-price"
    if told["price_mode"] not in PRICED:
        return "no-mode"
    currency = CURRENCIES.get(told["currency"], told["currency"])
    if currency not in EXPONENTS:
        return "currency"
    words = f"{told['title']} {told.get('description', '')}"[:words_max]
    whole = "\x1f".join(f"{name}\x1e{told[name]}" for name in sorted(told))
    return AskingPrice(
        reference=_reference(told),
        row_sha256=f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}",
        platform=told["platform"][:200],
        title=told["title"][:200],
        words=words,
        price=price,
        currency=currency,
        mode=told["price_mode"],
        field=(told.get("category_aws") or told.get("category") or "unstated")[:100],
        region=(told.get("coverage") or "unstated")[:100],
        update_cycle=told.get("update_frequency", "")[:100],
        dated=dated,
    )


def _reference(told: Mapping[str, str]) -> str:
    """A listing by its address, or by what it is called and whose it is; a new price is a new reference."""
    named = told.get("url") or f"{told['title']}\x1f{told.get('provider', '')}"
    name = "\x1f".join((told["platform"], named, told["price"], told["price_mode"]))
    return f"listing:{hashlib.sha256(name.encode()).hexdigest()}"
