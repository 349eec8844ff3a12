"""The terms of an offer in words: price, licence, promises of service and clauses, as its taker would sign them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final

from contracts.clauses.library import clause_of, library
from contracts.clauses.types import ModelContract, text
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import words_of
from contracts.terms.document import ServiceLevels, Terms
from contracts.terms.places import PLACES
from contracts.terms.price.sentences import sentences as price_sentences
from contracts.terms.service_levels import ServiceMeasure, ServiceObjective
from contracts.usage.sentences import sentences as policy_sentences
from kernel.text import Text

MEASURES: Final = {
    ServiceMeasure.FRESHNESS: Text("按时更新", "Updates in time"),
    ServiceMeasure.CHECK: Text("质量检查合格", "Revisions that pass a check"),
    ServiceMeasure.AVAILABILITY: Text("可用性", "Availability"),
    ServiceMeasure.RESPONSE: Text("响应及时", "Answers in time"),
}
_PROMISED: Final = ("availability_basis_points", "quality_score_min", "update_days_max", "answer_hours_max")
_NOT_SAID: Final = re.compile(r"vocabulary|asset|(permissions|prohibitions|duties)/\d+")
"""Parts of a policy that say nothing to people: what it is of, and the names of its rules."""


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A clause with its values filled in; a notable one limits or burdens the other side."""

    name: Text
    lines: Sequence[Text]
    notable: bool


@dataclass(frozen=True, slots=True)
class TermsWords:
    """Terms in words."""

    price: list[Text]
    policy: list[Text]
    promises: list[tuple[Text, int]]
    objectives: list[tuple[Text, ServiceObjective]]
    clauses: list[ClauseWords]


def terms_words(terms: Terms, on: date) -> TermsWords:
    """Terms in words of both languages, by the model contract of a day; what is not said is not promised."""
    model = library(on).models[terms.model]
    said = policy_sentences(terms.policy) if terms.policy is not None else []
    return TermsWords(
        price=list(price_sentences(terms.price)),
        policy=[each.text for each in said if not _NOT_SAID.fullmatch(each.id)],
        promises=list(_promises(terms.service)),
        objectives=[(MEASURES[each.measure], each) for each in terms.service.objectives],
        clauses=[_clause(use, model) for use in terms.clauses],
    )


def _promises(service: ServiceLevels) -> Iterator[tuple[Text, int]]:
    for name in _PROMISED:
        value = getattr(service, name)
        if value is not None:
            yield PLACES[name], value


def _clause(use: ClauseUse, model: ModelContract) -> ClauseWords:
    clause = clause_of(use)
    words = words_of(clause, use, model)
    pairs = zip_longest(words.zh.split("\n"), words.en.split("\n"), fillvalue="")
    return ClauseWords(text(clause.name), [Text(*pair) for pair in pairs], clause.notable)
