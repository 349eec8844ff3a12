"""What was handed over under an agreement (已交付数据): by channel and revision, as the centre's own records have it.

A statement of deletion speaks of each; whoever opens a channel adds what it has handed over by it.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.moments import Moment, follows
from contracts.obligations import queries
from contracts.obligations.commands import let_go
from contracts.obligations.rules import is_proved
from contracts.obligations.schemas import Channel, HandedOver
from contracts.obligations.states import ObligationState
from kernel.act import Act
from kernel.db import one
from kernel.views import paging
from kernel.views.paging import Page
from rights.assets.models import AssetRevision

RECIPIENTS_MAX: Final = 20
NOTHING: Final = "nothing was handed over"
"""Why a deletion is not owed."""


@dataclass(frozen=True, slots=True)
class Handed:
    """The same as a channel tells it: how often, from when to when, and to whom."""

    channel: Channel
    revision_id: str | None
    times: int
    first_at: datetime
    last_at: datetime
    to: Sequence[str] = ()


Telling = Callable[[AsyncSession, Agreement], Awaitable[Iterable[Handed]]]

CHANNELS: Final[list[Telling]] = []
"""Each tells what it handed over under an agreement, at most once for a revision."""


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[HandedOver]:
    """Everything that left under an agreement, by channel and then in the order in which it was first had."""
    told = [each for tell in CHANNELS for each in await tell(session, agreement)]
    query = select(AssetRevision.id, AssetRevision.content_sha256).where(
        AssetRevision.id.in_({each.revision_id for each in told if each.revision_id is not None})
    )
    digests = {str(revision): digest for revision, digest in await session.execute(query)}
    return [
        HandedOver(
            ref=each.channel if each.revision_id is None else f"{each.channel}/{each.revision_id}",
            channel=each.channel,
            revision_id=each.revision_id,
            content_sha256=digests.get(str(each.revision_id)),
            times=each.times,
            first_at=each.first_at,
            last_at=each.last_at,
            to=sorted(each.to)[:RECIPIENTS_MAX],
        )
        for each in sorted(told, key=lambda one_: (one_.channel, one_.first_at, one_.revision_id or ""))
    ]


@follows(Moment.ENDED)
async def release_where_nothing(act: Act, agreement: Agreement) -> None:
    """Whoever was handed nothing, by the centre's own records, has nothing to delete and to prove."""
    if await handed_over(act.session, agreement):
        return
    for row in await queries.open_of(act.session, agreement.id, ObligationState.DUE):
        if is_proved(row.kind, row.duty) and row.bearer == agreement.consumer:
            await let_go(act, row, NOTHING)


async def of_agreement(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[HandedOver]:
    """What was handed over under an agreement, for its parties and the offices; raises NotFound for anybody else."""
    agreement = await one(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    all_, start = await handed_over(act.session, agreement), paging.number_of(cursor, 0)
    end = start + limit
    return Page(all_[start:end], paging.encode(str(end)) if end < len(all_) else None)
