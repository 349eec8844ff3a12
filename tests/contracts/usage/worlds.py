"""Policies with a request and a standing, half of them built near an edge, so that much is permitted and all fails."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contracts.usage.reference import ACTIONS, ENVIRONMENTS, PURPOSES

T = datetime(2026, 6, 1, tzinfo=UTC)
_ACTIONS, _PURPOSES, _ENVIRONMENTS = sorted(ACTIONS), sorted(PURPOSES), sorted(ENVIRONMENTS)
_PLACES = ["world", "CN", "CN-11", "CN-15", "CN-1501", "CN-150102", "CN-1502", "HK", "DE"]
_PARTIES = ["party:pty_b1", "party:pty_b2", "class:enterprise", "class:lender"]
_DUTIES = [("pay", "pay"), ("read", "acknowledge"), ("quarterly", "report"), ("erase", "delete")]
_METERS = ("calls", "rows", "seconds")


def world(draw: random.Random) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A policy, a request and a standing as plain values."""
    style = draw.random()
    if style < 0.5:
        return near_edge(draw)
    return scattered(draw, pathological=style > 0.8)


def _some(draw: random.Random, words: list[str], least: int = 1, most: int = 3) -> list[str]:
    return draw.sample(words, draw.randint(least, min(most, len(words))))


def _moment(draw: random.Random) -> datetime | None:
    return draw.choice([None, T, T - timedelta(days=30), T + timedelta(days=30), T + timedelta(microseconds=1)])


def _permission(draw: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": f"p{number}",
        "actions": _some(draw, _ACTIONS, most=5),
        "purposes": _some(draw, _PURPOSES, most=4),
        "territory": _some(draw, _PLACES),
        "environments": _some(draw, _ENVIRONMENTS),
        "recipients": draw.choice([["anyone"], _some(draw, _PARTIES)]),
        "starts": _moment(draw),
        "ends": _moment(draw),
        "window_days": draw.choice([None, None, 1, 30]),
        "window_from": draw.choice(["first-access", "settlement"]),
        **{f"{meter}_max": draw.choice([None, None, 1, 10, 1000]) for meter in _METERS},
        "depth_max": draw.choice([0, 0, 1, 3]),
        "duties": _some(draw, [duty for duty, _ in _DUTIES], least=0),
    }


def _prohibition(draw: random.Random, number: int) -> dict[str, Any]:
    return {
        "id": f"x{number}",
        "actions": _some(draw, _ACTIONS, least=0),
        "purposes": _some(draw, _PURPOSES, least=0),
        "territory": _some(draw, _PLACES, least=0),
        "environments": _some(draw, _ENVIRONMENTS, least=0),
        "recipients": _some(draw, [*_PARTIES, "anyone"], least=0),
        "starts": _moment(draw),
        "ends": _moment(draw),
    }


def _policy(permissions: list[dict[str, Any]], prohibitions: list[dict[str, Any]], revisions: list[str]) -> Any:
    return {
        "vocabulary": "2026-11",
        "asset": "ast_1",
        "revisions": revisions,
        "permissions": permissions,
        "prohibitions": prohibitions,
        "duties": [{"id": name, "kind": kind} for name, kind in _DUTIES],
    }


def scattered(draw: random.Random, *, pathological: bool) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Everything by chance; pathological ones have unknown words, missing sides and equal moments."""
    permissions = [_permission(draw, n) for n in range(draw.randint(1, 3))]
    prohibitions = [_prohibition(draw, n) for n in range(draw.randint(0, 2))]
    policy = _policy(permissions, prohibitions, draw.choice([[], [], [], ["rev_1", "rev_2"]]))
    request = {
        "asset": draw.choice(["ast_1"] * 29 + ["ast_2"]),
        "revision": draw.choice(["rev_1", "rev_2", None]),
        "action": draw.choice(_ACTIONS),
        "at": T + timedelta(days=draw.choice([-30, -1, 0, 1, 30, 60])),
        "purpose": draw.choice(_PURPOSES),
        "place": draw.choice(_PLACES),
        "environment": draw.choice(_ENVIRONMENTS),
        "recipient": _some(draw, _PARTIES),
        "calls": draw.choice([1, 1, 2]),
        "rows": draw.choice([0, 1, 10]),
        "seconds": draw.choice([0, 1, 10]),
        "depth": draw.choice([0, 0, 1, 2]),
    }
    if pathological:
        strange = {"purpose": "marketing!", "place": "CN-1", "environment": "moon", "action": "sell"}
        for side in draw.sample(
            ["purpose", "place", "environment", "recipient", "rows", "seconds"], draw.randint(1, 2)
        ):
            request[side] = draw.choice([None, None, strange.get(side)])
        if draw.random() < 0.1:
            request["action"] = strange["action"]
    standing = {
        "state": draw.choice(["in-force"] * 18 + ["suspended", "ended"]),
        **{meter: draw.choice([0, 0, 9, 10, 999, 1000]) for meter in _METERS},
        "first_access": _moment(draw),
        "settled_at": _moment(draw),
        "fulfilled": _some(draw, [duty for duty, _ in _DUTIES], least=0, most=4),
        "overdue": _some(draw, [duty for duty, _ in _DUTIES], least=0, most=2),
    }
    return policy, request, standing


def near_edge(draw: random.Random) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A request that one permission covers exactly, and then, mostly, one side of it moved over the edge."""
    held = _permission(draw, 0) | {"starts": T - timedelta(days=30), "ends": T + timedelta(days=30)}
    at = draw.choice([T, held["starts"], held["ends"] - timedelta(microseconds=1)])
    request = {
        "asset": "ast_1",
        "revision": "rev_1",
        "action": draw.choice(held["actions"]),
        "at": at,
        "purpose": draw.choice(held["purposes"]),
        "place": draw.choice(held["territory"]),
        "environment": draw.choice(held["environments"]),
        "recipient": [draw.choice(held["recipients"] if held["recipients"] != ["anyone"] else _PARTIES)],
        "calls": 1,
        "rows": 10,
        "seconds": 10,
        "depth": held["depth_max"],
    }
    standing: dict[str, Any] = {"state": "in-force", "fulfilled": ["pay", "read"], "overdue": []}
    for meter in _METERS:
        held[f"{meter}_max"] = draw.choice([None, 1000])
        standing[meter] = 1000 - request[meter]
    window = timedelta(days=held["window_days"] or 1)
    standing["first_access"] = standing["settled_at"] = at - window + timedelta(microseconds=1)
    side = draw.choice([*_METERS, *_OVER]) if draw.random() < 0.7 else None
    if side is not None:
        _move(side, draw, held, request, standing)
    prohibitions = [_beside(draw, request)] if draw.random() < 0.3 else []
    others = [_permission(draw, 1)] if draw.random() < 0.3 else []
    policy = _policy([*draw.sample([held, *others], 1 + len(others))], prohibitions, draw.choice([[], ["rev_1"]]))
    return policy, request, standing


def _move(side: str, draw: random.Random, held: Any, request: Any, standing: Any) -> None:
    """Make one side fail alone, by the least that there is."""
    if side in _METERS:
        held[f"{side}_max"] = 1000
        standing[side] += 1
    else:
        _OVER[side](draw, held, request, standing)


def _before_start(_: random.Random, held: Any, request: Any, __: Any) -> None:
    request["at"] = held["starts"] - timedelta(microseconds=1)


def _at_end(_: random.Random, held: Any, request: Any, __: Any) -> None:
    request["at"] = held["ends"]


def _window_over(_: random.Random, held: Any, request: Any, standing: Any) -> None:
    held["window_days"] = 1
    began = "settled_at" if held["window_from"] == "settlement" else "first_access"
    standing["first_access"] = standing["settled_at"] = request["at"]
    standing[began] = request["at"] - timedelta(days=1)


def _deeper(_: random.Random, held: Any, request: Any, __: Any) -> None:
    request["depth"] = held["depth_max"] + 1


def _unfulfilled(draw: random.Random, held: Any, _: Any, standing: Any) -> None:
    held["duties"], standing["fulfilled"] = ["pay", "read"], [draw.choice(["pay", "read"])]


def _overdue(_: random.Random, held: Any, __: Any, standing: Any) -> None:
    held["duties"], standing["overdue"] = ["quarterly"], ["quarterly"]


def _stopped(draw: random.Random, _: Any, __: Any, standing: Any) -> None:
    standing["state"] = draw.choice(["suspended", "ended"])


def _missing(draw: random.Random, _: Any, request: Any, __: Any) -> None:
    request[draw.choice(["purpose", "place", "environment", "recipient", "rows", "seconds"])] = None


def _another_word(draw: random.Random, _: Any, request: Any, __: Any) -> None:
    side = draw.choice(["purpose", "place", "environment"])
    request[side] = draw.choice({"purpose": _PURPOSES, "place": _PLACES, "environment": _ENVIRONMENTS}[side])


def _another_recipient(_: random.Random, held: Any, request: Any, __: Any) -> None:
    held["recipients"], request["recipient"] = ["party:pty_b1"], ["party:pty_b2"]


def _another_object(_: random.Random, __: Any, request: Any, ___: Any) -> None:
    request["asset"] = "ast_2"


_OVER = {
    "object": _another_object,
    "state": _stopped,
    "starts": _before_start,
    "ends": _at_end,
    "window": _window_over,
    "words": _another_word,
    "place": _another_word,
    "recipient": _another_recipient,
    "depth": _deeper,
    "before": _unfulfilled,
    "ongoing": _overdue,
    "missing": _missing,
}


def _beside(draw: random.Random, request: dict[str, Any]) -> dict[str, Any]:
    """A prohibition that would match, one side of it perhaps beside the request by the least that there is."""
    rule = {
        "id": "x0",
        "actions": [request["action"]],
        "purposes": [request["purpose"]] if request["purpose"] else [],
        "territory": [request["place"]] if request["place"] else [],
        "environments": [request["environment"]] if request["environment"] else [],
        "recipients": list(request["recipient"] or []),
        "starts": request["at"],
        "ends": request["at"] + timedelta(microseconds=1),
    }
    side = draw.choice(["actions", "purposes", "territory", "environments", "recipients", "starts", "ends", None])
    if side == "starts":
        rule["starts"] = request["at"] + timedelta(microseconds=1)
        rule["ends"] = None
    elif side == "ends":
        rule["starts"], rule["ends"] = None, request["at"]
    elif side is not None:
        words = {"actions": _ACTIONS, "purposes": _PURPOSES, "territory": _PLACES, "environments": _ENVIRONMENTS}
        rule[side] = draw.choice([[], [draw.choice(words.get(side, _PARTIES))]])
    return rule
