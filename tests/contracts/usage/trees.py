"""Policies that the gate can decide, by chance: as hypothesis strategies."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st

from contracts.policy.marks import MarkedColumn, TableMarks
from contracts.usage.scope.tree import Comparator, Condition, TableScope
from contracts.usage.tree import (
    DECIDED,
    PHASES,
    Duty,
    DutyKind,
    Permission,
    Phase,
    Prohibition,
    Since,
    UsagePolicy,
)
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import words

WORDS = words("2026-11")
PLACES = ("world", "CN", "CN-11", "CN-15", "CN-1501", "CN-150102", "HK", "DE")
RECIPIENTS = ("anyone", "class:lender", "party:pty_01m8k6asmferfvb5tsxy7rg0s9")
REVISIONS = ("rev_01m8k8ah73epstmjhc17e8p4wf", "rev_01m8k8ah73epstmjhc17e8p4wg")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


# A strategy is made once: making one again for each example takes longer than drawing from it.
PAIRS = st.lists(MOMENTS, min_size=2, max_size=2, unique=True)
LIMITS = st.none() | st.integers(1, 10**12)
WINDOWS = st.none() | st.integers(1, 4000)
KINDS = st.lists(st.sampled_from(DutyKind), max_size=4, unique=True)
DAYS, DEPTHS, RULES, BANS = st.integers(1, 400), st.integers(1, 8), st.integers(1, 3), st.integers(0, 2)
BOUNDED = st.sampled_from([(True, True), (False, True), (True, False), (False, False)])
ACTIONS = tuple(sorted(WORDS.actions))
PURPOSES = tuple(sorted(WORDS.purposes.bits))
ENVIRONMENTS = tuple(sorted(WORDS.environments.bits))
SINCE, EXCLUSIVITY = st.sampled_from(Since), st.sampled_from(Exclusivity)


def comparing(column: str, op: Comparator, value: Any) -> Condition:
    """A comparison of a scope."""
    return Condition(col=column, op=op, value=value)


ROWS = (
    None,
    comparing("a/b~c#d", Comparator.BETWEEN, ("2026-01-01", "2026-02-01")),
    Condition(
        every=(
            comparing("编号", Comparator.IN, (1, 2, "9007199254740993")),
            Condition(
                some=(comparing("city", Comparator.STARTS_WITH, "上"), comparing("city", Comparator.IS_NULL, True))
            ),
        )
    ),
    Condition(some=(comparing("ok", Comparator.EQ, False), comparing("金额", Comparator.LT, "10.50"))),
)
PARTS = (
    *(TableScope("flights", ("编号", "金额"), rows) for rows in ROWS),
    TableScope("s/1", ("a/b~c#d",), comparing("n", Comparator.NE, -1)),
    TableScope("天气", ("city", "at")),
)
SCOPES = st.lists(st.sampled_from(PARTS), max_size=2, unique_by=lambda one: one.table).map(tuple)
MARKED = (
    TableMarks("flights", (MarkedColumn("step", "1"), MarkedColumn("延误", "0.05")), 200),
    TableMarks("flights", (MarkedColumn("延误", "0.1"),)),
    TableMarks("s/1", (MarkedColumn("a/b~c#d", "2.5"),), 20),
)
MARKS = st.lists(st.sampled_from(MARKED), max_size=2, unique_by=lambda one: one.table).map(tuple)


@cache
def some(codes: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(codes), min_size=least, max_size=4, unique=True).map(tuple)


def closed(codes: list[str]) -> tuple[str, ...]:
    """Actions with all that they need."""
    wanted = set(codes)
    while more := {need for code in wanted for need in WORDS.actions[code].needs} - wanted:
        wanted |= more
    return tuple(sorted(wanted))


def terms(draw: st.DrawFn) -> dict[str, Any]:
    first, second = sorted(draw(PAIRS))
    begins, ends = draw(BOUNDED)
    return {"starts": first if begins else None, "ends": second if ends else None}


@st.composite
def duties(draw: st.DrawFn) -> tuple[Duty, ...]:
    kinds = draw(KINDS)
    timed = (Phase.ONGOING, Phase.AFTER)
    return tuple(
        Duty(id=f"d{n}", kind=kind, days=draw(DAYS) if PHASES[kind] in timed else None) for n, kind in enumerate(kinds)
    )


@st.composite
def policies(draw: st.DrawFn) -> UsagePolicy:
    owed = draw(duties())
    conditions = [duty.id for duty in owed if PHASES[duty.kind] in DECIDED]
    permissions = []
    for number in range(draw(RULES)):
        actions = closed(list(draw(some(ACTIONS, 1))))
        permissions.append(
            Permission(
                id=f"p{number}",
                actions=actions,
                purposes=draw(some(PURPOSES, 1)),
                territory=draw(some(PLACES, 1)),
                environments=draw(some(ENVIRONMENTS, 1)),
                recipients=draw(some(RECIPIENTS, 1)),
                window_days=draw(WINDOWS),
                calls_max=draw(LIMITS),
                rows_max=draw(LIMITS),
                seconds_max=draw(LIMITS),
                depth_max=draw(DEPTHS) if "license" in actions else 0,
                duties=draw(some(tuple(conditions))) if conditions else (),
                **terms(draw),
            )
        )
    kept = all(rule.depth_max == 0 for rule in permissions)
    scope, marks = (draw(SCOPES), draw(MARKS)) if kept else ((), ())
    windowed = [rule if rule.window_days is None else _from(rule, draw(SINCE)) for rule in permissions]
    prohibitions = tuple(
        Prohibition(
            id=f"x{number}",
            actions=draw(some(ACTIONS)),
            purposes=draw(some(PURPOSES)),
            territory=draw(some(PLACES)),
            environments=draw(some(ENVIRONMENTS)),
            recipients=draw(some(RECIPIENTS)),
            **terms(draw),
        )
        for number in range(draw(BANS))
    )
    return UsagePolicy(
        vocabulary="2026-11",
        asset="ast_01m8k8ah73epstmjhc17e8p4wf",
        revisions=draw(some(REVISIONS)),
        permissions=tuple(windowed),
        prohibitions=prohibitions,
        duties=owed,
        exclusivity=draw(EXCLUSIVITY),
        scope=scope,
        marks=marks,
    )


def _from(rule: Permission, since: Since) -> Permission:
    return msgspec.structs.replace(rule, window_from=since)
