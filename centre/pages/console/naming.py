"""What people call the fields and the values of the API, in both languages."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from centre.pages.console.shapes import Shape
from kernel.text import Text

LABEL_ENDS: Final = re.compile("[：:；;，,。（(]")
"""A label is what a description begins with; the rest is its hint."""
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")


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


def value(code: str) -> Text:
    """What a value of a closed list is called; a code that has no other name stands for itself."""
    named = _values().get(code)
    if named is not None:
        return Text(*named)
    return Text(code, code.replace("_", " ").replace("-", " ") if _CODE.fullmatch(code) else code)


@cache
def _values() -> dict[str, list[str]]:
    text = files("centre.pages.console").joinpath("values.toml").read_text(encoding="utf-8")
    values: dict[str, list[str]] = tomllib.loads(text)["values"]
    return values


def is_named(code: str) -> bool:
    """Whether a value has a name of its own in both languages."""
    return code in _values()
