"""The books as a journal in hledger's format, for a bookkeeping program that others wrote; pure.

Source: hledger manual, "journal format" (1.25): directives `commodity` and `account` with the `type:` tag, transactions
with a code in parentheses, balance assertions `= AMOUNT`. There a debit is positive, so that every balance is ours with
the other sign. Every amount has exactly the digits of its currency, which leaves no tolerance to a checker; money that
changes its currency goes through `fx:` accounts, and no amount has a price.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.money import EXPONENTS, Money
from market.ledger import book
from market.ledger.models import LedgerEntry, Posting

Balances = list[tuple[str, Money]]
"""Accounts with what each holds, as credits less debits."""


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry with its postings in their order."""

    entry: LedgerEntry
    postings: tuple[Posting, ...]


_WIDTH: Final = 70


def directives(accounts: Iterable[str], currencies: Iterable[str]) -> Iterator[str]:
    """Declare what may be used: every currency with its digits, and every account with its type."""
    for currency in currencies:
        mark = "" if EXPONENTS[currency] else "."  # The format wants a decimal mark even where nothing follows it.
        yield f"commodity {Decimal(1000):.{EXPONENTS[currency]}f}{mark} {currency}\n"
    yield "\n"
    for path in accounts:
        yield f"account {path}  ; type:{book.nature(path)}\n"


def brought_forward(on: date, opening: Balances) -> str:
    """What accounts held before the period, as the period's first entry; empty where they held nothing."""
    lines = [_line(path, -held.minor, held.currency) for path, held in opening if held.minor]
    return f"\n{on} brought forward\n" + "".join(lines) if lines else ""


def written(booked: Booked) -> str:
    """One entry: its day, its id as the code, its kind and reference, and two lines for each posting."""
    entry = booked.entry
    corrected = f"  ; corrects:{entry.corrects}" if entry.corrects else ""
    lines = [f"\n{entry.booked_on} ({entry.id}) {entry.kind} | {entry.reference}{corrected}\n"]
    for posting in booked.postings:
        lines.append(_line(posting.debit, posting.amount_minor, posting.currency))
        lines.append(_line(posting.credit, -posting.amount_minor, posting.currency))
    return "".join(lines)


def closing(on: date, held: Balances) -> str:
    """What every account holds at the end, as assertions that a reader checks against its own sums."""
    lines = [
        f"{_line(path, 0, money.currency)[:-1]} = {_amount(-money.minor, money.currency)}\n" for path, money in held
    ]
    return f"\n{on} closing balances\n" + "".join(lines) if lines else ""


def _line(path: str, minor: int, currency: str) -> str:
    return f"    {path:<{_WIDTH}}  {_amount(minor, currency):>24}\n"


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).decimal:.{EXPONENTS[currency]}f} {currency}"
