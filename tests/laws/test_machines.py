"""Laws over every state machine."""

from enum import StrEnum
from itertools import product

import pytest

from kernel import db
from kernel.states import IllegalTransition, Machine, Role, WrongActor
from kernel.text import noun
from tests.laws import source


def machines() -> list[Machine]:
    """Every machine that any module defines, once."""
    values = [value for module in source.modules() for value in vars(module).values()]
    found = {id(value): value for value in values if isinstance(value, Machine)}
    return sorted(found.values(), key=lambda machine: machine.name)


MACHINES = machines()


def test_names_are_unique():
    names = [machine.name for machine in MACHINES]
    assert len(names) == len(set(names))
    assert len(names) >= 8


def _states(machine: Machine) -> type[StrEnum]:
    return type(machine.initial)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_is_reachable(machine):
    reached, edge = {machine.initial, *machine.starts}, [machine.initial, *machine.starts]
    while edge:
        here = edge.pop()
        for (state, _), step in machine.table.items():
            if state == here and step.to not in reached:
                reached.add(step.to)
                edge.append(step.to)
    assert reached == set(_states(machine))


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_step_belongs_to_somebody(machine):
    assert all(step.by for step in machine.table.values())


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_combination_moves_or_raises_the_right_error(machine):
    actions = {action for _, action in machine.table}
    for state, action, role in product(_states(machine), actions, Role):
        step = machine.table.get((state, action))
        if step is None:
            with pytest.raises(IllegalTransition):
                machine.next(state, action, role)
        elif role not in step.by:
            with pytest.raises(WrongActor):
                machine.next(state, action, role)
        else:
            assert machine.next(state, action, role) == step.to


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_name_gives_valid_log_kinds(machine):
    """advance() records `<machine>.<state>`: slice, subject and participle."""
    from kernel.log.record import leaf
    from tests.conftest import NOW

    for state in _states(machine):
        leaf(f"{machine.name}.{state}", "x", at=NOW, facts={})


@pytest.mark.parametrize("name", sorted({*(m.name for m in MACHINES), *db.Base.metadata.tables}))
def test_what_has_a_state_or_an_id_has_a_name_in_both_languages(name):
    """Messages say order and 订单, never market.order."""
    said = noun(name)
    assert "." not in said.en
    if name in {machine.name for machine in MACHINES}:
        assert said.zh != said.en, name
