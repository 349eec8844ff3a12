"""The table of changes: read, and refused where it promises what may not be promised; pure."""

import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Final

import msgspec
from msgspec import Meta

NOTICE: Final = timedelta(days=180)
"""So long at least goes on what is deprecated."""

Name = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9_]*|[A-Z][A-Za-z0-9]*\.[A-Za-z0-9_]+)$(?!\n)")]
Moment = Annotated[datetime, Meta(tz=True)]


class ApiChangeKind(StrEnum):
    """What became of the API."""

    ADDED = "added"
    CHANGED = "changed"
    DEPRECATED = "deprecated"
    REMOVED = "removed"


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry: of which operations, and of which members of bodies, by `Schema.member`."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{2,59}$(?!\n)")]
    on: date
    kind: ApiChangeKind
    zh: Annotated[str, Meta(min_length=1)]
    en: Annotated[str, Meta(min_length=1)]
    operations: tuple[Name, ...] = ()
    members: tuple[Name, ...] = ()
    successor: Name | None = None
    deprecated_at: Moment | None = None
    sunset_at: Moment | None = None

    @property
    def names(self) -> frozenset[str]:
        """Everything that it is about."""
        return frozenset((*self.operations, *self.members))


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    change: tuple[Change, ...]


def read(text: str) -> tuple[Change, ...]:
    """The table from its text; raises ValueError with everything that is wrong with it."""
    changes = msgspec.convert(tomllib.loads(text), _Table).change
    if wrong := list(faults(changes)):
        raise ValueError("; ".join(wrong))
    return changes


@cache
def table() -> tuple[Change, ...]:
    """The table of this release; the product does not start where it is faulty."""
    return read(files("centre.publications.changelog").joinpath("changes.toml").read_text(encoding="utf-8"))


def faults(changes: Sequence[Change]) -> Iterator[str]:
    """What is wrong with a table: its order, its moments, and what is removed without having been deprecated."""
    ids = [each.id for each in changes]
    yield from (f"{name}: the id stands twice" for name in sorted({each for each in ids if ids.count(each) > 1}))
    if [each.on for each in changes] != sorted((each.on for each in changes), reverse=True):
        yield "the newest change comes first"
    for each in changes:
        yield from _faults(each, changes)


def _faults(change: Change, changes: Sequence[Change]) -> Iterator[str]:
    since, until = change.deprecated_at, change.sunset_at
    if change.kind is not ApiChangeKind.DEPRECATED:
        if since or until:
            yield f"{change.id}: only what is deprecated has deprecated_at and sunset_at"
    elif since is None or until is None:
        yield f"{change.id}: what is deprecated has deprecated_at and sunset_at"
    elif until < since:
        yield f"{change.id}: the sunset comes before the deprecation"
    elif until - since < NOTICE:
        yield f"{change.id}: {NOTICE.days} days at least lie between deprecation and sunset"
    if change.kind in (ApiChangeKind.DEPRECATED, ApiChangeKind.REMOVED) and not change.names:
        yield f"{change.id}: says neither an operation nor a member"
    if change.kind is ApiChangeKind.REMOVED:
        over = {name for each in changes if _is_over(each, change.on) for name in each.names}
        yield from (
            f"{change.id}: {name} was not deprecated, or not long enough" for name in sorted(change.names - over)
        )


def _is_over(change: Change, on: date) -> bool:
    return change.sunset_at is not None and change.sunset_at.astimezone(UTC).date() <= on


def deprecated(changes: Sequence[Change]) -> dict[str, Change]:
    """What is deprecated and still there, by its name, with the entry that says so."""
    removed = {name for each in changes if each.kind is ApiChangeKind.REMOVED for name in each.names}
    return {
        name: each
        for each in reversed(changes)
        if each.kind is ApiChangeKind.DEPRECATED
        for name in each.names
        if name not in removed
    }


def headers(change: Change, page: str) -> list[tuple[str, str]]:
    """The headers of what is deprecated: RFC 9745, RFC 8594, and links to the entry at the address of the page."""
    assert change.deprecated_at is not None
    assert change.sunset_at is not None
    sunset = format_datetime(change.sunset_at.astimezone(UTC), usegmt=True)
    at = f"<{page}#{change.id}>"
    return [
        ("Deprecation", f"@{int(change.deprecated_at.timestamp())}"),
        ("Sunset", sunset),
        ("Link", f'{at}; rel="deprecation"; type="text/html", {at}; rel="sunset"; type="text/html"'),
    ]
