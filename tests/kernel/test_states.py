"""Lifecycles as data: the whole product of states, actions and roles."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.states import IllegalTransition, Machine, Role, WrongActor, step


class Door(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    BRICKED = "bricked"


class Act(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    BRICK = "brick"


DOOR = Machine(
    "test.door",
    Door.SHUT,
    {
        (Door.SHUT, Act.OPEN): step(Door.OPEN, Role.BUYER, Role.PROVIDER),
        (Door.OPEN, Act.SHUT): step(Door.SHUT, Role.BUYER),
        (Door.SHUT, Act.BRICK): step(Door.BRICKED, Role.SYSTEM),
    },
)


@given(st.sampled_from(Door), st.sampled_from(Act), st.sampled_from(Role))
def test_every_move_is_in_the_table_or_is_refused_with_its_reason(state, action, role):
    found = DOOR.table.get((state, action))
    if found is None:
        with pytest.raises(IllegalTransition) as illegal:
            DOOR.next(state, action, role)
        assert illegal.value.facts["allowed"] == [str(each) for each in DOOR.actions(state)]
        assert illegal.value.rule == "LT-GEN-02"
    elif role not in found.by:
        with pytest.raises(WrongActor) as wrong:
            DOOR.next(state, action, role)
        assert wrong.value.facts["allowed"] == sorted(str(each) for each in found.by)
        assert wrong.value.rule == "LT-GEN-03"
    else:
        assert DOOR.next(state, action, role) == found.to
    assert (action in DOOR.actions(state, role)) == (found is not None and role in found.by)


def test_final_states_and_actions():
    assert DOOR.is_final(Door.BRICKED)
    assert not DOOR.is_final(Door.SHUT)
    assert DOOR.actions(Door.SHUT) == [Act.BRICK, Act.OPEN]
    assert DOOR.actions(Door.SHUT, Role.SYSTEM) == [Act.BRICK]
    assert DOOR.actions(Door.BRICKED) == []


def test_the_diagram_shows_every_step():
    drawn = DOOR.mermaid()
    assert drawn.startswith("stateDiagram-v2\n    [*] --> shut\n")
    assert "shut --> open: open (buyer/provider)" in drawn
    assert drawn.count("-->") == 4
