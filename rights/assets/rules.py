"""Pure rules of assets: what a description may hold, and the digest that stands for a content."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from rights.assets.codes import industries_of, industry_name
from rights.terms import SourceKind


class AssetForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the describing fields may be."""

    name_chars_max: int
    overview_chars_max: int


FORM: Final = policy.load("asset-form", AssetForm, "rights.assets")


def description_faults(
    name: str, overview: str, covers_from: date | None, covers_until: date | None, form: AssetForm
) -> list[FieldError]:
    """Every fault of a description at once."""
    faults = [
        *_text_faults("/name", name, form.name_chars_max, "LT-RGT-01"),
        *_text_faults("/overview", overview, form.overview_chars_max, "LT-RGT-01"),
    ]
    if covers_from is not None and covers_until is not None and covers_until < covers_from:
        text = Text("数据时间范围的止期早于起期", "The time range ends before it begins")
        faults.append(FieldError("/covers_until", text))
    return faults


def industry_faults(code: str, on: date) -> list[FieldError]:
    """An industry is one that GB/T 4754 has; those that may be meant are named."""
    if industry_name(code, on) is not None:
        return []
    allowed = industries_of(code[:1], on)
    text = Text(
        f"GB/T 4754 没有行业代码 {code}；可用：{'、'.join(allowed)}",
        f"GB/T 4754 has no industry {code}; use one of {', '.join(allowed)}",
    )
    return [FieldError("/industry", text, "LT-RGT-01")]


DUTY_BODIES: Final = frozenset({"government", "institution"})
"""Parties whose own generated data comes of public duties and services, whatever they declare (PUBREG art. 2)."""


def public_basis(party_kind: str, source_kind: str, declared: bool) -> str | None:
    """Why data counts as public data (公共数据): its holder's duties, or else what the provider declares."""
    if party_kind in DUTY_BODIES and source_kind == SourceKind.GENERATED:
        return "holder-duties"
    return "declared" if declared else None


def _text_faults(pointer: str, value: str, chars_max: int, rule: str) -> list[FieldError]:
    if not value.strip():
        return [FieldError(pointer, Text("不得为空", "This must not be empty"), rule)]
    faults = []
    if len(value) > chars_max:
        text = Text(
            f"共 {len(value)} 个字符，上限为 {chars_max} 个",
            f"It has {len(value)} characters; at most {chars_max} are allowed",
        )
        faults.append(FieldError(pointer, text, rule))
    if any(unicodedata.category(character) == "Cc" and character != "\n" for character in value):
        faults.append(FieldError(pointer, Text("不得含控制字符", "Control characters are not allowed"), rule))
    return faults


def content_digest(file_sha256s: Sequence[str]) -> str:
    """The digest of a content: over the sorted digests of its files, so neither names nor their order matter."""
    return canonical.digest(sorted(file_sha256s))


def name_faults(names: Sequence[str]) -> list[FieldError]:
    """File names are unique inside a revision, whatever their case: a delivery puts them side by side."""
    seen: set[str] = set()
    faults = []
    for position, name in enumerate(names):
        folded = name.casefold()
        if folded in seen:
            text = Text(f"文件名重复：{name}", f"This file name is there already: {name}")
            faults.append(FieldError(f"/files/{position}", text, "LT-RGT-02"))
        seen.add(folded)
    return faults
