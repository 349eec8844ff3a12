"""Reading the counts: the sets as they were last counted in, and one by one what changed since."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Engine, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.identity.models import Party
from kernel.text import Text
from market.catalogue.facets.counting.sets import Places
from market.catalogue.facets.counting.shelf import Counts, Row, Shelf, count
from market.catalogue.facets.placing import placed
from market.catalogue.facets.schemas import FacetsView, FacetValue, FacetView
from market.listings.finding import pages
from market.listings.finding.facets import FACETS, FINDING, OPEN, Finding, closed
from market.listings.finding.query import ListingQuery

_SHELVES: Final[WeakKeyDictionary[Any, Shelf]] = WeakKeyDictionary()
"""The sets of each database as this process read them last; what is newer is read at every question."""

IN_THREAD_BYTES: Final = 1 << 16
"""Sets longer than this are counted beside the event loop."""

_PENDING: Final = text(
    """
    SELECT listing_id FROM (
        (SELECT listing_id FROM facet_change ORDER BY id LIMIT :most)
        UNION (SELECT listing_id FROM facet_place WHERE next_at <= :at LIMIT :most)
    ) AS pending LIMIT :most
    """
)
_WAITING: Final = text("SELECT count(*) FROM (SELECT id FROM facet_change ORDER BY id LIMIT :most) AS waiting")
_NEWER: Final = text(
    """
    SELECT c.epoch, c.version, s.facet, s.value, s.chunk, s.places
    FROM facet_count c LEFT JOIN facet_set s ON s.version > CASE WHEN c.epoch = :epoch THEN :version ELSE 0 END
    """
)


@dataclass(frozen=True, slots=True)
class _Among:
    """The places that words and a price leave: all where both are None."""

    places: Places | None = None
    relaxed: bool = False
    exact: bool = True


async def facets(act: Act, wanted: ListingQuery) -> FacetsView:
    """How many products each value has, under what else is wanted, as the list would show them now."""
    rules = FINDING.at(act.today).body
    pending = list(await act.session.scalars(_PENDING, {"most": rules.pending_max + 1, "at": act.at}))
    # Of one listing many changes may wait: what lies behind the limit is told by their number alone.
    waiting = await act.session.scalar(_WAITING, {"most": rules.pending_max + 1}) or 0
    beside = await placed(act.session, pending[: rules.pending_max], act.at) if pending else []
    among = await _among(act.session, wanted, rules)
    shelf = await _shelf(act.session)
    rows = [Row(each.place, each.values) for each in beside if each.stands]
    asked = (shelf, wanted.chosen)
    given: dict[str, Any] = {"among": among.places, "aside": [each.place for each in beside], "rows": rows}
    if shelf.size_bytes > IN_THREAD_BYTES or not shelf.is_ready:  # The first count of a shelf gathers its sets.
        total, counts = await asyncio.to_thread(count, *asked, **given)
    else:
        total, counts = count(*asked, **given)
    exact = among.exact and max(len(pending), waiting) <= rules.pending_max
    shown = await _shown(act, shelf, counts, wanted, rules, exact=exact)
    return FacetsView(total, exact, among.relaxed, shown, act.at)


async def _shelf(session: AsyncSession) -> Shelf:
    """The sets as they are stored now, of which only what is newer than this process has is read."""
    engine = session.get_bind()
    base = engine if isinstance(engine, Engine) else engine.engine
    shelf = _SHELVES.get(base, Shelf())
    rows = (await session.execute(_NEWER, {"epoch": shelf.epoch, "version": shelf.version})).all()
    if not rows:
        return Shelf()
    if (rows[0].epoch, rows[0].version) != (shelf.epoch, shelf.version):
        changed = [(row.facet, row.value, row.chunk, row.places) for row in rows if row.facet is not None]
        shelf = _SHELVES[base] = shelf.following(rows[0].epoch, rows[0].version, changed)
    return shelf


async def _among(session: AsyncSession, wanted: ListingQuery, rules: Finding) -> _Among:
    if not wanted.words and wanted.price_max is None:
        return _Among()
    asked = wanted.terms
    if wanted.words and asked.is_empty:
        return _Among(np.zeros(0, np.int64))
    relaxed = bool(wanted.words) and asked.can_relax and await pages.few(session, asked)
    values: dict[str, Any] = {"most": rules.hits_max + 1}
    values |= {"asked": asked.any if relaxed else asked.every} if wanted.words else {}
    if wanted.price_max is not None:
        values |= {"most_minor": wanted.price_max.minor, "currency": wanted.price_max.currency}
    if wanted.words:
        await session.execute(_BY_INDEX)
    statement = _HITS[bool(wanted.words), wanted.price_max is not None]
    found = await session.scalar(statement, values) or b""
    places = np.frombuffer(found, ">i4").astype(np.int64)
    return _Among(places[: rules.hits_max], relaxed, len(places) <= rules.hits_max)


def _hits(*, worded: bool, priced: bool) -> str:
    words = " AND search @@ CAST(:asked AS tsquery)" if worded else ""
    price = " AND amount <= :most_minor AND (currency IS NULL OR currency = :currency)" if priced else ""
    return _PLACES.replace(":words", words).replace(":price", price)


# The planner takes the short rows for quick to read, and reads in each of them the text that lies elsewhere.
_BY_INDEX: Final = text("SET LOCAL enable_seqscan = off")
_PLACES: Final = """SELECT string_agg(int4send(place), ''::bytea) FROM (
    SELECT place FROM listing_find WHERE true:words:price LIMIT :most) AS hit"""
_HITS: Final = {
    (worded, priced): text(_hits(worded=worded, priced=priced)) for worded in (False, True) for priced in (False, True)
}


async def _shown(
    act: Act, shelf: Shelf, counts: Counts, wanted: ListingQuery, rules: Finding, *, exact: bool
) -> list[FacetView]:
    """Closed facets whole, in the order of their lists; of open ones what most have, and what was chosen."""
    lists = closed(act.today)
    named = {facet: _most(counts[facet], wanted.chosen.get(facet, ()), rules.open_values_max) for facet in OPEN}
    # Who takes part is told of those alone who sell something: a choice may name anybody.
    sellers = [each for each in named["provider"] if counts["provider"].get(each) or shelf.holds("provider", each)]
    parties = await act.session.execute(select(Party.id, Party.name).where(Party.id.in_(sellers)))
    names = {row.id: row.name for row in parties}
    shown = []
    for facet in FACETS:
        labels: Mapping[str, Text] = (
            {value: Text(names.get(value, value), names.get(value, value)) for value in named[facet]}
            if facet in OPEN
            else lists[facet] | {value: Text(value, value) for value in counts[facet] if value not in lists[facet]}
        )
        chosen = wanted.chosen.get(facet, ())
        values = [
            FacetValue(value, label, counts[facet].get(value, 0), value in chosen) for value, label in labels.items()
        ]
        kept = [each for each in values if each.count or each.chosen or each.value in lists.get(facet, {})]
        shown.append(FacetView(facet, exact, kept))
    return shown


def _most(counts: Mapping[str, int], chosen: tuple[str, ...], most: int) -> list[str]:
    ranked = sorted((value for value in counts if counts[value]), key=lambda value: (-counts[value], value))
    return [*ranked[:most], *(value for value in chosen if value not in ranked[:most])]
