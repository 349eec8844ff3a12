"""Two versions of a contract as one text with marks, clause by clause, and as DOCX with tracked changes; pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from contracts.clauses.library import Library
from contracts.clauses.redline.tree import longest_increasing, pairs
from contracts.clauses.redline.words import Mark, Run, compared, runs
from contracts.clauses.text import word
from contracts.clauses.types import ModelContract, text
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import words_of
from kernel.text import Lang, Text

AUTHOR: Final = "Liutong"
TITLE: Final = Text("{name}（比较稿）", "{name} (comparison)")
MOVED: Final = Text("（由第{before}位移至第{after}位）", "(moved from number {before} to {after})")


class MarkedClause(msgspec.Struct, frozen=True):
    """One clause of the two: `before` and `after` are its places, from 0; none where it was not, or is no longer."""

    clause: str
    title: tuple[Run, ...]
    paragraphs: tuple[tuple[Run, ...], ...]
    before: int | None = None
    after: int | None = None

    @property
    def changed(self) -> bool:
        """Whether anything of its words differs."""
        return any(run.mark is not Mark.SAME for runs in (self.title, *self.paragraphs) for run in runs)


def marked(
    library: Library, model: ModelContract, before: Sequence[ClauseUse], after: Sequence[ClauseUse], lang: Lang
) -> tuple[MarkedClause, ...]:
    """Every clause of the two in the order of the later, what was taken out after what it stood behind.

    Raises KeyError for a clause of no library.
    """
    became = dict(pairs(before, after, lambda use: slot(library, use)))
    earlier = {new: old for old, new in became.items()}
    found = [_gone(library, model, before, at, lang) for at in _gone_before(became, 0, len(before))]
    for at, use in enumerate(after):
        old = earlier.get(at)
        was = before[old] if old is not None else None
        found.append(
            MarkedClause(
                use.clause,
                runs(_title(library, was, lang), _title(library, use, lang)),
                compared(_lines(library, model, was, lang), _lines(library, model, use, lang)),
                old,
                at,
            )
        )
        if old is not None:
            found += [_gone(library, model, before, each, lang) for each in _gone_before(became, old + 1, len(before))]
    return tuple(found)


def slot(library: Library, use: ClauseUse) -> str:
    """Where a clause stands; one of no library by its own name."""
    found = library.find(use)
    return found.slot if found is not None else use.clause


def _gone_before(became: dict[int, int], start: int, count: int) -> Iterator[int]:
    """The places from `start` on whose clauses were taken out, up to the first that stayed."""
    for at in range(start, count):
        if at in became:
            return
        yield at


def _gone(library: Library, model: ModelContract, before: Sequence[ClauseUse], at: int, lang: Lang) -> MarkedClause:
    use = before[at]
    lines = _lines(library, model, use, lang)
    return MarkedClause(use.clause, runs(_title(library, use, lang), ""), compared(lines, []), at, None)


def _title(library: Library, use: ClauseUse | None, lang: Lang) -> str:
    return "" if use is None else text(library.known[use.clause, use.version].name).of(lang)


def _lines(library: Library, model: ModelContract, use: ClauseUse | None, lang: Lang) -> list[str]:
    if use is None:
        return []
    return words_of(library.known[use.clause, use.version], use, model).of(lang).split("\n")


def docx(model: ModelContract, clauses: Sequence[MarkedClause], lang: Lang, at: datetime) -> bytes:
    """The marked text as DOCX, in which a word processor accepts or rejects each change."""
    title = TITLE.filled(name=text(model.name)).of(lang)
    made = word.begun(title, lang, at)
    made.add_paragraph(title, style="Title")
    word.note(made, text(model.note).of(lang))
    numbers = iter(range(1, 1_000_000))
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    steady = _steady(clauses)
    for clause in clauses:
        _track(made.add_paragraph(style="Heading 2"), clause.title, numbers, moment)
        if clause.before is not None and clause.after is not None and clause.before not in steady:
            word.note(made, MOVED.filled(before=clause.before + 1, after=clause.after + 1).of(lang))
        for paragraph in clause.paragraphs:
            _track(made.add_paragraph(), paragraph, numbers, moment)
    return word.packed(made)


def _steady(clauses: Sequence[MarkedClause]) -> set[int]:
    """The earlier places of clauses that stand in both and did not move."""
    places = [clause.before for clause in clauses if clause.before is not None and clause.after is not None]
    return {places[at] for at in longest_increasing(places)}


def _track(paragraph: Any, pieces: Sequence[Run], numbers: Iterator[int], moment: str) -> None:
    """Set the runs: what is inserted within `w:ins`, what is deleted within `w:del`, as `w:delText`."""
    for piece in pieces:
        run = paragraph.add_run(piece.text)
        if piece.mark is Mark.SAME:
            continue
        element = run._r  # noqa: SLF001 - python-docx knows no tracked changes
        if piece.mark is Mark.DELETED:
            for part in element.findall(qn("w:t")):
                part.tag = qn("w:delText")
        change = _change(piece.mark, numbers, moment)
        element.addprevious(change)
        change.append(element)
    marks = {piece.mark for piece in pieces}
    if len(marks) == 1 and Mark.SAME not in marks:
        # The end of the paragraph goes or comes with it, or an empty one would stay when the change is decided.
        end = OxmlElement("w:rPr")
        end.append(_change(marks.pop(), numbers, moment))
        paragraph._p.get_or_add_pPr().append(end)  # noqa: SLF001 - python-docx knows no tracked changes


def _change(mark: Mark, numbers: Iterator[int], moment: str) -> Any:
    change = OxmlElement("w:ins" if mark is Mark.INSERTED else "w:del")
    change.set(qn("w:id"), str(next(numbers)))
    change.set(qn("w:author"), AUTHOR)
    change.set(qn("w:date"), moment)
    return change
