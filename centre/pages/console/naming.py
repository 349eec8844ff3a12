"""What people call the fields and the values of the API, in both languages."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from centre.lists import machines
from centre.pages.console.shapes import Shape
from kernel.text import Text, noun

LABEL_ENDS: Final = re.compile("[：:；;，,。（(]")
"""A label is what a description begins with; the rest is its hint."""
WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
"""A code that is made of words has a name in both languages; a number, a version or a sign stands for itself."""
DOTTED: Final = re.compile(r"[a-z_-]+(?:\.[a-z_-]+){1,2}")
"""A kind of event, or of things on the desk: market.order.paid, market.order."""
PERMISSION: Final = re.compile(r"[a-z_-]+(?::[a-z_-]+){2}")
CODED: Final = frozenset(
    {
        "action",
        "actions",
        "allowed_actions",
        "environments",
        "ground",
        "grounds",
        "kind",
        "kinds",
        "level",
        "method",
        "outcome",
        "permissions",
        "purpose",
        "purposes",
        "reason",
        "role",
        "roles",
        "side",
        "stage",
        "standing",
        "state",
        "status",
        "territory",
        "type",
        "verdict",
    }
)
"""Fields that hold codes though the description has no list of them; any other may hold what a party wrote."""


def label(name: str, shape: Shape) -> Text:
    """What a field is called: the first words of its description in Chinese, its own name in English."""
    bare = name.removesuffix("_zh").removesuffix("_en").removesuffix("_at").removesuffix("_id") or name
    plain = bare[:1].upper() + bare[1:].replace("_", " ")
    plain += {"_zh": " in Chinese", "_en": " in English"}.get(name[-3:], "")
    return Text(LABEL_ENDS.split(shape.words.zh, maxsplit=1)[0] or plain, plain)


def hint(name: str, shape: Shape) -> Text:
    """What more its description says than its label does."""
    chinese, english, called = shape.words.zh, shape.words.en, label(name, shape)
    repeats = english.removeprefix("the ").removeprefix("its ").casefold() == called.en.casefold()
    return Text(chinese if chinese != called.zh else "", "" if repeats else english[:1].upper() + english[1:])


def value(code: str, of: str = "") -> Text:
    """What a value of a closed list is called; a code that has no other name stands for itself.

    `of` is the name of the shape whose value it is: one code may mean two things.
    """
    return _name(code, of) or Text(code, code.replace("_", " ").replace("-", " ") if WORD.fullmatch(code) else code)


def is_named(code: str, of: str) -> bool:
    """Whether a text is a code that has a name in both languages: its field holds codes, and it is one of them."""
    return of.rpartition(".")[2] in CODED and _name(code, of) is not None


@cache
def values() -> dict[str, list[str]]:
    """The names, by the code alone, with its field (`roles.buyer`), or with its type (`OrderState.accepted`)."""
    text = files("centre.pages.console").joinpath("values.toml").read_text(encoding="utf-8")
    named: dict[str, list[str]] = tomllib.loads(text)["values"]
    return named


def key(code: str, of: str = "") -> str:
    """Under which of its keys a code is named; empty where it is not."""
    keys = (f"{of}.{code}", f"{of.rpartition('.')[2]}.{code}", code)
    return next((each for each in keys if each in values()), "")


def _name(code: str, of: str) -> Text | None:
    if place := key(code, of):
        return Text(*values()[place])
    if DOTTED.fullmatch(code):
        whole = code.split(".")
        subject = ".".join(whole[:2])
        return _of(key(subject), subject, whole[2] if whole[2:] else "", _states().get(subject, ""))
    if PERMISSION.fullmatch(code):
        slice_, subject, action = code.split(":")
        return _of(key(f"{slice_}.{subject}"), subject, action, "permissions")
    return None


def _of(place: str, subject: str, said: str, of: str) -> Text | None:
    """A thing and what is said of it: “订单：已付款”; nothing where either has no name."""
    thing = Text(*values()[place]) if place else noun(subject)
    if thing.zh == thing.en or (said and not key(said, of)):
        return None
    more = value(said, of) if said else None
    return Text(f"{thing.zh}：{more.zh}", f"{thing.en}: {more.en}") if more else thing


@cache
def _states() -> dict[str, str]:
    """The types of the states that things go through, by the thing: OrderState of market.order."""
    return {each.name: type(each.initial).__name__ for each in machines()}
