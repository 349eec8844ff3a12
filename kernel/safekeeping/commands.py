"""Drawing a night's files, noting what was found, and dealing with it."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import lock_name, locked, one
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.safekeeping import queries
from kernel.safekeeping.models import FileCheck, IntegrityFinding, IntegrityNight
from kernel.safekeeping.rules import POLICY, RESERVE_DAYS, sample
from kernel.safekeeping.schemas import DeclareLost, IntegrityFindingView
from kernel.safekeeping.states import FINDING, WAITING, FindingAction, FindingState
from kernel.states import Role
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileUnavailable
from kernel.storage.objects import in_thread
from kernel.storage.store import Storage
from kernel.uploads.models import StoredFile

CHECK: Final = "kernel.safekeeping.check"
CHECK_AGAIN: Final = "kernel.safekeeping.check-again"
BATCH: Final = 50


async def begin_night(act: Act, night: date) -> bool:
    """Draw the files of a night, unless that was done: those whose turn it is, and others at random."""
    await lock_name(act.session, "integrity", night.isoformat())
    if await act.session.scalar(select(IntegrityNight.id).where(IntegrityNight.night == night)) is not None:
        return False
    rule = POLICY.at(act.today).body
    stored = int(await act.session.scalar(select(func.count()).select_from(StoredFile)) or 0)
    last = func.coalesce(FileCheck.checked_at, StoredFile.created_at)
    due = last <= act.at - timedelta(days=rule.within_days - RESERVE_DAYS)
    drawn = [*await _drawn(act, due, None)]
    if (more := sample(stored, rule) - len(drawn)) > 0:
        drawn += await _drawn(act, ~due, more)
    row = IntegrityNight(
        id=ids.new("ign"), night=night, stored=stored, drawn=len(drawn), checked=0, faults=0, created_at=act.at
    )
    act.session.add(row)
    await act.session.flush()
    for start in range(0, len(drawn), BATCH):
        await enqueue(act.session, CHECK, {"night": row.id, "files": drawn[start : start + BATCH]})
    return True


async def _drawn(act: Act, which: ColumnElement[bool], most: int | None) -> list[str]:
    query = select(StoredFile.id).outerjoin(FileCheck, FileCheck.file_id == StoredFile.id).where(which)
    return list(await act.session.scalars(query.order_by(func.random()).limit(most)))


async def fault_of(storage: Storage, key: str, sha256: str | None) -> str | None:
    """Read an object through and say what is wrong with it; what was destroyed is as it should be.

    Raises KeysUnavailable: without keys nothing is said of any object.
    """
    digest = hashlib.sha256()
    try:
        async for part in storage.stream(key):
            await in_thread(digest.update, part)
    except FileDestroyed:
        return None
    except FileNotFoundError:
        return "missing"
    except FileUnavailable:
        return "altered"
    return "digest" if sha256 is not None and digest.hexdigest() != sha256 else None


async def note_check(act: Act, night_id: str, file: StoredFile, fault: str | None) -> None:
    """Note that a file was read back in a night; again in the same night, nothing is counted twice."""
    night = await locked(act.session, IntegrityNight, night_id)
    earlier = await act.session.get(FileCheck, file.id)
    if earlier is not None and earlier.night_id == night.id:
        return
    values = {"file_id": file.id, "night_id": night.id, "checked_at": act.at}
    made = insert(FileCheck).values(**values)
    await act.session.execute(made.on_conflict_do_update(index_elements=["file_id"], set_=values))
    night.checked += 1
    if fault is not None:
        night.faults += 1
        await open_finding(act, file.storage_key, file.id, fault)


async def open_finding(act: Act, key: str, file_id: str | None, fault: str) -> None:
    """Open a finding on an object, unless one is open."""
    await lock_name(act.session, "finding", key)
    waiting = select(IntegrityFinding.id).where(
        IntegrityFinding.storage_key == key, IntegrityFinding.status.in_(WAITING)
    )
    if await act.session.scalar(waiting) is not None:
        return
    row = IntegrityFinding(
        id=ids.new("ifn"),
        file_id=file_id,
        storage_key=key,
        fault=fault,
        note=None,
        due_at=_due(act),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, FINDING, fault=fault)


async def meet(act: Act, key: str) -> None:
    """Open a finding on an object that a reader found altered, unless there has been one since."""
    decided = select(IntegrityFinding.id).where(
        IntegrityFinding.storage_key == key, IntegrityFinding.status == FindingState.LOST
    )
    if await act.session.scalar(decided) is None:
        file_id = await act.session.scalar(select(StoredFile.id).where(StoredFile.storage_key == key))
        await open_finding(act, key, file_id, "altered")


async def check_again(act: Act, finding_id: str) -> IntegrityFindingView:
    """Have an object read through again that was restored; it is handed out once it is as it was."""
    row = await locked(act.session, IntegrityFinding, finding_id)
    await lifecycle.advance(act, row, FINDING, FindingAction.CHECK, Role.OPERATOR)
    await enqueue(act.session, CHECK_AGAIN, {"id": row.id})
    return queries.finding_view(act, row)


async def decide(act: Act, finding_id: str, fault: str | None) -> None:
    """What the second reading came to."""
    row = await locked(act.session, IntegrityFinding, finding_id)
    if row.status is not FindingState.CHECKING:
        return
    if fault is None:
        row.due_at = None
        await lifecycle.advance(act, row, FINDING, FindingAction.RESTORE, Role.SYSTEM)
        return
    row.fault, row.due_at = fault, _due(act)
    await lifecycle.advance(act, row, FINDING, FindingAction.REOPEN, Role.SYSTEM, fault=fault)


async def lose(act: Act, finding_id: str, data: DeclareLost) -> IntegrityFindingView:
    """Say that an object cannot be restored; nobody is given it any more."""
    row = await locked(act.session, IntegrityFinding, finding_id)
    row.note, row.due_at = data.note, None
    await lifecycle.advance(act, row, FINDING, FindingAction.LOSE, Role.OPERATOR, note=data.note)
    return queries.finding_view(act, row)


async def remind(act: Act, finding_id: str) -> None:
    """Remind the operator of a finding whose time is over, and set it a new day."""
    row = await locked(act.session, IntegrityFinding, finding_id)
    if row.status in WAITING and row.due_at is not None and row.due_at <= act.at:
        row.due_at = _due(act)
        record(act, "kernel.integrity-finding.reminded", row.id)


async def file_of(act: Act, finding_id: str) -> tuple[IntegrityFinding, StoredFile | None]:
    """A finding with its file, where it has one."""
    row = await one(act.session, IntegrityFinding, finding_id)
    return row, await act.session.get(StoredFile, row.file_id) if row.file_id is not None else None


def _due(act: Act) -> datetime:
    return act.at + timedelta(days=POLICY.at(act.today).body.decide_days)
