"""Reading bank details, payouts and batches."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.ledger import queries as books
from market.ledger.book import payable
from market.ledger.models import LedgerEntry, Posting
from market.ledger.schemas import StatementLine
from market.payouts.models import PayeeAccount, Payout, PayoutApproval, PayoutBatch
from market.payouts.rules import POLICY
from market.payouts.schemas import (
    BatchApprovalView,
    BatchLineView,
    PayeeAccountView,
    PayoutAdviceView,
    PayoutBatchView,
    PayoutView,
)
from market.payouts.states import OWNER, PAYEE_ACCOUNT, BatchState, PayeeState, PayoutState

PAYEES: Final = Audience("payee_account", (Role.CLEARING, Role.AUDITOR))
PAYOUTS: Final = Audience("payout", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))

ADVICE_LINES_MAX: Final = 500


def payee_view(act: Act, row: PayeeAccount) -> PayeeAccountView:
    """Bank details with what the actor may do with them."""
    roles = [OWNER] if row.party_id == act.actor.party else []
    roles += [role for role in (Role.CLEARING,) if act.actor.has(role)]
    actions = {str(each) for role in roles for each in PAYEE_ACCOUNT.actions(row.status, role)}
    return shown(row, PayeeAccountView, allowed_actions=sorted(actions - {"close"}))


async def payee(act: Act, account_id: str) -> PayeeAccountView:
    """Bank details, for their party and the clearing officer; raises NotFound for anybody else."""
    row = await one(act.session, PayeeAccount, account_id)
    PAYEES.require(act.actor, account_id, row.party_id)
    return payee_view(act, row)


async def payees(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[PayeeAccountView]:
    """One's own bank details, or everybody's for the clearing officer."""
    query = select(PayeeAccount).where(PAYEES.among(act.actor, PayeeAccount.party_id))
    if status is not None:
        query = query.where(PayeeAccount.status == PayeeState(status))
    rows = await fetch(act.session, query, PayeeAccount.id, limit=limit, cursor=cursor)
    return rows.of(lambda row: payee_view(act, row))


def payout_view(row: Payout) -> PayoutView:
    """A payout for the wire."""
    return shown(row, PayoutView, amount=row.money.view())


async def payout(act: Act, payout_id: str) -> PayoutView:
    """One payout; raises NotFound for whoever may not know of it."""
    return payout_view(await _seen(act, payout_id))


async def _seen(act: Act, payout_id: str) -> Payout:
    row = await one(act.session, Payout, payout_id)
    PAYOUTS.require(act.actor, payout_id, row.party_id)
    return row


async def payouts(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[PayoutView]:
    """One's own payouts, or all of them for the clearing officer and those who watch."""
    query = select(Payout).where(PAYOUTS.among(act.actor, Payout.party_id))
    if status is not None:
        query = query.where(Payout.status == PayoutState(status))
    rows = await fetch(act.session, query, Payout.id, limit=limit, cursor=cursor)
    return rows.of(payout_view)


async def advice(act: Act, payout_id: str) -> PayoutAdviceView:
    """What a payout pays: every movement of what was owed since the payout before, with the balances around them."""
    row = await _seen(act, payout_id)
    account = await one(act.session, PayeeAccount, row.payee_account_id)
    party = await one(act.session, Party, row.party_id)
    path = payable(row.party_id)
    taken = await _entry(act.session, f"payout:{row.id}:begun")
    before = select(Payout.id).where(
        Payout.party_id == row.party_id, Payout.currency == row.currency, Payout.id < row.id
    )
    earlier = await act.session.scalar(before.order_by(Payout.id.desc()).limit(1))
    since = "" if earlier is None else (await _entry(act.session, f"payout:{earlier}:begun")).id
    query = (
        select(Posting, LedgerEntry)
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(or_(Posting.debit == path, Posting.credit == path), Posting.currency == row.currency)
    )
    opening = await _balance(act.session, path, row.currency, since)
    closing = await _balance(act.session, path, row.currency, taken.id)
    between = query.where(LedgerEntry.id > since, LedgerEntry.id <= taken.id)
    count = await act.session.scalar(select(func.count()).select_from(between.subquery()))
    rows = await act.session.execute(between.order_by(Posting.id).limit(ADVICE_LINES_MAX))
    lines: list[StatementLine] = [books.statement_line(path, posting, entry) for posting, entry in rows]
    return PayoutAdviceView(
        payout=payout_view(row),
        payee_name=party.name,
        account_holder=account.holder,
        account_number=account.number,
        opening_balance=opening.view(),
        lines=lines,
        line_count=count or 0,
        closing_balance=closing.view(),
    )


async def _entry(session: AsyncSession, reference: str) -> LedgerEntry:
    entry = await session.scalar(select(LedgerEntry).where(LedgerEntry.reference == reference))
    if entry is None:
        raise NotFound(kind="payout", id=reference)
    return entry


async def _balance(session: AsyncSession, path: str, currency: str, up_to: str) -> Money:
    """What an account held after an entry; entries are numbered as they were made."""
    signed = func.sum(Posting.amount_minor)
    sums = []
    for column in (Posting.credit, Posting.debit):
        query = select(func.coalesce(signed, 0)).where(
            column == path, Posting.currency == currency, Posting.entry_id <= up_to
        )
        sums.append(int(await session.scalar(query) or 0))
    return Money(sums[0] - sums[1], currency)


async def approvals(session: AsyncSession, batch_id: str) -> Sequence[PayoutApproval]:
    """The approvals of a batch, the first first."""
    query = select(PayoutApproval).where(PayoutApproval.batch_id == batch_id)
    return (await session.scalars(query.order_by(PayoutApproval.id))).all()


async def batch_view(session: AsyncSession, row: PayoutBatch) -> PayoutBatchView:
    """A batch with its payouts and approvals."""
    policy = POLICY.at(row.created_at.date()).body
    found = await session.scalars(select(Payout).where(Payout.batch_id == row.id).order_by(Payout.id))
    return shown(
        row,
        PayoutBatchView,
        total=Money(row.total_minor, row.currency).view(),
        approvals=[shown(each, BatchApprovalView) for each in await approvals(session, row.id)],
        approvals_needed=policy.approvers,
        payouts=[payout_view(each) for each in found],
    )


async def batch(act: Act, batch_id: str) -> PayoutBatchView:
    """One batch."""
    return await batch_view(act.session, await one(act.session, PayoutBatch, batch_id))


async def batches(act: Act, status: str | None, limit: int, cursor: str | None) -> Page[BatchLineView]:
    """Every batch, the newest first."""
    query = select(PayoutBatch)
    if status is not None:
        query = query.where(PayoutBatch.status == BatchState(status))
    rows = await fetch(act.session, query, PayoutBatch.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: shown(row, BatchLineView, total=Money(row.total_minor, row.currency).view()))


async def file_of(act: Act, batch_id: str) -> bytes:
    """The file as it was made at approval; raises NotFound where there is none."""
    row = await one(act.session, PayoutBatch, batch_id)
    raw = await act.session.scalar(select(PayoutBatch.file).where(PayoutBatch.id == row.id))
    if raw is None:
        raise NotFound(kind="payout_batch", id=batch_id)
    return raw
