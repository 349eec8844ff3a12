"""Reading bank accounts, statements and their lines; what is the centre's own is read by its permission."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.banking.models import BankAccount, BankEntry, BankMatch, BankStatement
from market.banking.reading.profiles import PROFILES
from market.banking.schemas import BankAccountView, BankEntryView, BankStatementView, ProfileView
from market.banking.states import BANK_MATCH, ON_THE_DESK, MatchState


async def last_statement(session: AsyncSession, account_id: str) -> BankStatement | None:
    """The statement that was imported last, if any was."""
    query = select(BankStatement).where(BankStatement.account_id == account_id).order_by(BankStatement.n.desc())
    return (await session.scalars(query.limit(1))).first()


async def account_view(session: AsyncSession, row: BankAccount) -> BankAccountView:
    """An account with its last closing balance."""
    last = await last_statement(session, row.id)
    return shown(
        row,
        BankAccountView,
        opening_balance=Money(row.opening_minor, row.currency).view(),
        closing_balance=None if last is None else Money(last.closing_minor, row.currency).view(),
        closes_on=None if last is None else last.closes_on,
    )


async def account(act: Act, account_id: str) -> BankAccountView:
    """One account."""
    return await account_view(act.session, await one(act.session, BankAccount, account_id))


async def accounts(act: Act, limit: int, cursor: str | None) -> Page[BankAccountView]:
    """Every account, in the order of their registration."""
    rows = await fetch(act.session, select(BankAccount), BankAccount.id, limit=limit, cursor=cursor)
    return await rows.awaiting(lambda row: account_view(act.session, row))


async def statement_view(session: AsyncSession, row: BankStatement) -> BankStatementView:
    """A statement with the sums of its lines and where they stand."""
    status = func.coalesce(BankMatch.status.cast(BankEntry.remittance.type), "unread")
    counted = await session.execute(
        select(status, BankEntry.credit, func.count(), func.sum(BankEntry.amount_minor))
        .outerjoin(BankMatch, BankMatch.id == BankEntry.id)
        .where(BankEntry.statement_id == row.id)
        .group_by(status, BankEntry.credit)
    )
    outcomes: dict[str, int] = {}
    sums = {True: 0, False: 0}
    for name, credit, count, total in counted:
        outcomes[name] = outcomes.get(name, 0) + count
        sums[credit] += int(total)
    return shown(
        row,
        BankStatementView,
        opening_balance=Money(row.opening_minor, row.currency).view(),
        closing_balance=Money(row.closing_minor, row.currency).view(),
        credit_total=Money(sums[True], row.currency).view(),
        debit_total=Money(sums[False], row.currency).view(),
        outcomes=dict(sorted(outcomes.items())),
    )


async def statement(act: Act, statement_id: str) -> BankStatementView:
    """One statement."""
    return await statement_view(act.session, await one(act.session, BankStatement, statement_id))


async def statements(act: Act, account_id: str, limit: int, cursor: str | None) -> Page[BankStatementView]:
    """The statements of an account, the newest first."""
    await one(act.session, BankAccount, account_id)
    query = select(BankStatement).where(BankStatement.account_id == account_id)
    rows = await fetch(act.session, query, BankStatement.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: statement_view(act.session, row))


def entry_view(act: Act, entry: BankEntry, match: BankMatch | None) -> BankEntryView:
    """A line with what the actor may do with it."""
    roles = [role for role in (Role.CLEARING,) if act.actor.has(role)]
    actions = [] if match is None else [a for role in roles for a in BANK_MATCH.actions(match.status, role)]
    return shown(
        entry,
        BankEntryView,
        amount=entry.money.view(),
        status=match and match.status,
        outcome=match and match.outcome,
        reason=match and match.reason,
        payment_ids=[] if match is None else match.payment_ids,
        party_id=match and match.party_id,
        held_amount=Money(0 if match is None else match.held_minor, entry.currency).view(),
        note=match and match.note,
        owner=str(Role.CLEARING) if match is not None and match.status in ON_THE_DESK else None,
        due_at=match and match.due_at,
        allowed_actions=sorted({str(action) for action in actions if str(action) != "complete"}),
    )


async def entry(act: Act, entry_id: str) -> BankEntryView:
    """One line."""
    row = await one(act.session, BankEntry, entry_id)
    return entry_view(act, row, await act.session.get(BankMatch, entry_id))


async def entries(
    act: Act, status: str | None, statement_id: str | None, limit: int, cursor: str | None
) -> Page[BankEntryView]:
    """Lines, oldest first: all, those of a statement, or those that stand at one of the desk's places."""
    query = select(BankEntry, BankMatch).outerjoin(BankMatch, BankMatch.id == BankEntry.id)
    if status == "unread":
        query = query.where(BankMatch.id.is_(None))
    elif status is not None:
        query = query.where(BankMatch.status == MatchState(status))
    if statement_id is not None:
        query = query.where(BankEntry.statement_id == statement_id)
    rows = await fetch(act.session, query, BankEntry.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: entry_view(act, row[0], row[1]))


def profiles(act: Act) -> list[ProfileView]:
    """The ways in which banks write their tables, as they are published today."""
    named = PROFILES.at(act.today).body.profiles
    return [
        ProfileView(
            each.id,
            each.zh,
            each.en,
            [*each.date, *each.income, *each.outgo, *each.amount, *each.balance, *each.serial],
        )
        for each in named
    ]
