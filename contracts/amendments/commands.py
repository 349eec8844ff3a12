"""Proposing, signing and ending amendments, and what happens at the moment from which one stands."""

from typing import Any

import msgspec
from sqlalchemy import func, select

from contracts.agreements import gates, licensing
from contracts.agreements import queries as agreements
from contracts.agreements.commands import party_facts, signed_by_own
from contracts.agreements.errors import AlreadySigned
from contracts.agreements.models import Agreement
from contracts.agreements.schemas import SignAgreement
from contracts.agreements.states import STANDING
from contracts.amendments import effect, queries, rules
from contracts.amendments.errors import (
    AgreementNotAmendable,
    AmendmentAltered,
    AmendmentLapsed,
    AmendmentOpen,
    AmendmentOthersToEnd,
    AmendmentSuperseded,
)
from contracts.amendments.models import Amendment, AmendmentSignature
from contracts.amendments.schemas import AmendmentView, EndAmendment, ProposeAmendment
from contracts.amendments.states import AMENDMENT, OPEN, AmendmentAction, AmendmentState
from contracts.approvals import commands as approvals
from contracts.moments import Moment, arrived
from contracts.terms.document import digest, parsed
from contracts.terms.price.amounts import exposure
from contracts.terms.reading import read
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.states import Role
from kernel.time.clock import timestamp


async def propose(act: Act, agreement_id: str, data: ProposeAmendment) -> AmendmentView:
    """Either party proposes new terms; both then sign them.

    Raises AgreementNotAmendable, AmendmentOpen, AmendmentFaulty and PolicyInexpressible or TermsContradictory for terms
    that could not be obeyed, ApprovalMissing or ApprovalVoid, and the refusal of a gate or of the title.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    agreements.AUDIENCE.require_party(act.actor, agreement.id, agreement.provider, agreement.consumer)
    _require_amendable(agreement)
    await arrived(act, Moment.TO_BE_AMENDED, agreement)
    await _require_none_open(act, agreement)
    stands, terms = _stands(act, agreement), read(data.terms, act.today, "/terms")
    rules.require_change(stands, terms, data.effective_at, act.at, rules.LIMITS.at(act.today).body)
    await approvals.require(act, act.actor.party or "", digest(terms), exposure(terms, act.today))
    amendment_id = ids.new("amd")
    n = 1 + (await act.session.scalar(_count(agreement)) or 0)
    made = rules.content(
        amendment_id,
        {**agreement.content, "agreement_id": agreement.id, "provider": await _provider(act, agreement)},
        n,
        stands,
        terms,
        proposed_by=act.actor.party or "",
        reason=data.reason,
        effective_at=data.effective_at,
        on=act.today,
    )
    row = Amendment(
        id=amendment_id,
        agreement_id=agreement.id,
        n=n,
        provider=agreement.provider,
        consumer=agreement.consumer,
        proposed_by=act.actor.party,
        content=made,
        digest=rules.digest(made),
        wanted_at=data.effective_at,
        effective_at=None,
        answer_due_at=rules.answer_due(act.today),
        end_reason=None,
        document_id=None,
        created_at=act.at,
    )
    facts = {"agreement": agreement.id, "n": n, "digest": row.digest, "from": stands.digest, "reason": data.reason}
    await lifecycle.begin(act, row, AMENDMENT, parties=row.parties, **facts)
    await _ask(act, agreement, row)
    return queries.view(act, row, [])


async def _provider(act: Act, agreement: Agreement) -> dict[str, Any]:
    """Who provides now: the one that signed, or whoever took the agreement over since."""
    return dict(msgspec.to_builtins(await party_facts(act.session, agreement.provider)))


def _count(agreement: Agreement) -> Any:
    return select(func.max(Amendment.n)).where(Amendment.agreement_id == agreement.id)


def _require_amendable(agreement: Agreement) -> None:
    if agreement.status not in STANDING:
        raise AgreementNotAmendable(agreement=agreement.id, state=str(agreement.status))


async def _require_none_open(act: Act, agreement: Agreement) -> None:
    """One at a time waits; what has lapsed by the clock stands in nobody's way. The agreement is locked."""
    query = select(Amendment.id).where(Amendment.agreement_id == agreement.id, Amendment.status.in_(OPEN))
    found = await act.session.scalar(query)
    if found is not None and not await effect.lapse(act, found):
        raise AmendmentOpen(amendment=found)


def _stands(act: Act, agreement: Agreement) -> rules.Standing:
    """What a change changes: the last that both have signed, also where it takes effect later."""
    changes = licensing.amended(agreement)
    last = changes[-1] if changes else None
    moment = act.at if last is None else max(act.at, last.effective_at)
    terms = licensing.terms_of(agreement, moment)
    return rules.Standing(
        digest=agreement.digest if last is None else last.digest,
        terms=terms,
        since=None if last is None else last.effective_at,
        provider=agreement.provider,
        consumer=agreement.consumer,
        asset=agreement.asset_id,
        revision=agreement.revision_id,
        listing=str(agreement.content["listing_id"]) if terms is None else terms.listing,
        price=licensing.price_of(agreement) if terms is None else terms.price,
        ends_on=licensing.ends_on(agreement, act.at),
        stays=not agreement.files,
    )


async def _ask(act: Act, agreement: Agreement, row: Amendment) -> None:
    """Ask the gates and the title for the new terms: nobody signs what cannot take effect."""
    terms, moment = parsed(row.content["terms"]), rules.effective(row.wanted_at, act.at)
    await gates.ask(act.session, agreement, "contract", row.id, at=act.at, terms=terms)
    if terms.policy is not None:
        await licensing.require_title_anew(act.session, agreement, terms.policy, at=moment)


async def sign(act: Act, amendment_id: str, data: SignAgreement) -> AmendmentView:
    """Take a party's signature; with the second the new terms are agreed, and stand from their moment on.

    What the provider may grant is asked at both. Raises AmendmentLapsed after the time to answer.
    """
    agreement, row, role = await _for_change(act, amendment_id)
    signed = list(await queries.signatures(act.session, row.id))
    mine = next((signature for signature in signed if signature.party_id == act.actor.party), None)
    if mine is not None:
        raise AlreadySigned(signed_at=timestamp(mine.signed_at))
    action = AmendmentAction.COUNTERSIGN if signed else AmendmentAction.SIGN_FIRST
    AMENDMENT.next(row.status, action, role)
    _require_in_time(act, row)
    _require_amendable(agreement)
    await arrived(act, Moment.TO_BE_AMENDED, agreement)
    if rules.digest(row.content) != row.digest:
        raise AmendmentAltered(amendment=row.id)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.signing_text(row.id, row.digest))
    stands = _stands(act, agreement)
    if row.content["from_digest"] != stands.digest:
        raise AmendmentSuperseded(amendment=row.id, from_digest=row.content["from_digest"], standing=stands.digest)
    terms = parsed(row.content["terms"])
    await approvals.use(act, key.party_id, row.content["terms_digest"], exposure(terms, act.today), signed=row.id)
    await _ask(act, agreement, row)
    facts = {"agreement": agreement.id, "digest": row.digest, "public_key": key.public_key, "signature": data.signature}
    await lifecycle.advance(act, row, AMENDMENT, action, role, parties=row.parties, **facts)
    new = AmendmentSignature(
        id=ids.new("sig"),
        amendment_id=row.id,
        party_id=key.party_id,
        signing_key_id=key.id,
        public_key=key.public_key,
        signature=data.signature,
        signed_at=act.at,
    )
    act.session.add(new)
    signed.append(new)
    if row.status is AmendmentState.AGREED:
        await _agreed(act, agreement, row, signed)
    await act.session.flush()  # A key that is removed at the same moment must be noticed here and not at the commit.
    return queries.view(act, row, signed)


async def _for_change(act: Act, amendment_id: str) -> tuple[Agreement, Amendment, Role]:
    """The agreement and the amendment, both locked in that order, and what the actor is to them; raises NotFound."""
    row = await one(act.session, Amendment, amendment_id)
    queries.AUDIENCE.require_party(act.actor, amendment_id, *row.parties)
    agreement = await locked(act.session, Agreement, row.agreement_id)
    row = await locked(act.session, Amendment, amendment_id)
    role = queries.role_of(row, act.actor.party)
    assert role is not None
    return agreement, row, role


def _require_in_time(act: Act, row: Amendment) -> None:
    if row.status in OPEN and row.answer_due_at <= act.after_waiting():
        raise AmendmentLapsed(amendment=row.id, due_at=timestamp(row.answer_due_at))


async def _agreed(act: Act, agreement: Agreement, row: Amendment, signed: list[AmendmentSignature]) -> None:
    """Both have signed: the terms stand from their moment on, and the document says so."""
    row.effective_at = rules.effective(row.wanted_at, act.at)
    claims = {
        "amendment": row.content,
        "digest": row.digest,
        "effective_at": timestamp(row.effective_at),
        "signatures": [
            {
                "party": given.party_id,
                "role": queries.signature_view(row, given).role,
                "signing_key_id": given.signing_key_id,
                "public_key": given.public_key,
                "signature": given.signature,
                "signed_at": timestamp(given.signed_at),
            }
            for given in signed
        ],
    }
    document = await issue(act, "amendment", row.id, claims, parties=row.parties, public=False)
    row.document_id = document.id
    effect.note(agreement, row)
    if row.effective_at <= act.at:
        await effect.hold_title(act, agreement)
        await effect.apply(act, agreement, row)


async def decline(act: Act, amendment_id: str, data: EndAmendment) -> AmendmentView:
    """The side that did not propose refuses to sign; the agreement goes on as it stands."""
    return await _end(act, amendment_id, AmendmentAction.DECLINE, data.reason)


async def withdraw(act: Act, amendment_id: str, data: EndAmendment) -> AmendmentView:
    """Who proposed takes it back, until both have signed."""
    return await _end(act, amendment_id, AmendmentAction.WITHDRAW, data.reason)


async def _end(act: Act, amendment_id: str, action: AmendmentAction, reason: str) -> AmendmentView:
    _, row, role = await _for_change(act, amendment_id)
    AMENDMENT.next(row.status, action, role)
    signed = await queries.signatures(act.session, row.id)
    _require_in_time(act, row)
    allowed = queries.allowed(act, row, signed)
    if action not in allowed:
        raise AmendmentOthersToEnd(allowed=[str(one_) for one_ in allowed])
    row.end_reason = reason
    await lifecycle.advance(act, row, AMENDMENT, action, role, parties=row.parties, reason=reason)
    return queries.view(act, row, signed)
