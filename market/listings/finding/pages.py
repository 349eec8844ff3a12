"""Pages of products that may be sold on a day: by words, best first, or in another order, narrowed by facets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.views.paging import decode, encode
from market.listings import search
from market.listings.finding import statements
from market.listings.finding.query import ListingQuery, position


@dataclass(frozen=True, slots=True)
class Hits:
    """The ids of one page, the cursor of the next, and how the words were taken."""

    ids: list[str]
    following: str | None = None
    relaxed: bool = False
    capped: bool = False


async def hits(act: Act, wanted: ListingQuery, limit: int, cursor: str | None) -> Hits:
    """One page of what is wanted; raises CursorOfAnotherQuery."""
    if not wanted.words.strip():
        return await _sorted(act, wanted, limit, cursor, None)
    asked = wanted.terms
    if asked.is_empty:
        return Hits([])
    if wanted.sort != "relevance":
        return await _sorted(act, wanted, limit, cursor, asked)
    return await _best(act, wanted, limit, cursor, asked)


async def _sorted(
    act: Act, wanted: ListingQuery, limit: int, cursor: str | None, asked: search.SearchQuery | None
) -> Hits:
    """Without relevance: every hit, or every product, in the order of a number."""
    sort = "newest" if wanted.sort == "relevance" else wanted.sort
    order = "price-CNY" if sort == "price" and wanted.currency == "CNY" else sort
    after = position(cursor, wanted, 3)
    relaxed, key, last = ("", "-1000000000", statements.PAST_ALL) if after is None else after
    if asked is not None and after is None and asked.can_relax and await few(act.session, asked):
        relaxed = _ANY
    values = {"day": act.today, "limit": limit + 1, "after_id": last, **wanted.values(act.at)}
    values |= {} if sort == "newest" else {"after_key": _number(key)}
    values |= {"currency": wanted.currency} if order == "price" else {}
    values |= {} if asked is None else {"asked": asked.any if relaxed else asked.every}
    statement = statements.SORTED[order, asked is not None][wanted.narrowed]
    rows = (await act.session.execute(statement, values)).all()
    following = (
        encode(wanted.mark, relaxed, str(rows[limit - 1].key), rows[limit - 1].id) if len(rows) > limit else None
    )
    return Hits([row.id for row in rows[:limit]], following, bool(relaxed))


_ANY: Final = "any"


def _number(key: str) -> int:
    """A cursor that somebody has tampered with points somewhere else, and harms nobody."""
    digits = key.removeprefix("-")
    number = int(key) if digits.isascii() and digits.isdigit() and len(key) < 21 else 0
    return max(-(2**63), min(number, 2**63 - 1))


async def newest(session: AsyncSession, limit: int, cursor: str | None, on: date) -> tuple[list[str], str | None]:
    """The ids of products that may be sold on a day, and the cursor of what follows.

    Ids sort by time, so the newest id is the newest product.
    """
    after = decode(cursor, 1)
    values = {"after_id": after[0] if after is not None else statements.PAST_ALL, "day": on, "limit": limit + 1}
    listed = [row.id for row in await session.execute(statements.NEWEST[False], values)]
    return listed[:limit], encode(listed[limit - 1]) if len(listed) > limit else None


async def _best(act: Act, wanted: ListingQuery, limit: int, cursor: str | None, asked: search.SearchQuery) -> Hits:
    """A page behind the first keeps the first page's choice between every word and any word."""
    after = position(cursor, wanted, 4)
    relaxed = after is not None and after[0] == _ANY
    place = statements.FIRST if after is None else _place(after)
    most = {"most": search.CANDIDATES_MAX, "most_body": search.BODY_CANDIDATES_MAX}
    ranking = {**most, "limit": limit + 1, "day": act.today, **place, **wanted.values(act.at)}
    rows = await _ranked(act.session, asked, ranking, relaxed=relaxed, narrowed=wanted.narrowed)
    if after is None and asked.can_relax and await _few(act.session, asked, rows, narrowed=wanted.narrowed):
        relaxed, rows = True, await _ranked(act.session, asked, ranking, relaxed=True, narrowed=wanted.narrowed)
    return Hits([row.id for row in rows[:limit]], _next(wanted, rows, limit, relaxed), relaxed, _capped(rows))


def _capped(rows: Sequence[Row[Any]]) -> bool:
    return bool(rows) and bool(rows[0].capped)


async def _ranked(
    session: AsyncSession, asked: search.SearchQuery, ranking: dict[str, Any], *, relaxed: bool, narrowed: bool
) -> Sequence[Row[Any]]:
    """What holds every word, or, relaxed, any; best first."""
    if relaxed:
        terms, statement = {"every": asked.every, "asked": asked.any, "title": asked.any_in_title}, statements.RANK_ANY
    else:
        terms, statement = {"asked": asked.every, "title": asked.every_in_title}, statements.RANK_EVERY
    return (await session.execute(statement[narrowed], {**terms, **ranking})).all()


def _next(wanted: ListingQuery, rows: Sequence[Row[Any]], limit: int, relaxed: bool) -> str | None:
    if len(rows) <= limit:
        return None
    last, kind = rows[limit - 1], _ANY if relaxed else "every"
    return encode(wanted.mark, kind, "1" if last.every else "0", repr(float(last.rank)), last.id)


def _place(after: tuple[str, ...]) -> dict[str, object]:
    """A cursor that somebody has tampered with points somewhere else, and harms nobody."""
    try:
        rank = float(after[2])
    except ValueError:
        rank = 0.0
    return {"after_every": after[1] == "1", "after_rank": rank, "after_id": after[3]}


async def _few(session: AsyncSession, asked: search.SearchQuery, rows: Sequence[Row[Any]], *, narrowed: bool) -> bool:
    """Whether few hold every word, whatever else is asked: the ranking has counted them, unless it was narrowed."""
    if rows and (not narrowed or rows[0].found >= search.FEW_HITS):
        return bool(rows[0].found < search.FEW_HITS)
    return await few(session, asked)


async def few(session: AsyncSession, asked: search.SearchQuery) -> bool:
    """Whether so few products hold every word that any of them will do."""
    return bool((await session.scalar(statements.COUNT, {"asked": asked.every}) or 0) < search.FEW_HITS)
