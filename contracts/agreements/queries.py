"""Reading agreements."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.licensing import amended, terms_of
from contracts.agreements.models import Agreement, AgreementSignature
from contracts.agreements.rules import signing_text
from contracts.agreements.schemas import AgreementSummary, AgreementView, AmendedView, SignatureView
from contracts.agreements.states import AGREEMENT, AgreementAction, AgreementState
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("agreement", (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR))
"""Who may read an agreement without being a party to it."""

_SIGNING = (AgreementAction.SIGN_FIRST, AgreementAction.COUNTERSIGN)


def role_of(row: Agreement, party: str | None) -> Role | None:
    """What a party is in an agreement, whatever else its key may do."""
    if party is None:
        return None
    return {row.provider: Role.PROVIDER, row.consumer: Role.BUYER}.get(party)


async def agreement(act: Act, agreement_id: str) -> AgreementView:
    """An agreement, for its parties and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, Agreement, agreement_id)
    AUDIENCE.require(act.actor, agreement_id, row.provider, row.consumer, *row.readers)
    return view(act, row, await signatures(act.session, agreement_id))


async def agreements(act: Act, status: AgreementState | None, limit: int, cursor: str | None) -> Page[AgreementSummary]:
    """The agreements that the actor's party concluded or may read, newest first; whoever watches sees all."""
    query = select(Agreement).where(
        AUDIENCE.among(act.actor, Agreement.provider, Agreement.consumer, Agreement.readers)
    )
    if status is not None:
        query = query.where(Agreement.status == status)
    page: Page[Agreement] = await fetch(act.session, query, Agreement.id, limit=limit, cursor=cursor, newest_first=True)
    own = select(AgreementSignature).where(
        AgreementSignature.agreement_id.in_([row.id for row in page.items]),
        AgreementSignature.party_id == act.actor.party,
    )
    signed = {each.agreement_id: [each] for each in await act.session.scalars(own)}
    return page.of(
        lambda row: shown(row, AgreementSummary, allowed_actions=_allowed(row, signed.get(row.id, ()), act.actor))
    )


async def of_order(session: AsyncSession, order_id: str) -> Agreement | None:
    """The agreement of an order, if one was drafted."""
    return (await session.scalars(select(Agreement).where(Agreement.order_id == order_id))).first()


async def signatures(session: AsyncSession, agreement_id: str) -> Sequence[AgreementSignature]:
    """The signatures in the order in which they were given."""
    query = select(AgreementSignature).where(AgreementSignature.agreement_id == agreement_id)
    return (await session.scalars(query.order_by(AgreementSignature.id))).all()


def view(act: Act, row: Agreement, signed: Sequence[AgreementSignature]) -> AgreementView:
    """An agreement with what the actor's party may still do, and with what stands now."""
    return shown(
        row,
        AgreementView,
        allowed_actions=_allowed(row, signed, act.actor),
        terms=terms_of(row, act.at),
        amendments=[shown(one_, AmendedView) for one_ in amended(row)],
        signing_text=signing_text(row.id, row.digest),
        signatures=[signature_view(row, signature) for signature in signed],
    )


def signature_view(row: Agreement, signature: AgreementSignature) -> SignatureView:
    """A signature with the role of its party."""
    role = "provider" if signature.party_id == row.provider else "consumer"
    return shown(signature, SignatureView, party=signature.party_id, role=role)


def _allowed(row: Agreement, signed: Sequence[AgreementSignature], actor: Actor) -> list[str]:
    role = role_of(row, actor.party)
    if role is None:
        return []
    done = any(signature.party_id == actor.party for signature in signed)
    return [str(a) for a in AGREEMENT.actions(row.status, role) if not (done and a in _SIGNING)]
