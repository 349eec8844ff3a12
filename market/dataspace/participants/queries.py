"""Finding participants and counterparties, and who a token belongs to."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.identity.models import Party, SigningKey
from kernel.identity.states import PartyState
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.dataspace.credentials.keys import listed
from market.dataspace.errors import ConnectorUnknown, ParticipantUnknown
from market.dataspace.models import DataspaceCounterparty, DataspaceParticipant, DataspaceToken
from market.dataspace.participants import naming
from market.dataspace.participants.schemas import CounterpartyView, ParticipantView
from market.dataspace.rules import OWNERS

AUDIENCE: Final = Audience("dataspace_counterparty")
"""A counterparty is there for its participant, and for the member whose connector it is."""


def token_digest(token: str) -> bytes:
    """By what a token is known; it is random and long, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).digest()


async def participant(session: AsyncSession, party_id: str) -> Party:
    """An admitted party that may trade; raises ParticipantUnknown for anybody else."""
    row = await session.get(Party, party_id)
    if row is None or row.status is not PartyState.ADMITTED or not (row.centre or set(row.roles) & set(OWNERS)):
        raise ParticipantUnknown(kind="participant", id=party_id[:40])
    return row


async def automation_of(session: AsyncSession, party_id: str) -> frozenset[str]:
    """What a participant lets happen by itself."""
    row = await session.get(DataspaceParticipant, party_id)
    return frozenset(row.standing if row is not None else ())


async def participant_view(act: Act, public_url: str) -> ParticipantView:
    """The caller as a participant; raises ParticipantUnknown for a party that does not trade."""
    party = await participant(act.session, act.actor.party or "")
    return ParticipantView(
        party_id=party.id,
        did=naming.did(public_url, party.id),
        address=naming.base(public_url, party.id),
        version_address=naming.root(public_url, party.id) + naming.WELL_KNOWN,
        standing=sorted(await automation_of(act.session, party.id)),
        connector_keys=[
            naming.key_name(public_url, party.id, row.id) for row in await listed(act.session, party.id, act.at)
        ],
    )


def view(row: DataspaceCounterparty) -> CounterpartyView:
    """A counterparty without its tokens."""
    return shown(row, CounterpartyView, sends_token=row.token_out is not None)


async def counterparty(act: Act, counterparty_id: str) -> CounterpartyView:
    """One counterparty of one's own, or one's own connector at another participant's; raises NotFound."""
    row = await one(act.session, DataspaceCounterparty, counterparty_id)
    AUDIENCE.require(act.actor, row.id, row.participant, row.party_id)
    return view(row)


async def counterparties(act: Act, limit: int, cursor: str | None) -> Page[CounterpartyView]:
    """One's counterparties, and one's own connectors at others', in the order of their making."""
    mine = or_(DataspaceCounterparty.participant == act.actor.party, DataspaceCounterparty.party_id == act.actor.party)
    query = select(DataspaceCounterparty).where(mine)
    return (await fetch(act.session, query, DataspaceCounterparty.id, limit=limit, cursor=cursor)).of(view)


async def count(session: AsyncSession, party_id: str) -> int:
    """How many counterparties a participant has."""
    query = select(func.count()).select_from(DataspaceCounterparty).where(DataspaceCounterparty.participant == party_id)
    return await session.scalar(query) or 0


async def counterparty_of(session: AsyncSession, party_id: str, did: str) -> DataspaceCounterparty | None:
    """A participant's counterparty by its identifier."""
    query = select(DataspaceCounterparty).where(
        DataspaceCounterparty.participant == party_id, DataspaceCounterparty.did == did
    )
    return (await session.scalars(query)).first()


@dataclass(frozen=True, slots=True)
class Caller:
    """A counterparty that speaks, and by which credential it was known to be it (contracts.signatures.messages)."""

    counterparty: DataspaceCounterparty
    credential: dict[str, Any]

    @property
    def id(self) -> str:
        """The counterparty's id."""
        return self.counterparty.id

    @property
    def participant(self) -> str:
        """Whose counterparty it is."""
        return self.counterparty.participant

    @property
    def party_id(self) -> str | None:
        """The member whose connector it is, if it is one's."""
        return self.counterparty.party_id

    @property
    def did(self) -> str:
        """Its identifier in the dataspace."""
        return self.counterparty.did

    @property
    def address(self) -> str:
        """Where it is reached."""
        return self.counterparty.address


def presented(authorization: str) -> str:
    """The token in an Authorization header, bare or after `Bearer`."""
    scheme, _, rest = authorization.strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" and rest else authorization.strip()


async def caller(act: Act, participant_id: str, token: str) -> Caller:
    """The counterparty whose fixed token was sent.

    Raises ConnectorUnknown for a token of nobody, whatever it was sent to, and ParticipantUnknown for one that was
    agreed with another participant: what is there is not told to who has no part in it.
    """
    query = (
        select(DataspaceCounterparty, DataspaceToken.expires_at, Party.status)
        .join(DataspaceToken, DataspaceToken.counterparty_id == DataspaceCounterparty.id)
        .outerjoin(Party, Party.id == DataspaceCounterparty.party_id)
        .where(DataspaceToken.sha256 == token_digest(token))
    )
    found = (await act.session.execute(query)).first() if 0 < len(token) <= 4000 else None
    if found is None:
        raise ConnectorUnknown
    row, expires_at, status = found
    over = expires_at is not None and expires_at <= act.at
    if over or not row.active or (row.party_id is not None and status is not PartyState.ADMITTED):
        raise ConnectorUnknown
    if row.participant != participant_id:
        raise ParticipantUnknown(kind="participant", id=participant_id[:40])
    await participant(act.session, participant_id)
    return Caller(row, {"kind": "bearer-token", "sha256": token_digest(token).hex()})


async def signing_keys(session: AsyncSession, party_id: str) -> list[tuple[str, str]]:
    """A party's signing keys in force, as its DID document lists them."""
    query = select(SigningKey.id, SigningKey.public_key).where(
        SigningKey.party_id == party_id, SigningKey.revoked_at.is_(None)
    )
    return [(key_id, key) for key_id, key in await session.execute(query.order_by(SigningKey.id))]


async def centre(session: AsyncSession) -> str:
    """The centre's own party; raises ParticipantUnknown before the founding."""
    found = await session.scalar(select(Party.id).where(Party.centre))
    if found is None:
        raise ParticipantUnknown(kind="participant", id="centre")
    return found
