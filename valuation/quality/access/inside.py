"""The figures of a scorecard as they were measured, which the platform keeps beside what is signed and shown outside.

The provider sees all of them; whoever scores for it and the centre's offices see the statistics, but of single rows
only what the provider's contract makes public; anybody else sees what is signed. No value of a person is kept, and
what is kept ends with the data (decision 0110).
"""

from enum import IntEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from rights.assets.models import Asset
from valuation.quality.access import ports
from valuation.quality.access.readers import SCORECARDS
from valuation.quality.models import QualityRun, RunPart, Scorecard, ScorecardInside
from valuation.quality.profile.masking import is_shape

Body = dict[str, Any]
_VALUES = ("profile", "sample_rows", "checks")


class Sight(IntEnum):
    """How much of what was measured somebody may see."""

    OUTSIDE = 0
    STATISTICS = 1
    VALUES = 2


async def sight(act: Act, asset_id: str, provider: str, scored_by: str) -> Sight:
    """How much a reader of an asset's scorecards and runs may see; of destroyed data nobody sees more than outside."""
    owner, party = await act.session.get_one(Asset, asset_id), act.actor.party
    if owner.destroyed_at is not None:
        return Sight.OUTSIDE
    if party is not None and party in (owner.party_id, provider):
        return Sight.VALUES
    if SCORECARDS.admits(act.actor, scored_by):
        return Sight.STATISTICS
    engaged = await ports.engaged(act.session, asset_id) if party is not None else []
    return Sight.STATISTICS if any(each.party == party and each.scores for each in engaged) else Sight.OUTSIDE


async def keep(session: AsyncSession, scorecard_id: str, body: Body, inside: Body) -> None:
    """Keep what was measured where it tells more than what is signed."""
    told = {name: inside[name] for name in (*_VALUES, "masked_columns") if name in inside}
    if any(told.get(name) != body.get(name) for name in (*_VALUES, "masked_columns")):
        await session.flush()  # It refers to the scorecard.
        session.add(ScorecardInside(scorecard_id=scorecard_id, body=told))


async def visible_body(act: Act, card: Scorecard) -> Body:
    """The body of a scorecard as the actor may see it."""
    allowed = await sight(act, card.asset_id, card.provider, card.scored_by)
    kept = None if allowed is Sight.OUTSIDE else await act.session.get(ScorecardInside, card.id)
    if kept is None:
        return card.body
    if allowed is Sight.STATISTICS:
        return {**card.body, "profile": kept.body["profile"]}
    signed = {name: value for name, value in card.body.items() if name != "masked_columns"}
    return signed | kept.body


async def measured(session: AsyncSession, card: Scorecard) -> Body:
    """The body with the statistics as they were measured, for what the platform itself reckons from them."""
    kept = await session.get(ScorecardInside, card.id)
    return card.body if kept is None else {**card.body, "profile": kept.body["profile"]}


def is_masked(body: Body) -> bool:
    """Whether a body shows less than was measured; one of an earlier release shows it by the shapes alone."""
    columns = [column for each in body.get("profile", {}).values() for column in each]
    told = [*columns, *(sample for check in body.get("checks", ()) for sample in check["samples"])]
    marked = bool(body.get("masked_columns")) or any(each.get("masked") for each in told)
    return marked or any(is_shape(column["minimum"]) for column in columns)


async def forget(session: AsyncSession) -> None:
    """Drop what was kept of data that no longer exists."""
    gone = select(Asset.id).where(Asset.destroyed_at.is_not(None)).scalar_subquery()
    cards = select(Scorecard.id).where(Scorecard.asset_id.in_(gone))
    await session.execute(delete(ScorecardInside).where(ScorecardInside.scorecard_id.in_(cards)))
    runs = select(QualityRun.id).where(QualityRun.asset_id.in_(gone))
    await session.execute(delete(RunPart).where(RunPart.run_id.in_(runs)))
