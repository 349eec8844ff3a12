"""Offers and agreements in the protocol's form, from the policy tree and back; pure.

The rules are those of contracts.usage.odrl. A policy without a profile is read where it says no more than the protocol
itself knows: `use`, by anyone, for every purpose, everywhere.
"""

from collections.abc import Mapping
from typing import Any, Final

from contracts.usage.errors import PolicyInexpressible
from contracts.usage.odrl import URN, to_odrl
from contracts.usage.odrl_reading import from_odrl
from contracts.usage.tree import Permission, UsagePolicy
from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.text import Text
from market.dataspace.messages.shapes import listed
from rights.grants.vocabulary import ANYONE, WORLD, words

RULES: Final = ("permission", "prohibition", "obligation")
SAID: Final = ("profile", *RULES)
"""What of an offer and an agreement must be the same, whoever wrote them."""

_ACTIONS: Final = ("use", "odrl:use", "http://www.w3.org/ns/odrl/2/use")


def offer(policy: UsagePolicy, offer_id: str) -> dict[str, Any]:
    """The policy as an Offer of the catalogue: without target, which is the data set that it stands in."""
    written = to_odrl(policy, uid=offer_id, assigner=offer_id)
    return {"@id": offer_id, "@type": "Offer", **{name: written[name] for name in SAID if name in written}}


def normal_form(policy: Mapping[str, Any]) -> dict[str, Any]:
    """What a policy says, in one form: lists as lists, nothing empty, the action as a word."""
    known: dict[str, Any] = {}
    if policy.get("profile") not in (None, []):
        known["profile"] = policy["profile"]
    for name in RULES:
        rules = [_rule(one) for one in listed(policy.get(name)) if isinstance(one, Mapping)]
        if rules:
            known[name] = rules
    return known


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in rule.items() if value not in (None, [], {}) and name not in _OWN}
    action = plain.get("action")
    action = action.get("@id") if isinstance(action, Mapping) else action
    plain["action"] = "use" if action in _ACTIONS else action
    for name in ("constraint", "duty"):
        if name in plain:
            plain[name] = listed(plain[name])
    return plain


_OWN: Final = ("@type", "target", "assigner", "assignee")
"""What the protocol says of the whole policy, and a rule may repeat."""


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two policies say the same, whatever they are called and whoever they are between."""
    return bool(canonical.dumps(normal_form(one)) == canonical.dumps(normal_form(other)))


def between(
    last: Mapping[str, Any], *, agreement_id: str, target: str, assigner: str, assignee: str, timestamp: str
) -> dict[str, Any]:
    """The Agreement that an offer becomes: its rules exactly as they stand in it, in their order."""
    return {
        "@id": agreement_id,
        "@type": "Agreement",
        "target": target,
        "assigner": assigner,
        "assignee": assignee,
        "timestamp": timestamp,
        **{name: last[name] for name in SAID if last.get(name) not in (None, [])},
    }


def read(policy: Mapping[str, Any], asset: str, vocabulary: str) -> UsagePolicy:
    """A policy of the wire as the tree that the gate decides by, for one asset.

    Raises PolicyInexpressible for what the gate could not decide, with its pointer: an unknown word is never ignored.
    """
    plain = normal_form(policy)
    if "profile" in plain:
        return from_odrl({**plain, "@id": "urn:liutong:wire", "target": f"{URN}:{asset}"})
    if plain != {"permission": [{"action": "use"}]}:
        text = Text(
            "没有 profile 的策略只能是单一的 use 许可",
            "Without a profile a policy is one permission to use, and nothing else",
        )
        fault = FieldError("/profile", text, PolicyInexpressible.rule)
        raise PolicyInexpressible(errors=[fault], count=1, vocabulary=vocabulary)
    return plain_use(asset, vocabulary)


def plain_use(asset: str, vocabulary: str) -> UsagePolicy:
    """What the protocol's own `use` comes to: by anyone, for every purpose, in every place and environment."""
    known = words(vocabulary)
    return UsagePolicy(
        vocabulary=vocabulary,
        asset=asset,
        permissions=(
            Permission(
                id="use",
                actions=("use",),
                purposes=(known.purposes.top,),
                territory=(WORLD,),
                environments=(known.environments.top,),
                recipients=(ANYONE,),
            ),
        ),
    )
