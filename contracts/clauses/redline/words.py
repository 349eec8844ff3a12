"""What differs between two texts, word by word: numbers and Latin words whole, Chinese sign by sign; pure.

Paragraphs are aligned first, by how alike they are; within a pair RapidFuzz finds the fewest insertions and deletions.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, LCSseq

ALIKE: Final = 60
"""How alike two paragraphs are, of a hundred, to be versions of one."""
PAIRS_MAX: Final = 40_000
"""Of paragraphs that are held against each other; of more than that none is taken for a version of another."""
_TOKEN: Final = re.compile(
    r"[0-9]+(?:[.,:/-][0-9]+)*%?|[〇零一二三四五六七八九十百千万亿]+|[A-Za-z]+(?:['’-][A-Za-z]+)*|\s+|.", re.DOTALL
)


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


class Run(msgspec.Struct, frozen=True):
    """A piece of text and what became of it."""

    mark: Mark
    text: str


def tokens(text: str) -> list[str]:
    """A text in pieces that change as a whole; joined they are the text."""
    return _TOKEN.findall(text)


def runs(old: str, new: str) -> tuple[Run, ...]:
    """The two as one: without the inserted pieces it is the old text, without the deleted ones the new."""
    before, after = tokens(old), tokens(new)
    found: list[Run] = []
    for step in Indel.opcodes(before, after):
        gone, come = "".join(before[step.src_start : step.src_end]), "".join(after[step.dest_start : step.dest_end])
        if step.tag == "equal":
            found.append(Run(Mark.SAME, come))
            continue
        found += [Run(Mark.DELETED, gone)] if gone else []
        found += [Run(Mark.INSERTED, come)] if come else []
    return tuple(_ordered(found))


def _ordered(found: Sequence[Run]) -> Iterator[Run]:
    """Neighbours of one kind as one run, and between two unchanged runs the deleted text before the inserted."""
    gone, come = "", ""
    for run in (*found, Run(Mark.SAME, "")):
        if run.mark is Mark.DELETED:
            gone += run.text
        elif run.mark is Mark.INSERTED:
            come += run.text
        else:
            if gone:
                yield Run(Mark.DELETED, gone)
            if come:
                yield Run(Mark.INSERTED, come)
            gone, come = "", ""
            if run.text:
                yield run


def aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Paragraphs with what they became, in the order of both; none stands beside what is gone or new."""
    found: list[tuple[str | None, str | None]] = []
    before, after = 0, 0
    for step in LCSseq.opcodes(list(old), list(new)):
        if step.tag == "equal":
            found += _alike(old[before : step.src_start], new[after : step.dest_start])
            found += [(text, text) for text in old[step.src_start : step.src_end]]
            before, after = step.src_end, step.dest_end
    return [*found, *_alike(old[before:], new[after:])]


def _alike(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Within a stretch that differs: each paragraph with the first of the rest that is enough like it."""
    start = 0
    if len(old) * len(new) > PAIRS_MAX:
        yield from ((text, None) for text in old)
        yield from ((None, text) for text in new)
        return
    for text in old:
        match = next((at for at in range(start, len(new)) if fuzz.ratio(text, new[at]) >= ALIKE), None)
        if match is None:
            yield text, None
            continue
        for between in new[start:match]:
            yield None, between
        yield text, new[match]
        start = match + 1
    for rest in new[start:]:
        yield None, rest


def compared(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[Run, ...], ...]:
    """The runs of every paragraph of two texts."""
    return tuple(runs(before or "", after or "") for before, after in aligned(old, new))
