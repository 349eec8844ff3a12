"""The only code that assigns a status; every move leaves an entry in the log."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from kernel.act import Act
from kernel.db import held, hold
from kernel.log.models import LogEntry
from kernel.log.record import record
from kernel.states import Machine, Role

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class Row(Protocol):
    """A row with a lifecycle: kernel.db.Stateful and its own status column."""

    id: Any
    status: Any
    status_changed_at: Any
    version: Any


async def begin(
    act: Act, row: Row, machine: Machine[S, A], *, parties: Iterable[str | None] = (), **facts: Any
) -> LogEntry:
    """Add a new row in the machine's first state."""
    return await begin_in(act, row, machine, machine.initial, parties=parties, **facts)


async def begin_in(
    act: Act, row: Row, machine: Machine[S, A], state: S, *, parties: Iterable[str | None] = (), **facts: Any
) -> LogEntry:
    """Add a new row in the first state, or in another in which the machine may begin; raises ValueError for others."""
    if state not in (machine.initial, *machine.starts):
        raise ValueError(f"a {machine.name} does not begin as {state}")
    row.status = state
    row.status_changed_at = act.at
    row.version = 1
    act.session.add(row)
    await act.session.flush()  # The row must exist before others refer to it in this unit.
    hold(act.session, row)
    kind = f"{machine.name}.{state}"
    return record(act, kind, row.id, parties=parties, facts=facts)


async def advance(
    act: Act,
    row: Row,
    machine: Machine[S, A],
    action: A,
    role: Role,
    *,
    parties: Iterable[str | None] = (),
    **facts: Any,
) -> LogEntry:
    """Take one step: lock the row unless this unit holds it, read the table, move, and record it.

    Raises IllegalTransition (409) or WrongActor (403) and then nothing has changed.
    """
    if not held(act.session, row):
        await act.session.flush()  # A refresh drops what is not flushed.
        await act.session.refresh(row, with_for_update=True)
        hold(act.session, row)
    before = row.status
    row.status = machine.next(before, action, role)
    row.status_changed_at = act.at
    row.version += 1
    kind = f"{machine.name}.{row.status}"
    step_facts = {"from": str(before), "action": str(action), "role": str(role), **facts}
    return record(act, kind, row.id, parties=parties, facts=step_facts)
