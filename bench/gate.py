"""How fast the gate decides: a typical policy that permits, and the widest one, where each rule fails at its end."""

import time
from datetime import UTC, datetime
from typing import Any, Final

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
    """Print decisions a second on one core; the best of some rounds, since a shared machine only ever slows them."""
    other = ("party:pty_01m8k6asmferfvb5tsxy7rg0s8",)
    beside = tuple(Prohibition(id=f"x{number}", **_SIDES, recipients=other) for number in range(RULES))
    typical = _policy(1, (Prohibition(id="no-onward", actions=("provide",)),))
    paid, unpaid = Standing(calls=5, fulfilled=frozenset({"pay"})), Standing(calls=5)
    print("\nthe gate, one core")
    for name, policy, standing, least, count in (
        ("typical policy, permitted", typical, paid, TYPICAL_PER_SECOND, 100_000),
        (
            f"{RULES} prohibitions and {RULES} permissions, refused",
            _policy(RULES, beside),
            unpaid,
            WORST_PER_SECOND,
            20_000,
        ),
    ):
        each = max(_per_second(policy, standing, count) for _ in range(ROUNDS))
        print(f"  {name}: {each:,.0f}/s; aim {least:,}: {'reached' if each >= least else 'NOT reached'}")


def _per_second(policy: Compiled, standing: Standing, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        decide(policy, _REQUEST, standing)
    return count / (time.perf_counter() - began)
