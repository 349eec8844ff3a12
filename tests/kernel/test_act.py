"""An act's one moment, and the one that is asked for under a lock."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from kernel import act as acts
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import ANONYMOUS, SYSTEM
from kernel.states import Machine, Role, step
from tests.conftest import ISSUER, NOW


def test_after_waiting_is_the_moment_and_what_has_gone_by(monkeypatch):
    gone = [100.0]
    monkeypatch.setattr(acts.time, "monotonic", lambda: gone[0])
    session: Any = None
    act = Act(session, ANONYMOUS, NOW, ISSUER, _made=gone[0])
    gone[0] += 0.4
    assert act.after_waiting() == NOW + timedelta(seconds=0.4)
    assert act.at == NOW
    assert act.by(SYSTEM).after_waiting() == NOW + timedelta(seconds=0.4)
    assert replace(act, actor=SYSTEM).after_waiting() == NOW + timedelta(seconds=0.4)


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    DARK = "dark"


MACHINE = Machine(
    "kernel.light",
    Light.RED,
    {
        (Light.RED, Light.GREEN): step(Light.GREEN, Role.SYSTEM),
        (Light.GREEN, Light.DARK): step(Light.DARK, Role.SYSTEM),
    },
    starts=frozenset({Light.GREEN}),
)


async def test_a_machine_begins_where_it_may():
    session: Any = None
    row: Any = None
    with pytest.raises(ValueError, match="does not begin as dark"):
        await lifecycle.begin_in(Act(session, SYSTEM, NOW, ISSUER), row, MACHINE, Light.DARK)
    assert "[*] --> red" in MACHINE.mermaid()
    assert "[*] --> green" in MACHINE.mermaid()
