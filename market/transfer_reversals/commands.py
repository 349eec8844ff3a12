"""Taking transfers back: what a party owes for a refund comes from its account at Stripe, as far as that has it.

The reversal is stored and committed, then Stripe is asked with the reversal's id as its key, then the outcome is
stored: a crash in between is mended by asking again. What Stripe refuses stays the party's debt (`clawback`).
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one, unit
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.money import Money
from kernel.runtime import Runtime
from kernel.states import Role
from market.clawbacks.commands import open_debt
from market.ledger import commands as ledger
from market.ledger import refund_book
from market.orders.rules import deadline
from market.payments.errors import PaymentRefused
from market.payments.gateways.protocol import Sent
from market.payments.gateways.registry import gateway
from market.payouts.models import Payout
from market.payouts.states import PayoutState
from market.refunds.paid import TAKEN
from market.splits.models import Distribution, DistributionLeg, LegRefund
from market.transfer_reversals import queries, rules
from market.transfer_reversals.errors import ReversalUnknown
from market.transfer_reversals.models import TransferReversal
from market.transfer_reversals.schemas import DecideReversal, TransferReversalView
from market.transfer_reversals.states import (
    TRANSFER_REVERSAL,
    UNDER_WAY,
    TransferReversalAction,
    TransferReversalState,
)
from market.withholding.models import WithheldShare

METHOD: Final = "card"
"""The way of paying whose gateway is Stripe."""
PATIENCE: Final = timedelta(hours=1)
"""How long a reversal waits for its job before it is asked for again."""
LOOKED_AT_MAX: Final = 50
"""How many of a party's last payouts by Stripe are looked at."""


async def seek(act: Act, cause: str) -> None:
    """See whether a refund or a lost dispute has left anybody in debt that a transfer paid; the job decides."""
    await enqueue(act.session, "transfer_reversals.begin", {"cause": cause})


if seek not in TAKEN:
    TAKEN.append(seek)


async def begin(act: Act, cause: str) -> None:
    """Begin a reversal of each transfer that can pay what those owe who had to give for a refund or a dispute."""
    legs = (
        select(DistributionLeg.party_id, Distribution.currency)
        .join(Distribution, Distribution.id == DistributionLeg.distribution_id)
        .join(
            LegRefund,
            (LegRefund.distribution_id == DistributionLeg.distribution_id) & (LegRefund.n == DistributionLeg.n),
        )
        .where(LegRefund.refund_id == cause, DistributionLeg.party_id.is_not(None))
    )
    others = (
        select(WithheldShare.redirected_to, WithheldShare.currency)
        .join(LegRefund, LegRefund.distribution_id == WithheldShare.distribution_id)
        .where(LegRefund.refund_id == cause, WithheldShare.redirected_to.is_not(None))
    )
    owing = {
        (str(party), str(currency)) for query in (legs, others) for party, currency in await act.session.execute(query)
    }
    for party, currency in sorted(owing):
        await _of_party(act, party, currency, cause)


async def _of_party(act: Act, party: str, currency: str, cause: str) -> None:
    """The latest transfers first, each by what is left of it at most; the lock is that of the party's payouts."""
    await lock_name(act.session, "payout", party, currency)
    debt = (await open_debt(act, party, currency)).minor
    query = select(Payout.id).where(
        Payout.party_id == party,
        Payout.currency == currency,
        Payout.transfer_reference.is_not(None),
        Payout.status.in_((PayoutState.SENT, PayoutState.CONFIRMED)),
        Payout.bank_reason.is_(None),  # What its bank has refused comes back as a whole.
        Payout.reversed_minor < Payout.amount_minor,
    )
    for payout_id in (await act.session.scalars(query.order_by(Payout.id.desc()).limit(LOOKED_AT_MAX))).all():
        payout = await locked(act.session, Payout, payout_id)
        part = min(debt, payout.amount_minor - payout.reversed_minor)
        if part <= 0 or payout.bank_reason is not None:
            continue
        debt -= part
        payout.reversed_minor += part
        await _begun(act, payout, Money(part, currency), cause)


async def _begun(act: Act, payout: Payout, money: Money, cause: str) -> None:
    row = TransferReversal(
        id=ids.new("trv"),
        payout_id=payout.id,
        party_id=payout.party_id,
        amount_minor=money.minor,
        currency=money.currency,
        because=cause,
        gateway_reference=None,
        failure=None,
        asked=0,
        due_at=act.at + PATIENCE,
        created_at=act.at,
    )
    facts = {"payout": payout.id, "amount": str(money), "because": cause, "rule": rules.REVERSED}
    await lifecycle.begin(act.by(SYSTEM), row, TRANSFER_REVERSAL, parties=[row.party_id], **facts)
    await enqueue(act.session, "transfer_reversals.send", {"reversal_id": row.id})


async def send(runtime: Runtime, reversal_id: str) -> None:
    """Ask Stripe to take back what was begun; running again after a crash goes on where it ended."""
    async with unit(runtime.sessions) as session:
        row = await one(session, TransferReversal, reversal_id)
        payout = await one(session, Payout, row.payout_id)
    if row.status is not TransferReversalState.BEGUN:
        return
    try:
        sent = await gateway(runtime, METHOD).take_back(row.id, str(payout.transfer_reference), row.money)
    except PaymentRefused as refusal:
        async with runtime.act() as act:
            await _failed(act, reversal_id, str(refusal.facts["reason"]))
        return
    async with runtime.act() as act:
        await _reversed(act, reversal_id, sent)


async def _reversed(act: Act, reversal_id: str, sent: Sent) -> None:
    row = await locked(act.session, TransferReversal, reversal_id)
    if row.status not in UNDER_WAY:
        return
    row.gateway_reference, row.due_at = sent.reference, None
    system = act.by(SYSTEM)
    await ledger.post(system, refund_book.transfer_reversed(row.id, row.party_id, row.money))
    await _step(system, row, TransferReversalAction.REVERSE, reference=sent.reference)


async def _failed(act: Act, reversal_id: str, reason: str) -> None:
    """The party's account has not enough: it owes the amount still.

    Where the payout itself has failed meanwhile, its money is back on that account, and Stripe is asked again.
    """
    payout, row = await _locked(act, reversal_id)
    if row.status not in UNDER_WAY:
        return
    row.failure = reason[:200]
    if payout.bank_reason is not None or row.status is TransferReversalState.REFERRED:
        return
    row.due_at = None
    payout.reversed_minor -= row.amount_minor
    await _step(act.by(SYSTEM), row, TransferReversalAction.FAIL, reason=row.failure)


async def _locked(act: Act, reversal_id: str) -> tuple[Payout, TransferReversal]:
    """A reversal after its payout, which is locked first as everywhere."""
    payout = await locked(act.session, Payout, (await one(act.session, TransferReversal, reversal_id)).payout_id)
    return payout, await locked(act.session, TransferReversal, reversal_id)


async def _step(
    act: Act, row: TransferReversal, action: TransferReversalAction, role: Role = Role.SYSTEM, **facts: str | None
) -> None:
    facts = {"amount": str(row.money), "payout": row.payout_id, **facts}
    await lifecycle.advance(act, row, TRANSFER_REVERSAL, action, role, parties=[row.party_id], **facts)


async def fall_due(act: Act, reversal_id: str) -> None:
    """A reversal of which nothing was heard is asked for again: it bears its key, and is made once.

    After the published number of times it waits for the clearing officer, who is told of it again and again.
    """
    row, table = await locked(act.session, TransferReversal, reversal_id), rules.RULES.at(act.today).body
    if row.due_at is None or row.due_at > act.at:
        return
    mine = act.by(SYSTEM)
    if row.status is TransferReversalState.BEGUN and row.asked < table.asked_max:
        row.asked, row.due_at, row.failure = row.asked + 1, act.at + PATIENCE, None
        await enqueue(act.session, "transfer_reversals.send", {"reversal_id": row.id})
        return
    row.due_at = deadline(act.today, table.desk_working_days)
    if row.status is TransferReversalState.BEGUN:
        await _step(mine, row, TransferReversalAction.REFER, rule=rules.REFERRED, reason=row.failure)
    else:
        facts = {"amount": str(row.money), "rule": rules.REFERRED}
        record(mine, "market.transfer_reversal.reminded", row.id, parties=[row.party_id], facts=facts)


async def decide(act: Act, reversal_id: str, data: DecideReversal) -> TransferReversalView:
    """The clearing officer has it asked for again, or leaves its amount as a debt.

    Of a payout that its bank has refused the rest came back before, and is owed again: it stays cut down. Raises
    NotFound, IllegalTransition and ReversalUnknown.
    """
    payout, row = await _locked(act, reversal_id)
    queries.AUDIENCE.require(act.actor, row.id, row.party_id)
    role = queries.AUDIENCE.role(act.actor, provider=row.party_id) or Role.PROVIDER
    action = TransferReversalAction(data.decision)
    again = action is TransferReversalAction.RETRY
    TRANSFER_REVERSAL.next(row.status, action, role)
    if not again and row.failure is None:
        raise ReversalUnknown(reversal=row.id)
    row.asked, row.due_at = 0, act.at + PATIENCE if again else None
    await _step(act, row, action, role, rule=rules.REFERRED, reason=data.reason)
    if again:
        row.failure = None
        await enqueue(act.session, "transfer_reversals.send", {"reversal_id": row.id})
    elif payout.bank_reason is None:
        payout.reversed_minor -= row.amount_minor
    return queries.view(row, act)
