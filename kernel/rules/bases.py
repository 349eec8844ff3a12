"""What a rule rests on, in Chinese and in English.

A released rulebook never changes, and says its bases in one line: names of laws as they are cited, remarks in English.
The table beside this module has both languages for each such name and remark; places in a text (articles, items,
annexes) follow one pattern. A law of the tests holds that every basis of the rulebook in force is told in both.
"""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final

from kernel.text import Text

_LIST: Final = r"(\d+(?:\(\d+\))?(?:(?:, | to )\d+(?:\(\d+\))?)*)"
_PLACES: Final = (
    (re.compile(rf"\barts?\. ?{_LIST}"), "第{}条"),
    (re.compile(rf"\bitems? {_LIST}"), "第{}条"),
    (re.compile(rf"\bannex(?:es)? {_LIST}"), "附件{}"),
    (re.compile(rf"\bgates? {_LIST}"), "第{}道闸门"),
    (re.compile(r"\bdecision (\d{4})"), "决定{}"),
)


@cache
def _words() -> tuple[tuple[str, Text], ...]:
    """Every name and remark, the longest first, so that none is taken for a part of itself."""
    raw = tomllib.loads(resources.files("kernel.rules").joinpath("bases.toml").read_text(encoding="utf-8"))
    found = {said: Text(zh, en) for said, (zh, en) in raw["words"].items()}
    return tuple(sorted(found.items(), key=lambda each: (-len(each[0]), each[0])))


@cache
def basis_text(basis: str) -> Text:
    """A basis in both languages; what the table does not know stands as it is written."""
    parts = [_part(part) for part in re.split(r"; ", basis)]
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def _part(part: str) -> Text:
    known = dict(_words())
    if part in known:
        return known[part]
    pattern = re.compile("|".join(re.escape(said) for said, _ in _words()))
    english = pattern.sub(lambda found: known[found[0]].en + _space(part, found.end()), part)
    chinese = pattern.sub(lambda found: known[found[0]].zh, part)
    for place, words in _PLACES:
        chinese = place.sub(_placed(words), chinese)
    for written, chinese_way in _WRITTEN:
        chinese = written.sub(chinese_way, chinese)
    return Text(chinese, english)


def _placed(words: str) -> Callable[[re.Match[str]], str]:
    """Places in a text as Chinese writes them: `arts. 18 to 21, 28` is 第18至21、28条."""
    return lambda found: words.format(found[1].replace(" to ", "至"))


_WRITTEN: Final = (
    (re.compile(r"第(\d+)\((\d+)\)条"), r"第\1条（\2）"),
    (re.compile(r" and "), "和"),
    (re.compile(r", "), "、"),
    (re.compile(r": "), "："),
    (re.compile(r" ?\("), "（"),
    (re.compile(r"\)"), "）"),
    (re.compile(r"(?<=[\u4e00-\u9fff）》〕]) (?=[\u4e00-\u9fff（《〔])"), ""),
)
"""Marks as Chinese has them, in this order; no space stands between signs."""


def _space(part: str, end: int) -> str:
    """A name in Chinese needs no space before what follows; in English it does."""
    return " " if part[end : end + 1].isalnum() else ""
