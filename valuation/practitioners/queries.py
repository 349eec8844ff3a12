"""Reading practitioners, and finding the person who acts by an API key or signed in."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.practitioners.errors import PractitionerUnknown
from valuation.practitioners.models import Practitioner
from valuation.practitioners.schemas import PractitionerView


def practitioner_view(row: Practitioner) -> PractitionerView:
    """A practitioner for the wire."""
    return shown(row, PractitionerView)


AUDIENCE: Final = Audience("practitioner")
"""The persons of a firm are its own; who signed a report, the report and the register say."""


async def of_firm(session: AsyncSession, firm: str | None, practitioner_id: str) -> Practitioner:
    """A practitioner of a firm; raises NotFound."""
    row = await one(session, Practitioner, ids.require("prc", practitioner_id))
    if row.firm != firm:
        raise NotFound(kind=AUDIENCE.kind, id=practitioner_id)
    return row


async def of_actor(act: Act) -> Practitioner | None:
    """The practising valuer of the actor's firm whose API key or sign-in acts, or None where it stands for nobody."""
    own = Practitioner.member_id if act.actor.key is None else Practitioner.api_key_id
    query = select(Practitioner).where(Practitioner.firm == act.actor.party, Practitioner.ended_at.is_(None))
    return None if act.actor.hand is None else await act.session.scalar(query.where(own == act.actor.hand))


async def acting(act: Act) -> Practitioner:
    """The person whose API key or sign-in acts; raises PractitionerUnknown."""
    if (row := await of_actor(act)) is None:
        raise PractitionerUnknown
    return row


async def by_ids(session: AsyncSession, wanted: Iterable[str | None]) -> dict[str, Practitioner]:
    """Practitioners by id, whatever their firm."""
    rows = await session.scalars(select(Practitioner).where(Practitioner.id.in_([each for each in wanted if each])))
    return {row.id: row for row in rows}


async def practitioners(act: Act, limit: int, cursor: str | None) -> Page[PractitionerView]:
    """The valuers of the actor's firm."""
    query = select(Practitioner).where(Practitioner.firm == act.actor.party)
    return (await fetch(act.session, query, Practitioner.id, limit=limit, cursor=cursor)).of(practitioner_view)
