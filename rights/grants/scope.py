"""The limits that a certificate states (使用限制) as the sides of its title; pure.

Where a limit is given in codes the codes bind. Words bind as far as the published words read them; an application whose
words cannot be read is refused, so only certificates from before that rule can hold any.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from rights.grants.box import Grant
from rights.grants.parsing import place
from rights.grants.rules import fewest_places, within
from rights.grants.vocabulary import CHINA, WORLD, Words, words_at

RULE: Final = "LT-TTL-13"
_BETWEEN: Final = re.compile(r"[、，,;；/]|以及|和|及|与|\band\b")


class ScopeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How words of limits are read, and what bans of resale and export mean."""

    unlimited: tuple[str, ...]
    resale: tuple[str, ...]
    stays_home: tuple[str, ...]
    places: dict[str, tuple[str, ...]]
    environments: dict[str, tuple[str, ...]]


WORDS: Final = policy.load("scope-words", ScopeWords, "rights.grants")

Scope = Mapping[str, Any]


def narrowed(grant: Grant, scope: Scope | None, on: date) -> Grant:
    """A title within the limits of its certificate, as they are read on the day that it was issued."""
    if scope is None:
        return grant
    vocabulary, known = words_at(on), WORDS.at(on).body
    territory = _territory(scope, vocabulary, known) or grant.territory
    environments = _environments(scope, vocabulary, known) or grant.environments
    purposes = tuple(scope.get("purposes") or ()) or grant.purposes
    tree = vocabulary.purposes
    return msgspec.structs.replace(
        grant,
        territory=fewest_places(territory),
        environments=vocabulary.environments.covering(vocabulary.environments.mask(tuple(environments))),
        purposes=tree.covering(tree.mask(purposes)),
        depth=min(grant.depth, 1) if scope.get("resale") == "forbidden" else grant.depth,
    )


def outward(grant: Grant, scope: Scope | None, on: date) -> Grant | None:
    """What may be granted out of a title whose data may not be passed on; None where resale is not forbidden.

    The holder itself may provide and license; whoever it licenses may not.
    """
    if scope is None or scope.get("resale") != "forbidden":
        return None
    banned = WORDS.at(on).body.resale
    return msgspec.structs.replace(grant, actions=tuple(action for action in grant.actions if action not in banned))


def faults(scope: Scope, on: date) -> list[FieldError]:
    """Every limit that nobody could be held to: words that are not published and no codes, or codes that are none."""
    vocabulary, known = words_at(on), WORDS.at(on).body
    places = [place(code, vocabulary) for code in scope.get("territory") or ()]
    found = [
        *_unknown("/scope/territory", places, [code for code in places if vocabulary.is_place(code)]),
        *_unknown("/scope/environments", scope.get("environments") or (), vocabulary.environments.bits),
        *_unknown("/scope/purposes", scope.get("purposes") or (), vocabulary.purposes.bits),
    ]
    region, environment = str(scope.get("region") or ""), str(scope.get("environment") or "")
    if region.strip() and not scope.get("territory") and _places(region, vocabulary, known) is None:
        found.append(_unread("/scope/region", "territory", [word for many in known.places.values() for word in many]))
    if environment.strip() and not scope.get("environments") and _rooms(environment, vocabulary, known) is None:
        listed = [word for many in known.environments.values() for word in many]
        found.append(_unread("/scope/environment", "environments", listed))
    if not found and _territory(scope, vocabulary, known) == () and region.strip():
        text = Text("使用地域全部在境外，而不得出境", "The region is abroad, and the data may not be taken there")
        found.append(FieldError("/scope/export", text, RULE))
    return found


def _unknown(pointer: str, codes: Iterable[str], known: Iterable[str]) -> list[FieldError]:
    text = Text("该代码未公布", "This code is not published")
    return [FieldError(f"{pointer}/{at}", text, RULE) for at, code in enumerate(codes) if code not in known]


def _unread(pointer: str, codes: str, listed: list[str]) -> FieldError:
    some = "、".join(listed[:12])
    return FieldError(
        pointer,
        Text(
            f"无法读作授权范围：请用“不限”、地名或已公布的词语（如 {some}），或在 {codes} 中给出代码",
            f"This cannot be read as a side of the title: use 不限 (no limit), published words ({some}), or give codes"
            f" in {codes}",
        ),
        RULE,
    )


def _territory(scope: Scope, vocabulary: Words, known: ScopeWords) -> tuple[str, ...] | None:
    """The places of the region that the ban on export leaves; None where neither says anything."""
    codes = [place(code, vocabulary) for code in scope.get("territory") or ()]
    places = codes or _places(str(scope.get("region") or ""), vocabulary, known)
    if scope.get("export") not in known.stays_home:
        return None if places is None else tuple(places)
    if places is None:
        return (CHINA,)
    return tuple(
        CHINA if within(CHINA, code) else code for code in places if within(CHINA, code) or within(code, CHINA)
    )


def _environments(scope: Scope, vocabulary: Words, known: ScopeWords) -> tuple[str, ...] | None:
    codes = scope.get("environments")
    return tuple(codes) if codes else _rooms(str(scope.get("environment") or ""), vocabulary, known)


def _places(text: str, vocabulary: Words, known: ScopeWords) -> tuple[str, ...] | None:
    """The places that a text names, if it names nothing else."""
    names = {**vocabulary.place_names, **{word: code for code, many in known.places.items() for word in many}}
    return _read(text, known, names, WORLD)


def _rooms(text: str, vocabulary: Words, known: ScopeWords) -> tuple[str, ...] | None:
    words = {word: code for code, many in known.environments.items() for word in many}
    names = {**vocabulary.environment_names, **words}
    return _read(text, known, names, vocabulary.environments.top)


def _read(text: str, known: ScopeWords, names: Mapping[str, str], everything: str) -> tuple[str, ...] | None:
    """Codes of all pieces of a text, or None when one of them is no published word."""
    by_word = {_folded(word): code for word, code in names.items()} | {_folded(w): everything for w in known.unlimited}
    whole = by_word.get(_folded(text))
    if whole is not None:
        return (whole,)
    pieces = [by_word.get(_folded(piece)) for piece in _BETWEEN.split(text) if piece.strip()]
    codes = tuple(code for code in pieces if code is not None)
    return codes if pieces and len(codes) == len(pieces) else None


def _folded(text: str) -> str:
    return "".join(text.split()).strip("。.").casefold()
