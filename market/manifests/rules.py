"""What is to be done so that a product is as its manifest says; pure.

Three things are compared: what is wanted, what was carried out last, and what is there. A field that is wanted is set;
one that was carried out and is wanted no longer goes back to its default; any other is left alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from kernel.rules import policy
from market.listings.states import ListingState

Fields = Mapping[str, Any]


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of manifests."""

    prunes_unasked_max: Annotated[int, Meta(ge=0)]


RULES: Final = policy.load("manifests", Numbers, "market.manifests")

DEFAULTS: Final[Fields] = {
    "keywords": [],
    "delivery": "files",
    "price": None,
    "price_kind": "one-off",
    "plan": None,
    "scorecard": None,
    "appraisal": None,
}
"""What a field is when nobody says anything of it; those that are not here are always said."""


class ShelfState(StrEnum):
    """Where a manifest wants its product to stand."""

    DRAFT = "draft"
    LISTED = "listed"
    DELISTED = "delisted"


class Action(StrEnum):
    """What is done about one product."""

    CREATE = "create"
    CHANGE = "change"
    REPLACE = "replace"
    SUBMIT = "submit"
    DELIST = "delist"
    REMEMBER = "remember"
    NOTHING = "nothing"


class Obstacle(StrEnum):
    """Why nothing can be done."""

    AWAITS_REVIEW = "awaits-review"
    NO_WAY_BACK = "no-way-back"
    NEVER_LISTED = "never-listed"


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is not what it was, or is not what it was left as."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What a product is to be, what of it changes, and what of that somebody else has changed since."""

    target: Fields
    changes: tuple[Change, ...]
    drift: tuple[Change, ...]


def merge(wanted: Fields, applied: Fields | None, live: Fields | None) -> Merge:
    """Compare what is wanted with what was carried out last and with what is there, field by field.

    Drift is what was carried out, is something else now, and would be overwritten: what it was, and what it is.
    """
    here = live if live is not None else DEFAULTS
    dropped = {name: DEFAULTS[name] for name in applied or () if name not in wanted and name in DEFAULTS}
    target = {**here, **dropped, **wanted}
    names = sorted({*target, *here})
    changes = tuple(
        Change(name, here.get(name), target.get(name)) for name in names if here.get(name) != target.get(name)
    )
    drift: Iterable[Change] = ()
    if applied is not None and live is not None:
        drift = (
            Change(change.field, applied[change.field], change.before)
            for change in changes
            if change.field in applied and applied[change.field] != change.before
        )
    return Merge(target, changes, tuple(drift))


_ON_SHELF: Final = (ListingState.LISTED, ListingState.SUSPENDED)
_OVER: Final = (ListingState.REJECTED, ListingState.DELISTED)


def decide(
    status: ListingState | None, wanted: ShelfState, *, changed: bool, again: bool, earlier_listed: bool
) -> tuple[Action, Obstacle | None]:
    """What is done about a product in a state, or why nothing can be.

    `changed` says that its description is to be another; `again`, that it is brought back although it ended as it is;
    `earlier_listed`, that the product which it was to replace is on the shelf still.
    """
    if status is None:
        blocked = Obstacle.NEVER_LISTED if wanted is ShelfState.DELISTED else None
        return Action.CREATE, blocked
    if status is ListingState.DRAFT:
        return _of_draft(wanted, changed=changed)
    if status is ListingState.SUBMITTED:
        blocked = Obstacle.AWAITS_REVIEW if changed or wanted is not ShelfState.LISTED else None
        return Action.NOTHING, blocked
    if wanted is ShelfState.DELISTED:
        return (Action.DELIST if status in _ON_SHELF or earlier_listed else Action.NOTHING), None
    if status in _OVER:
        return (Action.REPLACE if changed or again else Action.NOTHING), None
    if wanted is ShelfState.DRAFT:
        return Action.NOTHING, Obstacle.NO_WAY_BACK
    return (Action.REPLACE if changed else Action.NOTHING), None


def _of_draft(wanted: ShelfState, *, changed: bool) -> tuple[Action, Obstacle | None]:
    if wanted is ShelfState.DELISTED:
        return Action.NOTHING, Obstacle.NEVER_LISTED
    if changed:
        return Action.CHANGE, None
    return (Action.SUBMIT if wanted is ShelfState.LISTED else Action.NOTHING), None
