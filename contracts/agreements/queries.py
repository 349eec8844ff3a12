"""Reading agreements."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement, AgreementSignature
from contracts.agreements.rules import signing_text
from contracts.agreements.schemas import AgreementView, SignatureView
from contracts.agreements.states import AGREEMENT, AgreementAction
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.states import Role

WATCHERS = (Role.REGULATOR, Role.AUDITOR, Role.OPERATOR)
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
    if role_of(row, act.actor.party) is None and not act.actor.has(*WATCHERS):
        raise NotFound(kind="agreement", id=agreement_id)
    return view(row, await signatures(act.session, agreement_id), act.actor)


async def of_order(session: AsyncSession, order_id: str) -> Agreement | None:
    """The agreement of an order, if one was drafted."""
    return (await session.scalars(select(Agreement).where(Agreement.order_id == order_id))).first()


async def signatures(session: AsyncSession, agreement_id: str) -> Sequence[AgreementSignature]:
    """The signatures in the order in which they were given."""
    query = select(AgreementSignature).where(AgreementSignature.agreement_id == agreement_id)
    return (await session.scalars(query.order_by(AgreementSignature.id))).all()


def view(row: Agreement, signed: Sequence[AgreementSignature], actor: Actor) -> AgreementView:
    """An agreement with what the actor's party may still do."""
    return AgreementView(
        id=row.id,
        order_id=row.order_id,
        provider=row.provider,
        consumer=row.consumer,
        status=str(row.status),
        allowed_actions=_allowed(row, signed, actor),
        digest=row.digest,
        signing_text=signing_text(row.id, row.digest),
        content=row.content,
        signatures=[signature_view(row, signature) for signature in signed],
        grant_id=row.grant_id,
        licence_ends_on=row.licence_ends_on,
        document_id=row.document_id,
        in_force_at=row.in_force_at,
        created_at=row.created_at,
    )


def signature_view(row: Agreement, signature: AgreementSignature) -> SignatureView:
    """A signature with the role of its party."""
    return SignatureView(
        id=signature.id,
        party=signature.party_id,
        role="provider" if signature.party_id == row.provider else "consumer",
        signing_key_id=signature.signing_key_id,
        public_key=signature.public_key,
        signature=signature.signature,
        signed_at=signature.signed_at,
    )


def _allowed(row: Agreement, signed: Sequence[AgreementSignature], actor: Actor) -> list[str]:
    role = role_of(row, actor.party)
    if role is None:
        return []
    done = any(signature.party_id == actor.party for signature in signed)
    return [str(a) for a in AGREEMENT.actions(row.status, role) if not (done and a in _SIGNING)]
