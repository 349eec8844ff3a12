"""Booking an entry: the only code that writes the books."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.log.record import record
from kernel.money import Money
from market.ledger import book, queries
from market.ledger.errors import AlreadyPosted, Overdraft
from market.ledger.models import Account, LedgerEntry, Posting


async def post(act: Act, entry: book.Entry) -> LedgerEntry:
    """Book an entry within this unit of work; raises AlreadyPosted or Overdraft, and then nothing is booked."""
    await _open_accounts(act.session, entry, act.at)
    await _refuse_overdraft(act.session, entry)
    entry_id = await act.session.scalar(
        insert(LedgerEntry)
        .values(id=ids.new("lgr"), reference=entry.reference, kind=entry.kind, subject=entry.subject, posted_at=act.at)
        .on_conflict_do_nothing(index_elements=["reference"])
        .returning(LedgerEntry.id)
    )
    if entry_id is None:
        raise AlreadyPosted(reference=entry.reference)
    await act.session.execute(insert(Posting), [_posting(entry_id, leg) for leg in entry.legs])
    record(
        act,
        "market.ledger_entry.posted",
        entry_id,
        facts={"reference": entry.reference, "kind": entry.kind, "postings": [facts(leg) for leg in entry.legs]},
    )
    return (await act.session.scalars(select(LedgerEntry).where(LedgerEntry.id == entry_id))).one()


async def held(session: AsyncSession, paths: Iterable[str], currency: str) -> dict[str, Money]:
    """What accounts hold in a currency, locked in one order until the unit ends, so that nothing else takes of it."""
    wanted = sorted(set(paths))
    query = select(Account.path).where(Account.path.in_(wanted)).order_by(Account.path).with_for_update()
    await session.execute(query)
    return {path: await queries.balance(session, path, currency) for path in wanted}


def facts(leg: book.Leg) -> dict[str, str]:
    """A posting as the transparency log commits to it; amounts are text, as every number is there."""
    return {
        "debit": leg.debit,
        "credit": leg.credit,
        "amount_minor": str(leg.money.minor),
        "currency": leg.money.currency,
    }


def _posting(entry_id: str, leg: book.Leg) -> dict[str, object]:
    return {
        "id": ids.new("pst"),
        "entry_id": entry_id,
        "debit": leg.debit,
        "credit": leg.credit,
        "amount_minor": leg.money.minor,
        "currency": leg.money.currency,
    }


async def _open_accounts(session: AsyncSession, entry: book.Entry, at: datetime) -> None:
    """Create missing accounts in the order of their paths, so that two units never wait for each other."""
    paths = sorted({path for leg in entry.legs for path in (leg.debit, leg.credit)})
    await session.execute(
        insert(Account)
        .values([{"path": p, "may_overdraw": book.may_overdraw(p), "created_at": at} for p in paths])
        .on_conflict_do_nothing()
    )


async def _refuse_overdraft(session: AsyncSession, entry: book.Entry) -> None:
    """Lock, in one order, the accounts that lose money and may not fall below zero, then look at their balances."""
    wanted: Counter[tuple[str, str]] = Counter()
    for leg in entry.legs:
        wanted[leg.debit, leg.money.currency] += leg.money.minor
        wanted[leg.credit, leg.money.currency] -= leg.money.minor
    losing = {key: minor for key, minor in wanted.items() if minor > 0 and not book.may_overdraw(key[0])}
    if not losing:
        return
    paths = sorted({path for path, _ in losing})
    await session.execute(select(Account.path).where(Account.path.in_(paths)).order_by(Account.path).with_for_update())
    for (path, currency), minor in sorted(losing.items()):
        held = await queries.balance(session, path, currency)
        if held.minor < minor:
            raise Overdraft(account=path, balance=str(held), wanted=str(Money(minor, currency)))
