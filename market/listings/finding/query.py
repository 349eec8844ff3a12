"""What somebody looks for: words, facets, a price and an order, with the mark by which its cursors are known."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from kernel.errors import FieldError
from kernel.money import Money
from kernel.text import Text
from kernel.time.clock import day_in_china
from kernel.views.paging import not_ours, read
from market.listings import search
from market.listings.errors import CursorOfAnotherQuery, FilterUnknown
from market.listings.finding.facets import FACETS, FINDING, OPEN, closed

Sort = Literal["relevance", "newest", "price", "score"]

MARK_CHARS: Final = 16
_MARK: Final = re.compile(f"[0-9a-f]{{{MARK_CHARS}}}")


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """A query for products; what is None or empty leaves everything in."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_max: Money | None = None
    sort: Sort = "relevance"
    currency: str = "CNY"

    @property
    def terms(self) -> search.SearchQuery:
        """The words as they are searched for."""
        return search.query(self.words)

    @property
    def narrowed(self) -> bool:
        """Whether anything but words is asked for."""
        return bool(self.chosen) or self.price_max is not None

    @property
    def mark(self) -> str:
        """What a cursor bears of its query: another query's cursor leads nowhere."""
        highest = None if self.price_max is None else str(self.price_max.minor)
        body = [self.words, sorted(self.chosen.items()), highest, self.sort, self.currency]
        return hashlib.sha256(msgspec.json.encode(body)).hexdigest()[:MARK_CHARS]

    def values(self, at: datetime) -> dict[str, Any]:
        """What the narrowing statement is told."""
        if not self.narrowed:
            return {}
        highest = self.price_max
        return {
            **{name: list(self.chosen[name]) if name in self.chosen else None for name in FACETS},
            **moment(at),
            "most_minor": None if highest is None else highest.minor,
            "currency": self.currency,
        }


ANYTHING: Final = ListingQuery()


def moment(at: datetime) -> dict[str, Any]:
    """What the readings of facets go by."""
    day = day_in_china(at)
    return {"at": at, "day": day, "steps": list(FINDING.at(day).body.freshness_days)}


def chosen_of(asked: Mapping[str, Sequence[str] | None], at: datetime) -> dict[str, tuple[str, ...]]:
    """The facets that were asked for; raises FilterUnknown naming every value that is on no list, with the list."""
    lists = closed(day_in_china(at))
    chosen = {name: tuple(sorted(set(values))) for name, values in asked.items() if values}
    faults = [
        _fault(f"/query/{name}", value, list(lists[name]))
        for name, values in chosen.items()
        if name not in OPEN
        for value in values
        if value not in lists[name]
    ]
    if faults:
        raise FilterUnknown(errors=faults, count=len(faults))
    return chosen


def _fault(pointer: str, value: str, allowed: Sequence[str]) -> FieldError:
    shown = ", ".join(allowed)
    text = Text(f"没有取值“{value[:40]}”；可用：{shown}", f"There is no value {value[:40]!r}; known are {shown}")
    return FieldError(pointer, text, FilterUnknown.rule)


def position(cursor: str | None, wanted: ListingQuery, parts: int) -> tuple[str, ...] | None:
    """Where a page begins; raises InvalidInput for no cursor of ours and CursorOfAnotherQuery for another query's."""
    if cursor is None:
        return None
    mark, *rest = read(cursor)
    if not _MARK.fullmatch(mark):
        raise not_ours()
    if mark == wanted.mark and len(rest) == parts:
        return tuple(rest)
    text = Text("该游标属于另一个检索：请从第一页重新开始", "The cursor is another query's: start from the first page")
    raise CursorOfAnotherQuery(errors=[FieldError("/query/cursor", text, CursorOfAnotherQuery.rule)])
