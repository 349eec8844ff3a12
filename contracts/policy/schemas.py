"""The licence on the wire and as a typed value, and the words that it may be made of."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Code = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z-]{0,39}$(?!\n)")]
Codes = Annotated[list[Code], Meta(min_length=1, max_length=20)]


class LicenceTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider offers with a listing; a term that is not here cannot be offered."""

    actions: Codes
    purposes: Codes
    territory: Codes
    term_days: Annotated[int, Meta(ge=1, le=36_500, description="自结算之日起的许可天数 · days from settlement")]
    recipients: Literal["buyer"] = "buyer"
    delegation_depth: Annotated[int, Meta(ge=0, le=0)] = 0


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


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every word of a licence."""

    term_days_max: int
    action: tuple[Action, ...]
    purpose: tuple[Word, ...]
    territory: tuple[Word, ...]

    def __post_init__(self) -> None:
        codes = {action.code for action in self.action}
        if any(need not in codes for action in self.action for need in action.needs):
            raise ValueError("an action needs an action that is not in the vocabulary")
