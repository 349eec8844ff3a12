"""Registering a version of a product's interface, and ending what nobody settled."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy import func, select, text

from channels.gateway import queries
from channels.gateway.calls.admission import CREDENTIAL
from channels.gateway.calls.upstream import base_fault
from channels.gateway.documents.reading import Read, read
from channels.gateway.errors import InterfaceUnfit, TooManyVersions
from channels.gateway.models import GatewayCall, GatewayDay, GatewayInterface
from channels.gateway.rules import RULES, GatewayRules, may_carry_credential
from channels.gateway.schemas import OwnInterfaceView, RegisterInterface
from contracts.agreements.models import Agreement
from contracts.terms.prices import Meter
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import lock_name, one
from kernel.errors import FieldError
from kernel.jobs import desk
from kernel.log.record import record
from kernel.settings import Settings
from kernel.storage.keys import open_keyring
from kernel.storage.sealing import seal
from kernel.text import Text
from kernel.time.clock import day_in_china, end_of_day_in_china, start_of_day_in_china
from market.metering import rules as metering
from market.subscriptions.queries import of_agreement, plans_before
from market.subscriptions.states import SubscriptionState
from rights.assets import queries as assets

DAY_RESTS: Final = timedelta(minutes=10)
"""How long after its end a day is closed, for calls that end by the clock of another process."""


async def register(act: Act, asset_id: str, data: RegisterInterface, settings: Settings) -> OwnInterfaceView:
    """A new version of the interface of one's own asset; what callers would notice takes effect after the notice.

    Raises InterfaceUnfit naming every fault, and TooManyVersions.
    """
    asset = await assets.own_asset(act, asset_id)
    policy = RULES.at(act.today).body
    await lock_name(act.session, "gateway_interface", asset.id)
    before = await queries.newest(act.session, asset.id, act.at)
    told = await _read(act, data, before, policy, sandbox=settings.sandbox)
    last = await act.session.scalar(select(func.max(GatewayInterface.n)).where(GatewayInterface.asset_id == asset.id))
    await _require_room(act, asset.id, policy)
    notice = timedelta(days=policy.notice_days if told.changes else 0)
    sealed = seal(open_keyring(settings), CREDENTIAL, data.credential.value) if data.credential is not None else None
    row = GatewayInterface(
        id=ids.new("gwi"),
        asset_id=asset.id,
        provider=asset.party_id,
        n=(last or 0) + 1,
        base_url=data.base_url.rstrip("/"),
        document=told.document,
        original_sha256="sha256:" + canonical.sha256_hex(data.document.encode()),
        document_sha256=told.sha256,
        credential_header=data.credential.header if data.credential is not None else None,
        credential_sealed=sealed,
        changes=msgspec.to_builtins(told.changes),
        tests_per_day=data.tests_per_day,
        created_at=act.at,
        effective_at=act.at + notice,
    )
    act.session.add(row)
    facts = {"asset": asset.id, "n": row.n, "document": row.document_sha256, "original": row.original_sha256}
    callers = await queries.callers(act.session, asset.id) if told.changes else []
    record(act, "channels.interface.registered", row.id, parties=[asset.party_id, *callers], facts=facts)
    await act.session.flush()
    return queries.own_view(row)


async def _read(
    act: Act, data: RegisterInterface, before: GatewayInterface | None, policy: GatewayRules, *, sandbox: bool
) -> Read:
    """The document as it is kept, read at the desk; raises InterfaceUnfit for it and for the rest of what is said."""
    faults = []
    if (wrong := base_fault(data.base_url, sandbox=sandbox)) is not None:
        faults.append(FieldError("/base_url", wrong, "LT-GTW-01"))
    if data.credential is not None and not may_carry_credential(data.credential.header):
        text = Text("凭据不得置于该请求头", "No credential may stand in this header")
        faults.append(FieldError("/credential/header", text, "LT-GTW-01"))
    if data.tests_per_day > policy.tests_per_day_max:
        most = policy.tests_per_day_max
        faults.append(FieldError("/tests_per_day", Text(f"最多 {most} 次", f"{most} at most"), "LT-GTW-05"))
    content = data.document.encode()
    told = Read()
    if len(content) > policy.document_bytes_max:
        most = policy.document_bytes_max
        faults.append(FieldError("/document", Text(f"不得超过 {most} 字节", f"{most} bytes at most"), "LT-GTW-01"))
    else:
        earlier = before.document if before is not None else None
        told = await desk.answer(read, content, policy.bounds, earlier, party=act.actor.party, in_unit=True)
        faults += [FieldError(f"/document{one.pointer}", Text(one.zh, one.en), "LT-GTW-01") for one in told.faults]
    if faults:
        raise InterfaceUnfit(errors=faults, count=len(faults))
    return told


async def _require_room(act: Act, asset_id: str, policy: GatewayRules) -> None:
    since = start_of_day_in_china(act.today)
    query = select(func.count()).where(GatewayInterface.asset_id == asset_id, GatewayInterface.created_at >= since)
    if (await act.session.scalar(query) or 0) >= policy.versions_per_day_max:
        raise TooManyVersions(limit=policy.versions_per_day_max)


_EXPIRE = text(
    "SELECT * FROM settle_calls(ARRAY[:agreement], ARRAY[:call], ARRAY['expired'],"
    " ARRAY[CAST(:at AS timestamptz)], ARRAY[CAST(NULL AS bigint)], ARRAY['unanswered'], ARRAY[CAST(NULL AS bigint)],"
    " ARRAY[CAST(0 AS bigint)], ARRAY[CAST(:at AS timestamptz)], ARRAY[CAST(:ratings AS text)],"
    " ARRAY[CAST(NULL AS text)], ARRAY[CAST(NULL AS text)])"
)


async def expire(act: Act, call_id: str) -> None:
    """End a call that nobody settled in time: nothing is charged for it."""
    row = await one(act.session, GatewayCall, call_id)
    ratings = await _ratings(act, row)
    named = {"agreement": row.agreement_id, "call": row.id, "at": act.at, "ratings": ratings}
    await act.session.execute(_EXPIRE, named)


async def _ratings(act: Act, row: GatewayCall) -> str:
    """How the plan's meters rate what is let go, as the statement that lets it go reads it."""
    subscription = await of_agreement(act.session, row.agreement_id)
    if subscription is None:
        return "{}"
    trial = subscription.status is SubscriptionState.TRIALING
    plans = await plans_before(act.session, subscription.id, act.at)
    parts = {name: (plan, part) for plan in plans for name, part in metering.metered(plan).items()}
    rated = {
        name: msgspec.Raw(metering.rating_json(plan, name, trial=trial).encode())
        for name, (plan, part) in parts.items()
        if part.meter is Meter.CALL
    }
    return msgspec.json.encode(rated).decode()


async def close_day(act: Act, agreement_id: str) -> None:
    """Draw the receipts of an agreement's days that are over, in the public log too (rule LT-GTW-06)."""
    agreement = await one(act.session, Agreement, agreement_id)
    await lock_name(act.session, "gateway_day", agreement_id)
    over = start_of_day_in_china(day_in_china(act.at - DAY_RESTS))
    for day in await queries.open_days(act.session, agreement_id, over):
        since, until = start_of_day_in_china(day), end_of_day_in_china(day)
        counted = await queries.counted(act.session, agreement_id, since, until)
        row = GatewayDay(agreement_id=agreement_id, day=day, made_at=act.at, **counted)
        act.session.add(row)
        facts = {"agreement": agreement.digest, "day": day.isoformat(), **counted}
        record(act, "channels.gateway_day.closed", agreement_id, parties=agreement.parties, facts=facts)
