"""Statements of deletion (删除证明): filed under the consumer's key, answered by the provider, proved to outsiders.

A statement proves who declared what and when. That it was so is proved only where the centre itself holds the data: the
links that it signed are revoked with the agreement.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from contracts.agreements.commands import party_facts, signed_by_own
from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.agreements.states import AGREEMENT
from contracts.obligations import queries, rules
from contracts.obligations.commands import discharge_by, owe_anew
from contracts.obligations.errors import DeletionIncomplete, DeletionNotDue, DeletionTaken
from contracts.obligations.models import DeletionStatement, Obligation
from contracts.obligations.rules import is_proved
from contracts.obligations.schemas import AnswerDeletion, Deletion, DeletionView, FileDeletion
from contracts.obligations.states import DELETION, DeletionAction, DeletionState, ObligationState
from contracts.obligations.verify import signing_text, statement_digest
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.errors import FieldError
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china, timestamp
from kernel.time.workdays import add_working_days


async def file(act: Act, agreement_id: str, data: FileDeletion) -> DeletionView:
    """The consumer states what it deleted; its obligations to delete and to prove it are discharged by that.

    Raises DeletionNotDue, DeletionIncomplete naming every fault, SigningKeyForeign and SignatureInvalid.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require_party(act.actor, agreement_id, agreement.consumer)
    owed = await _owed(act, agreement)
    if not owed or not AGREEMENT.is_final(agreement.status):
        raise DeletionNotDue(agreement=agreement_id, state=str(agreement.status))
    if faults := _faults(data.statement, agreement, act.at):
        raise DeletionIncomplete(errors=faults, count=len(faults))
    plain = msgspec.to_builtins(data.statement)
    digest = statement_digest(plain)
    key = await signed_by_own(act, data.signing_key_id, data.signature, signing_text(agreement_id, digest))
    statement_id = ids.new("dls")
    claims = await _claims(act, agreement, statement_id, plain, digest)
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
        answer_due_at=end_of_day_in_china(add_working_days(act.today, days).on),
        answer=None,
        filed_at=act.at,
    )
    await lifecycle.begin(act, row, DELETION, parties=agreement.parties, agreement=agreement_id, digest=digest)
    for one_ in owed:
        await discharge_by(act, one_, Role.BUYER, {"statement": statement_id, "document": document.id})
    return queries.deletion_view(row, agreement, act.actor)


async def _owed(act: Act, agreement: Agreement) -> list[Obligation]:
    open_ = await queries.open_of(act.session, agreement.id, ObligationState.DUE, ObligationState.BREACHED)
    return [row for row in open_ if is_proved(row.kind, row.duty)]


def _faults(said: Deletion, agreement: Agreement, at: datetime) -> list[FieldError]:
    """Whether it is of this agreement's data, and of what has happened."""
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

    Raises DeletionTaken once the time to answer is over, whether or not the sweep has come.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require_party(act.actor, agreement_id, agreement.provider)
    filed = select(DeletionStatement).where(DeletionStatement.agreement_id == agreement_id)
    row = (await act.session.scalars(filed.order_by(DeletionStatement.id.desc()).limit(1).with_for_update())).first()
    if row is None:
        raise DeletionNotDue(agreement=agreement_id, state=str(agreement.status))
    if row.status is DeletionState.FILED and row.answer_due_at <= act.after_waiting():
        raise DeletionTaken(statement=row.id, due_at=timestamp(row.answer_due_at))
    action = DeletionAction.ACCEPT if data.accepted else DeletionAction.CONTEST
    await _answered(act, row, agreement, action, Role.PROVIDER, data.reason)
    if row.status is DeletionState.CONTESTED:
        await _owe_anew(act, agreement)
    return queries.deletion_view(row, agreement, act.actor)


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
    act: Act, row: DeletionStatement, agreement: Agreement, action: DeletionAction, role: Role, reason: str
) -> None:
    await lifecycle.advance(
        act, row, DELETION, action, role, parties=agreement.parties, reason=reason, agreement=agreement.id
    )
    row.answer = reason


async def _owe_anew(act: Act, agreement: Agreement) -> None:
    """The last of each obligation that the statement had discharged is owed once more."""
    days = rules.DAYS.at(act.today).body.cure_working_days
    due_at = end_of_day_in_china(add_working_days(act.today, days).on)
    done = await queries.open_of(act.session, agreement.id, ObligationState.DISCHARGED)
    newest = {row.duty: row for row in done if is_proved(row.kind, row.duty)}
    for row in newest.values():
        await owe_anew(act, agreement, row, due_at)
