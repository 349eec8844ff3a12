"""Reading the facts of a product, for whoever may see the product."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one, several
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.text import Text
from kernel.views.projection import shown
from market.catalogue.facts import dictionary
from market.catalogue.facts.schemas import (
    DictionaryView,
    DimensionView,
    LineageOfListing,
    RelativeView,
    VersionView,
)
from market.following.models import ListingRevision
from market.listings import queries as listings
from market.listings.evidence import scorecard_of
from market.listings.finding.statements import STANDS
from market.listings.models import Listing
from market.listings.schemas import ProviderView
from rights.assets.models import AssetRevision
from valuation.quality.models import DataContract, QualityRun, Scorecard
from valuation.quality.scoring.comparison import Comparison, compare

VERSIONS_MAX: Final = 20
"""So many of the newest versions are shown, each compared with the one before it."""
STEPS_MAX: Final = 5
RELATIVES_MAX: Final = 50


async def data_dictionary(act: Act, listing_id: str) -> DictionaryView:
    """The columns of a product; raises ListingUnavailable, and NotFound for one that shows no scorecard."""
    row = await listings.visible(act, listing_id)
    card = await scorecard_of(act.session, row)
    if card is None:
        raise NotFound(kind="scorecard", id=listing_id)
    run = await one(act.session, QualityRun, card.run_id)
    contract = await one(act.session, DataContract, run.data_contract_id)
    objects = await asyncio.to_thread(dictionary.objects, card.body, contract.document)
    return DictionaryView(row.id, card.id, contract.id, card.document_id, objects)


def dimensions(card: Scorecard | None) -> list[DimensionView]:
    """The dimensions of a scorecard, in its order."""
    if card is None:
        return []
    scored: Mapping[str, Any] = card.body.get("dimensions", {})
    return [
        DimensionView(code, Text(each["name"]["zh"], each["name"]["en"]), each["score"])
        for code, each in scored.items()
    ]


async def versions(act: Act, listing_id: str) -> list[VersionView]:
    """The revisions that a product was sold as, newest first: those it went on with, and the present one."""
    row = await listings.visible(act, listing_id)
    query = select(ListingRevision).where(ListingRevision.listing_id == row.id)
    newest = query.order_by(ListingRevision.number.desc()).limit(VERSIONS_MAX)
    followed = list(await act.session.scalars(newest))
    present = await scorecard_of(act.session, row)
    named = {each.revision_id: each.scorecard_id for each in followed}
    if present is not None:
        named[row.revision_id] = present.id
    revisions = await several(act.session, AssetRevision, named)
    cards = await several(act.session, Scorecard, named.values())
    released = {each.revision_id: each.released_at for each in followed} | (
        {} if followed else {row.revision_id: row.listed_at}
    )
    ordered = sorted((revisions[each] for each in named), key=lambda each: -each.number)
    bodies = [cards[named[each.id]] for each in ordered]
    changes = await asyncio.to_thread(_changes, [(each.id, each.body) for each in bodies])
    return [
        _version(revision, card, released.get(revision.id), change)
        for revision, card, change in zip(ordered, bodies, changes, strict=True)
    ]


def _changes(cards: Sequence[tuple[str, Any]]) -> list[Comparison | None]:
    """Each compared with the next, which is older, as both are shown outside; the oldest with none."""
    return [*(compare(*before, *after) for after, before in pairwise(cards)), *([None] if cards else [])]


def _version(revision: AssetRevision, card: Scorecard, released_at: Any, change: Comparison | None) -> VersionView:
    return shown(
        card,
        VersionView,
        number=revision.number,
        size_bytes=sum(file["size_bytes"] for file in revision.files),
        scorecard_id=card.id,
        score=f"{card.score:.2f}",
        dimensions=dimensions(card),
        released_at=released_at,
        changes=change,
    )


_RELATIVES: Final = """
    WITH RECURSIVE related (asset_id, kind, steps) AS (
        SELECT e.:other, e.kind, 1 FROM asset_lineage e WHERE e.:own = :asset
        UNION
        SELECT e.:other, e.kind, r.steps + 1 FROM related r JOIN asset_lineage e ON e.:own = r.asset_id
        WHERE r.steps < :steps
    ), nearest AS (
        SELECT DISTINCT ON (asset_id) asset_id, kind, steps FROM related WHERE asset_id <> :asset
        ORDER BY asset_id, steps
    ), ranked AS (
        SELECT l.id, n.kind, n.steps FROM nearest n JOIN listing l ON l.asset_id = n.asset_id AND l.status = 'listed'
        ORDER BY n.steps, l.id
    )
    SELECT id, kind, steps FROM ranked WHERE :stands LIMIT :most
    """.replace(":stands", STANDS)
_UP: Final = text(_RELATIVES.replace(":other", "parent_id").replace(":own", "child_id"))
_DOWN: Final = text(_RELATIVES.replace(":other", "child_id").replace(":own", "parent_id"))


async def lineage(act: Act, listing_id: str) -> LineageOfListing:
    """What a product is made from and what is made from it, as far as that is on the shelf; raises ListingUnavailable.

    What is not on the shelf is not told of here: members read a registered title at /v1/assets/{asset_id}/title.
    """
    row = await listings.visible(act, listing_id)
    asked = {"asset": row.asset_id, "steps": STEPS_MAX, "most": RELATIVES_MAX + 1, "day": act.today}
    up = (await act.session.execute(_UP, asked)).all()
    down = (await act.session.execute(_DOWN, asked)).all()
    views = await _relatives(act.session, [*up[:RELATIVES_MAX], *down[:RELATIVES_MAX]])
    count = len(up[:RELATIVES_MAX])
    return LineageOfListing(row.id, views[:count], views[count:], max(len(up), len(down)) > RELATIVES_MAX)


async def _relatives(session: AsyncSession, rows: Sequence[Any]) -> list[RelativeView]:
    products = await several(session, Listing, {row.id for row in rows})
    parties = await several(session, Party, {each.provider for each in products.values()})
    return [
        RelativeView(
            row.id,
            products[row.id].title_zh,
            products[row.id].title_en,
            shown(parties[products[row.id].provider], ProviderView),
            row.kind,
            row.steps,
        )
        for row in rows
    ]
