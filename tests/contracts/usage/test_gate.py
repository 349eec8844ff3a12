"""The gate against a brute-force evaluator that another hand wrote, and against twenty ways of being wrong."""

import random
from collections import Counter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import pytest

from contracts.usage import gate, tree
from tests.contracts.usage import reference, worlds

SOURCE = Path(gate.__file__).read_text(encoding="utf-8")
SEED = 20261129


def decided(by: Any, policy: dict[str, Any], request: dict[str, Any], standing: dict[str, Any]) -> Any:
    """What the gate, or a mutant of it, says: permit, rule and factor."""
    decision = by.decide(
        by.compiled(msgspec.convert(policy, tree.UsagePolicy)),
        msgspec.convert(request, by.AccessRequest),
        msgspec.convert(standing, by.Standing),
    )
    return decision.permit, decision.rule, str(decision.factor or "")


def agreed(count: int) -> Counter[str]:
    """Compare so many worlds; how often each outcome came."""
    draw, outcomes = random.Random(SEED), Counter[str]()
    for _ in range(count):
        policy, request, standing = worlds.world(draw)
        expected = reference.decision(policy, request, standing)
        assert decided(gate, policy, request, standing) == expected, (policy, request, standing)
        outcomes[expected[2] or "permit"] += 1
    return outcomes


def enough(outcomes: Counter[str], of: int) -> None:
    """At least a tenth is permitted, and everything that can refuse refuses often."""
    assert outcomes["permit"] * 10 >= of, outcomes
    assert {str(factor) for factor in gate.Factor} <= outcomes.keys(), outcomes
    assert min(outcomes.values()) * 200 >= of, outcomes


@pytest.mark.slow
def test_the_gate_decides_as_the_reference() -> None:
    enough(agreed(6_000), 6_000)


@pytest.mark.slow
def test_the_gate_decides_as_the_reference_in_a_hundred_thousand_worlds() -> None:
    enough(agreed(100_000), 100_000)


MUTANTS = {
    "the object is not asked": ("request.asset != policy.asset or", "False or"),
    "the revision is not asked": ("policy.revisions and request.revision", "False and request.revision"),
    "the state is not asked": ("standing.state is not State.IN_FORCE", "False"),
    "an unknown action passes": ("request.action not in policy.actions or", "False or"),
    "an unknown purpose is as none": (
        "policy.purposes.get(request.purpose) if",
        "policy.purposes.get(request.purpose, 0) if",
    ),
    "only the first prohibition": (
        "if shared >> position & 1 and _prohibits",
        "if position == 0 and shared & 1 and _prohibits",
    ),
    "a prohibition's place is ignored": ("if shared >> position & 1 and", "if"),
    "a missing place is beside every prohibition": ("_NOWHERE: Final = (0, -1)", "_NOWHERE: Final = (0, 0)"),
    "a place that is wider is not prohibited": ("within(code, outer) or within(outer, code)", "within(code, outer)"),
    "a missing purpose is beside a prohibition": ("not rule.purposes or not purpose or", "not rule.purposes or"),
    "a prohibition's environment is ignored": (
        "(not rule.environments or not environment or bool(rule.environments & environment))",
        "True",
    ),
    "a prohibition's end is within": (
        "and rule.starts <= request.at < rule.ends",
        "and rule.starts <= request.at <= rule.ends",
    ),
    "a prohibition's start is not within": (
        "and rule.starts <= request.at < rule.ends",
        "and rule.starts < request.at < rule.ends",
    ),
    "a prohibition for nobody named is for nobody": ('sides["anyone"] or not rule.recipients', 'sides["anyone"]'),
    "only the first permission": ("failed.append((held.rule, factor))", "failed.append((held.rule, factor)); break"),
    "a purpose that is only shared passes": ("purpose & ~held.purposes", "not purpose & held.purposes"),
    "the environment is ignored": ("if not environment or environment & ~held.environments", "if False"),
    "a missing recipient passes": ("request.recipient is None or held", "request.recipient is not None and held"),
    "the end is within": (
        "if not held.starts <= request.at < held.ends",
        "if not held.starts <= request.at <= held.ends",
    ),
    "the start is not within": (
        "if not held.starts <= request.at < held.ends",
        "if not held.starts < request.at < held.ends",
    ),
    "the window's last moment is within": ("request.at - began >= held.window", "request.at - began > held.window"),
    "the window always begins with the first access": (
        "standing.settled_at if held.from_settlement else standing.first_access",
        "standing.first_access",
    ),
    "the wanted use is not counted": ("standing.calls + request.calls >", "standing.calls >"),
    "the limit itself is too much": (
        "standing.rows + request.rows > held.rows_max",
        "standing.rows + request.rows >= held.rows_max",
    ),
    "unknown seconds pass": ("request.seconds is None or standing", "request.seconds is not None and standing"),
    "depth is off by one": ("request.depth > held.depth_max", "request.depth > held.depth_max + 1"),
    "one fulfilled duty is enough": (
        "not held.before <= standing.fulfilled",
        "(held.before and held.before.isdisjoint(standing.fulfilled))",
    ),
    "what is overdue does not matter": ("not held.ongoing.isdisjoint(standing.overdue)", "False"),
}


def mutant(old: str, new: str) -> Any:
    """The gate with one expression changed."""
    assert SOURCE.count(old) == 1, old
    module = ModuleType("contracts.usage.gate")
    exec(compile(SOURCE.replace(old, new), "mutant", "exec"), module.__dict__)
    return SimpleNamespace(**module.__dict__)


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_caught(name: str) -> None:
    changed, draw = mutant(*MUTANTS[name]), random.Random(SEED)
    for _ in range(6_000):
        policy, request, standing = worlds.world(draw)
        if decided(changed, policy, request, standing) != reference.decision(policy, request, standing):
            return
    pytest.fail("no world tells it from the gate")
