"""Which passwords are refused: too short, or made of little but what everybody tries first."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain
from typing import Final

import msgspec

from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text

RULE: Final = "LT-SGN-01"


class Passwords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds of a password, what counts for nothing in one, and what hashing it costs."""

    length_min: int
    length_max: int
    own_characters_min: int
    own_distinct_min: int
    passes: int
    memory_kib: int
    lanes: int
    walks: list[str]
    words: list[str]


POLICY: Final = policy.load("passwords", Passwords, "kernel.passwords")

WALK_MIN: Final = 3
"""So many neighbours in a row are a walk and no accident."""

UNIT_MAX: Final = 8
"""The longest part that counts once however often it is repeated."""

CONTEXT_MIN: Final = 3
"""A shorter piece of a name says nothing about whether it was put in on purpose."""

_DATE: Final = re.compile(r"(?:19|20)\d\d(?:[-./年]?[01]?\d(?:[-./月]?[0-3]?\d日?)?)?")
_LOOKALIKES: Final = str.maketrans("013457@$!|", "oleastasii")


def faults(password: str, names: Iterable[str], pointer: str, rules: Passwords) -> list[FieldError]:
    """What is wrong with a password for somebody to whom these names belong: person, party, e-mail address."""
    if not rules.length_min <= len(password) <= rules.length_max:
        text = Text(
            f"密码应为 {rules.length_min}–{rules.length_max} 个字符；不要求大小写、数字或符号的组合",
            f"Use {rules.length_min} to {rules.length_max} characters; no mix of cases, digits or signs is asked for",
        )
        return [FieldError(pointer, text, RULE)]
    if is_common(password, names, rules):
        text = Text(
            "密码主要由常见词、键盘顺序、连续或重复字符、日期或您与单位的名称组成；请改用自己想出的几个词",
            "It consists of little but common words, rows of keys, runs, repetitions, dates, or the names of you and"
            " your organisation; take several words of your own",
        )
        return [FieldError(pointer, text, RULE)]
    return []


def is_common(password: str, names: Iterable[str], rules: Passwords) -> bool:
    """Whether too little is left of a password once everything is struck out that a guesser tries first."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    struck = [*rules.words, *_pieces(names)]
    return any(_is_little(_own(text, struck, rules), rules) for text in (folded, folded.translate(_LOOKALIKES)))


def _is_little(own: str, rules: Passwords) -> bool:
    return len(own) < rules.own_characters_min or len(set(own)) < rules.own_distinct_min


def _pieces(names: Iterable[str]) -> list[str]:
    """The parts of names as somebody would put them into a password."""
    parts = chain.from_iterable(re.split(r"[\W_]+", unicodedata.normalize("NFKC", name).casefold()) for name in names)
    return [part for part in parts if len(part) >= CONTEXT_MIN]


def _own(text: str, words: Iterable[str], rules: Passwords) -> str:
    """The letters and digits that are part of nothing common."""
    common = [False] * len(text)

    def strike(start: int, end: int) -> None:
        common[start:end] = [True] * (end - start)

    for word in words:
        for match in re.finditer(re.escape(word), text):
            strike(*match.span())
    for match in _DATE.finditer(text):
        strike(*match.span())
    for start in range(len(text)):
        strike(start, start + max(_walk_length(text[start:], walk) for walk in rules.walks))
        for size in range(1, UNIT_MAX + 1):
            if text[start : start + size] == text[start + size : start + 2 * size]:
                strike(start + size, start + 2 * size)
    return "".join(letter for letter, struck in zip(text, common, strict=True) if not struck and letter.isalnum())


def _walk_length(text: str, walk: str) -> int:
    """How many characters at the head of a text follow a walk, forwards or backwards; 0 where too few do."""
    longest = 0
    for path in (walk * 2, walk[::-1] * 2):
        if (at := path.find(text[0])) >= 0:
            length = next((n for n in range(1, len(walk)) if text[n : n + 1] != path[at + n : at + n + 1]), len(walk))
            longest = max(longest, min(length, len(text)))
    return longest if longest >= WALK_MIN else 0
