"""What every step of an objection shares: the move itself, the registrar's next date, and the evidence kept with it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.states import Role
from kernel.time.workdays import Deadline
from kernel.uploads.models import StoredFile
from rights.objections.models import Objection, ObjectionEvidence
from rights.objections.states import OBJECTION, ObjectionAction
from rights.registrations import deadlines, steps
from rights.registrations.models import Registration


def evidence_rows(
    row: Registration, new: Objection, files: Sequence[StoredFile], at: datetime, *, side: str = "objector"
) -> list[ObjectionEvidence]:
    """The rows that keep what a side brings, each with its retention date."""
    until = deadlines.kept_until(at, steps.clocks_of(row))
    return [
        ObjectionEvidence(
            id=ids.new("evd"),
            objection_id=new.id,
            file_id=file.id,
            name=file.name,
            sha256=file.sha256,
            size_bytes=file.size_bytes,
            retention_until=until,
            side=side,
            created_at=at,
        )
        for file in files
    ]


def parties_of(row: Objection) -> list[str | None]:
    """Both sides of an objection."""
    return [row.objector_id, row.respondent_id]


async def move(act: Act, row: Objection, action: ObjectionAction, role: Role, **facts: Any) -> None:
    """Move an objection and tell both sides."""
    await lifecycle.advance(act, row, OBJECTION, action, role, parties=parties_of(row), **facts)


def set_due(row: Objection, deadline: Deadline | None) -> None:
    """Store the registrar's next date."""
    row.due_on = deadline.on if deadline is not None else None
    row.provisional = deadline.provisional if deadline is not None else False
