"""What a statement says, whichever form it had: plain values that cross a process and are checked by arithmetic."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.money import EXPONENTS, MINOR_MAX
from kernel.text import Text
from market.banking.reading.errors import StatementUnreadable

ENTRIES_MAX: Final = 20_000
TEXT_MAX: Final = 1_000

_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One booked movement; `credit` says whether it came in. Of a batch each payment is one, numbered by `detail`."""

    booked_on: date
    value_on: date | None
    minor: int
    credit: bool
    reversal: bool
    bank_reference: str | None
    detail: int
    end_to_end_id: str | None
    remittance: str
    counterparty: str | None
    counterparty_account: str | None
    code: str | None
    return_reason: str | None
    charges_minor: int

    @property
    def signed(self) -> int:
        """Minor units with the sign that the balance feels."""
        return self.minor if self.credit else -self.minor


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """A statement of one account in one currency; `sequence` where the bank numbers its statements."""

    form: str
    number: str
    sequence: int | None
    account: str | None
    currency: str
    opens_on: date
    closes_on: date
    opening_minor: int
    closing_minor: int
    entries: tuple[EntryFacts, ...]


def unreadable(zh: str, en: str) -> StatementUnreadable:
    """Say what cannot be read; the caller raises it."""
    return StatementUnreadable(reason=Text(zh, en))


def minor_of(text: str, currency: str, what: str) -> int:
    """A positive amount in minor units; raises StatementUnreadable for more digits than the currency has."""
    exponent = EXPONENTS.get(currency)
    if exponent is None:
        raise unreadable(f"{what}的币种不受支持", f"the currency of {what} is not known here")
    if not _AMOUNT.fullmatch(text):
        raise unreadable(f"{what}不是金额：{text[:30]}", f"{what} is no amount: {text[:30]}")
    scaled = Decimal(text).scaleb(exponent)
    if scaled != scaled.to_integral_value() or scaled > MINOR_MAX:
        raise unreadable(
            f"{what} {text[:30]} 的小数位或大小超出 {currency} 的范围",
            f"{what} {text[:30]} has more digits than {currency} has, or is too large",
        )
    return int(scaled)


def day_of(text: str, what: str) -> date:
    """A day written 2026-11-23, 2026/11/23, 20261123 or 2026年11月23日; raises StatementUnreadable."""
    parts = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?(?:\D?\d{2}:?\d{2}:?\d{2}.*)?", text.strip()[:40])
    try:
        if parts is not None:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass  # There is no such day, which is said below as of any other text.
    raise unreadable(f"{what}不是日期：{text[:30]}", f"{what} is no day: {text[:30]}")
