"""What follows a step of a negotiation."""

from enum import StrEnum
from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.db import find_locked
from kernel.errors import DomainError
from kernel.states import Role
from market.dataspace.messages.kinds import Kind
from market.dataspace.messages.writing import NEGOTIATION as ANSWER
from market.dataspace.models import DataspaceAgreement, DataspaceNegotiation
from market.dataspace.negotiations import agreements, house
from market.dataspace.participants import queries as participants
from market.dataspace.participants.schemas import Standing
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import Protocol
from market.dataspace.states import NEGOTIATION, DataspaceNegotiationAction, DataspaceSide


async def entered(act: Act, row: DataspaceNegotiation, action: StrEnum, role: Role) -> None:
    """Conclude what is finalised, and send what the participant's standing rules say is sent by itself."""
    if action is DataspaceNegotiationAction.FINALIZE:
        await agreements.conclude(act, row, await agreements.of_negotiation(act, row))
        return
    if action is DataspaceNegotiationAction.TERMINATE:
        await _ended(act, row, role)
        return
    if action is DataspaceNegotiationAction.OFFER and row.side is DataspaceSide.PROVIDER:
        await _offered(act, row)
    if action not in BY_ITSELF:
        return
    rule, side, kind, step, path, fields = BY_ITSELF[DataspaceNegotiationAction(action)]
    if row.side is not side or rule not in await participants.automation_of(act.session, row.participant):
        return
    mine = act.by(Actor(party=row.participant, key="standing", admitted=True))
    pids = {"providerPid": row.provider_pid, "consumerPid": row.consumer_pid}
    address = f"negotiations/{row.other_pid}/{path}"
    await sending.send(mine, PROTOCOL, row, step, kind, address, **pids, **fields)


async def _ended(act: Act, row: DataspaceNegotiation, role: Role) -> None:
    """End it in the centre too; where that has ended already in another way, the wire's end stands and says so."""
    try:
        async with act.session.begin_nested():
            await house.ended(act, row, role, "; ".join(row.reasons) or row.code or "terminated")
    except DomainError as refusal:
        row.failure = refusal.code()


async def _offered(act: Act, row: DataspaceNegotiation) -> None:
    """Make our offer the centre's own too; what it refuses by now ends the negotiation, since the offer is out."""
    try:
        async with act.session.begin_nested():
            await house.offered(act, row)
    except DomainError as refusal:
        row.failure = refusal.code()  # Its own side is told; what the house's rules are is nobody else's business.
        await sending.end(act, PROTOCOL, row, "withdrawn", ["the offer does not stand any more"])


BY_ITSELF: Final[
    dict[DataspaceNegotiationAction, tuple[str, DataspaceSide, Kind, DataspaceNegotiationAction, str, dict[str, str]]]
] = {
    DataspaceNegotiationAction.AGREE: (
        Standing.VERIFY,
        DataspaceSide.CONSUMER,
        Kind.VERIFICATION,
        DataspaceNegotiationAction.VERIFY,
        "agreement/verification",
        {},
    ),
    DataspaceNegotiationAction.VERIFY: (
        Standing.FINALIZE,
        DataspaceSide.PROVIDER,
        Kind.EVENT,
        DataspaceNegotiationAction.FINALIZE,
        "events",
        {"eventType": "FINALIZED"},
    ),
}
"""By the step that was taken: the standing rule, whose it is, and what is then sent."""


PROTOCOL: Final = Protocol("negotiation", DataspaceNegotiation, NEGOTIATION, "negotiations", ANSWER, entered)


async def finalized(act: Act, agreement: DataspaceAgreement) -> None:
    """Conclude an agreement whose finalisation is under way: a consumer that acts on it has been told of it."""
    query = select(DataspaceNegotiation).where(DataspaceNegotiation.agreement_id == agreement.id)
    row = await find_locked(act.session, query)
    sent = await sending.under_way(act, row) if row is not None else None
    if sent is not None and sent.action == DataspaceNegotiationAction.FINALIZE:
        await sending.acknowledged(act, PROTOCOL, row, sent, None)
