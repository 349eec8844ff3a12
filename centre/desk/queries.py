"""What waits for the caller, and what the caller waits for: one list over all slices, by the day that is due first."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.sql.selectable import CompoundSelect

from centre.desk.declared import WAITING
from centre.desk.schemas import DeskCount, DeskItem, Whom
from centre.desk.waiting import Waiting
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import FieldError, InvalidInput
from kernel.text import Text
from kernel.views.paging import Page, decode, encode

KINDS: Final = tuple(sorted({each.machine.name for each in WAITING}))
COUNTED_MAX: Final = 1_000
"""Beyond so many of one thing nobody counts: the list tells more."""

_MOMENT: Final = TIMESTAMP(timezone=True)
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""What has no day comes last."""

_PARTY: Final = bindparam("party", type_=String)
_Branches = tuple[tuple[int, bool], ...]
"""Places in WAITING, and whether the caller holds the role that acts."""


async def desk(act: Act, whom: Whom, kind: str | None, limit: int, cursor: str | None) -> Page[DeskItem]:
    """A page of what waits for the caller or, for `others`, of what the caller's party waits for."""
    position = decode(cursor, 2)
    branches = _branches(act.actor, whom, _known(kind))
    if not branches:
        return Page([], None)
    after_due, after_id = (_moment(position[0]), position[1]) if position else (datetime.min.replace(tzinfo=UTC), "")
    values = {"party": act.actor.party, "after_due": after_due, "after_id": after_id, "most": limit + 1}
    rows = (await act.session.execute(_list(branches, whom), values)).all()
    items = [_item(row, act.at) for row in rows[:limit]]
    more = len(rows) > limit
    return Page(items, encode(rows[limit - 1].due.isoformat(), rows[limit - 1].id) if more else None)


async def counts(act: Act, whom: Whom) -> list[DeskCount]:
    """How much of each kind is on the desk, and how much of it is late."""
    branches = _branches(act.actor, whom, None)
    if not branches:
        return []
    values = {"party": act.actor.party, "now": act.at}
    totals: dict[str, tuple[int, int, bool]] = {}
    for row in await act.session.execute(_counts(branches, whom), values):
        name = WAITING[row.place].machine.name
        waiting, overdue, at_least = totals.get(name, (0, 0, False))
        capped = row.waiting > COUNTED_MAX
        totals[name] = (waiting + min(row.waiting, COUNTED_MAX), overdue + row.overdue, at_least or capped)
    return [DeskCount(name, *each) for name, each in sorted(totals.items()) if each[0]]


def _known(kind: str | None) -> str | None:
    if kind is None or kind in KINDS:
        return kind
    kinds = ", ".join(KINDS)
    text = Text(f"种类应为以下之一：{kinds}", f"Use one of {kinds}")
    raise InvalidInput(errors=[FieldError("/query/kind", text)])


def _moment(part: str) -> datetime:
    try:
        return datetime.fromisoformat(part).astimezone(UTC)
    except (ValueError, OverflowError):
        text = Text("游标无效：请从第一页重新开始", "The cursor is not ours: start again from the first page")
        raise InvalidInput(errors=[FieldError("/query/cursor", text)]) from None


def _branches(actor: Actor, whom: Whom, kind: str | None) -> _Branches:
    """What may hold something for the caller; decided by its roles alone, so that statements are few and kept."""
    return tuple(
        (place, actor.has(*each.actors))
        for place, each in enumerate(WAITING)
        if kind in (None, each.machine.name) and _reaches(actor, each, whom)
    )


def _reaches(actor: Actor, each: Waiting, whom: Whom) -> bool:
    if whom == "me":
        return actor.has(*each.actors) and (each.mine is None or actor.party is not None)
    return each.known_to is not None and actor.party is not None


def _due(each: Waiting) -> ColumnElement[Any]:
    due = null() if each.due is None else each.due
    return func.coalesce(cast(due, _MOMENT), literal(_NEVER, _MOMENT))


def _waits(each: Waiting, whom: Whom, *, holds_role: bool) -> ColumnElement[bool]:
    """The rows of one declaration that are the caller's to act on, or that its party waits for."""
    conditions = [each.model.status.in_(each.states)]
    if each.when is not None:
        conditions.append(each.when)
    party: Any = _PARTY
    if whom == "me":
        conditions += [each.mine(party)] if each.mine is not None else []
    elif each.known_to is not None:
        conditions.append(each.known_to(party))
        if holds_role and each.mine is not None:
            conditions.append(~func.coalesce(each.mine(party), false()))  # A side that is not there yet is nobody.
    return and_(*conditions)


@lru_cache(maxsize=256)
def _list(branches: _Branches, whom: Whom) -> Select[Any]:
    after = tuple_(bindparam("after_due", type_=_MOMENT), bindparam("after_id", type_=String))
    parts = []
    for place, holds_role in branches:
        each = WAITING[place]
        due = _due(each)
        part = (
            select(
                literal(place).label("place"),
                each.model.id.label("id"),
                cast(each.identity, String).label("about"),
                cast(each.model.status, String).label("status"),
                due.label("due"),
                each.model.status_changed_at.label("since"),
            )
            .where(_waits(each, whom, holds_role=holds_role), tuple_(due, each.model.id) > after)
            .order_by(due, each.model.id)
            .limit(bindparam("most"))
        )
        parts.append(select(part.subquery()))
    whole = union_all(*parts).subquery()
    return select(whole).order_by(whole.c.due, whole.c.id).limit(bindparam("most"))


@lru_cache(maxsize=64)
def _counts(branches: _Branches, whom: Whom) -> CompoundSelect[Any]:
    parts = []
    for place, holds_role in branches:
        each = WAITING[place]
        some = select(_due(each).label("due")).where(_waits(each, whom, holds_role=holds_role)).limit(COUNTED_MAX + 1)
        rows = some.subquery()
        late = func.count(case((rows.c.due < bindparam("now", type_=_MOMENT), 1)))
        parts.append(
            select(literal(place).label("place"), func.count().label("waiting"), late.label("overdue")).select_from(
                rows
            )
        )
    return union_all(*parts)


def _item(row: Any, at: datetime) -> DeskItem:
    each = WAITING[row.place]
    due_at = None if row.due == _NEVER else row.due
    return DeskItem(
        kind=each.machine.name,
        id=row.id,
        path=each.path.replace("{id}", row.about),
        status=row.status,
        title_zh=each.title.zh,
        title_en=each.title.en,
        roles=sorted(each.actors),
        due_at=due_at,
        overdue=due_at is not None and due_at < at,
        since=row.since,
    )
