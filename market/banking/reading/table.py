"""A bank's table of transactions: title rows, tabs, `="…"` and thousands commas, read by a declared profile."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kernel.money import Money
from market.banking.reading import checks
from market.banking.reading.errors import StatementTotals
from market.banking.reading.facts import (
    ENTRIES_MAX,
    TEXT_MAX,
    EntryFacts,
    StatementFacts,
    day_of,
    minor_of,
    unreadable,
)
from market.banking.reading.profiles import Profile

_HEADING_WITHIN: Final = 40
_CELLS_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class _Row:
    facts: EntryFacts
    balance: int


def read(raw: bytes, profile: Profile) -> StatementFacts:
    """The statement that a table makes, checked row by row; raises StatementUnreadable and what `checks` raises."""
    rows = _cells(_text(raw))
    at, columns = _headings(rows, profile)
    body, stated = _body(rows[at + 1 :], columns, profile)
    made = [_row(cells, columns, profile, number) for number, cells in enumerate(body, start=at + 2)]
    if not made:
        raise unreadable("没有明细行", "it has no rows")
    ordered = _ordered(made, profile.currency)
    entries = tuple(each.facts for each in ordered)
    checks.serials(entries)
    if stated is not None:
        _totals(stated, entries, columns, profile)
    first, last = entries[0], entries[-1]
    facts = StatementFacts(
        form=f"csv:{profile.id}",
        number=f"{first.booked_on:%Y%m%d}-{last.booked_on:%Y%m%d}-{hashlib.sha256(raw).hexdigest()[:16]}",
        sequence=None,
        account=_own_account(rows[:at], profile),
        currency=profile.currency,
        opens_on=first.booked_on,
        closes_on=last.booked_on,
        opening_minor=ordered[0].balance - first.signed,
        closing_minor=ordered[-1].balance,
        entries=entries,
    )
    return checks.balanced(facts)


def _text(raw: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise unreadable("编码既非 UTF-8 也非 GB18030", "it is neither UTF-8 nor GB18030")


def _cells(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        # `="…"` and tabs are ways to keep a spreadsheet from shortening a long number.
        for row in csv.reader(io.StringIO(text.replace("\t", "").replace('="', '"'))):
            rows.append([cell.strip() for cell in row[:_CELLS_MAX]])
            if len(rows) > ENTRIES_MAX + _HEADING_WITHIN:
                raise unreadable(f"行数超过 {ENTRIES_MAX}", f"it has more than {ENTRIES_MAX} rows")
    except csv.Error as problem:
        raise unreadable("不是 CSV 表格", f"it is no CSV ({problem})") from problem
    return rows


def _headings(rows: Sequence[Sequence[str]], profile: Profile) -> tuple[int, dict[str, list[int]]]:
    """The row of headings, and where each meaning stands."""
    meanings = {
        name: getattr(profile, name)
        for name in ("date", "balance", "serial", "income", "outgo", "amount")
        if getattr(profile, name)
    }
    optional = {name: getattr(profile, name) for name in ("counterparty", "counterparty_account", "notes")}
    for at, row in enumerate(rows[:_HEADING_WITHIN]):
        found = {name: [row.index(each) for each in words if each in row] for name, words in meanings.items()}
        if all(found.values()):
            more = {name: [row.index(each) for each in words if each in row] for name, words in optional.items()}
            return at, found | more
    wanted = ", ".join(words[0] for words in meanings.values())
    raise unreadable(f"没有找到表头：{wanted}", f"no row has the headings {wanted}")


def _body(
    rows: Sequence[Sequence[str]], columns: dict[str, list[int]], profile: Profile
) -> tuple[list[Sequence[str]], Sequence[str] | None]:
    """The rows of movements and the row of totals; what follows the totals is no movement."""
    found: list[Sequence[str]] = []
    for row in rows:
        if profile.totals and next(filter(None, row), "").startswith(profile.totals):
            return found, row
        if _at(row, columns["date"]):
            found.append(row)
    return found, None


def _row(cells: Sequence[str], columns: dict[str, list[int]], profile: Profile, number: int) -> _Row:
    place = f"第 {number} 行 row {number}"
    signed = _signed(cells, columns, profile.currency, place)
    if signed == 0:
        raise unreadable(f"{place}没有发生额", f"{place} moves nothing")
    notes = " ".join(filter(None, (cells[at] for at in columns["notes"] if at < len(cells))))
    facts = EntryFacts(
        booked_on=day_of(_at(cells, columns["date"]), place),
        value_on=None,
        minor=abs(signed),
        credit=signed > 0,
        reversal=False,
        bank_reference=_at(cells, columns["serial"])[:64] or None,
        detail=1,
        end_to_end_id=None,
        remittance=notes[:TEXT_MAX],
        counterparty=_at(cells, columns["counterparty"])[:200] or None,
        counterparty_account=_at(cells, columns["counterparty_account"])[:64] or None,
        code=None,
        return_reason=None,
        charges_minor=0,
    )
    return _Row(facts, _number(_at(cells, columns["balance"]), profile.currency, place))


def _signed(cells: Sequence[str], columns: dict[str, list[int]], currency: str, place: str) -> int:
    if "amount" in columns:
        return _number(_at(cells, columns["amount"]), currency, place)
    income, outgo = (_number(_at(cells, columns[name]) or "0", currency, place) for name in ("income", "outgo"))
    if income and outgo:
        raise unreadable(f"{place}同时有收入与支出", f"{place} comes in and goes out at once")
    return income - outgo


def _number(text: str, currency: str, place: str) -> int:
    plain = text.replace(",", "").replace("，", "").removeprefix("+")
    minus = plain.startswith("-")
    return (-1 if minus else 1) * minor_of(plain.removeprefix("-") or "0", currency, place)


def _at(cells: Sequence[str], places: Sequence[int]) -> str:
    return next((cells[at] for at in places if at < len(cells) and cells[at]), "")


def _ordered(rows: list[_Row], currency: str) -> list[_Row]:
    """The rows in the order in which each balance follows from the one before; banks write either way."""
    for order in (rows, rows[::-1]):
        if _broken(order) is None:
            return order
    broken = _broken(rows)
    assert broken is not None
    before, after = broken
    place = after.facts.bank_reference or str(after.facts.booked_on)
    raise checks.unbalanced(place, before.balance, after.facts.signed, after.balance, currency)


def _broken(rows: Sequence[_Row]) -> tuple[_Row, _Row] | None:
    return next(((a, b) for a, b in pairwise(rows) if a.balance + b.facts.signed != b.balance), None)


def _totals(
    stated: Sequence[str], entries: Sequence[EntryFacts], columns: dict[str, list[int]], profile: Profile
) -> None:
    """Raise StatementTotals unless the row of totals has the sums of the rows."""
    if "amount" in columns:
        sums = [("amount", sum(each.signed for each in entries))]
    else:
        sums = [
            ("income", sum(each.minor for each in entries if each.credit)),
            ("outgo", sum(each.minor for each in entries if not each.credit)),
        ]
    for name, total in sums:
        said = _at(stated, columns[name])
        if said and _number(said, profile.currency, "合计") != total:
            shown = Money(_number(said, profile.currency, "合计"), profile.currency)
            raise StatementTotals(
                place=getattr(profile, name)[0], sum=str(Money(total, profile.currency)), stated=str(shown)
            )


def _own_account(titles: Sequence[Sequence[str]], profile: Profile) -> str | None:
    """The account that the title rows name, beside its label or after a colon."""
    for row in titles:
        for at, cell in enumerate(row):
            label = next((each for each in profile.own_account if cell.startswith(each)), None)
            if label is not None:
                beside = cell[len(label) :].lstrip("：: ") or (row[at + 1] if at + 1 < len(row) else "")
                return "".join(filter(str.isalnum, beside))[:64] or None
    return None
