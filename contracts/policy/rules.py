"""Pure rules of licences: reading what a provider offers with a listing; whatever is unclear is refused."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec

from contracts.policy.errors import TermInexpressible
from contracts.policy.marks import Marks, faults_of
from contracts.policy.schemas import LicenceTerms, Vocabulary
from contracts.policy.schemas import Policy as Licence
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.rules.policy import Policy, PolicySet
from kernel.text import Text
from rights.grants.vocabulary import words
from rights.terms import Right

CONTROLLED: Final = "controlled"


@cache
def vocabularies() -> PolicySet[Vocabulary]:
    """All released vocabularies."""
    return policy.load("vocabulary", Vocabulary, "contracts.policy")


def from_terms(
    terms: LicenceTerms | Mapping[str, Any], vocabulary: Policy[Vocabulary], pointer: str = "/licence"
) -> Licence:
    """Read offered terms; raises TermInexpressible naming every term that the vocabulary does not know."""
    offered = vocabulary.body
    if not isinstance(terms, LicenceTerms):
        try:
            terms = msgspec.convert(dict(terms), LicenceTerms)
        except msgspec.ValidationError as problem:
            raise _inexpressible([_malformed(problem, pointer)], vocabulary) from problem
    faults = [
        *_unknown(terms.actions, [action.code for action in offered.action], f"{pointer}/actions"),
        *_unknown(terms.purposes, [word.code for word in offered.purpose], f"{pointer}/purposes"),
        *_unknown(terms.territory, [word.code for word in offered.territory], f"{pointer}/territory"),
        *_unknown(terms.environments, [word.code for word in offered.environment], f"{pointer}/environments"),
        *_needs(terms.actions, offered, f"{pointer}/actions"),
        *faults_of(tuple(terms.marks), f"{pointer}/marks", TermInexpressible.rule),
    ]
    if terms.delegation_depth and "license" not in terms.actions:
        text = Text("可再许可的须许可行为“license”", "What may be passed on permits the action license")
        faults.append(FieldError(f"{pointer}/delegation_depth", text, TermInexpressible.rule))
    if "license" in terms.actions and not terms.delegation_depth:
        text = Text("许可行为“license”的，层数至少为 1", "The action license comes with a depth of at least 1")
        faults.append(FieldError(f"{pointer}/delegation_depth", text, TermInexpressible.rule))
    if terms.marks and terms.delegation_depth:
        text = Text("带标记的副本不得再许可", "What is handed out in marked copies is not passed on")
        faults.append(FieldError(f"{pointer}/marks", text, TermInexpressible.rule))
    if terms.marks and offered.covered(terms.environments) <= offered.covered([CONTROLLED]):
        text = Text("数据不出域的，没有副本可标记", "Of data that stays nothing is handed out that could bear marks")
        faults.append(FieldError(f"{pointer}/marks", text, TermInexpressible.rule))
    if terms.term_days > offered.term_days_max:
        text = Text(f"期限最长 {offered.term_days_max} 天", f"A term is at most {offered.term_days_max} days")
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


def marks_of(terms: Mapping[str, Any]) -> Marks:
    """The marks that offered terms name for the copies of buyers, as they are stored."""
    return msgspec.convert(terms.get("marks", ()), Marks)


def computing_only(licence: Licence, vocabulary: Vocabulary) -> bool:
    """Say whether the data is used in controlled environments only, and so never handed out (可用不可见)."""
    return bool(licence.environments) and vocabulary.covered(licence.environments) <= vocabulary.covered([CONTROLLED])


def rights_of(licence: Licence) -> tuple[Right, ...]:
    """The rights that a licence's actions exercise (持有、使用、经营)."""
    return words(licence.vocabulary).rights_of(licence.actions)


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
