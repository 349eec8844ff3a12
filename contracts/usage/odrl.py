"""A usage policy in ODRL 2.2 (W3C Recommendation) as the Dataspace Protocol carries it, there and back; pure.

One rule for each action, since a wire rule has one; the rules of a permission carry its id and the same constraints, in
one `and`. Words are IRIs of this profile, numbers and moments are typed text. It is read again by
contracts.usage.odrl_reading.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from contracts.policy.marks import Marks
from contracts.usage.scope.tree import Scope
from contracts.usage.tree import Duty, Permission, Prohibition, Since, UsagePolicy
from kernel.crypto import canonical
from rights.grants.box import Exclusivity

URN: Final = "urn:liutong"
CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
PROFILE: Final = f"{URN}:usage"
USE: Final = "use"
WORDED: Final = {
    "purposes": ("odrl:purpose", f"{URN}:purpose:"),
    "territory": ("odrl:spatial", f"{URN}:territory:"),
    "environments": ("odrl:virtualLocation", f"{URN}:environment:"),
    "recipients": ("odrl:recipient", f"{URN}:recipient:"),
}
TYPED: Final = {
    "starts": ("odrl:dateTime", "gteq", "xsd:dateTime"),
    "ends": ("odrl:dateTime", "lt", "xsd:dateTime"),
    "calls_max": ("odrl:count", "lteq", "xsd:integer"),
    "rows_max": (f"{URN}:rows", "lteq", "xsd:integer"),
    "seconds_max": ("odrl:meteredTime", "lteq", "xsd:duration"),
    "depth_max": (f"{URN}:delegation-depth", "lteq", "xsd:integer"),
}
WINDOWS: Final = {
    Since.FIRST_ACCESS: ("odrl:elapsedTime", "lt", "xsd:duration"),
    Since.SETTLEMENT: (f"{URN}:days-from-settlement", "lt", "xsd:duration"),
}
EXCLUSIVITY: Final = f"{URN}:exclusivity"
REVISION: Final = f"{URN}:revision"
SCOPE: Final = f"{URN}:scope"
MARKS: Final = f"{URN}:marks"
JSON: Final = "rdf:JSON"


def to_odrl(
    policy: UsagePolicy, *, uid: str, assigner: str | None = None, assignee: str | None = None
) -> dict[str, Any]:
    """Write a policy as an ODRL Agreement (both parties known), Offer (provider only) or Set (nobody yet)."""
    owed = {duty.id: duty for duty in policy.duties}
    kind = "Set" if assigner is None else "Offer" if assignee is None else "Agreement"
    parties = {"assigner": assigner, "assignee": assignee}
    always = [*_words(REVISION, f"{URN}:", policy.revisions)]
    if policy.exclusivity is not Exclusivity.ORDINARY:
        always.append(_constraint(EXCLUSIVITY, "eq", {"@id": f"{EXCLUSIVITY}:{policy.exclusivity}"}))
    if policy.scope:
        always.append(_constraint(SCOPE, "isAnyOf", _parts(policy.scope)))
    if policy.marks:
        always.append(_constraint(MARKS, "isAnyOf", _parts(policy.marks)))
    return {
        "@context": CONTEXT,
        "@type": kind,
        "@id": uid,
        "profile": f"{PROFILE}:{policy.vocabulary}",
        "target": f"{URN}:{policy.asset}",
        **{role: party for role, party in parties.items() if party is not None},
        "permission": [
            one
            for rule in policy.permissions
            for one in _rules(rule, [*always, *_constraints(rule)], [duty_rule(owed[duty]) for duty in rule.duties])
        ],
        **_listed("prohibition", [one for rule in policy.prohibitions for one in _rules(rule, _constraints(rule), [])]),
        **_listed("obligation", [duty_rule(duty) for duty in policy.duties]),
    }


def _parts(tables: Scope | Marks) -> list[dict[str, str]]:
    """What of each table, as JSON literals: a refinement of the target would be lost where the wire names that anew."""
    return [{"@value": canonical.dumps(part).decode(), "@type": JSON} for part in tables]


def _listed(name: str, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: entries} if entries else {}


def _rules(
    rule: Permission | Prohibition, constraints: list[dict[str, Any]], duties: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """A rule for each action; a prohibition of everything is one of the widest action."""
    for action in rule.actions or ("",):
        yield {
            "@id": f"{URN}:rule:{rule.id}",
            "action": _action(action),
            **_listed("constraint", [{"and": constraints}] if constraints else []),
            **_listed("duty", duties),
        }


def _action(code: str) -> str:
    return USE if code in ("", USE) and code else f"{URN}:action:{code or 'every'}"


def _constraints(rule: Permission | Prohibition) -> list[dict[str, Any]]:
    found = [one for side, (left, prefix) in WORDED.items() for one in _words(left, prefix, getattr(rule, side))]
    for name, (left, operator, kind) in TYPED.items():
        value = getattr(rule, name, None)
        if value is not None and (name != "depth_max" or value):
            found.append(_constraint(left, operator, {"@value": _written(value, kind), "@type": kind}))
    if isinstance(rule, Permission) and rule.window_days is not None:
        left, operator, kind = WINDOWS[rule.window_from]
        found.append(_constraint(left, operator, {"@value": f"P{rule.window_days}D", "@type": kind}))
    return found


def _words(left: str, prefix: str, codes: Iterable[str]) -> list[dict[str, Any]]:
    named = [{"@id": f"{prefix}{code}"} for code in codes]
    return [_constraint(left, "isAnyOf", named)] if named else []


def _written(value: Any, kind: str) -> str:
    if kind == "xsd:duration":
        return f"PT{value}S"
    return str(value) if kind == "xsd:integer" else str(msgspec.to_builtins(value))


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def duty_rule(duty: Duty) -> dict[str, Any]:
    days = [_constraint(f"{URN}:days", "lteq", {"@value": f"P{duty.days}D", "@type": "xsd:duration"})]
    return {
        "@id": f"{URN}:rule:{duty.id}",
        "action": f"{URN}:duty:{duty.kind}",
        f"{URN}:bearer": {"@id": f"{URN}:bearer:{duty.bearer}"},
        **_listed("constraint", days if duty.days is not None else []),
    }
