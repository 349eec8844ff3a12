"""The earlier ODRL form of a licence, which agreements were signed with; new ones carry contracts.usage.odrl; pure."""

from typing import Any, Final

from contracts.policy.schemas import Policy, Vocabulary
from rights.grants.box import Exclusivity

CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
URN: Final = "urn:liutong"
PROFILE: Final = f"{URN}:odrl:"

ALWAYS_PROHIBITED: Final = ("grantUse", "transfer")
"""What no licence permits unless it says so; ODRL's `use` is the widest action, so what is not granted is named."""


def to_odrl(
    policy: Policy,
    vocabulary: Vocabulary,
    *,
    uid: str,
    target: str,
    assigner: str | None = None,
    assignee: str | None = None,
) -> dict[str, Any]:
    """Write a licence as an ODRL Agreement (both parties known), Offer (provider only) or Set (nobody yet).

    Raises ValueError for a licence that is not of this vocabulary.
    """
    actions = {action.code: action for action in vocabulary.action}
    if not set(policy.actions) <= actions.keys():
        raise ValueError("the licence has an action that the vocabulary does not know")
    permitted = {code: actions[code] for code in policy.actions}
    refused = [action for code, action in actions.items() if code not in permitted]
    direct = [term for action in permitted.values() if not action.of_derived for term in action.odrl]
    derived = [term for action in permitted.values() if action.of_derived for term in action.odrl]
    on_target = [term for action in actions.values() if action.of_derived for term in action.odrl]
    named = [*ALWAYS_PROHIBITED, *on_target, *(t for a in refused if not a.of_derived for t in a.odrl)]
    prohibited = set(named) - set(direct)
    permissions = [{"target": target, "action": direct, "constraint": _constraints(policy, assignee)}]
    if derived:
        permissions.append({"target": f"{target}#derived", "action": derived, "constraint": _constraints(policy, None)})
    parties = {"assigner": assigner, "assignee": assignee}
    return {
        "@context": CONTEXT,
        "@type": _type(assigner, assignee),
        "uid": uid,
        "profile": f"{PROFILE}{policy.vocabulary}",
        "conflict": "prohibit",
        **{role: party for role, party in parties.items() if party is not None},
        "permission": permissions,
        "prohibition": [{"target": target, "action": sorted(prohibited)}],
        **_obligation(policy, target, assigner, assignee),
    }


def _obligation(policy: Policy, target: str, assigner: str | None, assignee: str | None) -> dict[str, Any]:
    """The provider's duty to provide later revisions, where the licence includes them."""
    if policy.updates == "none":
        return {}
    duty = {
        "target": target,
        "action": f"{URN}:action:provide-updates",
        "assignee": assigner,
        "compensatedParty": assignee,
    }
    return {"obligation": [{name: value for name, value in duty.items() if value is not None}]}


def _type(assigner: str | None, assignee: str | None) -> str:
    if assigner is None:
        return "Set"
    return "Offer" if assignee is None else "Agreement"


def _constraints(policy: Policy, recipient: str | None) -> list[dict[str, Any]]:
    constraints: list[dict[str, Any]] = [
        _constraint("purpose", "isAnyOf", [f"{URN}:purpose:{code}" for code in policy.purposes]),
        _constraint("spatial", "isAnyOf", [f"{URN}:territory:{code}" for code in policy.territory]),
        _constraint("elapsedTime", "lteq", {"@value": f"P{policy.term_days}D", "@type": "xsd:duration"}),
    ]
    if policy.environments != ("any",):
        words = [f"{URN}:environment:{code}" for code in policy.environments]
        constraints.append(_constraint("virtualLocation", "isAnyOf", words))
    if policy.calls_max is not None:
        constraints.append(_constraint("count", "lteq", {"@value": policy.calls_max, "@type": "xsd:integer"}))
    if policy.rows_max is not None:
        constraints.append(_constraint(f"{URN}:rows", "lteq", {"@value": policy.rows_max, "@type": "xsd:integer"}))
    if policy.delegation_depth:
        depth = {"@value": policy.delegation_depth, "@type": "xsd:integer"}
        constraints.append(_constraint(f"{URN}:delegation-depth", "lteq", depth))
    if policy.exclusivity != Exclusivity.ORDINARY:
        constraints.append(_constraint(f"{URN}:exclusivity", "eq", f"{URN}:exclusivity:{policy.exclusivity}"))
    if recipient is not None:
        constraints.append(_constraint("recipient", "eq", recipient))
    return constraints


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}
