"""Engagements as standing to an asset's quality: the firm scores at work, and reads while its report is used."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rights.assets.models import Asset
from valuation.engagements.models import Engagement
from valuation.engagements.states import OPEN, EngagementState
from valuation.quality.access.ports import EngagedParty, source


@source("engagement")
async def engaged(session: AsyncSession, asset_id: str) -> Iterable[EngagedParty]:
    """The firms that accepted an engagement for the asset to which its provider consented.

    Whoever has taken the asset over since consented to none of it: a former provider opens nothing of the present's.
    """
    query = (
        select(Engagement.firm, Engagement.status, Engagement.provider == Asset.party_id)
        .join(Asset, Asset.id == Engagement.asset_id)
        .where(
            Engagement.asset_id == asset_id, Engagement.accepted_at.is_not(None), Engagement.consented_at.is_not(None)
        )
    )
    rows = await session.execute(query.order_by(Engagement.id))
    return [
        EngagedParty(firm, present and status in OPEN, present and status in (*OPEN, EngagementState.ISSUED))
        for firm, status, present in rows
    ]
