"""The gate said again by another hand: sets and quantifiers over plain values, with nothing of the product's code.

Words are read from the released TOML files themselves. A place is every division below it, by its digits.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

POLICIES = Path(__file__).parents[3] / "rights" / "grants" / "policies"


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((POLICIES / f"{name}-2026-11.toml").read_text(encoding="utf-8"))


def _closure(nodes: list[dict[str, str]]) -> dict[str, set[str]]:
    """Every word with itself and all words below it."""
    below = {node["code"]: {node["code"]} for node in nodes}
    for node in reversed(nodes):
        if "within" in node:
            below[node["within"]] |= below[node["code"]]
    return below


def _leaves(closure: dict[str, set[str]]) -> dict[str, set[str]]:
    bottom = {code for code, below in closure.items() if below == {code}}
    return {code: below & bottom for code, below in closure.items()}


WORDS = _toml("grant-words")
ACTIONS = {action["code"] for action in WORDS["action"]}
ENVIRONMENTS = _leaves(_closure(WORDS["environment"]))
PURPOSES = _leaves(_closure(_toml("purposes")["purpose"]))
PLACES = _toml("territories")
PROVINCES = {province["code"] for province in PLACES["province"]}


def is_place(code: str) -> bool:
    if not code.startswith("CN-"):
        return code == "world" or code in PLACES["countries"]
    pairs = [code[3:][at : at + 2] for at in range(0, len(code[3:]), 2)]
    return (
        1 <= len(pairs) <= 3
        and all(len(pair) == 2 and pair.isascii() and pair.isdigit() for pair in pairs)
        and pairs[0] in PROVINCES
        and "00" not in pairs[1:]
    )


def path(place: str) -> tuple[str, ...]:
    """From the world down to the place."""
    if place == "world":
        return ()
    if not place.startswith("CN-"):
        return (place,)
    return ("CN", *(place[3:][at : at + 2] for at in range(0, len(place[3:]), 2)))


def lies_in(inner: str, outer: str) -> bool:
    return path(inner)[: len(path(outer))] == path(outer)


def decision(policy: dict[str, Any], request: dict[str, Any], world: dict[str, Any]) -> tuple[bool, str | None, str]:
    """Permit or not, by which rule, and if not why (the first permission's first failed side)."""
    if request["asset"] != policy["asset"]:
        return False, None, "object"
    if policy["revisions"] and request["revision"] not in policy["revisions"]:
        return False, None, "object"
    if world["state"] != "in-force":
        return False, None, "state"
    known = {
        "action": request["action"] in ACTIONS,
        "purpose": request["purpose"] is None or request["purpose"] in PURPOSES,
        "environment": request["environment"] is None or request["environment"] in ENVIRONMENTS,
        "place": request["place"] is None or is_place(request["place"]),
    }
    if not all(known.values()):
        return False, None, "unknown"
    for rule in policy["prohibitions"]:
        if prohibits(rule, request):
            return False, rule["id"], "prohibited"
    reasons = []
    for rule in policy["permissions"]:
        unkept = [side for side, kept in sides(rule, policy, request, world) if not kept]
        if not unkept:
            return True, rule["id"], ""
        reasons.append(unkept[0])
    return False, None, reasons[0]


def prohibits(rule: dict[str, Any], request: dict[str, Any]) -> bool:
    """A side that is not named, or not told, is as if it matched."""

    def meets(named: list[str], told: Any, shares: Any) -> bool:
        return not named or told is None or any(shares(word, told) for word in named)

    return (
        meets(rule["actions"], request["action"], lambda word, told: word == told)
        and meets(rule["purposes"], request["purpose"], lambda word, told: PURPOSES[word] & PURPOSES[told])
        and meets(rule["territory"], request["place"], lambda w, told: lies_in(w, told) or lies_in(told, w))
        and meets(rule["environments"], request["environment"], lambda w, t: ENVIRONMENTS[w] & ENVIRONMENTS[t])
        and meets(rule["recipients"], request["recipient"], lambda word, told: word == "anyone" or word in told)
        and in_time(rule, request["at"])
    )


def in_time(rule: dict[str, Any], at: datetime) -> bool:
    after = rule["starts"] is None or at >= rule["starts"]
    return after and (rule["ends"] is None or at < rule["ends"])


def sides(rule: dict[str, Any], policy: dict[str, Any], request: dict[str, Any], world: dict[str, Any]) -> Any:
    """Every side of a permission, in the published order, with whether the request keeps within it."""
    told, told_environment = request["purpose"], request["environment"]
    purposes = set().union(*(PURPOSES[word] for word in rule["purposes"]))
    environments = set().union(*(ENVIRONMENTS[word] for word in rule["environments"]))
    yield "action", request["action"] in rule["actions"]
    yield "purpose", told is not None and PURPOSES[told] <= purposes
    yield "place", request["place"] is not None and any(lies_in(request["place"], word) for word in rule["territory"])
    yield "environment", told_environment is not None and ENVIRONMENTS[told_environment] <= environments
    who = request["recipient"]
    yield "recipient", "anyone" in rule["recipients"] or (who is not None and bool(set(who) & set(rule["recipients"])))
    yield "time", in_time(rule, request["at"])
    began = world["settled_at"] if rule["window_from"] == "settlement" else world["first_access"]
    over = rule["window_days"] and began and began + timedelta(days=rule["window_days"]) <= request["at"]
    yield "window", not over
    for factor, meter in (("count", "calls"), ("volume", "rows"), ("duration", "seconds")):
        most, wanted = rule[f"{meter}_max"], request[meter]
        yield factor, most is None or (wanted is not None and world[meter] + wanted <= most)
    yield "depth", request["depth"] <= rule["depth_max"]
    kinds = {duty["id"]: duty["kind"] for duty in policy["duties"]}
    before = {duty for duty in rule["duties"] if kinds[duty] in ("pay", "acknowledge")}
    late = {duty for duty in rule["duties"] if kinds[duty] == "report"} & set(world["overdue"])
    yield "duty", before <= set(world["fulfilled"]) and not late
