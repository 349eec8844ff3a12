"""Reading the books: balances are sums over postings."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.ledger.models import LedgerEntry, Posting
from market.ledger.schemas import BalanceView, StatementLine, TrialBalanceView


async def balance(session: AsyncSession, path: str, currency: str) -> Money:
    """What one account holds in one currency."""
    total = await session.scalar(
        select(func.coalesce(func.sum(_signed(path)), 0)).where(_touches(path), Posting.currency == currency)
    )
    return Money(int(total or 0), currency)


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


def movements() -> Select[tuple[str, str, int]]:
    """Every posting twice: as a plus on the account it credits, as a minus on the one it debits."""
    gained = select(
        Posting.credit.label("path"), Posting.currency.label("currency"), Posting.amount_minor.label("minor")
    )
    lost = select(Posting.debit, Posting.currency, -Posting.amount_minor)
    both = union_all(gained, lost).subquery()
    return select(both.c.path, both.c.currency, func.sum(both.c.minor)).group_by(both.c.path, both.c.currency)


async def balances(session: AsyncSession, prefix: str, limit: int, cursor: str | None) -> Page[BalanceView]:
    """All accounts under a prefix, in the order of their paths."""
    sums = movements().subquery()
    path, currency, total = sums.c
    query = select(path, currency, total)
    if prefix:
        query = query.where(path.startswith(prefix, autoescape=True))
    rows = await fetch(session, query, path, currency, limit=limit, cursor=cursor)
    return rows.of(lambda row: BalanceView(account=row[0], balance=Money(int(row[2]), row[1]).view()))


async def trial_balance(session: AsyncSession) -> list[TrialBalanceView]:
    """Both sides of the books by currency: what accounts owe and what they hold."""
    sums = movements().subquery()
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


async def statement(session: AsyncSession, path: str, limit: int, cursor: str | None) -> Page[StatementLine]:
    """The postings of an account, oldest first."""
    query = select(Posting, LedgerEntry).join(LedgerEntry, LedgerEntry.id == Posting.entry_id).where(_touches(path))
    rows = await fetch(session, query, Posting.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: statement_line(path, *row))


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
