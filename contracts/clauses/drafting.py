"""What is answered about drafts: checked, shown, set and compared; pure, for a process of its own (`desk`)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from contracts.clauses import checking
from contracts.clauses.errors import DraftFaulty, DraftTooLong
from contracts.clauses.library import Library, library
from contracts.clauses.matrix import matrix
from contracts.clauses.obligations import obligations
from contracts.clauses.redline import marked
from contracts.clauses.redline.sentences import sentence
from contracts.clauses.redline.tree import changes
from contracts.clauses.redline.words import Run
from contracts.clauses.schemas import (
    ChangeView,
    ClauseRunsView,
    CompareDrafts,
    ContractRedlineView,
    Draft,
    DraftCheckView,
    DraftPreviewView,
    findings,
)
from contracts.clauses.text import plain, printed, word
from contracts.clauses.text.blocks import Document, characters
from contracts.clauses.text.document import Facts, document
from contracts.clauses.types import Clause, ModelContract
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import unprintable
from contracts.usage import reading
from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.text import Lang, Text

CHARACTERS_MAX: Final = 200_000
"""Of a contract's whole text in one language: some sixty pages."""
_UNPRINTABLE: Final = Text("含有不能打印的控制字符", "It holds control characters, which no page shows")


def checked(model_id: str, draft: Draft, on: date) -> DraftCheckView:
    """Everything that is wrong with a draft, and what it comes to; raises KeyError for a model of no library."""
    released, model = _of(model_id, on)
    found = checking.check(released, model, draft.clauses, draft.policy)
    chosen = _chosen(released, draft.clauses)
    return DraftCheckView(
        faults=findings(found.faults),
        warnings=findings(found.warnings),
        matrix=list(matrix(model, [clause for clause, _ in chosen])),
        obligations=list(obligations(chosen)),
    )


def previewed(model_id: str, draft: Draft, on: date) -> DraftPreviewView:
    """The text of a draft; raises DraftFaulty for what cannot be shown, and DraftTooLong."""
    released, model = _of(model_id, on)
    shown = _document(released, model, draft)
    found = checking.check(released, model, draft.clauses, draft.policy)
    return DraftPreviewView(
        title=shown.title,
        text=Text(plain.plain(shown, "zh"), plain.plain(shown, "en")),
        faults=findings(found.faults),
        warnings=findings(found.warnings),
    )


def pdf(model_id: str, draft: Draft, on: date, lang: Lang, at: datetime) -> bytes:
    """The draft as PDF/A-3 with itself inside as JSON; raises as `previewed`, and GlyphMissing."""
    released, model = _of(model_id, on)
    enclosed = {
        "model": model.id,
        "sources": msgspec.to_builtins(released.sources),
        "draft": msgspec.to_builtins(draft),
    }
    return printed.pdf(_document(released, model, draft), lang, canonical.dumps(enclosed), at)


def docx(model_id: str, draft: Draft, on: date, lang: Lang, at: datetime) -> bytes:
    """The draft as DOCX; raises as `previewed`."""
    released, model = _of(model_id, on)
    return word.docx(_document(released, model, draft), lang, at)


def compared(model_id: str, given: CompareDrafts, on: date) -> ContractRedlineView:
    """What differs between two versions; raises DraftFaulty for clauses that nobody released."""
    released, model = _of(model_id, on)
    before, after = _versions(released, model, given)
    zh = marked.marked(released, model, before, after, "zh")
    en = marked.marked(released, model, before, after, "en")
    made = changes(before, after, lambda use: marked.slot(released, use))
    return ContractRedlineView(
        changes=[ChangeView(change, sentence(released, model, before, change)) for change in made],
        clauses=[
            ClauseRunsView(one.clause, one.before, one.after, _listed(one), _listed(other))
            for one, other in zip(zh, en, strict=True)
            if one.changed or other.changed
        ],
    )


def compared_docx(model_id: str, given: CompareDrafts, on: date, lang: Lang, at: datetime) -> bytes:
    """The two versions as one DOCX with tracked changes; raises DraftFaulty for clauses that nobody released."""
    released, model = _of(model_id, on)
    before, after = _versions(released, model, given)
    return marked.docx(model, marked.marked(released, model, before, after, lang), lang, at)


def _of(model_id: str, on: date) -> tuple[Library, ModelContract]:
    released = library(on)
    return released, released.models[model_id]


def _chosen(released: Library, uses: Sequence[ClauseUse]) -> list[tuple[Clause, ClauseUse]]:
    """The clauses that the library knows, with what the draft says of each."""
    return [(clause, use) for use in uses if (clause := released.find(use)) is not None]


def _document(released: Library, model: ModelContract, draft: Draft) -> Document:
    faults = [*_unshowable(released, model, draft.clauses, "/clauses"), *_odd_facts(draft.facts)]
    _refuse(model, faults)
    if draft.policy is not None:
        reading.read(draft.policy, "/policy")
    shown = document(released, model, draft.clauses, draft.facts, draft.policy)
    if (length := characters(shown)) > CHARACTERS_MAX:
        raise DraftTooLong(characters=length, characters_max=CHARACTERS_MAX)
    return shown


def _versions(
    released: Library, model: ModelContract, given: CompareDrafts
) -> tuple[tuple[ClauseUse, ...], tuple[ClauseUse, ...]]:
    before = released.defaults(model) if given.before is None else given.before
    faults = [
        *_unshowable(released, model, before, "/before"),
        *_unshowable(released, model, given.after, "/after"),
    ]
    _refuse(model, faults)
    length = sum(len(str(value)) for use in (*before, *given.after) for value in use.values.values())
    if length > CHARACTERS_MAX:
        raise DraftTooLong(characters=length, characters_max=CHARACTERS_MAX)
    return before, given.after


def _refuse(model: ModelContract, faults: Sequence[FieldError]) -> None:
    if faults:
        raise DraftFaulty(errors=faults, model=model.id, count=len(faults))


def _unshowable(
    released: Library, model: ModelContract, uses: Sequence[ClauseUse], pointer: str
) -> Iterator[FieldError]:
    """What no page can show: clauses that nobody released, and control characters."""
    for fault in checking.unknown(released, model, uses):
        yield FieldError(pointer + fault.pointer.removeprefix("/clauses"), fault.detail, fault.rule)
    for at, use in enumerate(uses):
        for name, value in use.values.items():
            if isinstance(value, str) and unprintable(value):
                place = f"{pointer}/{at}/values/{checking.escaped(name)}"
                yield FieldError(place, _UNPRINTABLE, checking.CLAUSES_RULE)


def _odd_facts(facts: Facts) -> Iterator[FieldError]:
    said = msgspec.to_builtins(facts)
    for name, value in said.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, text in parts:
            if isinstance(text, str) and (unprintable(text) or "\n" in text):
                yield FieldError(f"/facts/{name}{f'/{part}' if part else ''}", _UNPRINTABLE, checking.CLAUSES_RULE)


def _listed(clause: marked.MarkedClause) -> list[list[Run]]:
    return [list(paragraph) for paragraph in (clause.title, *clause.paragraphs)]
