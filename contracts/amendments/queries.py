"""Reading amendments."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import queries as agreements
from contracts.agreements.models import Agreement
from contracts.agreements.schemas import SignatureView
from contracts.amendments.models import Amendment, AmendmentSignature
from contracts.amendments.rules import signing_text
from contracts.amendments.schemas import AmendmentView
from contracts.amendments.states import AMENDMENT, OPEN, SIGNING, AmendmentAction
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("amendment", agreements.AUDIENCE.offices)
"""Whoever may read the agreement."""


async def amendment(act: Act, amendment_id: str) -> AmendmentView:
    """An amendment, for the agreement's parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Amendment, amendment_id)
    AUDIENCE.require(act.actor, amendment_id, row.provider, row.consumer)
    return view(act, row, await signatures(act.session, row.id))


async def amendments(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[AmendmentView]:
    """Every amendment of an agreement, whatever became of it, in their order; raises NotFound as for the agreement."""
    agreement = await one(act.session, Agreement, agreement_id)
    agreements.AUDIENCE.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(Amendment).where(Amendment.agreement_id == agreement.id)
    page = await fetch(act.session, query, Amendment.n, limit=limit, cursor=cursor)
    signed = await _signatures_of(act.session, [row.id for row in page.items])
    return page.of(lambda row: view(act, row, signed.get(row.id, [])))


async def signatures(session: AsyncSession, amendment_id: str) -> Sequence[AmendmentSignature]:
    """The signatures in the order in which they were given."""
    return (await _signatures_of(session, [amendment_id])).get(amendment_id, [])


async def _signatures_of(session: AsyncSession, amendment_ids: Sequence[str]) -> dict[str, list[AmendmentSignature]]:
    query = select(AmendmentSignature).where(AmendmentSignature.amendment_id.in_(amendment_ids))
    found: dict[str, list[AmendmentSignature]] = {}
    for row in await session.scalars(query.order_by(AmendmentSignature.id)):
        found.setdefault(row.amendment_id, []).append(row)
    return found


def role_of(row: Amendment, party: str | None) -> Role | None:
    """What a party is in the agreement behind an amendment."""
    return {row.provider: Role.PROVIDER, row.consumer: Role.BUYER}.get(party or "")


def view(act: Act, row: Amendment, signed: Sequence[AmendmentSignature]) -> AmendmentView:
    """An amendment with what the actor's party may still do."""
    return shown(
        row,
        AmendmentView,
        allowed_actions=[str(action) for action in allowed(act, row, signed)],
        signing_text=signing_text(row.id, row.digest),
        signatures=[signature_view(row, signature) for signature in signed],
    )


def signature_view(row: Amendment, signature: AmendmentSignature) -> SignatureView:
    """A signature with the role of its party."""
    role = "provider" if signature.party_id == row.provider else "consumer"
    return shown(signature, SignatureView, party=signature.party_id, role=role)


def allowed(act: Act, row: Amendment, signed: Sequence[AmendmentSignature]) -> list[AmendmentAction]:
    """What the actor's party may do now: nothing after the time to answer, whether or not the lapse is written."""
    role = role_of(row, act.actor.party)
    if role is None or (row.status in OPEN and row.answer_due_at <= act.at):
        return []
    done = any(signature.party_id == act.actor.party for signature in signed)
    others = AmendmentAction.DECLINE if row.proposed_by == act.actor.party else AmendmentAction.WITHDRAW
    return [
        action
        for action in AMENDMENT.actions(row.status, role)
        if action is not others and not (done and action in SIGNING)
    ]
