"""One kind of process as the engine needs it: its rows, its machine, its words on the wire, and what follows a step."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kernel import lifecycle
from kernel.act import Act
from kernel.states import Machine, Role
from market.dataspace import rules
from market.dataspace.messages import writing
from market.dataspace.states import DataspaceSide

Entered = Callable[[Act, Any, StrEnum, Role], Awaitable[None]]
"""What follows a step: the act, the row, the action, and whose side took it."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A kind of process: `path` is its folder on the wire, `answer` the type of its state."""

    name: str
    model: Any
    machine: Machine[Any, Any]
    path: str
    answer: str
    entered: Entered

    def view(self, row: Any, under_way: str | None = None) -> dict[str, Any]:
        """The process's state on the wire, with the action of the message that is on its way.

        One whose first message is on its way is told as that message leaves it, and so is one whose last message is:
        whoever asks may have it before its acknowledgement is here.
        """
        state = row.status
        if state is self.machine.initial:
            return self._told(row, "offered" if row.side is DataspaceSide.PROVIDER else "requested")
        step = next((to for (at, action), to in self.machine.table.items() if (at, action) == (state, under_way)), None)
        return self._told(row, str(step.to if step is not None and self.machine.is_final(step.to) else state))

    def _told(self, row: Any, state: str) -> dict[str, Any]:
        return writing.process(self.answer, row.provider_pid or "", row.consumer_pid or "", state)


def facts(row: Any, kind: str, message_id: str | None) -> dict[str, Any]:
    """What every event of a process tells, so that whoever drives a side needs nothing else."""
    known = {
        "counterparty": row.counterparty_id,
        "side": str(row.side),
        "dataset": row.dataset_id,
        "provider_pid": row.provider_pid,
        "consumer_pid": row.consumer_pid,
        "message": kind,
        "message_id": message_id,
        "agreement": row.agreement_id,
    }
    return {name: value for name, value in known.items() if value is not None}


async def begin(act: Act, protocol: Protocol, row: Any) -> None:
    """Add a new process in its first state, with that state's clock."""
    row.due_at = rules.due_at(protocol.machine, protocol.machine.initial, act.at, act.today)
    await lifecycle.begin(act, row, protocol.machine, parties=[row.participant], **facts(row, "", None))


async def move(
    act: Act, protocol: Protocol, row: Any, action: StrEnum, role: Role, kind: str, message_id: str | None
) -> None:
    """Take a step, set the clock of the state that it leads to, and do what follows from it."""
    told = facts(row, kind, message_id)
    await lifecycle.advance(act, row, protocol.machine, action, role, parties=[row.participant], **told)
    row.due_at = rules.due_at(protocol.machine, row.status, act.at, act.today)
    await protocol.entered(act, row, action, role)
