"""What a row waits for: which states of a machine, who acts, what is to be done, and until when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from kernel.states import Machine, Role
from kernel.text import Text

Column = InstrumentedAttribute[Any]
Whose = Callable[[Any], ColumnElement[bool]]
"""A condition on a row for a party, given as a bound value: that the row waits for it, or that it may know of it."""

OFFICES: Final = frozenset({Role.REGISTRAR, Role.REVIEWER, Role.CLEARING, Role.OPERATOR, Role.REGULATOR, Role.AUDITOR})
"""The centre's own roles: what waits for one of them waits for whoever holds it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Rows of a machine that wait in some states for somebody.

    `by` are the steps that end the waiting; who may take one of them acts, save the system. `roles` says who acts
    where what is awaited is no step of this machine (a payment, a transfer at the bank). `mine` is the side for which
    a row waits; without it, it waits for whoever holds the office. `known_to` are the sides that see it wait for
    others. `path` is where it is read, `about` the column that the path names.
    """

    machine: Machine[Any, Any]
    states: tuple[StrEnum, ...]
    title: Text
    path: str
    model: Any
    by: tuple[StrEnum, ...] = ()
    roles: frozenset[Role] = field(default_factory=frozenset)
    mine: Whose | None = None
    known_to: Whose | None = None
    due: ColumnElement[Any] | Column | None = None
    about: Column | None = None
    when: ColumnElement[bool] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a step that no such state has, and for nobody who could act."""
        for state in self.states:
            if not set(self.by) <= set(self.machine.actions(state)):
                raise ValueError(f"a {self.machine.name} has no such step in {state}")
        if not self.actors or (self.mine is None and not self.actors <= OFFICES):
            raise ValueError(f"whose is a {self.machine.name} in {self.states}?")

    @property
    def actors(self) -> frozenset[Role]:
        """The roles of which one acts."""
        steps = (self.machine.table[state, action].by for state in self.states for action in self.by)
        return self.roles or frozenset(role for by in steps for role in by if role is not Role.SYSTEM)

    @property
    def identity(self) -> Column:
        """The column that the path names."""
        own: Column = self.model.id
        return own if self.about is None else self.about


def of(*columns: Column) -> Whose:
    """Of the parties that these columns name."""
    return lambda party: or_(*(column == party for column in columns))


def through(key: Column, parent: Column, whose: Whose) -> Whose:
    """Of the parties of another row, to which `key` leads."""
    return lambda party: key.in_(select(parent).where(whose(party)))


def unless(whose: Whose, *done: Whose) -> Whose:
    """Of these parties, save those that have done their part."""
    return lambda party: and_(whose(party), *(~each(party) for each in done))


def end_of_day(column: Column) -> ColumnElement[Any]:
    """The end of a day in China, for clocks that are kept as days."""
    return func.timezone("Asia/Shanghai", column + 1)
