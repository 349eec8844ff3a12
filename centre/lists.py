"""Closed lists that no type holds: the kinds of events, and the words of published rules in all their versions."""

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

from centre.desk.declared import WAITING
from centre.desk.queries import KINDS
from contracts.policy.rules import vocabularies
from kernel.identity.rules import ADMISSION
from kernel.rules.policy import PolicySet
from kernel.states import Machine, Role
from rights.classification.policy import POLICY as CLASSIFICATION
from rights.registrations.policy import EVIDENCE, GROUNDS
from rights.title.policy import remarks, titles


def event_kinds() -> list[str]:
    """Every kind of event, sorted: each state of each machine that is loaded, and what happens beside them."""
    text = files("centre").joinpath("events.toml").read_text(encoding="utf-8")
    states = {
        f"{machine.name}.{state}"
        for machine in machines()
        for state in (machine.initial, *(step.to for step in machine.table.values()))
    }
    return sorted(states | set(tomllib.loads(text)["kinds"]))


def machines() -> list[Machine[Any, Any]]:
    """Every lifecycle that is loaded, by name."""
    return sorted(
        {id(each): each for each in _loaded() if isinstance(each, Machine)}.values(), key=lambda each: each.name
    )


def event_prefixes() -> list[str]:
    """What a webhook may ask for: a kind, or the leading parts of one."""
    parts = [kind.split(".") for kind in event_kinds()]
    return sorted({".".join(each[:length]) for each in parts for length in (1, 2, 3)})


@lru_cache(maxsize=1)
def lists() -> dict[str, Sequence[str]]:
    """The lists by `Type.field`, as the description names them."""
    evidence = _codes(EVIDENCE, lambda body: body.evidence) | _codes(CLASSIFICATION, lambda body: body.evidence)
    grounds = _codes(GROUNDS, lambda body: body.ground)
    lineage = _codes(titles(), lambda body: body.lineage)
    purposes = _codes(vocabularies(), lambda body: body.purpose)
    found: Mapping[str, Iterable[str]] = {
        "ApplyForAdmission.kind": _words(ADMISSION, lambda body: body.kinds),
        "ApplyForAdmission.roles": _words(ADMISSION, lambda body: body.open_roles),
        "ApplyForAdmission.pledges": _words(ADMISSION, lambda body: chain(body.always, *body.by_role.values())),
        "CreateKey.roles": [role for role in Role if role is not Role.SYSTEM],
        "CreateWebhook.kinds": event_prefixes(),
        "DeskCount.kind": KINDS,
        "DeskItem.kind": KINDS,
        "DeskItem.status": sorted({str(state) for each in WAITING for state in each.states}),
        "DeskItem.roles": sorted({str(role) for each in WAITING for role in each.actors}),
        "PieceOfEvidence.kind": evidence,
        "RequestSupplement.kinds": _codes(EVIDENCE, lambda body: body.evidence),
        "DecideAcceptance.grounds": grounds,
        "ReviewRegistration.grounds": grounds,
        "EnterRemark.kind": _codes(remarks(), lambda body: body.remark),
        "DeclareParent.kind": lineage,
        "RecordParent.kind": lineage,
        "LicenceTerms.actions": _codes(vocabularies(), lambda body: body.action),
        "LicenceTerms.purposes": purposes,
        "LicenceTerms.territory": _codes(vocabularies(), lambda body: body.territory),
        "LicenceTerms.environments": _codes(vocabularies(), lambda body: body.environment),
        "PlaceOrder.purpose": purposes,
    }
    return {name: [str(value) for value in dict.fromkeys(values)] for name, values in found.items()}


def _words(policies: PolicySet[Any], of: Callable[[Any], Iterable[str]]) -> dict[str, None]:
    """Words of every version, the first first: what was allowed once is still met in what was made then."""
    return {word: None for version in policies.versions for word in of(version.body)}


def _codes(policies: PolicySet[Any], of: Callable[[Any], Iterable[Any]]) -> dict[str, None]:
    return _words(policies, lambda body: [each.code for each in of(body)])


def _loaded() -> Iterable[Any]:
    ours = ("kernel", "rights", "valuation", "contracts", "market", "channels", "centre")
    modules = [module for name, module in list(sys.modules.items()) if name.partition(".")[0] in ours]
    return [value for module in modules for value in list(vars(module).values())]
