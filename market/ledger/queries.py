"""Reading the books: balances are sums over postings."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import one
from kernel.errors import FieldError, InvalidInput
from kernel.money import Money
from kernel.text import Text
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.ledger.book import escrow
from market.ledger.journal import Booked
from market.ledger.models import LedgerEntry, Posting
from market.ledger.schemas import (
    AccountLine,
    BalanceView,
    EntryView,
    PostingView,
    StatementLine,
    TrialBalanceView,
)

_GONE_BACK: Final = ("refund_begun", "dispute_lost")


async def balance(session: AsyncSession, path: str, currency: str) -> Money:
    """What one account holds in one currency."""
    total = await session.scalar(
        select(func.coalesce(func.sum(_signed(path)), 0)).where(_touches(path), Posting.currency == currency)
    )
    return Money(int(total or 0), currency)


def back_out_of(path: str | SQLColumnExpression[str], currency: str | SQLColumnExpression[str]) -> Select[int]:
    """What refunds and lost card disputes took out of an order's escrow before it was settled, in minor units."""
    return (
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(Posting.debit == path, Posting.currency == currency, LedgerEntry.kind.in_(_GONE_BACK))
    )


async def gone_back(session: AsyncSession, order_id: str, currency: str) -> Money:
    """What went back of an order's price before it was settled, whichever way it was sent."""
    return Money(int(await session.scalar(back_out_of(escrow(order_id), currency)) or 0), currency)


async def lost_to_disputes(session: AsyncSession, subject: str, currency: str) -> Money:
    """What the card's bank took back for good of what was paid for a subject, whoever bore it."""
    lost = (LedgerEntry.subject == subject) & (LedgerEntry.kind == "dispute_lost") & (Posting.currency == currency)
    query = select(func.coalesce(func.sum(Posting.amount_minor), 0)).join(LedgerEntry).where(lost)
    return Money(int(await session.scalar(query) or 0), currency)


async def gathered(session: AsyncSession, path: str, currency: str, until: date) -> Money:
    """What came onto an account of the centre's own up to a day, whatever of it was paid to the outside since."""
    outside = or_(Posting.debit.startswith("world:"), Posting.credit.startswith("world:"))
    query = (
        select(func.coalesce(func.sum(_signed(path)), 0))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(_touches(path), Posting.currency == currency, ~outside, Period(until=until).has())
    )
    return Money(int(await session.scalar(query) or 0), currency)


async def balances_of(session: AsyncSession, path: str) -> list[Money]:
    """What one account holds, by currency."""
    rows = await session.execute(
        select(Posting.currency, func.sum(_signed(path)))
        .where(_touches(path))
        .group_by(Posting.currency)
        .order_by(Posting.currency)
    )
    return [Money(int(total), currency) for currency, total in rows]


def _touches(path: str) -> ColumnElement[bool]:
    return or_(Posting.debit == path, Posting.credit == path)


def _signed(path: str) -> ColumnElement[int]:
    return case((Posting.credit == path, Posting.amount_minor), else_=-Posting.amount_minor)


@dataclass(frozen=True, slots=True)
class Period:
    """Days for which entries count (会计期间), both included; None where it has no end."""

    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Raise InvalidInput where it ends before it begins."""
        if self.since is not None and self.until is not None and self.until < self.since:
            text = Text(f"截止日不得早于起始日 {self.since}", f"It ends before it begins on {self.since}")
            raise InvalidInput(errors=[FieldError("/query/until", text)])

    def has(self) -> ColumnElement[bool]:
        """Whether an entry counts for it."""
        bounds = [] if self.since is None else [LedgerEntry.booked_on >= self.since]
        return and_(true(), *bounds, *([] if self.until is None else [LedgerEntry.booked_on <= self.until]))


ALWAYS: Final = Period()


def movements(period: Period = ALWAYS) -> Select[str, str, int]:
    """What accounts gained or lost in a period, by currency: each posting adds to the account that it credits and
    takes from the one that it debits.
    """
    gained = select(
        Posting.credit.label("path"), Posting.currency.label("currency"), Posting.amount_minor.label("minor")
    )
    lost = select(Posting.debit, Posting.currency, -Posting.amount_minor)
    if period != ALWAYS:
        gained, lost = (
            each.join(LedgerEntry, LedgerEntry.id == Posting.entry_id).where(period.has()) for each in (gained, lost)
        )
    both = union_all(gained, lost).subquery()
    return select(both.c.path, both.c.currency, func.sum(both.c.minor)).group_by(both.c.path, both.c.currency)


async def balances(
    session: AsyncSession, prefix: str, limit: int, cursor: str | None, until: date | None = None
) -> Page[BalanceView]:
    """All accounts under a prefix at the end of a day, or now, in the order of their paths."""
    sums = movements(Period(until=until)).subquery()
    path, currency, total = sums.c
    query = select(path, currency, total)
    if prefix:
        query = query.where(path.startswith(prefix, autoescape=True))
    rows = await fetch(session, query, path, currency, limit=limit, cursor=cursor)
    return rows.of(lambda row: BalanceView(account=row[0], balance=Money(int(row[2]), row[1]).view()))


async def trial_balance(session: AsyncSession, until: date | None = None) -> list[TrialBalanceView]:
    """Both sides of the books by currency at the end of a day, or now: what accounts owe and what they hold."""
    sums = movements(Period(until=until)).subquery()
    _, currency, total = sums.c
    sides = await session.execute(
        select(
            currency,
            func.coalesce(func.sum(-total).filter(total < 0), 0),
            func.coalesce(func.sum(total).filter(total > 0), 0),
        ).group_by(currency)
    )
    return [
        TrialBalanceView(
            currency=code,
            debits_minor=int(debits),
            credits_minor=int(credits_),
            difference_minor=int(credits_ - debits),
        )
        for code, debits, credits_ in sorted(sides.all())
    ]


async def statement(
    session: AsyncSession, path: str, limit: int, cursor: str | None, period: Period = ALWAYS
) -> Page[AccountLine]:
    """The postings of an account in the order of the days that they count for, with what it holds after each."""
    query = select(Posting, LedgerEntry).join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
    query = query.where(_touches(path), period.has())
    rows = await fetch(session, query, LedgerEntry.booked_on, Posting.id, limit=limit, cursor=cursor)
    held = Counter[str]() if not rows.items else await _held_before(session, path, *rows.items[0])
    return rows.of(lambda row: _account_line(path, held, *row))


async def _held_before(session: AsyncSession, path: str, posting: Posting, entry: LedgerEntry) -> Counter[str]:
    """What an account held before one of its postings, in minor units by currency."""
    before = tuple_(LedgerEntry.booked_on, Posting.id) < tuple_(literal(entry.booked_on), literal(posting.id))
    rows = await session.execute(
        select(Posting.currency, func.sum(_signed(path)))
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(_touches(path), before)
        .group_by(Posting.currency)
    )
    return Counter({currency: int(total) for currency, total in rows})


def _account_line(path: str, held: Counter[str], posting: Posting, entry: LedgerEntry) -> AccountLine:
    held[posting.currency] += posting.amount_minor if posting.credit == path else -posting.amount_minor
    line = msgspec.structs.asdict(statement_line(path, posting, entry))
    balance = Money(held[posting.currency], posting.currency).view()
    return AccountLine(**line, booked_on=entry.booked_on, balance=balance)


def statement_line(path: str, posting: Posting, entry: LedgerEntry) -> StatementLine:
    gained = posting.credit == path
    minor = posting.amount_minor if gained else -posting.amount_minor
    counter_account = posting.debit if gained else posting.credit
    amount = Money(minor, posting.currency).view()
    return shown(entry, StatementLine, id=posting.id, entry_id=entry.id, counter_account=counter_account, amount=amount)


async def postings_of(session: AsyncSession, subject: str) -> Sequence[tuple[LedgerEntry, Posting]]:
    """Everything that was booked for an order or a party, in order."""
    rows = await session.execute(
        select(LedgerEntry, Posting)
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .where(LedgerEntry.subject == subject)
        .order_by(Posting.id)
    )
    return [(entry, posting) for entry, posting in rows]


async def journal(
    session: AsyncSession, period: Period, limit: int, cursor: str | None, *, account: str = "", subject: str = ""
) -> Page[EntryView]:
    """The entries of a period in the order of the days that they count for; of an account or a subject only."""
    query = select(LedgerEntry).where(period.has())
    if subject:
        query = query.where(LedgerEntry.subject == subject)
    if account:
        query = query.where(LedgerEntry.id.in_(select(Posting.entry_id).where(_touches(account))))
    page = await fetch(session, query, LedgerEntry.booked_on, LedgerEntry.id, limit=limit, cursor=cursor)
    return Page(await _shown(session, page.items), page.next)


async def entry(session: AsyncSession, entry_id: str) -> EntryView:
    """One entry with its postings; raises NotFound."""
    return (await _shown(session, [await one(session, LedgerEntry, entry_id)]))[0]


async def with_postings(session: AsyncSession, entries: Sequence[LedgerEntry]) -> list[Booked]:
    """Entries with their postings, both in their order."""
    postings: dict[str, list[Posting]] = {each.id: [] for each in entries}
    query = select(Posting).where(Posting.entry_id.in_(postings)).order_by(Posting.id)
    for posting in await session.scalars(query):
        postings[posting.entry_id].append(posting)
    return [Booked(each, tuple(postings[each.id])) for each in entries]


async def _shown(session: AsyncSession, entries: Sequence[LedgerEntry]) -> list[EntryView]:
    corrections = select(LedgerEntry.corrects, LedgerEntry.id).where(LedgerEntry.corrects.in_([e.id for e in entries]))
    corrected = {row[0]: row[1] for row in await session.execute(corrections)}
    return [
        shown(
            each.entry,
            EntryView,
            corrected_by=corrected.get(each.entry.id),
            postings=[shown(row, PostingView, amount=_amount(row).view()) for row in each.postings],
        )
        for each in await with_postings(session, entries)
    ]


def _amount(posting: Posting) -> Money:
    return Money(posting.amount_minor, posting.currency)
