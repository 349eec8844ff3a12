"""Adding counterparties, replacing their tokens, and saying what happens by itself."""

import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from kernel import ids
from kernel.act import Act
from kernel.crypto import jwt
from kernel.db import lock_name, locked
from kernel.errors import FieldError
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.storage.links import Keyring
from kernel.storage.sealing import seal
from kernel.text import Text
from kernel.webhooks.rules import url_fault
from market.dataspace.credentials import documents, keys
from market.dataspace.errors import (
    AuthenticationUnfit,
    ConnectorAddressRefused,
    CounterpartyClosed,
    CounterpartyIssuesItsTokens,
    CounterpartyKnown,
    CounterpartyLimitReached,
    SelfIssuedTokensNotInstalled,
)
from market.dataspace.models import DataspaceCounterparty, DataspaceParticipant, DataspaceToken
from market.dataspace.participants import queries
from market.dataspace.participants.schemas import (
    AddCounterparty,
    ChangeCounterparty,
    CounterpartyView,
    NewCounterpartyView,
    ParticipantView,
    SetStanding,
)
from market.dataspace.rules import numbers
from market.dataspace.states import Authentication

TOKEN_OUT: Final = "dataspace token out"  # noqa: S105 - names a purpose and is no secret
"""The purpose for which the tokens that we send are sealed."""

CLOSED: Final = "market.dataspace.closed"
"""The job that suspends what runs with a counterparty that is closed; its payload is {counterparty, by}."""


async def add(act: Act, data: AddCounterparty, *, keyring: Keyring, sandbox: bool) -> NewCounterpartyView:
    """Add a connector outside to one's own counterparties; the token that it is to send is shown this once."""
    assert act.actor.party is not None
    return await _add(act, act.actor.party, None, data, keyring=keyring, sandbox=sandbox)


async def connect(
    act: Act, participant: str, data: AddCounterparty, *, keyring: Keyring, sandbox: bool
) -> NewCounterpartyView:
    """Join one's own connector to another member's participant: what it sends there is one's own act.

    Only the member itself can do it, and only it is told the token, so that nobody speaks in its name.
    """
    return await _add(act, participant, act.actor.party, data, keyring=keyring, sandbox=sandbox)


async def _add(
    act: Act, participant: str, party: str | None, data: AddCounterparty, *, keyring: Keyring, sandbox: bool
) -> NewCounterpartyView:
    await queries.participant(act.session, participant)
    _require_reachable(data.address, sandbox=sandbox)
    issues = data.authentication is Authentication.SELF_ISSUED
    if issues:
        _require_issuable(data.did, data.token_out, sandbox=sandbox)
        await keys.require(act, participant, keyring)
    await lock_name(act.session, "dataspace", participant)
    if (existing := await queries.counterparty_of(act.session, participant, data.did)) is not None:
        shown_id = existing.id if queries.AUDIENCE.admits(act.actor, existing.participant, existing.party_id) else "-"
        raise CounterpartyKnown(did=data.did, counterparty=shown_id)
    limit = numbers(act.today).tokens.counterparties_max
    if await queries.count(act.session, participant) >= limit:
        raise CounterpartyLimitReached(limit=limit)
    row = DataspaceCounterparty(
        id=ids.new("dcp"),
        participant=participant,
        did=data.did,
        party_id=party,
        address=data.address.rstrip("/"),
        authentication=data.authentication,
        did_keys=None,
        did_read_at=None,
        did_tried_at=None,
        token_out=seal(keyring, TOKEN_OUT, data.token_out) if data.token_out is not None else None,
        active=True,
        created_at=act.at,
    )
    act.session.add(row)
    await act.session.flush()
    token = None if issues else _token(act, row)
    facts = {
        "participant": participant,
        "did": data.did,
        "address": row.address,
        "authentication": str(data.authentication),
    }
    record(act, "market.dataspace_counterparty.added", row.id, parties=[participant, party], facts=facts)
    return NewCounterpartyView(queries.view(row), token, None)


def _require_reachable(address: str, *, sandbox: bool) -> None:
    if (fault := url_fault(address, sandbox=sandbox)) is not None:
        raise ConnectorAddressRefused(errors=[FieldError("/address", fault, ConnectorAddressRefused.rule)])


def _require_issuable(did: str, token_out: str | None, *, sandbox: bool) -> None:
    """Raise unless a counterparty of this name can issue its tokens itself, and nothing else is said to be sent."""
    try:
        jwt.library()
    except jwt.JwtMissing as problem:
        raise SelfIssuedTokensNotInstalled from problem
    found = {
        "/did": documents.fault(did, sandbox=sandbox),
        "/token_out": None if token_out is None else _NO_TOKEN,
    }
    faults = [FieldError(at, what, AuthenticationUnfit.rule) for at, what in found.items() if what is not None]
    if faults:
        raise AuthenticationUnfit(errors=faults)


_NO_TOKEN: Final = Text(
    "自签令牌之外不再发送约定令牌，请去掉此字段", "With self-issued tokens no fixed one is sent: leave it out"
)


def _token(act: Act, row: DataspaceCounterparty) -> str:
    token = "ltd_" + secrets.token_urlsafe(32)
    act.session.add(
        DataspaceToken(sha256=queries.token_digest(token), counterparty_id=row.id, expires_at=None, created_at=act.at)
    )
    return token


async def _own(act: Act, counterparty_id: str) -> DataspaceCounterparty:
    """A counterparty for change: a member's connector is the member's, any other the participant's."""
    row = await locked(act.session, DataspaceCounterparty, counterparty_id)
    queries.AUDIENCE.require_party(act.actor, row.id, row.party_id or row.participant)
    return row


async def change(
    act: Act, counterparty_id: str, data: ChangeCounterparty, *, keyring: Keyring, sandbox: bool
) -> CounterpartyView:
    """Give a counterparty another address, another way to know it, or another token that we send it.

    Fixed tokens end with the change to self-issued ones; after the change back `rotate` makes one.
    """
    row = await _own(act, counterparty_id)
    authentication = data.authentication or row.authentication
    if authentication is Authentication.SELF_ISSUED:
        _require_issuable(row.did, data.token_out, sandbox=sandbox)
        await keys.require(act, row.participant, keyring)
        await act.session.execute(delete(DataspaceToken).where(DataspaceToken.counterparty_id == row.id))
        row.token_out = None
    row.authentication = authentication
    if data.address is not None:
        _require_reachable(data.address, sandbox=sandbox)
        row.address = data.address.rstrip("/")
    if data.token_out is not None:
        row.token_out = seal(keyring, TOKEN_OUT, data.token_out)
    facts = {
        "address": row.address,
        "authentication": str(row.authentication),
        "token_out": data.token_out is not None,
    }
    parties = [row.participant, row.party_id]
    record(act, "market.dataspace_counterparty.changed", row.id, parties=parties, facts=facts)
    return queries.view(row)


async def rotate(act: Act, counterparty_id: str) -> NewCounterpartyView:
    """Give a counterparty another token to send; the last one is taken beside it for a while, earlier ones end."""
    row = await _own(act, counterparty_id)
    if not row.active:
        raise CounterpartyClosed(counterparty=row.id)
    if row.authentication is Authentication.SELF_ISSUED:
        raise CounterpartyIssuesItsTokens(counterparty=row.id)
    until = act.at + timedelta(hours=numbers(act.today).tokens.overlap_hours)
    of_row = DataspaceToken.counterparty_id == row.id
    await act.session.execute(delete(DataspaceToken).where(of_row, DataspaceToken.expires_at.is_not(None)))
    await act.session.execute(update(DataspaceToken).where(of_row).values(expires_at=until))
    token = _token(act, row)
    record(act, "market.dataspace_counterparty.rotated", row.id, parties=[row.participant, row.party_id])
    return NewCounterpartyView(queries.view(row), token, until)


async def close(act: Act, counterparty_id: str) -> CounterpartyView:
    """Take nothing more from a counterparty and send it nothing; either side of it may do so.

    Its tokens, and those of its transfers, are refused from this unit on; the job suspends what runs (decision 0143).
    """
    row = await locked(act.session, DataspaceCounterparty, counterparty_id)
    queries.AUDIENCE.require_party(act.actor, row.id, row.participant, row.party_id)
    if row.active:
        row.active = False
        await act.session.execute(delete(DataspaceToken).where(DataspaceToken.counterparty_id == row.id))
        record(act, "market.dataspace_counterparty.closed", row.id, parties=[row.participant, row.party_id])
        await enqueue(act.session, CLOSED, {"counterparty": row.id, "by": act.actor.party}, dedupe=f"closed/{row.id}")
    return queries.view(row)


async def set_standing(act: Act, data: SetStanding, *, public_url: str) -> ParticipantView:
    """Say what is to happen by itself from now on."""
    party = await queries.participant(act.session, act.actor.party or "")
    standing = sorted({str(rule) for rule in data.standing})
    await lock_name(act.session, "dataspace", party.id)
    row = await act.session.scalar(select(DataspaceParticipant).where(DataspaceParticipant.party_id == party.id))
    if row is None:
        row = DataspaceParticipant(party_id=party.id, standing=standing, changed_at=act.at)
        act.session.add(row)
    row.standing, row.changed_at = standing, act.at
    record(act, "market.dataspace_standing.set", party.id, parties=[party.id], facts={"standing": standing})
    await act.session.flush()
    return await queries.participant_view(act, public_url)


async def replace_key(act: Act, *, keyring: Keyring, public_url: str) -> ParticipantView:
    """Make the participant a new key for its self-issued tokens; the earlier ones stay listed for a while."""
    party = await queries.participant(act.session, act.actor.party or "")
    try:
        await keys.replace(act, party.id, keyring)
    except jwt.JwtMissing as problem:
        raise SelfIssuedTokensNotInstalled from problem
    return await queries.participant_view(act, public_url)
