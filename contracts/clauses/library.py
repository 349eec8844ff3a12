"""The released library: which clauses and model contracts are offered on a day, and every one that ever was; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import msgspec

from contracts.clauses.types import Article, Clause, ModelContract
from contracts.clauses.use import ClauseUse, Value
from kernel.rules import policy
from kernel.rules.policy import PolicyRef

KINDS: Final = (
    "general-clauses",
    "provision-clauses",
    "entrusted-clauses",
    "fusion-clauses",
    "intermediary-clauses",
    "licence-clauses",
)
MODELS: Final = "model-contracts"
_PACKAGE: Final = "contracts.clauses"


class _Clauses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clause: tuple[Clause, ...]


class _Models(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: tuple[ModelContract, ...]


@dataclass(frozen=True)
class Library:
    """What is offered on a day; `known` holds every version that was ever released, by id and version."""

    offered: dict[str, Clause]
    known: dict[tuple[str, str], Clause]
    models: dict[str, ModelContract]
    sources: tuple[PolicyRef, ...]

    def find(self, use: ClauseUse) -> Clause | None:
        """The clause that terms hold, in the version that they name."""
        return self.known.get((use.clause, use.version))

    def defaults(self, model: ModelContract) -> tuple[ClauseUse, ...]:
        """The model as it is published: the default of every article that has one, and of its parameters."""
        return tuple(default_use(self.offered[name]) for name in map(_default, model.article) if name is not None)


def default_use(clause: Clause) -> ClauseUse:
    """A clause with the values that it has when nobody says otherwise."""
    values: dict[str, Value] = {param.name: param.default for param in clause.params if param.default is not None}
    return ClauseUse(clause.id, clause.version, values)


def clause_of(use: ClauseUse) -> Clause:
    """A released clause, in the version that terms name; raises KeyError for what was never released."""
    return _known()[use.clause, use.version]


def _default(article: Article) -> str | None:
    return article.default or (article.clauses[0] if article.mandatory else None)


@cache
def _clauses() -> tuple[policy.PolicySet[_Clauses], ...]:
    return tuple(policy.load(kind, _Clauses, _PACKAGE) for kind in KINDS)


@cache
def _models() -> policy.PolicySet[_Models]:
    return policy.load(MODELS, _Models, _PACKAGE)


@cache
def _known() -> dict[tuple[str, str], Clause]:
    """Every released clause; raises ValueError where one version of one clause was released with two contents."""
    known: dict[tuple[str, str], Clause] = {}
    for clause in _every():
        if known.setdefault((clause.id, clause.version), clause) != clause:
            raise ValueError(f"clause {clause.id} {clause.version} was released with two contents")
    return known


def _every() -> Iterator[Clause]:
    for versions in _clauses():
        for released in versions.versions:
            yield from released.body.clause


@cache
def library(on: date) -> Library:
    """The library of a day; raises PolicyMissing before the first."""
    in_force = [versions.at(on) for versions in _clauses()]
    models = _models().at(on)
    return Library(
        offered={clause.id: clause for each in in_force for clause in each.body.clause},
        known=_known(),
        models={model.id: model for model in models.body.model},
        sources=(*(each.ref for each in in_force), models.ref),
    )
