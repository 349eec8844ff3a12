"""Text for PostgreSQL's full-text index, made here because its own parser cannot split Chinese.

A document keeps every pair of neighbouring characters, so no dictionary ever decides what can be found; only
the query is split by a dictionary, so upgrading the dictionary never needs a reindex. Each word of the query
becomes a phrase of pairs. Every lexeme of a title is kept a second time behind TITLE_MARK, so that hits in
titles can be collected from the index alone when a common word has more hits than the ranking may read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import rjieba

QUERY_CHARS_MAX = 200
QUERY_TERMS_MAX = 32
WORD_CHARS_MAX = 64
FIELD_CHARS_MAX = 8_000
CANDIDATES_MAX = 400
"""Hits that are ranked, each read from its page of the table: twenty pages of a list; beyond it is `capped`."""
BODY_CANDIDATES_MAX = 100
"""Hits outside titles and keywords that are ranked: of each the whole text is unpacked."""
FEW_HITS = 10
TITLE_MARK = "^"

_CHINESE = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(f"([{_CHINESE}]+)|((?:[^\\W_{_CHINESE}])+)")
# Words that only join other words: asking for all of them would hide what was looked for.
_JOINING = frozenset("的了和与及或在是为对之等") | {
    "a",
    "an",
    "and",
    "for",
    "in",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
}


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A user's words as tsquery texts: every word wanted, or, where that finds little, any of them."""

    every: str
    every_in_title: str
    any: str
    any_in_title: str

    @property
    def is_empty(self) -> bool:
        """Nothing in the text can be searched for, for example only punctuation."""
        return not self.every

    @property
    def can_relax(self) -> bool:
        """Asking for any word would find more than asking for every word."""
        return self.any != self.every


def fold(text: str) -> str:
    """Full width, compatibility and capital forms must find each other."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def document(title: str, keywords: str, body: str) -> str:
    """The tsvector text of a listing: title weighs A, keywords B, body C."""
    entries: dict[str, list[str]] = {}
    position = 1
    for text, weight in ((title, "A"), (keywords, "B"), (body, "C")):
        position = _add(entries, text, weight, position)
    return " ".join(f"{_quoted(lexeme)}:{','.join(at)}" for lexeme, at in entries.items())


def query(text: str) -> SearchQuery:
    """Any text, however hostile, becomes a query PostgreSQL accepts: operators never come from the user."""
    if len(text) > QUERY_CHARS_MAX:
        raise ValueError(f"a query has at most {QUERY_CHARS_MAX} characters")
    wanted = terms(text)
    finer = list(dict.fromkeys(piece for word in wanted for piece in _pieces(word)))[:QUERY_TERMS_MAX]
    return SearchQuery(
        every=_joined(wanted, " & "),
        every_in_title=_joined(wanted, " & ", TITLE_MARK),
        any=_joined(finer, " | "),
        any_in_title=_joined(finer, " | ", TITLE_MARK),
    )


def terms(text: str) -> list[str]:
    """The words of a text that are looked for, folded; words that only join others are left out."""
    words = list(dict.fromkeys(_words(text)))
    return ([word for word in words if word not in _JOINING] or words)[:QUERY_TERMS_MAX]


def held(wanted: Sequence[str], text: str) -> int:
    """How many of these words a text holds, as the index has it: Chinese anywhere, other words from their beginning."""
    folded = fold(text)
    chinese = [word for word in wanted if _is_chinese(word)]
    others = [word for word in wanted if not _is_chinese(word)]
    tokens = {run.group() for run in _TOKEN.finditer(folded) if run.group(2) is not None} if others else set()
    beginnings = sum(any(token.startswith(word) for token in tokens) for word in others)
    return sum(word in folded for word in chinese) + beginnings


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """Runs of Chinese characters (True) and whole words of any other script (False)."""
    for run in _TOKEN.finditer(fold(text)):
        yield run.group(), run.group(1) is not None


def _add(entries: dict[str, list[str]], text: str, weight: str, position: int) -> int:
    """Between two runs one position stays free, so no phrase reaches from one run into the next."""
    for run, is_chinese in _runs(text[:FIELD_CHARS_MAX]):
        for offset, lexeme in enumerate(_document_lexemes(run, is_chinese)):
            at = f"{position + offset}{weight}"
            entries.setdefault(lexeme, []).append(at)
            if weight == "A":
                entries.setdefault(TITLE_MARK + lexeme, []).append(at)
        position += len(run) + 1 if is_chinese else 2
    return position


def _document_lexemes(run: str, is_chinese: bool) -> Sequence[str]:
    """The last character also stands alone, so that a one-character prefix query finds it."""
    return [*_pairs(run), run[-1]] if is_chinese else [run[:WORD_CHARS_MAX]]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _words(text: str) -> Iterator[str]:
    for run, is_chinese in _runs(text):
        if is_chinese:
            yield from rjieba.cut(run)
        else:
            yield run[:WORD_CHARS_MAX]


def _pieces(word: str) -> Iterable[str]:
    """A long dictionary word also counts in part when any word will do: 气象监测站 finds 气象."""
    pieces = [piece for piece in rjieba.cut_for_search(word) if len(piece) > 1] if _is_chinese(word) else []
    return pieces or [word]


def _is_chinese(word: str) -> bool:
    match = _TOKEN.match(word)
    return match is not None and match.group(1) is not None


def _joined(words: Iterable[str], operator: str, mark: str = "") -> str:
    return operator.join(_term(word, mark) for word in words)


def _term(word: str, mark: str) -> str:
    """One word of the query: a phrase of pairs, or a prefix for one character and for other scripts."""
    if not _is_chinese(word) or len(word) == 1:
        return f"{_quoted(mark + word)}:*"
    phrase = " <-> ".join(_quoted(mark + pair) for pair in _pairs(word))
    return f"({phrase})"


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
