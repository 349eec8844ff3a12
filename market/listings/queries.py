"""Finding and showing products."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from contracts.policy.schemas import LicenceTerms
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.identity.models import Party
from kernel.money import Money, MoneyView
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import decode, encode
from kernel.views.projection import shown
from market.listings import search
from market.listings.errors import ListingUnavailable
from market.listings.evidence import figures, masked_columns
from market.listings.models import Listing
from market.listings.schemas import (
    GatesView,
    ListingSummary,
    ListingView,
    ProviderView,
    QualityView,
    SearchPage,
)
from market.listings.states import LISTING, ListingState
from market.reputation import queries as reputation
from market.reputation.schemas import UNRATED, RatingStanding
from valuation.quality.watch.queries import standing
from valuation.testing.queries import badges

AUDIENCE: Final = Audience("listing", (Role.REVIEWER, Role.OPERATOR, Role.REGULATOR))
"""Who may see a product besides its provider while it is not on the shelf."""

# What may be sold today, as the statement that places orders has it: a renewed or corrected certificate goes on, one
# that lapsed, ended or passed on does not, nor what has become too old, and a suspended provider is not shown. It is
# asked of what is about to be shown and not of every hit: a value of its own for each
# row, in their order, until the page is full.
STANDS: Final = """(
        SELECT true FROM listing l
        JOIN party seller ON seller.id = l.provider AND seller.status = 'admitted'
         AND (seller.admitted_until IS NULL OR seller.admitted_until >= :day)
        JOIN certificate basis ON basis.id = l.certificate_id
        JOIN certificate standing
          ON standing.content_sha256 = basis.content_sha256 AND standing.status = 'in_force'
         AND standing.asset_id = basis.asset_id AND standing.party_id = l.provider
         AND standing.valid_from <= :day AND standing.valid_until >= :day
        WHERE l.id = ranked.id AND (l.look_again_on IS NULL OR l.lapses_rule IS NULL OR l.look_again_on > :day) LIMIT 1
    )"""

# What is ranked is collected in tiers: first the few that hold every word, which nothing may crowd out, then hits in
# titles, then the rest, until the candidates are full.
_RANKED: Final = """, ranked AS MATERIALIZED (
        SELECT id, every, CAST(rank AS float8) AS rank, (SELECT count(*) FROM hit) AS found
        FROM hit
        WHERE (every, CAST(rank AS float8), id) < (:after_every, :after_rank, :after_id)
        ORDER BY every DESC, rank DESC, id DESC
    )
    SELECT id, every, rank, found FROM ranked WHERE :stands LIMIT :limit
    """.replace(":stands", STANDS)
_TIER: Final = """SELECT id, :is_every AS every, ts_rank(search, CAST(:asked AS tsquery)) AS rank
        FROM listing WHERE status = 'listed' AND search @@ CAST(:tier AS tsquery)"""
_UNSEEN: Final = " AND id NOT IN (SELECT id FROM whole)"


def _tiers(*parts: str, **tiers: str) -> TextClause:
    """A ranking of tiers, each put in at its :name."""
    statement = "".join(parts)
    for name, tier in tiers.items():
        statement = statement.replace(f"(:{name}", f"({tier}")
    return text(statement)


def _tier(terms: str, *, besides: str = "", every: bool) -> str:
    """A tier: hits of some terms, without those of other terms."""
    tier = _TIER.replace(":is_every", "true" if every else "false").replace(":tier", f":{terms}")
    return f"{tier} AND NOT search @@ CAST(:{besides} AS tsquery)" if besides else tier


# Where every word is asked for, every hit has them all.
_RANK_EVERY: Final = _tiers(
    """WITH title AS MATERIALIZED (:title_tier LIMIT :most),
    body AS MATERIALIZED (:body_tier LIMIT (SELECT :most - count(*) FROM title)),
    hit AS (SELECT * FROM title UNION ALL SELECT * FROM body)""",
    _RANKED,
    title_tier=_tier("title", every=True),
    body_tier=_tier("asked", besides="title", every=True),
)
_RANK_ANY: Final = _tiers(
    """WITH whole AS MATERIALIZED (:whole_tier LIMIT :most),
    title AS MATERIALIZED (:title_tier LIMIT (SELECT :most - count(*) FROM whole)),
    body AS MATERIALIZED (:body_tier LIMIT (SELECT :most - (SELECT count(*) FROM whole) - count(*) FROM title)),
    hit AS (SELECT * FROM whole UNION ALL SELECT * FROM title UNION ALL SELECT * FROM body)""",
    _RANKED,
    whole_tier=_tier("every", every=True),
    title_tier=_tier("title", every=False) + _UNSEEN,
    body_tier=_tier("asked", besides="title", every=False) + _UNSEEN,
)
_NEWEST: Final = text(
    "WITH ranked AS (SELECT id FROM listing WHERE status = 'listed' AND id < :after_id ORDER BY id DESC)"
    " SELECT id FROM ranked WHERE :stands LIMIT :limit".replace(":stands", STANDS)
)
_OF_PROVIDER: Final = text(
    "WITH ranked AS (SELECT id FROM listing WHERE status = 'listed' AND provider = :provider AND id < :after_id"
    " AND (CAST(:ids AS text[]) IS NULL OR id = ANY(CAST(:ids AS text[]))) AND starts_with(id, :beginning)"
    " ORDER BY id DESC) SELECT id FROM ranked WHERE :stands OFFSET :skipped LIMIT :limit".replace(":stands", STANDS)
)
_PAST_ALL: Final = "m"
"""Behind every id of a listing, which begins with lst_."""
_FIRST: Final = {"after_every": True, "after_rank": float("inf"), "after_id": ""}
_COUNT: Final = text(
    "SELECT count(*) FROM (SELECT 1 FROM listing WHERE status = 'listed' AND search @@ CAST(:asked AS tsquery)"
    " LIMIT :most) AS hit"
).bindparams(bindparam("most", search.FEW_HITS))


def price_of(row: Listing) -> MoneyView | None:
    """The price on the wire."""
    return Money(row.price_minor, row.currency).view() if row.price_minor is not None and row.currency else None


def _quality(score: Decimal | None, grade: str | None) -> QualityView | None:
    return QualityView(score=f"{score:.2f}", grade=grade) if score is not None and grade is not None else None


def summary(row: Listing, provider: Party, rating: RatingStanding) -> ListingSummary:
    """A product as a list shows it."""
    return shown(
        row,
        ListingSummary,
        provider=shown(provider, ProviderView),
        price=price_of(row),
        quality=_quality(row.quality_score, row.quality_grade),
        rating=rating,
    )


async def listing_view(act: Act, row: Listing) -> ListingView:
    """A product in full, with what the actor may do to it."""
    provider = await one(act.session, Party, row.provider)
    return shown(
        row,
        ListingView,
        provider=shown(provider, ProviderView),
        licence=msgspec.convert(row.licence, LicenceTerms),
        price=price_of(row),
        quality=_quality(row.quality_score, row.quality_grade),
        rating=await reputation.of_listing(act.session, row.id, act.today),
        provider_rating=await reputation.of_provider(act.session, row.provider, act.today),
        quality_watch=await standing(act.session, row.asset_id),
        third_party_tests=await badges(act.session, row.revision_id, at=act.at),
        figures=await figures(act.session, row),
        masked_columns=await masked_columns(act.session, row),
        gates=msgspec.convert(row.gates, GatesView | None),
        allowed_actions=_allowed(row, act.actor),
    )


def _allowed(row: Listing, actor: Actor) -> list[str]:
    """A provider acts on its own products only, a reviewer on everybody else's."""
    own = actor.party == row.provider
    roles = [r for r in actor.roles if (r is not Role.PROVIDER or own) and (r is not Role.REVIEWER or not own)]
    return sorted({str(action) for role in roles for action in LISTING.actions(row.status, role)})


def sees(actor: Actor, row: Listing) -> bool:
    """Whether the actor may know of a product: on the shelf everybody, else its provider and the centre."""
    return row.status is ListingState.LISTED or AUDIENCE.admits(actor, row.provider)


async def listing(act: Act, listing_id: str) -> ListingView:
    """A product: on the shelf for everybody, else for its provider, the centre, and whoever has ordered it.

    Raises ListingUnavailable for anybody else.
    """
    row = await act.session.get(Listing, listing_id) if ids.is_id("lst", listing_id) else None
    if row is None or not (sees(act.actor, row) or await _ordered(act, row)):
        raise ListingUnavailable(id=listing_id[:40])
    return await listing_view(act, row)


_ORDERED: Final = text('SELECT EXISTS (SELECT FROM "order" WHERE listing_id = :listing AND buyer = :party)')


async def _ordered(act: Act, row: Listing) -> bool:
    """Whether the actor's party has ordered a product: it may see again what it bought."""
    if act.actor.party is None:
        return False
    return bool(await act.session.scalar(_ORDERED, {"listing": row.id, "party": act.actor.party}))


async def listings(session: AsyncSession, words: str | None, limit: int, cursor: str | None, *, on: date) -> SearchPage:
    """Products on the shelf that may be sold on a day: the newest, or those that hold the words, best first."""
    asked = search.query(words or "")
    if words is None or not words.strip():
        return await _newest(session, limit, cursor, on)
    if asked.is_empty:
        return SearchPage(items=[], next=None, relaxed=False, capped=False)
    return await _found(session, asked, limit, cursor, on)


async def newest(session: AsyncSession, limit: int, cursor: str | None, on: date) -> tuple[list[str], str | None]:
    """The ids of products that may be sold on a day, and the cursor of what follows.

    Ids sort by time, so the newest id is the newest product.
    """
    after = decode(cursor, 1)
    values = {"after_id": after[0] if after is not None else _PAST_ALL, "day": on, "limit": limit + 1}
    listed = list((await session.scalars(_NEWEST, values)).all())
    return listed[:limit], encode(listed[limit - 1]) if len(listed) > limit else None


async def of_provider(
    session: AsyncSession,
    provider: str,
    on: date,
    *,
    limit: int,
    after: str = "",
    skipped: int = 0,
    among: Sequence[str] | None = None,
    beginning: str = "",
) -> list[str]:
    """The ids of one provider's products that may be sold on a day, newest first, behind an id or after so many."""
    values = {"provider": provider, "after_id": after or _PAST_ALL, "day": on, "limit": limit, "skipped": skipped}
    values |= {"ids": None if among is None else list(among), "beginning": beginning}
    return list((await session.scalars(_OF_PROVIDER, values)).all())


async def _newest(session: AsyncSession, limit: int, cursor: str | None, on: date) -> SearchPage:
    listed, following = await newest(session, limit, cursor, on)
    return SearchPage(items=await _summaries(session, listed, on), next=following, relaxed=False, capped=False)


async def _found(
    session: AsyncSession, asked: search.SearchQuery, limit: int, cursor: str | None, on: date
) -> SearchPage:
    """A later page keeps the first page's choice between every word and any word."""
    after = decode(cursor, 4)
    relaxed = after[0] == "any" if after is not None else asked.can_relax and await _few(session, asked.every)
    position = _FIRST if after is None else _position(after)
    terms, in_title = (asked.any, asked.any_in_title) if relaxed else (asked.every, asked.every_in_title)
    values = {
        "asked": terms,
        "title": in_title,
        "most": search.CANDIDATES_MAX,
        "limit": limit + 1,
        "day": on,
        **position,
        **({"every": asked.every} if relaxed else {}),
    }
    rows = (await session.execute(_RANK_ANY if relaxed else _RANK_EVERY, values)).all()
    return SearchPage(
        items=await _summaries(session, [row.id for row in rows[:limit]], on),
        next=_next(rows, limit, relaxed),
        relaxed=relaxed,
        capped=bool(rows) and rows[0].found >= search.CANDIDATES_MAX,
    )


def _next(rows: Sequence[Row[Any]], limit: int, relaxed: bool) -> str | None:
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return encode("any" if relaxed else "every", "1" if last.every else "0", repr(float(last.rank)), last.id)


def _position(after: tuple[str, ...]) -> dict[str, object]:
    """A cursor that somebody has tampered with points somewhere else, and harms nobody."""
    try:
        rank = float(after[2])
    except ValueError:
        rank = 0.0
    return {"after_every": after[1] == "1", "after_rank": rank, "after_id": after[3]}


async def _few(session: AsyncSession, terms: str) -> bool:
    return bool((await session.scalar(_COUNT, {"asked": terms}) or 0) < search.FEW_HITS)


async def _summaries(session: AsyncSession, found: Iterable[str], on: date) -> list[ListingSummary]:
    """Load the page's rows and keep their order."""
    order = list(found)
    unseen = (defer(Listing.sample_rows), defer(Listing.gates), defer(Listing.licence))
    statement = select(Listing, Party).join(Party, Party.id == Listing.provider).where(Listing.id.in_(order))
    rated = await reputation.of_listings(session, order, on)
    found_rows = await session.execute(statement.options(*unseen))
    rows = {row.id: summary(row, provider, rated.get(row.id, UNRATED)) for row, provider in found_rows}
    return [rows[listing_id] for listing_id in order if listing_id in rows]
