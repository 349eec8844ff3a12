"""Pure rules of licences: reading offered terms into a box, and comparing boxes; whatever is unclear is refused."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec

from contracts.policy.errors import TermInexpressible
from contracts.policy.schemas import LicenceTerms, Vocabulary
from contracts.policy.schemas import Policy as Licence
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.rules.policy import Policy, PolicySet
from kernel.text import Text
from rights.grants.box import STRENGTH

WORLD = "world"


@cache
def vocabularies() -> PolicySet[Vocabulary]:
    """All released vocabularies."""
    return policy.load("vocabulary", Vocabulary, "contracts.policy")


def from_terms(
    terms: LicenceTerms | Mapping[str, Any], vocabulary: Policy[Vocabulary], pointer: str = "/licence"
) -> Licence:
    """Read offered terms; raises TermInexpressible naming every term that the vocabulary does not know."""
    words = vocabulary.body
    if not isinstance(terms, LicenceTerms):
        try:
            terms = msgspec.convert(dict(terms), LicenceTerms)
        except msgspec.ValidationError as problem:
            raise _inexpressible([_malformed(problem, pointer)], vocabulary) from problem
    faults = [
        *_unknown(terms.actions, [action.code for action in words.action], f"{pointer}/actions"),
        *_unknown(terms.purposes, [word.code for word in words.purpose], f"{pointer}/purposes"),
        *_unknown(terms.territory, [word.code for word in words.territory], f"{pointer}/territory"),
        *_unknown(terms.environments, [word.code for word in words.environment], f"{pointer}/environments"),
        *_needs(terms.actions, words, f"{pointer}/actions"),
    ]
    if terms.delegation_depth and "license" not in terms.actions:
        text = Text("可再许可的须许可行为“license”", "What may be passed on permits the action license")
        faults.append(FieldError(f"{pointer}/delegation_depth", text, TermInexpressible.rule))
    if "license" in terms.actions and not terms.delegation_depth:
        text = Text("许可行为“license”的，层数至少为 1", "The action license comes with a depth of at least 1")
        faults.append(FieldError(f"{pointer}/delegation_depth", text, TermInexpressible.rule))
    if terms.term_days > words.term_days_max:
        text = Text(f"期限最长 {words.term_days_max} 天", f"A term is at most {words.term_days_max} days")
        faults.append(FieldError(f"{pointer}/term_days", text, TermInexpressible.rule))
    if faults:
        raise _inexpressible(faults, vocabulary)
    return Licence(
        vocabulary=vocabulary.meta.version,
        actions=_ordered(terms.actions),
        purposes=_ordered(terms.purposes),
        territory=_ordered(terms.territory),
        term_days=terms.term_days,
        delegation_depth=terms.delegation_depth,
        environments=_ordered(terms.environments),
        exclusivity=terms.exclusivity,
        rows_max=terms.rows_max,
        calls_max=terms.calls_max,
        updates=terms.updates,
    )


CONTROLLED: Final = "controlled"


def computing_only(licence: Licence, vocabulary: Vocabulary) -> bool:
    """Say whether the data is used in controlled environments only, and so never handed out (可用不可见)."""
    return bool(licence.environments) and vocabulary.covered(licence.environments) <= vocabulary.covered([CONTROLLED])


def narrowed(offered: Licence, purpose: str) -> Licence:
    """The offered licence for the one purpose that a buyer has declared."""
    return msgspec.structs.replace(offered, purposes=(purpose,))


def contains(parent: Licence, child: Licence) -> bool:
    """Say whether everything the child permits is permitted by the parent; an empty dimension is never contained."""
    boxes = (parent, child)
    if any(not (b.actions and b.purposes and b.territory and b.environments) or b.term_days < 1 for b in boxes):
        return False
    return (
        parent.vocabulary == child.vocabulary
        and parent.recipients == child.recipients
        and 0 <= child.delegation_depth <= parent.delegation_depth
        and child.term_days <= parent.term_days
        and set(child.actions) <= set(parent.actions)
        and set(child.purposes) <= set(parent.purposes)
        and _environments_within(parent, child)
        and STRENGTH[child.exclusivity] <= STRENGTH[parent.exclusivity]
        and _volume_within(parent.rows_max, child.rows_max)
        and _volume_within(parent.calls_max, child.calls_max)
        and child.updates in ("none", parent.updates)
        and all(any(_within(region, outer) for outer in parent.territory) for region in child.territory)
    )


def _environments_within(parent: Licence, child: Licence) -> bool:
    vocabulary = vocabularies().version(parent.vocabulary).body
    return set(child.environments) <= vocabulary.covered(parent.environments)


def _volume_within(held: int | None, wanted: int | None) -> bool:
    return held is None or (wanted is not None and 1 <= wanted <= held)


def _within(region: str, outer: str) -> bool:
    return outer in (WORLD, region) or region.startswith(f"{outer}-")


def _unknown(codes: Iterable[str], vocabulary_codes: list[str], pointer: str) -> list[FieldError]:
    listed = ", ".join(vocabulary_codes)
    text = Text(f"应为以下之一：{listed}", f"Use one of {listed}")
    return [
        FieldError(f"{pointer}/{position}", text, TermInexpressible.rule)
        for position, code in enumerate(codes)
        if code not in vocabulary_codes
    ]


def _needs(codes: list[str], vocabulary: Vocabulary, pointer: str) -> list[FieldError]:
    return [
        FieldError(
            f"{pointer}/{codes.index(action.code)}",
            Text(f"“{action.code}”须同时许可“{need}”", f"{action.code} can only be permitted together with {need}"),
            TermInexpressible.rule,
        )
        for action in vocabulary.action
        if action.code in codes
        for need in action.needs
        if need not in codes
    ]


def _malformed(problem: msgspec.ValidationError, pointer: str) -> FieldError:
    message = str(problem).replace("{", "(").replace("}", ")")
    return FieldError(
        pointer, Text(f"无法读取许可条款：{message}", f"The terms cannot be read: {message}"), "LT-CON-01"
    )


def _inexpressible(faults: list[FieldError], vocabulary: Policy[Vocabulary]) -> TermInexpressible:
    return TermInexpressible(errors=faults, count=len(faults), vocabulary=vocabulary.meta.version)


def _ordered(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))
