"""Batches: proposed by one officer, approved by two others, made into a file once, or refused."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from contracts.approvals.queries import line_of
from contracts.approvals.rules import same_person
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, hold, locked, one
from kernel.errors import FieldError, InvalidInput
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role
from kernel.text import Text
from kernel.time.workdays import add_working_days, is_working_day
from market.banking.models import BankAccount
from market.payouts import queries
from market.payouts.commands import due, payees
from market.payouts.errors import (
    ApproverNotIndependent,
    BatchDigestDiffers,
    ExecutionDayImpossible,
    NothingDue,
    PayeeNotVerified,
    PayoutNotDue,
)
from market.payouts.models import PayeeAccount, Payout, PayoutApproval, PayoutBatch
from market.payouts.pain.rendering import Order, Side, Transfer, lines_of, rendered
from market.payouts.rules import POLICY
from market.payouts.schemas import ApproveBatch, PayoutBatchView, ProposeBatch, RefuseBatch
from market.payouts.states import BATCH, PAYOUT, BatchAction, BatchState, PayoutAction, PayoutState

STRIPE = Side("Stripe", "-", "STRIPEXX")
"""Who pays where no bank account of the centre does."""


async def propose(act: Act, data: ProposeBatch) -> PayoutBatchView:
    """Put what is due into a batch; raises NothingDue, PayoutNotDue, PayeeNotVerified and ExecutionDayImpossible."""
    policy = POLICY.at(act.today).body
    account = await _paying(act, data)
    execution_on = _execution(act.today, data.execution_on)
    chosen = await _chosen(act, data, policy.batch_max)
    batch_id = ids.new("pob")
    order = await _order(act, batch_id, execution_on, account, data.currency, chosen)
    row = PayoutBatch(
        id=batch_id,
        channel=data.channel,
        bank_account_id=account and account.id,
        currency=data.currency,
        payout_count=len(chosen),
        total_minor=sum(each.amount_minor for each in chosen),
        execution_on=execution_on,
        digest=digest_of(order),
        proposed_by=act.actor.hand or "",
        proposed_by_line=list(await line_of(act.session, act.actor.hand)),
        due_at=act.at + timedelta(days=policy.approve_days),
        end_reason=None,
        form=account.payment_format if account else "stripe",
        file=None,
        file_sha256=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, row, BATCH, digest=row.digest, count=str(len(chosen)))
    for payout in chosen:
        payout.batch_id, payout.due_at = row.id, None
        await lifecycle.advance(
            act, payout, PAYOUT, PayoutAction.BATCH, Role.CLEARING, parties=[payout.party_id], batch=row.id
        )
    return await queries.batch_view(act.session, row)


async def _paying(act: Act, data: ProposeBatch) -> BankAccount | None:
    if data.channel == "stripe":
        return None
    if data.bank_account_id is None:
        text = Text("请指明付款的银行账户", "Name the bank account that pays")
        raise InvalidInput(errors=[FieldError("/bank_account_id", text)])
    account = await one(act.session, BankAccount, data.bank_account_id)
    if account.currency != data.currency:
        text = Text(f"该账户币种为 {account.currency}", f"That account is in {account.currency}")
        raise InvalidInput(errors=[FieldError("/currency", text)])
    return account


def _execution(today: date, wanted: date | None) -> date:
    following = add_working_days(today, 1).on
    day = following if wanted is None else wanted
    if day < today or not is_working_day(day)[0]:
        soonest = today if is_working_day(today)[0] else following
        raise ExecutionDayImpossible(day=day.isoformat(), next=soonest.isoformat())
    return day


async def _chosen(act: Act, data: ProposeBatch, most: int) -> Sequence[Payout]:
    query = (
        select(Payout)
        .join(PayeeAccount, PayeeAccount.id == Payout.payee_account_id)
        .where(Payout.currency == data.currency, PayeeAccount.channel == data.channel)
    )
    if data.payout_ids:
        query = query.where(Payout.id.in_(data.payout_ids))
    else:
        query = query.where(Payout.status == PayoutState.DUE)
    query = query.order_by(Payout.id).limit(most).with_for_update(of=Payout)
    rows = (await act.session.scalars(query.execution_options(populate_existing=True))).all()
    for row in rows:
        hold(act.session, row)
        if row.status is not PayoutState.DUE:
            raise PayoutNotDue(payout=row.id, state=str(row.status))
    if not rows or (data.payout_ids and len(rows) != len(set(data.payout_ids))):
        raise NothingDue(currency=data.currency)
    return rows


async def _order(
    act: Act, batch_id: str, execution_on: date, account: BankAccount | None, currency: str, payouts: Sequence[Payout]
) -> Order:
    """The batch as the bank is told of it; raises PayeeNotVerified where details are not those that were proved."""
    payer = STRIPE if account is None else Side(account.holder, account.number_key, account.bank_code)
    transfers = []
    for payout in payouts:
        payee = await one(act.session, PayeeAccount, payout.payee_account_id)
        active = await payees.active(act.session, payout.party_id, payout.currency)
        changing = await payees.pending(act.session, payout.party_id, payout.currency)
        if active is None or active.id != payee.id or changing is not None:
            raise PayeeNotVerified(
                payout=payout.id,
                amount=str(payout.money),
                account=payee.id,
                state=str(payee.status),
                pending=changing.id if changing else Text("没有", "nothing"),
            )
        side = Side(payee.holder, payee.number, payee.bank_code or "STRIPEXX")
        transfers.append(Transfer(payout.id, payout.money, side, f"数据交易结算款 {payout.id}"))
    form = "stripe" if account is None else account.payment_format
    return Order(batch_id, form, act.at, execution_on, payer, currency, tuple(transfers))


def digest_of(order: Order) -> str:
    """What the officers approve, in one line."""
    return "sha256:" + hashlib.sha256("\n".join(lines_of(order)).encode()).hexdigest()


async def approve(act: Act, batch_id: str, data: ApproveBatch) -> PayoutBatchView:
    """An officer's yes; with the last that is needed the file is made and the payouts are sent.

    Raises BatchDigestDiffers, ApproverNotIndependent, and PayeeNotVerified where details have changed since.
    """
    batch = await locked(act.session, PayoutBatch, batch_id)
    BATCH.next(batch.status, BatchAction.APPROVE, Role.CLEARING)
    if data.digest != batch.digest:
        raise BatchDigestDiffers(digest=batch.digest, given=data.digest)
    policy = POLICY.at(act.today).body
    given = await queries.approvals(act.session, batch.id)
    line = list(await line_of(act.session, act.actor.hand))
    if any(same_person(line, other) for other in (batch.proposed_by_line, *(each.line for each in given))):
        raise ApproverNotIndependent(proposer=batch.proposed_by, needed=policy.approvers, given=len(given))
    yes = PayoutApproval(
        id=ids.new("poa"),
        batch_id=batch.id,
        key_id=act.actor.hand or "",
        line=line,
        digest=batch.digest,
        approved_at=act.at,
    )
    act.session.add(yes)
    await act.session.flush()  # The unique key must speak here, and the view shows it.
    record(act, "market.payout_batch.approval-given", batch.id, facts={"digest": batch.digest})
    if len(given) + 1 >= policy.approvers:
        await _send(act, batch, timedelta(days=policy.confirmation_days))
    return await queries.batch_view(act.session, batch)


async def _send(act: Act, batch: PayoutBatch, patience: timedelta) -> None:
    payouts = await of_batch(act, batch.id)
    account = None if batch.bank_account_id is None else await one(act.session, BankAccount, batch.bank_account_id)
    order = await _order(act, batch.id, batch.execution_on, account, batch.currency, payouts)
    if batch.channel == "bank":
        batch.file = rendered(order)
        batch.file_sha256 = hashlib.sha256(batch.file).hexdigest()
    await lifecycle.advance(act, batch, BATCH, BatchAction.APPROVE, Role.CLEARING, sha256=batch.file_sha256)
    for payout in payouts:
        payout.due_at = act.at + patience
        parties = [payout.party_id]
        await lifecycle.advance(act.by(SYSTEM), payout, PAYOUT, PayoutAction.SEND, Role.SYSTEM, parties=parties)
        if batch.channel == "stripe":
            await enqueue(act.session, "payouts.transfer", {"payout_id": payout.id})


async def of_batch(act: Act, batch_id: str) -> list[Payout]:
    """The payouts of a batch, locked."""
    query = select(Payout.id).where(Payout.batch_id == batch_id).order_by(Payout.id)
    found = [
        await find_locked(act.session, select(Payout).where(Payout.id == payout_id))
        for payout_id in (await act.session.scalars(query)).all()
    ]
    return [each for each in found if each is not None]


async def refuse(act: Act, batch_id: str, data: RefuseBatch) -> PayoutBatchView:
    """An officer refuses; what was in it is owed again."""
    batch = await locked(act.session, PayoutBatch, batch_id)
    await _end(act, batch, BatchAction.REFUSE, Role.CLEARING, data.reason)
    return await queries.batch_view(act.session, batch)


async def fall_due(act: Act, batch_id: str) -> None:
    """A batch that was not approved in time lapses."""
    batch = await locked(act.session, PayoutBatch, batch_id)
    if batch.status is BatchState.PROPOSED and batch.due_at <= act.at:
        await _end(act.by(SYSTEM), batch, BatchAction.LAPSE, Role.SYSTEM, "not approved in time")


async def _end(act: Act, batch: PayoutBatch, action: BatchAction, role: Role, reason: str) -> None:
    batch.end_reason = reason
    await lifecycle.advance(act, batch, BATCH, action, role, reason=reason)
    for payout in await of_batch(act, batch.id):
        await due.cancel(act, payout, role, reason)
