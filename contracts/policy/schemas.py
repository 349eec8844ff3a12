"""The licence on the wire and as a typed value, and the words that it may be made of."""

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.policy.marks import TABLES_MAX, TableMarks
from rights.grants.box import Exclusivity
from rights.grants.schemas import Volume

Code = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z-]{0,39}$(?!\n)")]
Updates = Literal["none", "included"]
"""Whether the licence reaches the revisions that enter the register within its term, or the one that was ordered."""
Codes = Annotated[list[Code], Meta(min_length=1, max_length=20)]


class LicenceTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider offers with a listing; a term that is not here cannot be offered."""

    actions: Codes
    purposes: Codes
    territory: Codes
    term_days: Annotated[int, Meta(ge=1, le=36_500, description="自结算之日起的许可天数 · days from settlement")]
    recipients: Literal["buyer"] = "buyer"
    delegation_depth: Annotated[
        int, Meta(ge=0, le=8, description="可再许可的层数，须许可 license · how often it may be passed on")
    ] = 0
    environments: Annotated[Codes, Meta(description="使用环境 · where it may be used")] = msgspec.field(
        default_factory=lambda: ["any"]
    )
    exclusivity: Annotated[Exclusivity, Meta(description="独占、排他或普通 · exclusive, sole or ordinary")] = (
        Exclusivity.ORDINARY
    )
    rows_max: Volume | None = None
    calls_max: Volume | None = None
    updates: Annotated[
        Updates,
        Meta(
            description="许可期内的更新：不含，或随登记的更新提供 · later revisions in the term: none, or each of them"
        ),
    ] = "none"
    marks: Annotated[
        list[TableMarks],
        Meta(
            max_length=TABLES_MAX,
            description="副本标记：交付给买方的副本中哪些列至多相差多少 · marks in a buyer's copies: columns and steps",
        ),
    ] = []


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A licence as a box: every dimension is bounded, and whatever lies outside is refused.

    The five controllable factors (可控五要素): time, place, subject and action are here, the object in the agreement.
    """

    vocabulary: str
    actions: tuple[str, ...]
    purposes: tuple[str, ...]
    territory: tuple[str, ...]
    term_days: int
    recipients: Literal["buyer"] = "buyer"
    delegation_depth: int = 0
    environments: tuple[str, ...] = ("any",)
    exclusivity: Exclusivity = Exclusivity.ORDINARY
    rows_max: int | None = None
    calls_max: int | None = None
    updates: Updates = "none"


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something a licence may permit, its ODRL terms, and the actions without which it makes no sense."""

    code: str
    zh: str
    en: str
    odrl: tuple[str, ...]
    needs: tuple[str, ...]
    of_derived: bool = False


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A purpose or a territory."""

    code: str
    zh: str
    en: str


class Environment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where data may be used: a word covers those within it."""

    code: str
    zh: str
    en: str
    within: str | None = None


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every word of a licence, and how long after it took effect an agreement may wait for its settlement."""

    term_days_max: int
    performance_days_max: int
    action: tuple[Action, ...]
    purpose: tuple[Word, ...]
    territory: tuple[Word, ...]
    environment: tuple[Environment, ...]

    def __post_init__(self) -> None:
        codes = {action.code for action in self.action}
        if any(need not in codes for action in self.action for need in action.needs):
            raise ValueError("an action needs an action that is not in the vocabulary")

    def covered(self, environments: Iterable[str]) -> frozenset[str]:
        """The environments and all within them; the words are listed from the outside in."""
        covered = set(environments)
        for word in self.environment:
            if word.within in covered:
                covered.add(word.code)
        return frozenset(covered)
