"""Answering card disputes: evidence is entered here, and sent once before the gateway's last day."""

import msgspec

from kernel import lifecycle
from kernel.act import Act
from kernel.db import locked, one, unit
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.states import Role
from market.card_disputes import queries
from market.card_disputes.errors import CardEvidenceLate, CardEvidenceMissing, CardEvidenceSent
from market.card_disputes.following import METHOD
from market.card_disputes.models import CardDispute
from market.card_disputes.schemas import CardDisputeView, CardEvidence
from market.card_disputes.states import CARD_DISPUTE, CardDisputeAction
from market.payments.gateways.registry import gateway


async def _answerable(act: Act, dispute_id: str) -> CardDispute:
    """A dispute that waits for evidence, locked; raises IllegalTransition, CardEvidenceSent, CardEvidenceLate."""
    row = await locked(act.session, CardDispute, dispute_id)
    if row.sent_at is not None:
        raise CardEvidenceSent(dispute=row.id, at=row.sent_at.isoformat())
    CARD_DISPUTE.next(row.status, CardDisputeAction.ANSWER, Role.CLEARING)
    if row.due_by is not None and row.due_by <= act.at:
        raise CardEvidenceLate(dispute=row.id, due_by=row.due_by.isoformat())
    return row


async def enter_evidence(act: Act, dispute_id: str, data: CardEvidence) -> CardDisputeView:
    """Enter what speaks for the sale; nothing is sent yet, and it may be entered anew."""
    row = await _answerable(act, dispute_id)
    row.evidence = msgspec.to_builtins(data)
    facts = {"fields": sorted(row.evidence)}
    record(act, "market.card_dispute.evidence_entered", row.id, parties=row.parties, facts=facts)
    return queries.view(row, act.actor)


async def answer(act: Act, dispute_id: str) -> CardDisputeView:
    """Send what was entered, once; raises CardEvidenceMissing."""
    row = await _answerable(act, dispute_id)
    if not row.evidence:
        raise CardEvidenceMissing(dispute=row.id)
    row.sent_at = act.at
    await lifecycle.advance(act, row, CARD_DISPUTE, CardDisputeAction.ANSWER, Role.CLEARING, parties=row.parties)
    await enqueue(act.session, "card_disputes.answer", {"dispute_id": row.id})
    return queries.view(row, act.actor)


async def accept(act: Act, dispute_id: str) -> CardDisputeView:
    """Accept the loss: the gateway is told, and says by itself that the dispute is lost."""
    row = await _answerable(act, dispute_id)
    row.sent_at = act.at
    record(act, "market.card_dispute.loss_accepted", row.id, parties=row.parties, facts={"amount": str(row.money)})
    await enqueue(act.session, "card_disputes.close", {"dispute_id": row.id})
    return queries.view(row, act.actor)


async def send(runtime: Runtime, dispute_id: str, *, give_up: bool) -> None:
    """Tell the gateway, with a key of the dispute's own, so that a repeat after a crash is the same call."""
    async with unit(runtime.sessions) as session:
        row = await one(session, CardDispute, dispute_id)
    stripe = gateway(runtime, METHOD)
    if give_up:
        await stripe.close_dispute(row.id, row.gateway_reference)
    else:
        await stripe.answer_dispute(row.id, row.gateway_reference, row.evidence)
