"""What was found in a revision, put before the gates together with what officers have let stand of it."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.time.clock import day_in_china
from rights.classification import scan
from rights.classification.queries import overridden
from rights.classification.rules import GateFacts
from valuation.quality.queries import counted


async def looked_into(session: AsyncSession, facts: GateFacts, revision_id: str, at: datetime) -> GateFacts:
    """The facts with every finding of every scorecard of the revision that counts, a third-party test's too."""
    cards = await counted(session, revision_id)
    found = scan.once(each for card in cards for each in scan.binding(card.id, card.body, day_in_china(at)))
    let_stand = await overridden(session, revision_id) if found else ()
    return msgspec.structs.replace(facts, found=found, overridden=let_stand)
