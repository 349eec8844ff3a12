"""Pages by cursor: opaque, stable, bounded, and never a silent cut."""

import base64
import binascii
import re
from collections import namedtuple
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from litestar.params import QueryParameter
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from kernel.errors import FieldError, InvalidInput
from kernel.text import Text

LIMIT_MAX: Final = 100
LIMIT_DEFAULT: Final = 50

T = TypeVar("T")
V = TypeVar("V")

Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=LIMIT_MAX, description="每页条数 · items per page")]
Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", max_length=400, description="上一页给出的游标 · cursor of the next page"),
]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page; `next` is the cursor of the following page, or null at the end."""

    items: list[T]
    next: str | None

    def of(self, view: Callable[[T], V]) -> "Page[V]":
        """The same page of something else: each item as `view` shows it."""
        return Page([view(item) for item in self.items], self.next)

    async def awaiting(self, view: Callable[[T], Awaitable[V]]) -> "Page[V]":
        """The same, where showing an item means reading more."""
        return Page([await view(item) for item in self.items], self.next)


def encode(*position: str) -> str:
    """Make an opaque cursor from a position in the order."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode("ascii").rstrip("=")


def decode(cursor: str | None, parts: int) -> tuple[str, ...] | None:
    """Read a cursor; raises InvalidInput for one that we did not make."""
    if cursor is None:
        return None
    position = read(cursor)
    if len(position) != parts:
        raise not_ours()
    return position


def read(cursor: str) -> tuple[str, ...]:
    """The parts of a cursor, at least one; raises InvalidInput for one that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = msgspec.json.decode(raw, type=tuple[str, ...])
    except (binascii.Error, msgspec.MsgspecError, ValueError):
        position = ()
    if not position or any("\x00" in part for part in position):
        raise not_ours()
    return position


def not_ours() -> InvalidInput:
    """The refusal of a cursor that no page gave."""
    text = Text("游标无效：请从第一页重新开始", "The cursor is not ours: start again from the first page")
    return InvalidInput(errors=[FieldError("/query/cursor", text)])


def number_of(cursor: str | None, first: int) -> int:
    """Read a cursor whose position is one whole number, `first` without one; raises InvalidInput."""
    position = decode(cursor, 1)
    if position is None:
        return first
    if not re.fullmatch(r"[0-9]{1,18}", position[0]):
        raise not_ours()
    return int(position[0])


async def fetch(
    session: AsyncSession,
    query: Select[*tuple[Any, ...]],
    *key: InstrumentedAttribute[Any] | ColumnElement[Any],
    limit: int,
    cursor: str | None,
    newest_first: bool = False,
) -> Page[Any]:
    """One page of a query in the order of its key, whose columns together name one row.

    Gives entities where the query selects one thing, rows where it selects several. Raises InvalidInput for a cursor
    that is not ours.
    """
    width = len(query.column_descriptions)
    if (position := decode(cursor, len(key))) is not None:
        values = [
            literal(_typed(part, column.type.python_type), column.type)
            for part, column in zip(position, key, strict=True)
        ]
        before = tuple_(*key) < tuple_(*values) if newest_first else tuple_(*key) > tuple_(*values)
        query = query.where(before)
    query = query.order_by(*(column.desc() if newest_first else column.asc() for column in key))
    rows = (await session.execute(query.add_columns(*key).limit(limit + 1))).all()
    shape = _shape(tuple(str(each["name"]) for each in query.column_descriptions))
    items = [row[0] if width == 1 else shape(*row[:width]) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items, encode(*(str(part) for part in rows[limit - 1][width:])) if more else None)


@cache
def _shape(names: tuple[str, ...]) -> Callable[..., Any]:
    """A row of the query alone, without the key behind it, by place and by name."""
    return namedtuple("Fetched", names, rename=True)


def _typed(part: str, kind: type) -> Any:
    """A cursor's part as the value of its column; raises InvalidInput."""
    try:
        if kind is int:
            return int(part) if re.fullmatch(r"[0-9]{1,18}", part) else _refuse()
        return date.fromisoformat(part) if kind is date else part
    except ValueError:
        return _refuse()


def _refuse() -> Any:
    raise not_ours()
