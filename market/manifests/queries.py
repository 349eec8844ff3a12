"""Reading what was carried out; it is its party's alone."""

from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.manifests.models import AppliedManifest
from market.manifests.schemas import AppliedManifestView

AUDIENCE: Final = Audience("applied_manifest")
"""How a provider keeps its products is nobody else's business."""


async def manifests(act: Act, limit: int, cursor: str | None) -> Page[AppliedManifestView]:
    """What the party's managers have applied, by the product, the newest first."""
    query = select(AppliedManifest).where(AUDIENCE.among(act.actor, AppliedManifest.party_id))
    key = AppliedManifest.listing_id
    page: Page[AppliedManifest] = await fetch(act.session, query, key, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, AppliedManifestView, set=row.set_name))
