"""How fast the gate decides: a typical policy that permits, and the widest one, where each rule fails at its end."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from bench import cedar
from contracts.usage.gate import AccessRequest, Compiled, Standing, compiled, decide
from contracts.usage.tree import Duty, DutyKind, Permission, Prohibition, UsagePolicy

TYPICAL_PER_SECOND: Final = 300_000
WORST_PER_SECOND: Final = 60_000
ROUNDS: Final = 5
RULES: Final = 10

_REQUEST: Final = AccessRequest(
    asset="ast_1",
    action="use",
    at=datetime(2026, 6, 1, tzinfo=UTC),
    purpose="risk-control",
    place="CN-15",
    environment="sandbox",
    recipient=("party:pty_01m8k6asmferfvb5tsxy7rg0s9", "class:enterprise"),
    rows=1,
)
_SIDES: Final[dict[str, Any]] = {
    "actions": ("use", "process"),
    "purposes": ("risk-control", "research"),
    "territory": ("CN",),
    "environments": ("sandbox",),
}


def _permission(number: int) -> Permission:
    return Permission(
        id=f"p{number}",
        **_SIDES,
        recipients=("party:pty_01m8k6asmferfvb5tsxy7rg0s9",),
        starts=datetime(2026, 1, 1, tzinfo=UTC),
        ends=datetime(2027, 1, 1, tzinfo=UTC),
        calls_max=1_000,
        rows_max=10_000,
        seconds_max=3_600,
        duties=("pay",),
    )


def _policy(permissions: int, prohibitions: tuple[Prohibition, ...]) -> Compiled:
    return compiled(
        UsagePolicy(
            vocabulary="2026-11",
            asset="ast_1",
            permissions=tuple(_permission(number) for number in range(permissions)),
            prohibitions=prohibitions,
            duties=(Duty(id="pay", kind=DutyKind.PAY),),
        )
    )


def run() -> None:
    """Print decisions a second of processor time on one core; the best of some rounds, taken in turns.

    cedarpy (https://pypi.org/project/cedarpy/) is asked beside it where it is installed: `pip install cedarpy`.
    """
    other = ("party:pty_01m8k6asmferfvb5tsxy7rg0s8",)
    beside = tuple(Prohibition(id=f"x{number}", **_SIDES, recipients=other) for number in range(RULES))
    typical = _policy(1, (Prohibition(id="no-onward", actions=("provide",)),))
    widest = _policy(RULES, beside)
    paid, unpaid = Standing(calls=5, fulfilled=frozenset({"pay"})), Standing(calls=5)
    assert decide(typical, _REQUEST, paid).permit
    assert not decide(widest, _REQUEST, unpaid).permit
    asked: list[tuple[str, Callable[[], object], int, int | None]] = [
        ("typical policy, permitted", lambda: decide(typical, _REQUEST, paid), 50_000, TYPICAL_PER_SECOND),
        (
            f"{RULES} prohibitions and {RULES} permissions",
            lambda: decide(widest, _REQUEST, unpaid),
            10_000,
            WORST_PER_SECOND,
        ),
    ]
    asked += [(f"cedarpy, {name}", ask, 500, None) for name, ask in cedar.deciders(RULES)]
    best = dict.fromkeys((name for name, *_ in asked), 0.0)
    for _ in range(ROUNDS):
        for name, ask, count, _least in asked:
            best[name] = max(best[name], _per_second(ask, count))
    print(f"\nthe gate, one core, processor time (load {os.getloadavg()[0]:.1f})")
    for name, _ask, _count, least in asked:
        aim = f"; aim {least:,}: {'reached' if best[name] >= least else 'NOT reached'}" if least is not None else ""
        print(f"  {name}: {best[name]:,.0f}/s{aim}")
    print(cedar.BESIDE if len(asked) > 2 else "  cedarpy is not installed: skipped")


def _per_second(ask: Callable[[], object], count: int) -> float:
    began = time.process_time()
    for _ in range(count):
        ask()
    return count / (time.process_time() - began)
