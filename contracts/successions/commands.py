"""Calling the acquirer, its joinder, the consumer's answer, and what time makes of silence."""

from typing import Any, Final

from sqlalchemy import select

from contracts.agreements import gates, licensing
from contracts.agreements.commands import hold, party_facts, signed_by_own
from contracts.agreements.licensing import Amended
from contracts.agreements.models import Agreement
from contracts.agreements.schemas import SignAgreement
from contracts.agreements.states import STANDING
from contracts.amendments import effect as amendments
from contracts.amendments.errors import AmendmentAwaitsSuccession
from contracts.approvals import commands as approvals
from contracts.moments import Moment, arrived, follows
from contracts.obligations import commands as obligations
from contracts.obligations import rules as obligation_rules
from contracts.obligations.rules import Owed
from contracts.successions import queries, rules
from contracts.successions.errors import NotYoursToJoin, SuccessionOver
from contracts.successions.models import Succession
from contracts.successions.schemas import RefuseSuccession, SuccessionView
from contracts.successions.states import OPEN, SUCCESSION, Mode, SuccessionAction, SuccessionState
from contracts.terms.document import digest
from contracts.terms.price.amounts import exposure
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.identity.models import SigningKey
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import timestamp
from rights.changes import announce
from rights.title.models import TitleGrant

_JOINDER: Final = Text("使受让人加入合同", "have the acquirer join the contract")
OWN_RIGHTS: Final = "the consumer has acquired the rights itself (民法典 art. 576)"


async def call(act: Act, agreement_id: str, grant_id: str) -> bool:
    """Ask whoever acquired the rights by a transfer to join an agreement that rests on them; says whether it was asked.

    An agreement whose consumer acquired them ends: nobody owes itself anything.
    """
    row = await hold(act, agreement_id)
    called = select(Succession.id).where(Succession.agreement_id == row.id, Succession.grant_id == grant_id)
    if row.status not in STANDING or await act.session.scalar(called) is not None:
        return False
    grant = await one(act.session, TitleGrant, grant_id)
    if grant.grantee_id == row.consumer:
        row.ending_reason = OWN_RIGHTS
        await arrived(act.by(SYSTEM), Moment.TO_END, row)
        return True
    made = await _called(act, row, grant)
    facts = {"agreement": row.id, "mode": made.mode, "due_at": timestamp(made.due_at), "digest": made.digest}
    await lifecycle.begin(act.by(SYSTEM), made, SUCCESSION, parties=made.parties, **facts)
    row.readers = sorted({*row.readers, made.transferee})
    owed = Owed(
        f"succession/{made.id}", obligation_rules.JOINDER, _JOINDER, made.transferor, made.consumer, made.due_at
    )
    await obligations.begin(act, row, [owed])
    await act.session.flush()
    return True


async def _called(act: Act, row: Agreement, grant: TitleGrant) -> Succession:
    waiting = await amendments.put_by(act, row)
    terms, changes = licensing.terms_of(row, act.at), licensing.amended(row)
    mode, succession_id = rules.mode_of(terms), ids.new("suc")
    content = rules.content(
        {
            "succession_id": succession_id,
            "agreement_id": row.id,
            "agreement_digest": row.digest,
            "standing_digest": changes[-1].digest if changes else row.digest,
            "asset_id": row.asset_id,
            "grant_id": grant.id,
            "transferor": await party_facts(act.session, row.provider),
            "transferee": await party_facts(act.session, grant.grantee_id),
            "consumer": await party_facts(act.session, row.consumer),
            "transferred_at": timestamp(grant.created_at),
            "called_at": timestamp(act.at),
            "pending": [_pending(one) for one in waiting],
        },
        mode,
    )
    return Succession(
        id=succession_id,
        agreement_id=row.id,
        grant_id=grant.id,
        transferor=row.provider,
        transferee=grant.grantee_id,
        consumer=row.consumer,
        mode=str(mode),
        content=content,
        digest=rules.digest(content),
        signatures=[],
        due_at=rules.joinder_due(act.today),
        created_at=act.at,
    )


def _pending(change: Amended) -> dict[str, Any]:
    told = {"amendment_id": change.amendment_id, "n": change.n, "digest": change.digest}
    return {**told, "effective_at": timestamp(change.effective_at)}


async def join(act: Act, succession_id: str, data: SignAgreement) -> SuccessionView:
    """The acquirer joins by its signature; the consumer owes an answer.

    Raises NotFound, NotYoursToJoin, SuccessionOver, PartySuspended or MembershipLapsed, ApprovalMissing or
    ApprovalVoid, SigningKeyForeign and SignatureInvalid.
    """
    agreement, row, role = await _for_answer(act, succession_id)
    SUCCESSION.next(row.status, SuccessionAction.JOIN, role)
    await gates.require_able(act.session, act.at, row.transferee)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.signing_text(row.id, row.digest))
    await _approved(act, agreement, key, row)
    row.signatures = [_signature(act, "transferee", key, data)]
    row.due_at = rules.answer_due(act.today)
    facts = {
        "agreement": agreement.id,
        "due_at": timestamp(row.due_at),
        "public_key": key.public_key,
        "signature": data.signature,
    }
    await lifecycle.advance(act, row, SUCCESSION, SuccessionAction.JOIN, role, parties=row.parties, **facts)
    await obligations.joined(act, agreement.id)
    await act.session.flush()
    return queries.view(act, row)


async def consent(act: Act, succession_id: str, data: SignAgreement) -> SuccessionView:
    """The consumer goes on with the acquirer, which is its provider from now on; raises as `join` does."""
    agreement, row, role = await _for_answer(act, succession_id)
    SUCCESSION.next(row.status, SuccessionAction.CONSENT, role)
    await gates.require_able(act.session, act.at, row.transferee, row.consumer)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.signing_text(row.id, row.digest))
    await _approved(act, agreement, key, row)
    row.signatures = [*row.signatures, _signature(act, "consumer", key, data)]
    await _take_effect(act, agreement, row, SuccessionAction.CONSENT, role)
    return queries.view(act, row)


async def refuse(act: Act, succession_id: str, data: RefuseSuccession) -> SuccessionView:
    """The consumer does not go on: the agreement ends with all that follows from an end."""
    agreement, row, role = await _for_answer(act, succession_id)
    await _fail(act, agreement, row, SuccessionAction.REFUSE, role, data.reason)
    return queries.view(act, row)


async def time_over(act: Act, succession_id: str) -> bool:
    """What silence comes to at the end of the time; says whether it was still open."""
    seen = await one(act.session, Succession, succession_id)
    agreement = await hold(act, seen.agreement_id)
    row = await locked(act.session, Succession, succession_id)
    if row.status not in OPEN or row.due_at > act.at:
        return False
    own = act.by(SYSTEM)
    if row.status is SuccessionState.CALLED:
        await _lapse(own, agreement, row, "the acquirer did not join in time")
    elif row.mode == Mode.FOLLOWS:
        await _take_effect(own, agreement, row, SuccessionAction.TAKE_EFFECT, Role.SYSTEM)
    else:
        await _fail(own, agreement, row, SuccessionAction.FAIL, Role.SYSTEM, "the consumer was silent")
    return True


@follows(Moment.TO_BE_AMENDED)
async def require_decided(act: Act, agreement: Agreement) -> None:
    """Raise AmendmentAwaitsSuccession while somebody is called: it would take over terms that it never signed.

    Also before it is called, which a job does as soon as the rights have passed.
    """
    query = select(Succession).where(Succession.agreement_id == agreement.id, Succession.status.in_(OPEN))
    if (row := (await act.session.scalars(query.limit(1))).first()) is not None:
        raise AmendmentAwaitsSuccession(transferee=row.transferee, succession=row.id, due_at=timestamp(row.due_at))
    if agreement.asset_id is None:
        return
    for _, grant_id in await queries.passed_on(act.session, agreement.asset_id, agreement.id):
        raise AmendmentAwaitsSuccession(transferee=(await one(act.session, TitleGrant, grant_id)).grantee_id)


@follows(Moment.ENDED)
async def lapse_with(act: Act, agreement: Agreement) -> None:
    """Nobody takes over what has ended; the agreement is locked."""
    query = select(Succession.id).where(Succession.agreement_id == agreement.id, Succession.status.in_(OPEN))
    for succession_id in (await act.session.scalars(query.order_by(Succession.id))).all():
        row = await locked(act.session, Succession, succession_id)
        await _lapse(act.by(SYSTEM), agreement, row, f"the agreement is {agreement.status}")


async def _lapse(act: Act, agreement: Agreement, row: Succession, reason: str) -> None:
    row.end_reason = reason
    await amendments.bring_back(act, agreement)
    await lifecycle.advance(
        act, row, SUCCESSION, SuccessionAction.LAPSE, Role.SYSTEM, parties=row.parties, reason=reason
    )


async def _for_answer(act: Act, succession_id: str) -> tuple[Agreement, Succession, Role]:
    """The agreement and the succession, both locked, and what the actor is; raises NotFound and SuccessionOver."""
    seen = await one(act.session, Succession, succession_id)
    queries.AUDIENCE.require_party(act.actor, succession_id, *seen.parties)
    agreement = await hold(act, seen.agreement_id)
    row = await locked(act.session, Succession, succession_id)
    role = queries.role_of(row, act.actor)
    if role is None:
        raise NotYoursToJoin(transferee=row.transferee, consumer=row.consumer)
    if row.status in OPEN and row.due_at <= act.after_waiting():
        raise SuccessionOver(succession=row.id, due_at=timestamp(row.due_at))
    return agreement, row, role


async def _approved(act: Act, agreement: Agreement, key: SigningKey, row: Succession) -> None:
    """Who inside a party must have said yes to the terms is asked of the acquirer and the consumer alike."""
    if (terms := licensing.terms_of(agreement, act.at)) is not None:
        await approvals.use(act, key.party_id, digest(terms), exposure(terms, act.today), signed=row.id)


def _signature(act: Act, role: str, key: SigningKey, data: SignAgreement) -> dict[str, str]:
    made = {"role": role, "party": key.party_id, "signing_key_id": key.id, "public_key": key.public_key}
    return {**made, "signature": data.signature, "signed_at": timestamp(act.at)}


async def _take_effect(act: Act, agreement: Agreement, row: Succession, action: SuccessionAction, role: Role) -> None:
    """The acquirer is the provider: what is owed and later money pass to it, and the document says so."""
    agreement.provider = row.transferee
    await amendments.bring_back(act, agreement)
    agreement.readers = sorted({*agreement.readers, row.transferor})
    row.effective_at = act.at
    claims: dict[str, Any] = {
        "succession": row.content,
        "digest": row.digest,
        "signatures": row.signatures,
        "taken_by": "consent" if role is Role.BUYER else "silence",
        "answer_due_at": timestamp(row.due_at),
        "effective_at": timestamp(row.effective_at),
    }
    issued = await issue(act.by(SYSTEM), "succession", row.id, claims, parties=row.parties, public=False)
    row.document_id = issued.id
    facts = {"agreement": agreement.id, "taken_by": claims["taken_by"], "document": issued.id}
    await lifecycle.advance(act, row, SUCCESSION, action, role, parties=row.parties, **facts)
    await act.session.flush()  # Whoever follows reads the new provider.
    await arrived(act.by(SYSTEM), Moment.SUCCEEDED, agreement)
    await announce(act.session, agreement.licensed.asset_id)  # The acquirer may have passed the rights on meanwhile.


async def _fail(
    act: Act, agreement: Agreement, row: Succession, action: SuccessionAction, role: Role, reason: str
) -> None:
    row.end_reason = reason
    await amendments.bring_back(act, agreement)
    await lifecycle.advance(act, row, SUCCESSION, action, role, parties=row.parties, reason=reason)
    agreement.ending_reason = f"the consumer does not go on with the acquirer: {reason}"[:500]
    await arrived(act.by(SYSTEM), Moment.TO_END, agreement)
