"""The keys that sign a participant's self-issued tokens: made here, kept sealed, and told in its DID document.

They show that a message comes from the participant's connector, as a fixed token does, and bind the party to nothing:
what binds it is signed by its registered key, which is never here (decision 0126).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.crypto import jwt
from kernel.db import lock_name
from kernel.log.record import record
from kernel.storage.links import Keyring
from kernel.storage.sealing import seal, unseal
from kernel.time.clock import Clock, day_in_china
from market.dataspace.credentials import rules
from market.dataspace.models import DataspaceConnectorKey

PURPOSE: Final = "dataspace connector key"


async def listed(session: AsyncSession, participant: str, at: datetime) -> list[DataspaceConnectorKey]:
    """The keys that stand in a participant's DID document now, newest first."""
    query = select(DataspaceConnectorKey).where(
        DataspaceConnectorKey.participant == participant,
        or_(DataspaceConnectorKey.listed_until.is_(None), DataspaceConnectorKey.listed_until > at),
    )
    return list(await session.scalars(query.order_by(DataspaceConnectorKey.id.desc())))


async def require(act: Act, participant: str, keyring: Keyring) -> None:
    """See to it that the participant has a key; its first signs at once, since nobody knows another of it."""
    await lock_name(act.session, "dataspace", participant)
    if not await listed(act.session, participant, act.at):
        _add(act, participant, keyring, act.at)


async def replace(act: Act, participant: str, keyring: Keyring) -> None:
    """Make the participant a new key, listed at once; it signs when others have read of it, and the old ones end."""
    await lock_name(act.session, "dataspace", participant)
    known = rules.numbers(act.today)
    earlier = await listed(act.session, participant, act.at)
    starts = act.at + timedelta(seconds=known.key_listed_before_seconds) if earlier else act.at
    for row in earlier:
        until = starts + timedelta(seconds=known.key_listed_after_seconds)
        row.listed_until = min(row.listed_until or until, until)
    _add(act, participant, keyring, starts)
    await act.session.flush()


def _add(act: Act, participant: str, keyring: Keyring, signs_from: datetime) -> None:
    private = jwt.generate()
    row = DataspaceConnectorKey(
        id=ids.new("dck"),
        participant=participant,
        public_jwk=jwt.public_jwk(private),
        private=seal(keyring, PURPOSE, private),
        signs_from=signs_from,
        listed_until=None,
        created_at=act.at,
    )
    act.session.add(row)
    record(act, "market.dataspace_key.made", row.id, parties=[participant], facts={"participant": participant})


async def issuing(
    session: AsyncSession, participant: str, names: tuple[str, str], keyring: Keyring, clock: Clock, now: datetime
) -> Callable[[], str]:
    """What makes a fresh token at each call, from a participant to a counterparty: `names` are their identifiers.

    `now` chooses the key; `clock` tells real time, since others refuse what is minutes away from theirs.
    """
    keys = [row for row in await listed(session, participant, now) if row.signs_from <= now]
    assert keys  # Whoever is added with self-issued tokens has the participant make one.
    private, (issuer, audience) = unseal(keyring, PURPOSE, keys[0].private), names

    def issue() -> str:
        at = clock.now()
        said = rules.claims(issuer, audience, f"urn:uuid:{uuid4()}", at, rules.numbers(day_in_china(at)))
        return jwt.signed(said, private, f"{issuer}#{keys[0].id}")

    return issue
