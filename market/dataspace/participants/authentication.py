"""Knowing a caller by its self-issued token: its DID document read within bounds, its token taken once."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from kernel.act import Act
from kernel.crypto import jwt
from kernel.db import unit
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.runtime import Runtime
from kernel.time.clock import SystemClock, day_in_china
from kernel.webhooks.sending import Sender
from market.dataspace.credentials import documents, rules
from market.dataspace.errors import ConnectorUnknown, DidDocumentUnreachable
from market.dataspace.models import DataspaceCounterparty, DataspaceTokenName
from market.dataspace.participants import naming
from market.dataspace.participants.queries import Caller, participant
from market.dataspace.states import Authentication


async def caller(runtime: Runtime, act: Act, participant_id: str, token: str) -> Caller:
    """The counterparty that issued a token to a participant.

    What cannot be known is refused with ConnectorUnknown, whatever it lacks; DidDocumentUnreachable says that its
    document could not be read. Units of its own: none is open while the document is waited for, and a token stays
    taken whatever becomes of its message.
    """
    written = jwt.unverified(token)
    did = written[1].get("iss") if written is not None else None
    if written is None or not isinstance(did, str) or len(did) > rules.ID_CHARS_MAX or "\x00" in did:
        raise ConnectorUnknown
    async with unit(runtime.sessions) as session:
        row = await session.scalar(_open(participant_id, did))
    if row is None:
        raise ConnectorUnknown
    now = SystemClock().now()  # The sandbox's clock may be months ahead; an issuer's is not.
    known = rules.numbers(day_in_china(now))
    name = documents.full_key_name(written[0]["kid"], did) if "kid" in written[0] else documents.ONLY
    key = await _key(runtime, row, name, now)
    said = _verified(token, key)
    audience = naming.did(runtime.settings.public_url, participant_id)
    if said is None or key is None or not rules.is_valid(said, did, audience, now, known):
        raise ConnectorUnknown
    await _take(runtime, row.id, str(said["jti"]), said["exp"] + known.leeway_seconds)
    again = await act.session.scalar(_open(participant_id, did))
    if again is None:
        raise ConnectorUnknown  # Closed in the meantime.
    await participant(act.session, participant_id)
    return Caller(again, _credential(token, said, key))


def _open(participant_id: str, did: str) -> Any:
    """A participant's counterparty that issues its tokens itself, neither it nor the member behind it closed."""
    return (
        select(DataspaceCounterparty)
        .outerjoin(Party, Party.id == DataspaceCounterparty.party_id)
        .where(
            DataspaceCounterparty.participant == participant_id,
            DataspaceCounterparty.did == did,
            DataspaceCounterparty.authentication == Authentication.SELF_ISSUED,
            DataspaceCounterparty.active,
            DataspaceCounterparty.party_id.is_(None) | (Party.status == PartyState.ADMITTED),
        )
    )


def _verified(token: str, key: Mapping[str, str] | None) -> dict[str, Any] | None:
    try:
        return jwt.verified(token, key) if key is not None else None
    except jwt.JwtMissing as problem:
        raise DidDocumentUnreachable from problem


async def _key(
    runtime: Runtime, row: DataspaceCounterparty, name: str | None, now: datetime
) -> Mapping[str, str] | None:
    """The caller's key of a name, from what was read lately or else anew; None where its document has no such key.

    Whoever knows an identifier can send a token with any key's name, so nothing is read again at once.
    """
    known = rules.numbers(day_in_china(now))
    is_fresh = row.did_read_at is not None and now < row.did_read_at + timedelta(seconds=known.document_seconds)
    keys = row.did_keys if is_fresh else None
    if keys is None or name not in keys:
        again = await _read(runtime, row, now, known)
        keys = again if again is not None else keys
    if keys is None:
        raise DidDocumentUnreachable
    return keys.get(name) if name is not None else None


async def _read(
    runtime: Runtime, row: DataspaceCounterparty, now: datetime, known: rules.SelfIssued
) -> dict[str, dict[str, str]] | None:
    """Read the caller's document and keep its keys; None where it was tried just now, or could not be had."""
    tried = DataspaceCounterparty.did_tried_at
    mine = update(DataspaceCounterparty).where(
        DataspaceCounterparty.id == row.id, tried.is_(None) | (tried <= now - timedelta(seconds=known.retry_seconds))
    )
    async with unit(runtime.sessions) as session:
        won = (await session.execute(mine.values(did_tried_at=now).returning(DataspaceCounterparty.id))).first()
    address = documents.address(row.did, sandbox=runtime.settings.sandbox)
    if won is None or address is None:
        return None
    sender = Sender(sandbox=runtime.settings.sandbox, timeout_seconds=known.timeout_seconds)
    headers = {"accept": "application/did+json, application/json", "user-agent": "Liutong-Dataspace/1"}
    outcome = await sender.ask("GET", address, None, headers, read_bytes_max=known.document_bytes_max)
    keys = documents.keys_of(outcome.body, row.did) if outcome.received else None
    if keys is None:
        return None
    async with unit(runtime.sessions) as session:
        kept = update(DataspaceCounterparty).where(DataspaceCounterparty.id == row.id)
        await session.execute(kept.values(did_keys=keys, did_read_at=now))
    return keys


async def _take(runtime: Runtime, counterparty_id: str, name: str, expires: float) -> None:
    """Note a token as taken; raises ConnectorUnknown for one that was taken before."""
    until = datetime.fromtimestamp(expires, UTC)
    row = {"counterparty_id": counterparty_id, "sha256": hashlib.sha256(name.encode()).digest(), "expires_at": until}
    new = insert(DataspaceTokenName).values(row).on_conflict_do_nothing().returning(DataspaceTokenName.sha256)
    async with unit(runtime.sessions) as session:
        taken = (await session.execute(new)).first() is not None
    if not taken:
        raise ConnectorUnknown


def _credential(token: str, said: Mapping[str, Any], key: Mapping[str, str]) -> dict[str, Any]:
    """What shows by what it was known (contracts.signatures.messages).

    The token itself is kept unless it carries another's secret: the access token of a credential service (`token`).
    """
    known: dict[str, Any] = {
        "kind": str(Authentication.SELF_ISSUED),
        "sha256": hashlib.sha256(token.encode()).hexdigest(),
        "key": dict(key),
    }
    return known if "token" in said else {**known, "token": token}
