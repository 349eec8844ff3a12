"""Reading transfer reversals."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.clawbacks.queries import RESERVED
from market.transfer_reversals.models import TransferReversal
from market.transfer_reversals.schemas import TransferReversalView
from market.transfer_reversals.states import TRANSFER_REVERSAL, UNDER_WAY

AUDIENCE: Final = Audience("transfer_reversal", (Role.CLEARING, Role.REGULATOR, Role.AUDITOR))
"""Who may see a reversal besides the party whose account it takes from."""


def view(row: TransferReversal, act: Act) -> TransferReversalView:
    """A reversal for the wire, with what the actor may do about it."""
    role = AUDIENCE.role(act.actor, provider=row.party_id)
    actions = [] if role is None else [str(each) for each in TRANSFER_REVERSAL.actions(row.status, role)]
    return shown(row, TransferReversalView, amount=row.money.view(), allowed_actions=actions)


async def transfer_reversal(act: Act, reversal_id: str) -> TransferReversalView:
    """One reversal, for its party, the clearing officer and those who watch; raises NotFound for anybody else."""
    row = await one(act.session, TransferReversal, reversal_id)
    AUDIENCE.require(act.actor, row.id, row.party_id)
    return view(row, act)


async def transfer_reversals(act: Act, limit: int, cursor: str | None) -> Page[TransferReversalView]:
    """The reversals that the actor may see, the newest first."""
    query = select(TransferReversal).where(AUDIENCE.among(act.actor, TransferReversal.party_id))
    rows = await fetch(act.session, query, TransferReversal.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(lambda row: view(row, act))


async def on_its_way(session: AsyncSession, party_id: str, currency: str) -> Money:
    """What of a party's debt reversals are about to pay: neither a payout nor a write-off pays it meanwhile."""
    query = select(func.coalesce(func.sum(TransferReversal.amount_minor), 0)).where(
        TransferReversal.party_id == party_id,
        TransferReversal.currency == currency,
        TransferReversal.status.in_(UNDER_WAY),
    )
    return Money(int(await session.scalar(query) or 0), currency)


if on_its_way not in RESERVED:
    RESERVED.append(on_its_way)
