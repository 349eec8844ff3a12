"""The policies of title: who may promise a field alone, what making data from data needs, and kinds of remarks."""

from enum import StrEnum
from functools import cache
from typing import Literal

import msgspec

from kernel.rules import policy
from kernel.rules.policy import PolicySet
from rights.grants.box import Dimension
from rights.terms import Right


class RightsAct(StrEnum):
    """What is wished: to use what one holds, or to dispose of it."""

    EXERCISE = "exercise"
    GRANT = "grant"
    TRANSFER = "transfer"
    SECURE = "secure"


class LineageKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way of making data from data: the actions it needs upstream for each right, and the sides that carry over."""

    code: str
    zh: str
    en: str
    narrows: tuple[Dimension, ...]
    needs: dict[Right, tuple[str, ...]]


class TitlePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Roots and lineage."""

    exclusive_bases: tuple[str, ...]
    lineage: tuple[LineageKind, ...]


class RemarkKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of remark and what it blocks."""

    code: str
    zh: str
    en: str
    blocks: tuple[RightsAct, ...]
    condition: Literal["refused", "allowed", "required"]
    beneficiary: bool
    ranked: bool
    basis: str


class RemarksPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every kind of remark."""

    remark: tuple[RemarkKind, ...]


@cache
def titles() -> PolicySet[TitlePolicy]:
    """All versions of the title policy."""
    return policy.load("title", TitlePolicy, "rights.title")


@cache
def remarks() -> PolicySet[RemarksPolicy]:
    """All versions of the remarks policy."""
    return policy.load("remarks", RemarksPolicy, "rights.title")
