"""What codes of the national standards are called: industries by GB/T 4754, provinces by GB/T 2260."""

import re
from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy
from kernel.text import Text


class Industry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A section (one letter) or a division (its letter and two digits)."""

    code: Annotated[str, Meta(pattern=r"^[A-T]([0-9]{2})?$(?!\n)")]
    zh: str
    en: str


class Industries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sections and divisions."""

    industries: tuple[Industry, ...]


INDUSTRIES: Final = policy.load("industries", Industries, "rights.assets")


def industry_name(code: str, on: date) -> Text | None:
    """What an industry is called, its section first; None for a code that the standard does not have."""
    named = {each.code: each for each in INDUSTRIES.at(on).body.industries}
    found, section = named.get(code), named.get(code[:1])
    if found is None or section is None:
        return None
    if found is section or found.zh == section.zh:
        return Text(found.zh, found.en)
    return Text(f"{section.zh}（{found.zh}）", f"{section.en} ({found.en})")


def industries_of(section: str, on: date) -> list[str]:
    """The codes that may stand for a section, or the sections where the letter is none."""
    codes = [each.code for each in INDUSTRIES.at(on).body.industries]
    return [code for code in codes if code.startswith(section)] or [code for code in codes if len(code) == 1]


_DIGITS: Final = re.compile(r"(?:CN-)?([1-9][0-9](?:[0-9]{2}){0,2})")


def province_digits(region: str) -> str | None:
    """The two digits of the province where a region is written as a code of GB/T 2260; None where it is in words."""
    found = _DIGITS.fullmatch(region.strip())
    return found[1][:2] if found else None
