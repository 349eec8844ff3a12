"""Drafting, signing, declining and ending agreements."""

from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements import gates, licensing, queries, rules
from contracts.agreements.errors import (
    AgreementAltered,
    AlreadySigned,
    SignatureInvalid,
    SignerForeign,
    SigningKeyForeign,
    SigningOver,
)
from contracts.agreements.models import Agreement, AgreementSignature
from contracts.agreements.schemas import AgreementView, DeclineAgreement, SignAgreement
from contracts.agreements.states import AGREEMENT, STANDING, UNSIGNED, AgreementAction, AgreementState
from contracts.approvals import commands as approvals
from contracts.moments import Moment, arrived
from contracts.policy.rules import vocabularies
from contracts.terms.conveyance import stays, term_days
from contracts.terms.document import digest
from contracts.terms.price.amounts import exposure
from contracts.terms.reading import read
from contracts.usage.tree import copies_digest
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM, Actor
from kernel.crypto import signing
from kernel.db import locked, one, several
from kernel.documents.commands import issue
from kernel.errors import NotFound
from kernel.identity.models import Party, SigningKey
from kernel.identity.queries import signing_key
from kernel.jobs.queue import enqueue
from kernel.states import Role
from kernel.time.clock import timestamp

DECLINED: Final = "contracts.agreement.declined"
"""The job of whoever keeps the order; its payload is {order, reason}."""

IN_FORCE: Final = "contracts.agreement.in-force"
"""The job of whoever keeps the order: its agreement is signed by both; its payload is {order}."""


async def draft(act: Act, deal: rules.Deal) -> Agreement:
    """Draft the agreement of an order from its terms, the text and the vocabulary in force.

    The caller holds the order and has seen that it has no agreement: an order has one. Raises PolicyInexpressible or
    TermsContradictory for what could not be obeyed, and the refusal of the title or of a gate when the provider may not
    grant what was ordered.
    """
    terms, today = read(deal.terms, act.today, "/terms"), act.today
    agreement_id = ids.new("agr")
    rows = await several(act.session, Party, (terms.provider, deal.consumer))  # Held: title and gates ask for them too.
    parties = (_named(rows[terms.provider]), _named(rows[deal.consumer]))
    vocabulary = vocabularies().version(terms.licence.vocabulary)
    content = rules.content(agreement_id, deal, parties, today, rules.texts().at(today), vocabulary)
    row = Agreement(
        id=agreement_id,
        order_id=deal.order_id,
        provider=terms.provider,
        consumer=deal.consumer,
        asset_id=terms.licence.asset,
        revision_id=deal.revision_id,
        scope_sha256=copies_digest(terms.licence, agreement_id),
        files=[] if stays(terms.licence) else [_file(file) for file in deal.files],
        amount_minor=deal.due.minor,
        currency=deal.due.currency,
        term_days=term_days(terms.licence, today),
        sign_due_at=None,
        content=content,
        digest=rules.digest(content),
        offer=None if deal.offer is None else dict(deal.offer),
        grant_id=None,
        licence_ends_on=None,
        document_id=None,
        wire=None,
        amendments=[],
        settled_on=None,
        in_force_at=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, row, AGREEMENT, parties=row.parties, order=deal.order_id, digest=row.digest)
    await licensing.require_title(act.session, row, at=act.at)
    await gates.ask(act.session, row, "order", deal.order_id, at=act.at)
    return row


async def party_facts(session: AsyncSession, party_id: str) -> rules.PartyFacts:
    """A party as documents name it."""
    return _named(await one(session, Party, party_id))


def _named(party: Party) -> rules.PartyFacts:
    return rules.PartyFacts(party_id=party.id, name=party.name, uscc=party.uscc)


def _file(file: rules.FileFacts) -> dict[str, str | int]:
    return {
        "name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "storage_key": file.storage_key,
    }


async def sign(act: Act, agreement_id: str, data: SignAgreement) -> AgreementView:
    """Take a party's signature; the second one puts the agreement in force, grants the licence, issues the document.

    What the provider may grant, and who inside a party must have said yes to these terms, is asked at both signatures:
    nobody signs what cannot take effect, or may not be signed by whoever signs.
    """
    row = await locked(act.session, Agreement, agreement_id)
    role = _role(row, act.actor)
    earlier = list(await queries.signatures(act.session, agreement_id))
    mine = next((signature for signature in earlier if signature.party_id == act.actor.party), None)
    if mine is not None:
        raise AlreadySigned(signed_at=timestamp(mine.signed_at))
    if rules.digest(row.content) != row.digest:
        raise AgreementAltered(agreement_id=row.id)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.signing_text(row.id, row.digest))
    action = AgreementAction.COUNTERSIGN if earlier else AgreementAction.SIGN_FIRST
    _require_in_time(act, row)
    AGREEMENT.next(row.status, action, role)  # A closed agreement is told as such, whatever became of the title.
    terms = licensing.terms_of(row, act.at)
    if terms is not None:
        await approvals.use(act, key.party_id, digest(terms), exposure(terms, act.today), signed=row.id)
    await gates.require_unhindered(act.session, row, act.at)
    await gates.ask(act.session, row, "contract", row.id, at=act.at)
    if row.asset_id is None:
        pass  # Nothing is taken out of anybody's title.
    elif action is AgreementAction.COUNTERSIGN:
        await licensing.write_grant(act, row)
    else:
        await licensing.require_title(act.session, row, at=act.at)
    facts = {"digest": row.digest, "public_key": key.public_key, "signature": data.signature, "grant": row.grant_id}
    await lifecycle.advance(act, row, AGREEMENT, action, role, parties=row.parties, **facts)
    new = AgreementSignature(
        id=ids.new("sig"),
        agreement_id=row.id,
        party_id=key.party_id,
        signing_key_id=key.id,
        public_key=key.public_key,
        signature=data.signature,
        signed_at=act.at,
    )
    act.session.add(new)
    signed = [*earlier, new]
    if row.status == AgreementState.IN_FORCE:
        await _issue(act, row, signed)
        await arrived(act, Moment.IN_FORCE, row)
        if row.order_id is not None:
            await enqueue(act.session, IN_FORCE, {"order": row.order_id}, dedupe=f"in-force/{row.id}")
    await act.session.flush()  # A key that is removed at the same moment must be noticed here and not at the commit.
    return queries.view(act, row, signed)


def _require_in_time(act: Act, row: Agreement) -> None:
    if row.status in UNSIGNED and row.sign_due_at is not None and row.sign_due_at <= act.after_waiting():
        raise SigningOver(agreement=row.id, due_at=timestamp(row.sign_due_at))


async def note_wire(act: Act, agreement_id: str, wire: dict[str, Any]) -> None:
    """Keep how each side made an agreement over the Dataspace Protocol, so that its document will say so.

    What was said of one that is signed by both already is not added to: its document is issued.
    """
    row = await locked(act.session, Agreement, agreement_id)
    if row.document_id is None:
        row.wire = wire


def _role(row: Agreement, actor: Actor) -> Role:
    queries.AUDIENCE.require(actor, row.id, row.provider, row.consumer)
    role = queries.role_of(row, actor.party)
    if role is None:
        raise SignerForeign
    return role


async def signed_by_own(act: Act, key_id: str, signature: str, text: str) -> SigningKey:
    """The registered key of the actor's party that signed a text; raises SigningKeyForeign or SignatureInvalid."""
    try:
        key = await signing_key(act.session, act.actor.party or "", key_id)
    except NotFound as problem:
        raise SigningKeyForeign(signing_key_id=key_id) from problem
    if not signing.verify_text(key.public_key, signature, text):
        raise SignatureInvalid(signing_text=text)
    return key


async def _issue(act: Act, row: Agreement, signed: list[AgreementSignature]) -> None:
    """Issue the document whose claims are all that an outsider needs, see contracts.agreements.verify."""
    views = [queries.signature_view(row, signature) for signature in signed]
    claims = {
        "agreement": row.content,
        "digest": row.digest,
        "signatures": [
            {
                "party": one_.party,
                "role": one_.role,
                "signing_key_id": one_.signing_key_id,
                "public_key": one_.public_key,
                "signature": one_.signature,
                "signed_at": timestamp(one_.signed_at),
            }
            for one_ in views
        ],
        **({"wire": row.wire} if row.wire is not None else {}),
    }
    document = await issue(act, "agreement", row.id, claims, parties=row.parties, public=False)
    row.document_id = document.id
    row.in_force_at = act.at


async def decline(act: Act, agreement_id: str, data: DeclineAgreement) -> AgreementView:
    """Refuse to sign; whoever keeps the order behind it is told, since nothing can come of it any more."""
    row = await locked(act.session, Agreement, agreement_id)
    role = _role(row, act.actor)
    await lifecycle.advance(act, row, AGREEMENT, AgreementAction.DECLINE, role, parties=row.parties, reason=data.reason)
    if row.order_id is not None:
        await enqueue(act.session, DECLINED, {"order": row.order_id, "reason": data.reason})
    return queries.view(act, row, await queries.signatures(act.session, agreement_id))


async def hold(act: Act, agreement_id: str) -> Agreement:
    """An agreement under its lock, after what is kept beside it, in the order in which everybody locks them."""
    await arrived(act, Moment.TO_BE_HELD, await one(act.session, Agreement, agreement_id))
    return await locked(act.session, Agreement, agreement_id)


async def terminate(act: Act, agreement_id: str, reason: str) -> None:
    """End an agreement whose order has ended without performance, and its licence; an ended one stays as it is."""
    row = await hold(act, agreement_id)
    if AGREEMENT.is_final(row.status):
        return
    await licensing.end_grant(act, row, reason)
    await lifecycle.advance(
        act.by(SYSTEM), row, AGREEMENT, AgreementAction.TERMINATE, Role.SYSTEM, parties=row.parties, reason=reason
    )
    await _ended(act, row)


async def expire(act: Act, agreement_id: str) -> bool:
    """Say that an agreement's licence has had its last day; says whether it has."""
    row = await hold(act, agreement_id)
    ends_on = licensing.ends_on(row, act.at)
    if row.status not in STANDING or ends_on is None or ends_on >= act.today:
        return False
    facts = {"licence_ends_on": ends_on.isoformat()}
    await lifecycle.advance(
        act.by(SYSTEM), row, AGREEMENT, AgreementAction.EXPIRE, Role.SYSTEM, parties=row.parties, **facts
    )
    await _ended(act, row)
    return True


async def _ended(act: Act, row: Agreement) -> None:
    """What follows from the end of an agreement that was in force; nothing does from one that never was."""
    row.ended_at = act.at
    if row.in_force_at is not None:
        await arrived(act.by(SYSTEM), Moment.ENDED, row)


async def resume(act: Act, agreement_id: str) -> bool:
    """A suspended agreement resumes when the time that was set is over; says whether it did."""
    row = await locked(act.session, Agreement, agreement_id)
    if row.status is not AgreementState.SUSPENDED or row.suspended_until is None or row.suspended_until > act.at:
        return False
    await lifecycle.advance(act.by(SYSTEM), row, AGREEMENT, AgreementAction.RESUME, Role.SYSTEM, parties=row.parties)
    row.suspended_until = row.suspended_by = None
    return True


async def suspend_for_arrears(act: Act, agreement_id: str, reason: str) -> bool:
    """Stop every access until what is owed is paid; says whether it was in force. No day is set on which it resumes."""
    row = await locked(act.session, Agreement, agreement_id)
    if row.status is not AgreementState.IN_FORCE:
        return False
    row.suspended_until, row.suspended_by = None, str(Role.SYSTEM)
    own, facts = act.by(SYSTEM), {"reason": reason}
    await lifecycle.advance(own, row, AGREEMENT, AgreementAction.SUSPEND, Role.SYSTEM, parties=row.parties, **facts)
    return True


async def lift_suspension(act: Act, agreement_id: str) -> bool:
    """What was stopped for arrears goes on; says whether it was. Whatever another has suspended stays so."""
    row = await locked(act.session, Agreement, agreement_id)
    if row.status is not AgreementState.SUSPENDED or row.suspended_by != str(Role.SYSTEM):
        return False
    row.suspended_until = row.suspended_by = None
    await lifecycle.advance(act.by(SYSTEM), row, AGREEMENT, AgreementAction.RESUME, Role.SYSTEM, parties=row.parties)
    return True
