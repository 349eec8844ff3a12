"""The record of a case: every step is kept with its files, moves the state and its clock, and is entered in the log."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select

from contracts.approvals.queries import line_of
from kernel import lifecycle
from kernel.act import Act
from kernel.db import locked, one
from kernel.log.record import record
from kernel.states import Role
from kernel.storage.rules import Purpose
from kernel.time.clock import timestamp
from kernel.uploads.models import StoredFile
from kernel.uploads.queries import own_files
from market.complaints import queries, rules
from market.complaints.bundle import content
from market.complaints.errors import ComplaintFilesFaulty, ComplaintStepTooLate
from market.complaints.models import Complaint, ComplaintFile, ComplaintStep
from market.complaints.states import COMPLAINT, ComplaintAction
from market.orders.models import Order

WRITTEN: Final = "market.complaint.written"
"""The kind of the entry that commits to a step; the entries of the states say what it led to."""

DECISIONS: Final = ("decision", "conclusion")
"""The steps that say what follows against the will of a side: the centre's decision, and a court's that is entered."""


async def changing(act: Act, complaint_id: str) -> Complaint:
    """A complaint for change, its order locked before it as everywhere; raises NotFound for strangers."""
    return await lock_case(act, await queries.visible(act, complaint_id))


async def lock_case(act: Act, seen: Complaint) -> Complaint:
    """A complaint for change, after its order."""
    await locked(act.session, Order, seen.order_id)
    return await locked(act.session, Complaint, seen.id)


def role(row: Complaint, act: Act) -> Role:
    """What the actor is to the complaint; whoever only watches acts in nobody's place."""
    return queries.role_of(row, act.actor) or Role.REGULATOR


def require_in_time(act: Act, row: Complaint) -> None:
    """Raise ComplaintStepTooLate for a side that comes after the day of the present state."""
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise ComplaintStepTooLate(complaint=row.id, state=str(row.status), due_at=timestamp(row.due_at))


async def move(act: Act, row: Complaint, action: ComplaintAction, by: Role, **facts: Any) -> None:
    """Take a step of the machine and start the clock of the state that it leads to."""
    outcome = facts.pop("outcome", None)
    await lifecycle.advance(act, row, COMPLAINT, action, by, parties=row.parties, **facts)
    row.due_at = rules.due_at(row.status, act.today, rules.TABLE.version(row.policy["version"]).body)
    if row.due_at is None:
        row.outcome, row.closed_at = str(outcome), act.at


async def write(
    act: Act,
    row: Complaint,
    kind: str,
    by: Role,
    text: str,
    *,
    files: Sequence[str] = (),
    document_id: str | None = None,
    **facts: Any,
) -> ComplaintStep:
    """Keep what was said or done, with its files, and commit to it in the log; the caller has locked the complaint.

    Raises ComplaintFilesFaulty, and NotFound for another's file.
    """
    count = select(func.count()).where(ComplaintStep.complaint_id == row.id)
    n = int(await act.session.scalar(count) or 0) + 1
    stored = await _taken(act, row, list(files))
    step = ComplaintStep(
        complaint_id=row.id,
        n=n,
        kind=kind,
        role=str(by),
        by=act.actor.party,
        line=list(await line_of(act.session, act.actor.hand)) if by is Role.OPERATOR else [],
        text=text,
        facts=facts,
        document_id=document_id,
        at=act.at,
    )
    act.session.add(step)
    await act.session.flush()  # The files refer to it.
    kept = await _attach(act, row, n, stored)
    entered = {
        "step": str(n),
        "kind": kind,
        "content": content.digest(step, kept),
        "evidence": [each.sha256 for each in kept],
    }
    record(act, WRITTEN, row.id, parties=row.parties, facts=entered)
    return step


async def _taken(act: Act, row: Complaint, file_ids: list[str]) -> list[StoredFile]:
    """The files, one's own and kept as evidence, within what a step and a case may have."""
    files = await own_files(act, file_ids)
    table = rules.TABLE.version(row.policy["version"]).body
    kept = await queries.files_of(act.session, row.id)
    used = sum(each.size_bytes for each in kept)
    adding = sum(each.size_bytes for each in files)
    too_many = len(files) > table.step_files_max or len(kept) + len(files) > table.case_files_max
    too_large = used + adding > table.case_bytes_max or any(each.size_bytes > table.file_bytes_max for each in files)
    if too_many or too_large or any(each.purpose != Purpose.EVIDENCE for each in files):
        raise ComplaintFilesFaulty(
            limit=table.step_files_max,
            limit_bytes=table.file_bytes_max,
            case_limit=table.case_files_max,
            case_limit_bytes=table.case_bytes_max,
            used=len(kept),
            used_bytes=used,
        )
    return files


async def _attach(act: Act, row: Complaint, step: int, files: list[StoredFile]) -> list[ComplaintFile]:
    first = len(await queries.files_of(act.session, row.id)) + 1
    names = ("name", "sha256", "size_bytes", "media_type")
    kept = [
        ComplaintFile(
            complaint_id=row.id,
            n=n,
            step=step,
            file_id=each.id,
            by=act.actor.party or "",
            **{name: getattr(each, name) for name in names},
        )
        for n, each in enumerate(files, start=first)
    ]
    act.session.add_all(kept)
    await act.session.flush()
    return kept


async def centre_lines(act: Act, row: Complaint) -> list[list[str]]:
    """The keys of whoever has acted for the centre in the case, each with those that it descends from."""
    query = select(ComplaintStep.line).where(
        ComplaintStep.complaint_id == row.id, ComplaintStep.role == Role.OPERATOR, ComplaintStep.kind != "message"
    )
    return [list(line) for line in await act.session.scalars(query)]


async def order_of(act: Act, row: Complaint) -> Order:
    """The order of a complaint, which `changing` has locked."""
    return await one(act.session, Order, row.order_id)
