"""The published words of a grant and the trees they stand in; pure, read once from the policies."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.ids import is_id
from kernel.rules import policy
from kernel.rules.policy import PolicyRef, PolicySet
from kernel.text import Text
from rights.assets.codes import province_digits
from rights.terms import Right

WORLD: Final = "world"
CHINA: Final = "CN"
ANYONE: Final = "anyone"

_DIVISION: Final = re.compile(r"[0-9]{2}(?:(?!00)[0-9]{2}){0,2}")
"""Province, prefecture and county digits of GB/T 2260 without trailing zeros."""

Code = Annotated[str, Meta(pattern=r"^[a-zA-Z][a-zA-Z-]{0,39}$(?!\n)")]


class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word of a tree: it covers itself and all words below it."""

    code: Code
    zh: str
    en: str
    within: str | None = None


class Purposes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The published purpose tree (目的树)."""

    purpose: tuple[Node, ...]


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something done with data, the right it exercises, and the actions without which it makes no sense."""

    code: Code
    zh: str
    en: str
    right: Right
    needs: tuple[str, ...]


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word that stands alone."""

    code: Code
    zh: str
    en: str


class GrantWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Actions, environments and classes of recipients, and the bounds of depth and term."""

    depth_max: Annotated[int, Meta(ge=0, le=32)]
    term_days_max: Annotated[int, Meta(ge=1)]
    action: tuple[Action, ...]
    environment: tuple[Node, ...]
    recipient_class: tuple[Word, ...]


class Province(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A province-level division: its GB/T 2260 digits and its ISO 3166-2 letters."""

    code: Annotated[str, Meta(pattern=r"^[1-9][0-9]$(?!\n)")]
    iso: Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")]
    zh: str
    en: str


class Territories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Countries and regions by ISO 3166-1, provinces by GB/T 2260; below the province the code itself is the tree."""

    countries: tuple[Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")], ...]
    named: tuple[Word, ...]
    province: tuple[Province, ...]


@dataclass(frozen=True)
class Tree:
    """A closed tree: a word is exactly the leaves below it, each leaf one bit."""

    children: Mapping[str, tuple[str, ...]]
    top: str
    leaves: tuple[str, ...]
    bits: Mapping[str, int]
    _known: dict[tuple[str, ...], int] = field(default_factory=dict, compare=False, repr=False)

    def mask(self, codes: tuple[str, ...]) -> int:
        """The leaves that the words cover together; a word that is not of the tree covers nothing."""
        bits = self._known.get(codes)
        if bits is None:
            bits = 0
            for code in codes:
                bits |= self.bits.get(code, 0)
            if len(self._known) < _KNOWN_MAX:
                self._known[codes] = bits
        return bits

    def covering(self, mask: int) -> tuple[str, ...]:
        """The fewest words that cover exactly these leaves, sorted."""
        codes, pending = [], [self.top]
        while pending:
            code = pending.pop()
            bits = self.bits[code]
            if bits & mask == bits:
                codes.append(code)
            elif bits & mask:
                pending.extend(self.children[code])
        return tuple(sorted(codes))


_KNOWN_MAX: Final = 4096
"""Remembered combinations; beyond them a mask is simply computed again."""


def tree(nodes: Sequence[Node]) -> Tree:
    """Build a tree; raises ValueError unless it has one top, no unknown parent and no repeated word."""
    codes = [node.code for node in nodes]
    tops = [node.code for node in nodes if node.within is None]
    if len(set(codes)) != len(codes) or len(tops) != 1:
        raise ValueError("a tree needs one top and every word once")
    children: dict[str, list[str]] = {code: [] for code in codes}
    for position, node in enumerate(nodes):
        if node.within is not None:
            if node.within not in codes[:position]:
                raise ValueError(f"{node.code} stands within {node.within}, which is not above it")
            children[node.within].append(node.code)
    leaves = tuple(code for code in codes if not children[code])
    bits = {code: 1 << position for position, code in enumerate(leaves)}
    for code in reversed(codes):
        if children[code]:
            bits[code] = sum(bits[child] for child in children[code])
    return Tree({code: tuple(below) for code, below in children.items()}, tops[0], leaves, bits)


@dataclass(frozen=True)
class Words:
    """All words of one release."""

    version: str
    refs: tuple[PolicyRef, ...]
    purposes: Tree
    environments: Tree
    actions: Mapping[str, Action]
    classes: frozenset[str]
    countries: frozenset[str]
    provinces: frozenset[str]
    province_of_iso: Mapping[str, str]
    place_names: Mapping[str, str]
    environment_names: Mapping[str, str]
    depth_max: int
    term_days_max: int

    def is_place(self, code: str) -> bool:
        """Say whether a text names a place in its only form: the world, a country, or a division of China."""
        digits = code.removeprefix("CN-")
        if digits == code:
            return code == WORLD or code in self.countries
        return digits[:2] in self.provinces and _DIVISION.fullmatch(digits) is not None

    def is_recipient(self, term: str) -> bool:
        """Say whether a text names recipients: anyone, a published class, or a party by its id."""
        kind, _, name = term.partition(":")
        return term == ANYONE or (kind == "class" and name in self.classes) or (kind == "party" and is_id("pty", name))

    def actions_of(self, rights: Iterable[Right]) -> tuple[str, ...]:
        """Every action that exercises one of the rights and whose needs they meet."""
        held = frozenset(rights)
        met = {code for code, action in self.actions.items() if action.right in held}
        while unmet := {code for code in met if not met.issuperset(self.actions[code].needs)}:
            met -= unmet
        return tuple(sorted(met))

    def rights_of(self, actions: Iterable[str]) -> tuple[Right, ...]:
        """The rights that the actions exercise, in the order of the law."""
        exercised = {self.actions[code].right for code in actions}
        return tuple(right for right in Right if right in exercised)


_WORDS: Final = policy.load("grant-words", GrantWords, "rights.grants")
_PURPOSES: Final = policy.load("purposes", Purposes, "rights.grants")
_TERRITORIES: Final = policy.load("territories", Territories, "rights.grants")


def _versions(of: PolicySet[GrantWords] | PolicySet[Purposes] | PolicySet[Territories]) -> list[str]:
    return [one.meta.version for one in of.versions]


if not _versions(_WORDS) == _versions(_PURPOSES) == _versions(_TERRITORIES):
    raise ValueError("grant-words, purposes and territories are released together under one version")


@cache
def words(version: str) -> Words:
    """The words of a release; raises PolicyMissing for one that does not exist."""
    vocabulary, purposes, places = (_WORDS.version(version), _PURPOSES.version(version), _TERRITORIES.version(version))
    actions = {action.code: action for action in vocabulary.body.action}
    if any(need not in actions for action in actions.values() for need in action.needs):
        raise ValueError("an action needs an action that is not published")
    return Words(
        version=version,
        refs=(vocabulary.ref, purposes.ref, places.ref),
        purposes=tree(purposes.body.purpose),
        environments=tree(vocabulary.body.environment),
        actions=actions,
        classes=frozenset(word.code for word in vocabulary.body.recipient_class),
        countries=frozenset(places.body.countries),
        provinces=frozenset(province.code for province in places.body.province),
        province_of_iso={province.iso: province.code for province in places.body.province},
        place_names=_place_names(places.body),
        environment_names={
            name: node.code for node in vocabulary.body.environment for name in (node.zh, node.en, node.code)
        },
        depth_max=vocabulary.body.depth_max,
        term_days_max=vocabulary.body.term_days_max,
    )


def _place_names(places: Territories) -> dict[str, str]:
    """Every name and code of a place, and the code that it stands for."""
    named = {name: word.code for word in places.named for name in (word.zh, word.en)}
    provinces = {
        name: f"{CHINA}-{one.code}"
        for one in places.province
        for name in (one.zh, one.en, f"{CHINA}-{one.iso}", f"{CHINA}-{one.code}")
    }
    return {code: code for code in (WORLD, *places.countries)} | named | provinces


def named_words(version: str) -> dict[str, dict[str, Text]]:
    """What the words of a release are called, by side and code; places by country group and province."""
    vocabulary, places = _WORDS.version(version).body, _TERRITORIES.version(version).body
    provinces = {f"{CHINA}-{one.code}": Text(one.zh, one.en) for one in places.province}
    return {
        "actions": _called(vocabulary.action),
        "purposes": _called(_PURPOSES.version(version).body.purpose),
        "territory": _called(places.named) | provinces,
        "environments": _called(vocabulary.environment),
        "classes": _called(vocabulary.recipient_class),
    }


def _called(entries: Iterable[Action | Node | Word]) -> dict[str, Text]:
    return {entry.code: Text(entry.zh, entry.en) for entry in entries}


def region_name(region: str, on: date) -> Text:
    """What a region is called: a code of GB/T 2260 by its province with the code, anything else as it is written."""
    digits = province_digits(region)
    known = {province.code: province for province in _TERRITORIES.at(on).body.province}
    if digits is None or digits not in known:
        return Text(region, region)
    zh, en = known[digits].zh, known[digits].en
    code = region.strip().removeprefix("CN-")
    whole = code.rstrip("0") == digits.rstrip("0") or code == digits
    return Text(zh, en) if whole else Text(f"{zh}（{code}）", f"{en} ({code})")


_RELEASED: Final = frozenset(_versions(_WORDS))


def released(version: str) -> bool:
    """Say whether there is such a release."""
    return version in _RELEASED


def words_at(on: date) -> Words:
    """The words in force on a day; raises PolicyMissing before the first release."""
    return words(_WORDS.at(on).meta.version)
