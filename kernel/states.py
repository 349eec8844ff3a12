"""Lifecycles as data: one table for each state machine, one function that reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kernel.errors import Conflict, Forbidden
from kernel.text import Text

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class Role(StrEnum):
    """Who acts: the parties of the market, the centre's officers, those who watch, and the system itself."""

    PROVIDER = "provider"
    DEVELOPER = "developer"
    BUYER = "buyer"
    INVESTOR = "investor"
    VALUER = "valuer"
    TESTER = "tester"
    INSURER = "insurer"
    LENDER = "lender"
    REGISTRAR = "registrar"
    REVIEWER = "reviewer"
    CLEARING = "clearing"
    OPERATOR = "operator"
    REGULATOR = "regulator"
    AUDITOR = "auditor"
    SYSTEM = "system"


class IllegalTransition(Conflict):
    """The state machine has no such step from the present state."""

    title = Text("当前状态不允许此操作", "This action is not possible in the present state")
    detail = Text(
        "“{machine}”处于“{state}”状态，不能执行“{action}”；当前可执行：{allowed}。",
        "The {machine} is {state}: {action} is not possible; possible now: {allowed}.",
    )
    rule = "LT-GEN-02"


class WrongActor(Forbidden):
    """The step exists but belongs to somebody else."""

    title = Text("该操作不属于您的角色", "This action belongs to another role")
    detail = Text("“{action}”只能由以下角色执行：{allowed}。", "Only these roles may perform {action}: {allowed}.")
    rule = "LT-GEN-03"


@dataclass(frozen=True, slots=True)
class Step(Generic[S]):
    """Where an action leads and who may take it."""

    to: S
    by: frozenset[Role]


def step(to: S, *by: Role) -> Step[S]:
    """Write one line of a table."""
    return Step(to, frozenset(by))


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, A]):
    """A lifecycle: `table[state, action]` is the step; final states are those that nothing leaves.

    It begins in `initial`, or in one of `starts` where somebody else may begin it otherwise.
    """

    name: str
    initial: S
    table: Mapping[tuple[S, A], Step[S]]
    starts: frozenset[S] = frozenset()

    def next(self, state: S, action: A, role: Role) -> S:
        """Give the new state; raises IllegalTransition (409) or WrongActor (403)."""
        transition = self.table.get((state, action))
        if transition is None:
            raise IllegalTransition(
                machine=self.name,
                state=str(state),
                action=str(action),
                allowed=[str(a) for a in self.actions(state)],
            )
        if role not in transition.by:
            raise WrongActor(machine=self.name, action=str(action), allowed=sorted(str(r) for r in transition.by))
        return transition.to

    def actions(self, state: S, role: Role | None = None) -> list[A]:
        """What can be done from a state, by anybody or by one role."""
        return sorted(a for (s, a), t in self.table.items() if s == state and (role is None or role in t.by))

    def is_final(self, state: S) -> bool:
        """Say whether nothing leaves this state."""
        return not self.actions(state)

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram for the documentation."""
        lines = [f"    {s} --> {t.to}: {a} ({'/'.join(sorted(t.by))})" for (s, a), t in self.table.items()]
        starts = [f"    [*] --> {state}" for state in (self.initial, *sorted(self.starts))]
        return "\n".join(["stateDiagram-v2", *starts, *lines])
