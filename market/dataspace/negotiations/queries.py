"""Reading negotiations and agreements, for the participant whose they are."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import locked, one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.dataspace import rules
from market.dataspace.models import DataspaceAgreement, DataspaceNegotiation, DataspaceSent
from market.dataspace.negotiations.schemas import DataspaceAgreementView, DataspaceNegotiationView, SentView
from market.dataspace.processes.protocol import Protocol
from market.dataspace.states import NEGOTIATION, DataspaceNegotiationState

AUDIENCE: Final = Audience("dataspace_negotiation", (Role.REGULATOR, Role.AUDITOR))
AGREEMENTS: Final = Audience("dataspace_agreement", (Role.REGULATOR, Role.AUDITOR))
"""Each side's processes are its own; who supervises the market may read them."""


async def sent_view(session: AsyncSession, message_id: str | None) -> SentView | None:
    """The message of ours that is on its way."""
    if message_id is None:
        return None
    row = await session.scalar(select(DataspaceSent).where(DataspaceSent.message_id == message_id))
    return shown(row, SentView) if row is not None else None


def actions(protocol_machine: object, row: object, sending: str | None) -> list[str]:
    """What the participant may send now: nothing while a message is under way."""
    if sending is not None:
        return []
    machine, status, side = protocol_machine, row.status, row.side  # type: ignore[attr-defined]
    known = machine.actions(status, side.role)  # type: ignore[attr-defined]
    return [str(action) for action in known if rules.may_send(status, action, side)]


async def view(act: Act, row: DataspaceNegotiation) -> DataspaceNegotiationView:
    """A negotiation with its agreement and what is on its way."""
    agreement = await act.session.get(DataspaceAgreement, row.agreement_id) if row.agreement_id is not None else None
    return shown(
        row,
        DataspaceNegotiationView,
        allowed_actions=actions(NEGOTIATION, row, row.sending) if act.actor.party == row.participant else [],
        agreement=shown(agreement, DataspaceAgreementView) if agreement is not None else None,
        sending=await sent_view(act.session, row.sending),
    )


async def own(act: Act, protocol: Protocol, process_id: str) -> DataspaceNegotiation:
    """A process of the actor's own, locked for a step; raises NotFound."""
    row: DataspaceNegotiation = await locked(act.session, protocol.model, process_id)
    AUDIENCE.require_party(act.actor, row.id, row.participant)
    return row


async def negotiation(act: Act, negotiation_id: str) -> DataspaceNegotiationView:
    """One negotiation; raises NotFound."""
    row = await one(act.session, DataspaceNegotiation, negotiation_id)
    AUDIENCE.require(act.actor, row.id, row.participant)
    return await view(act, row)


async def negotiations(
    act: Act, status: DataspaceNegotiationState | None, limit: int, cursor: str | None
) -> Page[DataspaceNegotiationView]:
    """Negotiations, newest first."""
    query = select(DataspaceNegotiation).where(AUDIENCE.among(act.actor, DataspaceNegotiation.participant))
    if status is not None:
        query = query.where(DataspaceNegotiation.status == status)
    page = await fetch(act.session, query, DataspaceNegotiation.id, limit=limit, cursor=cursor, newest_first=True)
    return await page.awaiting(lambda row: view(act, row))


async def agreement(act: Act, agreement_id: str) -> DataspaceAgreementView:
    """One agreement; raises NotFound."""
    row = await one(act.session, DataspaceAgreement, agreement_id)
    AGREEMENTS.require(act.actor, row.id, row.participant)
    return shown(row, DataspaceAgreementView)


async def agreements(act: Act, limit: int, cursor: str | None) -> Page[DataspaceAgreementView]:
    """Agreements, newest first."""
    query = select(DataspaceAgreement).where(AGREEMENTS.among(act.actor, DataspaceAgreement.participant))
    page = await fetch(act.session, query, DataspaceAgreement.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: shown(row, DataspaceAgreementView))
