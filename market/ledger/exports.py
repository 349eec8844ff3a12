"""The books of a period as one file: for a bookkeeping program, or as a table; read in batches, from one moment."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy import func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.money import Money
from market.ledger import journal
from market.ledger.errors import JournalTooLarge
from market.ledger.journal import Balances, Booked
from market.ledger.models import LedgerEntry, Posting
from market.ledger.queries import Period, movements, with_postings
from valuation.cells import safe

Form = Literal["hledger", "csv"]
MEDIA: Final[dict[Form, str]] = {"hledger": "text/plain", "csv": "text/csv"}
POSTINGS_MAX: Final = 20_000
"""What one answer of the API holds; the command line writes any number."""

_BATCH: Final = 500
_COLUMNS: Final = (
    "booked_on", "entry_id", "posting_id", "kind", "reference", "subject", "corrects", "posted_at", "debit", "credit",
    "amount", "currency",
)  # fmt: skip


async def from_one_moment(session: AsyncSession) -> None:
    """Let all that a unit reads be of one moment, whatever is booked meanwhile; the unit has asked nothing yet."""
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


async def require_bounded(session: AsyncSession, period: Period) -> None:
    """Refuse what is too much for one answer; raises JournalTooLarge."""
    query = select(Posting.id).join(LedgerEntry, LedgerEntry.id == Posting.entry_id).where(period.has())
    postings = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if postings > POSTINGS_MAX:
        raise JournalTooLarge(postings=str(postings), most=str(POSTINGS_MAX))


def parts(session: AsyncSession, form: Form, period: Period) -> AsyncIterator[str]:
    """The text of a file, piece by piece."""
    return _hledger(session, period) if form == "hledger" else _csv(session, period)


async def _hledger(session: AsyncSession, period: Period) -> AsyncIterator[str]:
    before = Period(until=period.since - timedelta(days=1)) if period.since else None
    opening = await _held(session, before) if before else []
    ending = await _held(session, Period(until=period.until))
    touched = sorted({path for path, _ in ending})
    yield "".join(journal.directives(touched, sorted({money.currency for _, money in ending})))
    if period.since is not None:
        yield journal.brought_forward(period.since, opening)
    last = period.since
    async for batch in _batches(session, period):
        yield "".join(journal.written(each) for each in batch)
        last = batch[-1].entry.booked_on
    if (end := period.until or last) is not None:
        yield journal.closing(end, ending)


async def _csv(session: AsyncSession, period: Period) -> AsyncIterator[str]:
    """UTF-8 with a mark, as spreadsheets read it; a posting is a line."""
    yield "\ufeff" + _lines([_COLUMNS])
    async for batch in _batches(session, period):
        yield _lines([_row(each.entry, posting) for each in batch for posting in each.postings])


def _row(entry: LedgerEntry, posting: Posting) -> tuple[str, ...]:
    view = Money(posting.amount_minor, posting.currency).view()
    named = (str(entry.booked_on), entry.id, posting.id, entry.kind, entry.reference, entry.subject)
    rest = (
        entry.corrects or "",
        entry.posted_at.isoformat(),
        posting.debit,
        posting.credit,
        view.amount,
        view.currency,
    )
    return tuple(safe(each) for each in (*named, *rest))


def _lines(rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


async def _held(session: AsyncSession, period: Period) -> Balances:
    """What every account that was ever used holds at the end of a period, in the order of their paths."""
    rows = await session.execute(movements(period))
    return sorted(((path, Money(int(minor), currency)) for path, currency, minor in rows), key=_by_path)


def _by_path(held: tuple[str, Money]) -> tuple[str, str]:
    return held[0], held[1].currency


async def _batches(session: AsyncSession, period: Period) -> AsyncIterator[list[Booked]]:
    """The entries of a period in the order of their days."""
    after: tuple[date, str] | None = None
    key = (LedgerEntry.booked_on, LedgerEntry.id)
    while True:
        query = select(LedgerEntry).where(period.has()).order_by(*key).limit(_BATCH)
        if after is not None:
            query = query.where(tuple_(*key) > tuple_(*map(literal, after)))
        entries = (await session.scalars(query)).all()
        if not entries:
            return
        yield await with_postings(session, entries)
        after = (entries[-1].booked_on, entries[-1].id)
        session.expunge_all()  # What is written is not needed again, and a whole year would not fit.
