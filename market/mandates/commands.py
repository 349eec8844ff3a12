"""Drafting, signing and revoking mandates, and what their term ends."""

import msgspec
from sqlalchemy import func, select

from contracts.agreements.commands import signed_by_own
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name, locked
from kernel.documents.commands import issue
from kernel.identity.models import SigningKey
from kernel.states import Role
from kernel.time.clock import timestamp
from kernel.views.audience import own_party
from market.mandates import queries, rules
from market.mandates.errors import NOT_IN_FORCE, MandateFaulty, MandateNotInForce, MandatesTooMany
from market.mandates.models import Mandate
from market.mandates.schemas import DraftMandate, MandateView, RevokeMandate, SignMandate
from market.mandates.states import MANDATE, MandateAction, MandateState
from rights.grants.vocabulary import words_at

OPEN = (MandateState.DRAFTED, MandateState.IN_FORCE)
"""The states that end with the mandate's term."""


async def draft(act: Act, data: DraftMandate) -> MandateView:
    """Draft a mandate, which nobody may order under before it is signed; raises MandateFaulty and MandatesTooMany."""
    principal, policy = own_party(act.actor), rules.RULES.at(act.today)
    faults = rules.faults(data, words_at(act.today), act.at, policy.body)
    if await queries.is_own_key(act.session, principal, data.agent.jkt):
        faults.append(rules.own_key_fault())
    if faults:
        raise MandateFaulty(errors=faults, count=len(faults))
    await lock_name(act.session, "mandates", principal)
    count = select(func.count()).where(Mandate.principal == principal, Mandate.status.in_(OPEN))
    if int(await act.session.scalar(count) or 0) >= policy.body.mandates_max:
        raise MandatesTooMany(limit=policy.body.mandates_max)
    mandate_id = ids.new("mnd")
    content = rules.document(mandate_id, principal, data)
    budget = rules.money_of(data.budget, "/budget")
    row = Mandate(
        id=mandate_id,
        principal=principal,
        content=content,
        digest=canonical.digest(content),
        policy=msgspec.to_builtins(policy.ref),
        agent_jkt=data.agent.jkt,
        per_order_minor=rules.money_of(data.per_order, "/per_order").minor,
        budget_minor=budget.minor,
        currency=budget.currency,
        count_max=data.max_count,
        human_above_minor=rules.human_above(data),
        refund_recredits=data.refund_recredits,
        not_before=data.not_before,
        not_after=data.not_after,
        spent_minor=0,
        orders_count=0,
        signing_key_id=None,
        signature=None,
        signed_at=None,
        document_id=None,
        revoked_at=None,
        revoked_because=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, row, MANDATE, parties=[principal], digest=row.digest)
    return queries.view(row, act.actor)


async def sign(act: Act, mandate_id: str, data: SignMandate) -> MandateView:
    """Put a mandate in force by the principal's signature over its bytes; its credential is issued.

    Raises MandateNotInForce where its term is over already, MandateFaulty where the agent's key was registered for the
    principal since, SigningKeyForeign and SignatureInvalid.
    """
    row = await _own(act, mandate_id)
    MANDATE.next(row.status, MandateAction.SIGN, Role.BUYER)
    if row.not_after <= act.after_waiting():
        raise MandateNotInForce(mandate=row.id, why=NOT_IN_FORCE["late"])
    if await queries.is_own_key(act.session, row.principal, row.agent_jkt):
        raise MandateFaulty(errors=[rules.own_key_fault()], count=1)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.signing_text(row.content))
    row.signing_key_id, row.signature, row.signed_at = key.id, data.signature, act.at
    facts = {"digest": row.digest, "public_key": key.public_key, "signature": data.signature}
    await lifecycle.advance(act, row, MANDATE, MandateAction.SIGN, Role.BUYER, parties=[row.principal], **facts)
    await _issue(act, row, key)
    return queries.view(row, act.actor)


async def _issue(act: Act, row: Mandate, key: SigningKey) -> None:
    """Issue the document whose claims are all that an outsider needs, see market.mandates.verify."""
    signature = {
        "party": row.principal,
        "signing_key_id": key.id,
        "public_key": key.public_key,
        "signature": row.signature,
        "signed_at": timestamp(act.at),
    }
    claims = {"mandate": row.content, "digest": row.digest, "signature": signature}
    issued = await issue(act, "mandate", row.id, claims, parties=[row.principal], valid_until=row.not_after)
    row.document_id = issued.id


async def revoke(act: Act, mandate_id: str, data: RevokeMandate) -> MandateView:
    """End a mandate from this moment on: whatever is asked under it after this is refused."""
    row = await _own(act, mandate_id)
    row.revoked_at, row.revoked_because = act.at, data.reason
    facts = {"reason": data.reason}
    await lifecycle.advance(act, row, MANDATE, MandateAction.REVOKE, Role.BUYER, parties=[row.principal], **facts)
    return queries.view(row, act.actor)


async def expire(act: Act, mandate_id: str) -> bool:
    """Say that a mandate's term is over; says whether it was open until now."""
    row = await locked(act.session, Mandate, mandate_id)
    if row.status not in OPEN or row.not_after > act.at:
        return False
    mine = act.by(SYSTEM)
    await lifecycle.advance(mine, row, MANDATE, MandateAction.EXPIRE, Role.SYSTEM, parties=[row.principal])
    return True


async def _own(act: Act, mandate_id: str) -> Mandate:
    row = await locked(act.session, Mandate, mandate_id)
    queries.AUDIENCE.require_party(act.actor, mandate_id, row.principal)
    return row
