"""Why an asset's value changed (变动归因): each kind of input has its Shapley share of the change, whatever the order.

The shares sum to the change to the minor unit. A mixture of old and new inputs that cannot be valued, such as income
of one method with the charges of another, makes the study one cause.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, floor
from typing import Any, Final

from kernel.errors import InvalidInput
from valuation.appraisal.errors import InputsFaulty

RULE_SET, QUALITY, STUDY = "rule_set", "quality", "study"
CAUSES: Final = (
    RULE_SET,
    QUALITY,
    "cost",
    "income",
    "decay_and_life",
    "discount",
    "market",
    "weighing",
    "other",
    STUDY,
)
"""Every cause that a change of one asset's value can have."""

_LIFE: Final = ("economic_life_years", "remaining_life_years", "right_remaining_years")
_DECAY: Final = ("decay", "half_life_years", "life", "perpetual_growth")
_RATE: Final = ("discount", "discount_tax_basis", "tax_rate")

Valued = Callable[[Mapping[str, Any]], int]
"""The value, in minor units, of a mixture of causes; raises InputsFaulty or InvalidInput when it has none."""


def split(inputs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs by cause; each key is the path of what it holds, so that `merged` can put them together again."""
    found: dict[str, dict[str, Any]] = {}

    def put(cause: str, path: str, value: Any) -> None:
        found.setdefault(cause, {})[path] = value

    for key, value in inputs.items():
        if key in ("cost", "guide"):
            for name, part in value.items():
                put("decay_and_life" if name in _LIFE else "cost", f"{key}/{name}", part)
        elif key == "income":
            for name, part in value.items():
                cause = "decay_and_life" if name in _DECAY else "discount" if name in _RATE else "income"
                put(cause, f"income/{name}", part)
        elif key in ("stages", "return_on_cost"):
            put("cost", key, value)
        elif key in _LIFE:
            put("decay_and_life", key, value)
        else:
            put(key if key in ("market", "weighing") else "other", key, value)
    return found


def merged(parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put parts together to inputs again."""
    inputs: dict[str, Any] = {}
    for part in parts:
        for path, value in part.items():
            head, _, name = path.partition("/")
            if name:
                inputs.setdefault(head, {})[name] = value
            else:
                inputs[head] = value
    return inputs


def attributed(before: Mapping[str, Any], after: Mapping[str, Any], valued: Valued) -> dict[str, int] | None:
    """The change of the value by cause, without those that moved nothing; the sides hold what each cause was and is.

    None where not even the quality and the rule set can be told from the study.
    """
    changed = sorted(cause for cause in set(before) | set(after) if before.get(cause) != after.get(cause))
    if not changed:
        return {}
    try:
        return _shared(before, after, changed, valued)
    except (InputsFaulty, InvalidInput):
        whole = [_whole(each) for each in (before, after)]
    kinds = sorted(cause for cause in whole[0] if whole[0][cause] != whole[1][cause])
    try:
        return _shared(whole[0], whole[1], kinds, lambda mixture: valued(_apart(mixture)))
    except (InputsFaulty, InvalidInput):
        return None


def _whole(causes: Mapping[str, Any]) -> dict[str, Any]:
    study = {cause: part for cause, part in causes.items() if cause not in (RULE_SET, QUALITY)}
    return {RULE_SET: causes[RULE_SET], QUALITY: causes[QUALITY], STUDY: study}


def _apart(mixture: Mapping[str, Any]) -> dict[str, Any]:
    return {RULE_SET: mixture[RULE_SET], QUALITY: mixture[QUALITY], **mixture[STUDY]}


def _shared(before: Mapping[str, Any], after: Mapping[str, Any], changed: list[str], valued: Valued) -> dict[str, int]:
    """Each cause's mean contribution over all orders in which the causes could have changed."""
    worth: dict[frozenset[str], int] = {}
    for size in range(len(changed) + 1):
        for new in combinations(changed, size):
            mixture = {cause: (after if cause in new else before).get(cause) for cause in {*before, *after}}
            worth[frozenset(new)] = valued({cause: part for cause, part in mixture.items() if part is not None})
    count, exact = len(changed), dict.fromkeys(changed, Fraction(0))
    for cause in changed:
        for others, value in worth.items():
            if cause not in others:
                weight = Fraction(1, count * comb(count - 1, len(others)))
                exact[cause] += weight * (worth[others | {cause}] - value)
    return _rounded(exact, worth[frozenset(changed)] - worth[frozenset()])


def _rounded(exact: Mapping[str, Fraction], whole: int) -> dict[str, int]:
    found = {cause: floor(share) for cause, share in exact.items()}
    order = sorted(exact, key=lambda cause: (found[cause] - exact[cause], cause))
    for cause in order[: whole - sum(found.values())]:
        found[cause] += 1
    return {cause: amount for cause, amount in found.items() if amount}
