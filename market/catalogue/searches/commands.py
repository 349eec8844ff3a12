"""Keeping a search and giving it up; noting what fits, and telling of it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Text as SqlText
from sqlalchemy import cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import TSQUERY

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import find_locked, lock_name
from kernel.errors import FieldError, InvalidInput
from kernel.log.record import record
from kernel.money import Money
from kernel.text import Text
from kernel.views.audience import own_party
from market.catalogue.searches import matching, queries
from market.catalogue.searches.errors import SavedSearchesTooMany
from market.catalogue.searches.models import SavedSearch, SearchHit
from market.catalogue.searches.rules import RULES, HitReason, Notify, first_telling, next_telling
from market.catalogue.searches.schemas import SavedSearchView, SaveSearch, SearchQueryBody
from market.listings import search
from market.listings.finding.facets import FACETS
from market.listings.finding.query import chosen_of

MATCHED: Final = "market.saved_search.matched"


async def save(act: Act, data: SaveSearch) -> SavedSearchView:
    """Keep a search; raises FilterUnknown for values of no list, and SavedSearchesTooMany."""
    party, table = own_party(act.actor), RULES.at(act.today).body
    chosen = chosen_of({name: getattr(data.query, name) for name in FACETS}, act.at)
    every = _every(data.query)
    most = None if data.query.price_max is None else Money.of(data.query.price_max, "/query/price_max")
    await lock_name(act.session, "saved-searches", party)
    kept = select(func.count()).where(SavedSearch.party_id == party)
    if int(await act.session.scalar(kept) or 0) >= table.searches_max:
        raise SavedSearchesTooMany(limit=table.searches_max)
    row = SavedSearch(
        id=ids.new("svs"),
        party_id=party,
        name=data.name,
        words=data.query.words.strip(),
        every=None if every is None else cast(literal(every, SqlText), TSQUERY),
        **{name: list(chosen[name]) if name in chosen else None for name in FACETS},
        most_minor=None if most is None else most.minor,
        currency=None if most is None else most.currency,
        score_min=data.query.score,
        notify=str(data.notify),
        tell_at=first_telling(data.notify, act.at, table),
        created_at=act.at,
    )
    act.session.add(row)
    return queries.view(row)


def _every(query: SearchQueryBody) -> str | None:
    if not query.words.strip():
        return None
    asked = search.query(query.words)
    if asked.is_empty:
        text = Text("没有可检索的词：请填写文字，或留空", "There is no word in it: write one, or leave it empty")
        raise InvalidInput(errors=[FieldError("/query/words", text)])
    return asked.every


async def remove(act: Act, search_id: str) -> None:
    """Give a search up, with the list of what fitted it; raises NotFound."""
    await act.session.delete(await queries.own(act, search_id))


async def note(act: Act, news: Sequence[tuple[str, str]]) -> None:
    """Note products with the searches that they fit, and tell at once those who want to hear at once."""
    if await act.session.scalar(select(SavedSearch.id).limit(1)) is None:
        return
    there = await matching.on_shelf(act.session, [listing_id for listing_id, _ in news], act.at)
    fitted: set[str] = set()
    for listing_id, reason in news:
        if listing_id in there:
            fitted.update(await matching.match(act.session, there[listing_id], HitReason(reason), act.at))
    instant = select(SavedSearch).where(SavedSearch.id.in_(sorted(fitted)), SavedSearch.notify == Notify.INSTANT)
    for row in await act.session.scalars(instant.order_by(SavedSearch.id).with_for_update(key_share=True)):
        await _tell(act, row)


async def tell_daily(act: Act, search_id: str) -> None:
    """Tell of what gathered, and wait another day."""
    query = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.tell_at <= act.at)
    row = await find_locked(act.session, query)
    if row is None or row.tell_at is None:
        return
    await _tell(act, row)
    row.tell_at = next_telling(row.tell_at, act.at, RULES.at(act.today).body)


async def _tell(act: Act, row: SavedSearch) -> None:
    """Tell a party of what fitted and was not told yet; what cannot be seen any more is left out for good."""
    untold = (
        update(SearchHit)
        .where(SearchHit.search_id == row.id, SearchHit.told.is_(False))
        .values(told=True)
        .returning(SearchHit.listing_id, SearchHit.reason)
    )
    hits = sorted((row.listing_id, row.reason) for row in await act.session.execute(untold))
    there = await matching.on_shelf(act.session, sorted({listing_id for listing_id, _ in hits}), act.at)
    seen: list[dict[str, Any]] = [
        {"listing": listing, "reason": reason} for listing, reason in hits if listing in there
    ]
    if seen:
        facts = {"name": row.name, "count": len(seen), "hits": seen[: RULES.at(act.today).body.named_max]}
        record(act.by(SYSTEM), MATCHED, row.id, parties=[row.party_id], facts=facts)
