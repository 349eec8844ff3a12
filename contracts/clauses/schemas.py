"""What the library, its model contracts and drafts look like on the wire."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.clauses.library import Library
from contracts.clauses.matrix import MatrixRow
from contracts.clauses.obligations import Owed
from contracts.clauses.redline.tree import ClauseChange
from contracts.clauses.redline.words import Run
from contracts.clauses.text.document import Facts
from contracts.clauses.types import (
    Article,
    Clause,
    Fragment,
    Kind,
    ModelContract,
    Obligation,
    Param,
    Reference,
    Side,
    Stage,
    text,
)
from contracts.clauses.use import ClauseUse, Value
from contracts.usage.tree import UsagePolicy
from kernel.errors import FieldError
from kernel.rules.bases import basis_text
from kernel.rules.policy import Confidence, PolicyRef
from kernel.text import Text
from kernel.views.projection import shown

Uses = Annotated[tuple[ClauseUse, ...], Meta(max_length=100)]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A draft: its clauses in print order, and the policy and facts that go with it, as far as they are known."""

    clauses: Uses
    policy: UsagePolicy | None = None
    facts: Facts = Facts()


class CompareDrafts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two versions of a contract; without an earlier one the model as it is published."""

    after: Uses
    before: Uses | None = None


class ChoiceView(msgspec.Struct, frozen=True):
    """One of the answers that a parameter admits."""

    code: str
    name: Text


class ParamView(msgspec.Struct, frozen=True):
    """A parameter of a clause: what it holds, within which bounds, and what it is when nobody says otherwise."""

    name: str
    kind: Kind
    label: Text
    min: int | None
    max: int | None
    choices: list[ChoiceView]
    default: Value | None
    required: bool
    may_not_apply: bool
    warn_above: int | None
    warning: Text | None
    rule: str | None


class ClauseObligationView(msgspec.Struct, frozen=True):
    """What a clause makes somebody owe; `length` is a number, or the parameter that holds it."""

    code: str
    name: Text
    bearer: Side
    trigger: str
    clock: str | None
    length: Value | None


class StageView(msgspec.Struct, frozen=True):
    """What a clause says in the responsibility matrix."""

    stage: Stage
    who: Side | None
    what: Text | None
    how: Text | None


class ClauseView(msgspec.Struct, frozen=True):
    """A clause of the library; `text` has a hole `{name}` for each parameter, and for what the parties are called."""

    id: str
    version: str
    slot: str
    name: Text
    text: Text
    params: list[ParamView]
    binds: Side
    basis: str
    basis_text: Text
    confidence: Confidence
    requires: list[str]
    excludes: list[str]
    policy: Fragment
    obligations: list[ClauseObligationView]
    matrix: list[StageView]
    notable: bool
    survives: bool
    reference: Reference | None


class ArticleView(msgspec.Struct, frozen=True):
    """A place in a model contract; `national_article` is that of the national text, where it is known."""

    slot: str
    name: Text
    clauses: list[str]
    mandatory: bool
    default: str | None
    national_article: str | None
    annex: bool


class ContractModelItem(msgspec.Struct, frozen=True):
    """A model contract in brief; `gf` is the number of the national text that it is structured after."""

    id: str
    gf: str | None
    name: Text
    note: Text
    provider: Text
    consumer: Text
    policy: bool
    matrix: bool
    basis: str
    basis_text: Text
    confidence: Confidence


class ContractModelsView(msgspec.Struct, frozen=True):
    """The model contracts of today, and the policies that they and their clauses come from."""

    sources: list[PolicyRef]
    models: list[ContractModelItem]


class ContractModelView(ContractModelItem, frozen=True, kw_only=True):
    """A model contract with its articles, their clauses, and the draft that it is when nobody says otherwise."""

    articles: list[ArticleView]
    clauses: list[ClauseView]
    defaults: list[ClauseUse]
    sources: list[PolicyRef]


class DraftFindingView(msgspec.Struct, frozen=True):
    """A fault or a warning: where it is (JSON Pointer into the draft), what and how to mend it, and the rule."""

    pointer: str
    detail: Text
    rule: str | None


class DraftCheckView(msgspec.Struct, frozen=True):
    """What a draft comes to: its faults and warnings, who answers for what, and who owes what by when."""

    faults: list[DraftFindingView]
    warnings: list[DraftFindingView]
    matrix: list[MatrixRow]
    obligations: list[Owed]


class DraftPreviewView(msgspec.Struct, frozen=True):
    """A draft as text in both languages; what is not filled in stands as a blank."""

    title: Text
    text: Text
    faults: list[DraftFindingView]
    warnings: list[DraftFindingView]


class ChangeView(msgspec.Struct, frozen=True):
    """A change as data and as a sentence."""

    change: ClauseChange
    sentence: Text


class ClauseRunsView(msgspec.Struct, frozen=True):
    """A clause whose words differ: paragraphs as runs with their marks, in both languages; places count from 0."""

    clause: str
    before: int | None
    after: int | None
    zh: list[list[Run]]
    en: list[list[Run]]


class ContractRedlineView(msgspec.Struct, frozen=True):
    """What differs between two versions: clause by clause, and word by word where words differ."""

    changes: list[ChangeView]
    clauses: list[ClauseRunsView]


def findings(found: Sequence[FieldError]) -> list[DraftFindingView]:
    """Faults or warnings for the wire."""
    return [DraftFindingView(each.pointer, each.detail, each.rule) for each in found]


def item_view(model: ModelContract) -> ContractModelItem:
    """A model contract in brief."""
    return shown(model, ContractModelItem, **_named(model))


def model_view(library: Library, model: ModelContract) -> ContractModelView:
    """A model contract with everything in it."""
    names = dict.fromkeys(name for article in model.article for name in article.clauses)
    return shown(
        model,
        ContractModelView,
        **_named(model),
        articles=[_article_view(article) for article in model.article],
        clauses=[_clause_view(library.offered[name]) for name in names],
        defaults=list(library.defaults(model)),
        sources=list(library.sources),
    )


def _named(model: ModelContract) -> dict[str, Text]:
    return {
        "name": text(model.name),
        "note": text(model.note),
        "provider": text(model.provider),
        "consumer": text(model.consumer),
        "basis_text": basis_text(model.basis),
    }


def _article_view(article: Article) -> ArticleView:
    return shown(
        article,
        ArticleView,
        name=text(article.name),
        clauses=list(article.clauses),
        national_article=article.article,
    )


def _clause_view(clause: Clause) -> ClauseView:
    return shown(
        clause,
        ClauseView,
        name=text(clause.name),
        text=Text(clause.zh.strip(), clause.en.strip()),
        params=[_param_view(param) for param in clause.params],
        basis_text=basis_text(clause.basis),
        requires=list(clause.requires),
        excludes=list(clause.excludes),
        policy=clause.fragment,
        obligations=[_obligation_view(each) for each in clause.obligations],
        matrix=[
            StageView(
                each.stage, each.who, text(each.what) if each.what else None, text(each.how) if each.how else None
            )
            for each in clause.matrix
        ],
    )


def _param_view(param: Param) -> ParamView:
    return shown(
        param,
        ParamView,
        label=text(param.label),
        choices=[ChoiceView(choice.code, text(choice.name)) for choice in param.choices],
        warning=text(param.warning) if param.warning is not None else None,
    )


def _obligation_view(obligation: Obligation) -> ClauseObligationView:
    clock = obligation.clock
    return ClauseObligationView(
        obligation.code,
        text(obligation.name),
        obligation.bearer,
        obligation.trigger,
        clock.kind if clock is not None else None,
        clock.length if clock is not None else None,
    )
