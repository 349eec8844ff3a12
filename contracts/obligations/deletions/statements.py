"""Statements of deletion (删除证明): filed under the consumer's key, answered by the provider, proved to outsiders.

A statement speaks of everything that was handed over, and proves who declared what and when. That it was so is proved
only where the centre itself holds the data: the links that it signed are revoked with the agreement.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.commands import party_facts, signed_by_own
from contracts.agreements.errors import DeletionOverdue
from contracts.agreements.gates import HINDRANCES
from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.agreements.states import AGREEMENT
from contracts.obligations import queries, rules
from contracts.obligations.commands import discharge_by, owe_anew
from contracts.obligations.deletions.handed_over import handed_over
from contracts.obligations.errors import DeletionDenied, DeletionIncomplete, DeletionNotDue, DeletionTaken
from contracts.obligations.models import DeletionStatement, Obligation
from contracts.obligations.rules import AT_THE_END, is_proved
from contracts.obligations.schemas import (
    AnswerDeletion,
    Deletion,
    DeletionView,
    FileDeletion,
    HandedOver,
    RefuteDeletion,
)
from contracts.obligations.states import DELETION, DeletionAction, DeletionState, ObligationState
from contracts.obligations.verify import signing_text, statement_digest
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.errors import FieldError
from kernel.states import Role, WrongActor
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china, timestamp
from kernel.time.workdays import add_working_days

_COVERS: Final = "LT-DEL-01"
_FALSE: Final = "LT-DEL-04"


async def file(act: Act, agreement_id: str, data: FileDeletion) -> DeletionView:
    """The consumer states what it deleted; its obligations to delete and to prove it are discharged by that.

    Raises DeletionNotDue, DeletionIncomplete naming every fault, SigningKeyForeign and SignatureInvalid.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require_party(act.actor, agreement_id, agreement.consumer)
    owed = await _owed(act, agreement)
    if not owed or not AGREEMENT.is_final(agreement.status):
        raise DeletionNotDue(agreement=agreement_id, state=str(agreement.status))
    handed = await handed_over(act.session, agreement)
    if faults := _faults(data.statement, agreement, handed, act.at):
        raise DeletionIncomplete(errors=faults, count=len(faults))
    plain = msgspec.to_builtins(data.statement)
    digest = statement_digest(plain)
    key = await signed_by_own(act, data.signing_key_id, data.signature, signing_text(agreement_id, digest))
    statement_id = ids.new("dls")
    claims = await _claims(act, agreement, statement_id, plain, digest)
    claims |= {"handed_over": msgspec.to_builtins(handed), **_day(owed, act.at)}
    signature = {"signing_key_id": key.id, "public_key": key.public_key, "signature": data.signature}
    document = await issue(
        act,
        "deletion-statement",
        statement_id,
        {**claims, "signature": signature},
        parties=agreement.parties,
        public=False,
    )
    days = rules.DAYS.at(act.today).body.answer_working_days
    row = DeletionStatement(
        id=statement_id,
        agreement_id=agreement_id,
        statement=plain,
        digest=digest,
        **signature,
        document_id=document.id,
        handed_over=claims["handed_over"],
        late=claims["late"],
        answer_due_at=end_of_day_in_china(add_working_days(act.today, days).on),
        answer=None,
        evidence_sha256=None,
        filed_at=act.at,
    )
    await lifecycle.begin(act, row, DELETION, parties=agreement.parties, agreement=agreement_id, digest=digest)
    for one_ in owed:
        await discharge_by(act, one_, Role.BUYER, {"statement": statement_id, "document": document.id})
    return queries.deletion_view(row, agreement, act.actor)


async def _owed(act: Act, agreement: Agreement) -> list[Obligation]:
    open_ = await queries.open_of(act.session, agreement.id, ObligationState.DUE, ObligationState.BREACHED)
    return [row for row in open_ if is_proved(row.kind, row.duty) and row.bearer == agreement.consumer]


def _day(owed: Sequence[Obligation], at: datetime) -> dict[str, Any]:
    """By when the deletion was to be proved, and whether this is later."""
    due_at = min(row.due_at for row in owed)
    return {"due_at": timestamp(due_at), "late": due_at <= at}


def _faults(said: Deletion, agreement: Agreement, handed: Sequence[HandedOver], at: datetime) -> list[FieldError]:
    """Whether it is of this agreement's data and of all of it, and of what has happened."""
    rule, faults = DeletionIncomplete.rule, []
    content = agreement.content["subject"]["content_sha256"]
    if said.agreement_id != agreement.id:
        text = Text(f"应为 {agreement.id}", f"This is the agreement {agreement.id}")
        faults.append(FieldError("/statement/agreement_id", text, rule))
    if said.content_sha256 != content:
        faults.append(FieldError("/statement/content_sha256", Text(f"应为 {content}", f"Name {content}"), rule))
    for number, copy in enumerate(said.copies):
        pointer = f"/statement/copies/{number}/deleted_at"
        if copy.deleted_at.tzinfo is None:
            faults.append(FieldError(pointer, Text("时间须注明时区", "A moment names its zone"), rule))
        elif copy.deleted_at > at:
            faults.append(FieldError(pointer, Text("尚未发生的不能证明", "What has not happened is not proved"), rule))
    for number, backup in enumerate(said.backups):
        if backup.purge_on < day_in_china(at):
            text = Text("已过期的备份列为副本", "A backup that is gone already is listed as a copy")
            faults.append(FieldError(f"/statement/backups/{number}/purge_on", text, rule))
    return [*faults, *_uncovered(said, handed)]


def _uncovered(said: Deletion, handed: Sequence[HandedOver]) -> list[FieldError]:
    """Whether it speaks of all that was handed over, and says nothing that the centre's records show to be false."""
    faults: list[FieldError] = []
    refs, covered = dict.fromkeys(each.ref for each in handed), set(said.covers)
    for ref in refs:
        if ref not in covered:
            text = Text(f"未说明已交付的 {ref} 的去向", f"It does not speak of {ref}, which was handed over")
            faults.append(FieldError("/statement/covers", text, _COVERS))
    named: set[str] = set()
    for number, ref in enumerate(said.covers):
        if ref not in refs or ref in named:
            text = Text("未曾交付，或重复列出", "Nothing of that was handed over, or it is named twice")
            faults.append(FieldError(f"/statement/covers/{number}", text, _COVERS))
        named.add(ref)
    if handed and not (said.copies or said.backups or said.derived_kept):
        text = Text("已交付的数据须说明其副本、备份或所保留的衍生数据", "Tell of copies, backups or derived data")
        faults.append(FieldError("/statement/copies", text, _COVERS))
    # What is kept as derived data, a result of computing above all, may be of a day after the rest was deleted.
    had = [each for each in handed if each.channel != "computing" or not said.derived_kept]
    last = max(had, key=lambda each: each.last_at, default=None)
    deleted = [copy.deleted_at for copy in said.copies if copy.deleted_at.tzinfo is not None]
    if last is not None and deleted and max(deleted) < last.last_at:
        at = timestamp(last.last_at)
        text = Text(
            f"{last.ref} 于 {at} 仍在读取，晚于所述全部删除", f"{last.ref} was had at {at}, after every deletion told"
        )
        faults.append(FieldError("/statement/copies", text, _COVERS))
    return faults


async def _claims(
    act: Act, agreement: Agreement, statement_id: str, plain: dict[str, Any], digest: str
) -> dict[str, Any]:
    """What the document says: who declared what about which agreement, and that it is a declaration."""
    return {
        "statement_id": statement_id,
        "agreement": {"id": agreement.id, "digest": agreement.digest},
        "consumer": msgspec.to_builtins(await party_facts(act.session, agreement.consumer)),
        "provider": msgspec.to_builtins(await party_facts(act.session, agreement.provider)),
        "statement": plain,
        "digest": digest,
        "declaration": True,
        "ended_at": timestamp(agreement.ended_at or act.at),
        "filed_at": timestamp(act.at),
    }


async def answer(act: Act, agreement_id: str, data: AnswerDeletion) -> DeletionView:
    """The provider takes the statement, or contests it with a reason: then deletion is owed anew.

    Raises DeletionTaken once the time to answer is over, whether or not the sweep has come, and DeletionDenied.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require_party(act.actor, agreement_id, agreement.provider)
    row = await _newest(act, agreement)
    if row.status is DeletionState.FILED and row.answer_due_at <= act.after_waiting():
        raise DeletionTaken(statement=row.id, due_at=timestamp(row.answer_due_at))
    if not data.accepted:
        await _require_deniable(act, agreement)
    action = DeletionAction.ACCEPT if data.accepted else DeletionAction.CONTEST
    await _answered(act, row, agreement, action, Role.PROVIDER, data.reason)
    if row.status is DeletionState.CONTESTED:
        await _owe_anew(act, agreement)
    return queries.deletion_view(row, agreement, act.actor)


async def refute(act: Act, agreement_id: str, data: RefuteDeletion) -> DeletionView:
    """The provider or the regulator shows that a statement which was taken is false: deletion is owed anew.

    Raises NotFound for strangers, WrongActor for others, DeletionNotDue without a statement, DeletionTaken once the
    claim is barred by time, and for the provider DeletionDenied.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    row = await _newest(act, agreement)
    role = Role.PROVIDER if act.actor.party == agreement.provider else Role.REGULATOR
    if role is Role.REGULATOR and not act.actor.has(role):
        allowed = [str(Role.PROVIDER), str(Role.REGULATOR)]
        raise WrongActor(machine=DELETION.name, action=str(DeletionAction.REFUTE), allowed=allowed)
    barred_at = row.filed_at + timedelta(days=366 * rules.DAYS.at(act.today).body.limitation_years)
    if barred_at <= act.at:
        raise DeletionTaken(statement=row.id, due_at=timestamp(barred_at))
    if role is Role.PROVIDER:
        await _require_deniable(act, agreement)
    await _answered(act, row, agreement, DeletionAction.REFUTE, role, data.reason, rule=_FALSE)
    row.evidence_sha256 = data.evidence_sha256
    await _owe_anew(act, agreement)
    return queries.deletion_view(row, agreement, act.actor)


async def _require_deniable(act: Act, agreement: Agreement) -> None:
    """Raise DeletionDenied for a provider that has said no so often that somebody else has to look."""
    limit = rules.DAYS.at(act.today).body.denials_max
    denied = select(func.count()).where(
        DeletionStatement.agreement_id == agreement.id,
        DeletionStatement.status.in_((DeletionState.CONTESTED, DeletionState.REFUTED)),
    )
    if limit is not None and int(await act.session.scalar(denied) or 0) >= limit:
        raise DeletionDenied(agreement=agreement.id, limit=limit)


async def _newest(act: Act, agreement: Agreement) -> DeletionStatement:
    """The statement filed last, locked; raises DeletionNotDue where there is none."""
    filed = select(DeletionStatement).where(DeletionStatement.agreement_id == agreement.id)
    row = (await act.session.scalars(filed.order_by(DeletionStatement.id.desc()).limit(1).with_for_update())).first()
    if row is None:
        raise DeletionNotDue(agreement=agreement.id, state=str(agreement.status))
    return row


async def accept_silently(act: Act, statement_id: str) -> bool:
    """Silence to the end of the time to answer takes the statement; says whether it applied."""
    row = await locked(act.session, DeletionStatement, statement_id)
    if row.status is not DeletionState.FILED or row.answer_due_at > act.at:
        return False
    agreement = await one(act.session, Agreement, row.agreement_id)
    reason = "the time to answer is over"
    await _answered(act.by(SYSTEM), row, agreement, DeletionAction.ACCEPT, Role.SYSTEM, reason)
    return True


async def _answered(
    act: Act,
    row: DeletionStatement,
    agreement: Agreement,
    action: DeletionAction,
    role: Role,
    reason: str,
    **facts: str,
) -> None:
    facts |= {"reason": reason, "agreement": agreement.id}
    await lifecycle.advance(act, row, DELETION, action, role, parties=agreement.parties, **facts)
    row.answer = reason


async def _owe_anew(act: Act, agreement: Agreement) -> None:
    """The last of each obligation that the statement had discharged is owed once more."""
    days = rules.DAYS.at(act.today).body.cure_working_days
    due_at = end_of_day_in_china(add_working_days(act.today, days).on)
    done = await queries.open_of(act.session, agreement.id, ObligationState.DISCHARGED)
    own = [row for row in done if is_proved(row.kind, row.duty) and row.bearer == agreement.consumer]
    newest = {row.duty: row for row in own}
    for row in newest.values():
        await owe_anew(act, agreement, row, due_at)


async def require_deleted(session: AsyncSession, row: Agreement, at: datetime) -> None:
    """Raise DeletionOverdue while an agreement's consumer is in breach of a deletion, of whoever's data.

    It counts from the end of the grace, whether or not a sweep has come; a statement, a waiver and time end it.
    """
    # Of a deletion that a provider owes there is no statement: it is discharged by a word, and hinders nobody.
    query = select(Obligation).join(Agreement, Agreement.id == Obligation.agreement_id)
    query = query.where(
        Obligation.bearer == row.consumer,
        Agreement.consumer == row.consumer,
        Obligation.kind.in_(AT_THE_END),
        Obligation.status.in_((ObligationState.DUE, ObligationState.BREACHED)),
        Obligation.breached_at <= at,
    )
    for each in await session.scalars(query.order_by(Obligation.breached_at)):
        if is_proved(each.kind, each.duty):
            raise DeletionOverdue(since=timestamp(each.breached_at))


HINDRANCES.append(require_deleted)
