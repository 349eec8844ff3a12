"""Setting up addresses, making entries into messages, and noting what became of them."""

import base64
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.actor import SYSTEM, Actor
from kernel.db import Sessions, lock_name, locked, unit
from kernel.errors import FieldError
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import Clock, day_in_china
from kernel.webhooks import queries, rules
from kernel.webhooks.errors import WebhookAddressRefused, WebhookDisabled, WebhookLimitReached
from kernel.webhooks.models import WebhookDelivery, WebhookEndpoint
from kernel.webhooks.schemas import CreateWebhook, NewWebhookView, RotationView, WebhookTestView, WebhookView
from kernel.webhooks.sending import Outcome
from kernel.webhooks.states import OWNERS, WEBHOOK, WebhookAction, WebhookState

DELIVER = "kernel.webhook.deliver"
BATCH = 200


def numbers(at: datetime) -> rules.Webhooks:
    """The policy of a moment."""
    return rules.POLICY.at(day_in_china(at)).body


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


async def create(
    session: AsyncSession, actor: Actor, data: CreateWebhook, *, clock: Clock, sandbox: bool
) -> NewWebhookView:
    """Set up an address; it gets what happens from now on."""
    assert actor.party is not None
    fault, now = rules.url_fault(data.url, sandbox=sandbox), clock.now()
    if fault is not None:
        raise WebhookAddressRefused(errors=[FieldError("/url", fault, rule="LT-GEN-06")])
    await lock_name(session, "webhooks", actor.party)
    limit = numbers(now).endpoints_max
    if await queries.count(session, actor.party) >= limit:
        raise WebhookLimitReached(limit=limit)
    secret = _secret()
    endpoint = WebhookEndpoint(
        id=ids.new("whk"),
        party_id=actor.party,
        url=data.url,
        kinds=sorted(set(data.kinds)),
        secrets=[{"secret": secret, "expires_at": None}],
        cursor=await queries.head(session),
        failing_since=None,
        created_at=now,
    )
    await lifecycle.begin(session, endpoint, WEBHOOK, actor, at=now, parties=[actor.party], kinds=endpoint.kinds)
    return NewWebhookView(webhook=queries.webhook_view(endpoint, actor), secret=secret)


async def remove(session: AsyncSession, actor: Actor, endpoint_id: str, *, clock: Clock) -> None:
    """Take an address away with its messages; the entries themselves stay in the log."""
    endpoint = queries.own(await locked(session, WebhookEndpoint, endpoint_id), actor)
    record(session, actor, "kernel.webhook.removed", endpoint.id, at=clock.now(), parties=[endpoint.party_id])
    await session.delete(endpoint)


async def rotate(session: AsyncSession, actor: Actor, endpoint_id: str, *, clock: Clock) -> RotationView:
    """Give an address a new secret; the old one signs beside it for a day, so that the receiver loses nothing."""
    endpoint = queries.own(await locked(session, WebhookEndpoint, endpoint_id), actor)
    now, secret = clock.now(), _secret()
    until = now + timedelta(hours=numbers(now).previous_secret_hours)
    endpoint.secrets = rules.rotated(endpoint.secrets, secret, until)
    record(session, actor, "kernel.webhook.rotated", endpoint.id, at=now, parties=[endpoint.party_id])
    return RotationView(webhook=queries.webhook_view(endpoint, actor), secret=secret, previous_valid_until=until)


async def send_test(session: AsyncSession, actor: Actor, endpoint_id: str, *, clock: Clock) -> WebhookTestView:
    """Record a test; it travels through the log to this address as everything else does."""
    endpoint = queries.own(await locked(session, WebhookEndpoint, endpoint_id), actor)
    if endpoint.status is not WebhookState.ACTIVE:
        raise WebhookDisabled
    entry = record(session, actor, rules.TESTED, endpoint.id, at=clock.now(), parties=[endpoint.party_id])
    return WebhookTestView(entry_id=entry.id)


async def enable(session: AsyncSession, actor: Actor, endpoint_id: str, *, clock: Clock) -> WebhookView:
    """Take up an address again: what waited is sent now, and what happened meanwhile follows in order."""
    endpoint = queries.own(await locked(session, WebhookEndpoint, endpoint_id), actor)
    now = clock.now()
    role = next((role for role in OWNERS if actor.has(role)), Role.SYSTEM)
    await lifecycle.advance(session, endpoint, WEBHOOK, WebhookAction.ENABLE, actor, role, at=now)
    endpoint.failing_since = None
    waiting = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.next_attempt_at.is_not(None)
    )
    for row in await session.scalars(waiting.order_by(WebhookDelivery.log_index).with_for_update()):
        row.next_attempt_at = now
        await _queue(session, row)
    return queries.webhook_view(endpoint, actor)


async def fan_out(sessions: Sessions, *, clock: Clock) -> int:
    """Make new entries into messages for every address that wants them; gives how many messages."""
    async with unit(sessions) as session:
        endpoints = await queries.behind(session)
    made = 0
    for endpoint_id in endpoints:
        made += await _catch_up(sessions, endpoint_id, clock)
    return made


async def _catch_up(sessions: Sessions, endpoint_id: str, clock: Clock) -> int:
    """Bring one address up to the head of the log, batch by batch; cursor, messages and jobs move together."""
    made = 0
    while True:
        async with unit(sessions) as session:
            found = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update(skip_locked=True)
            endpoint = await session.scalar(found)
            if endpoint is None or endpoint.status is not WebhookState.ACTIVE:
                return made
            entries = await queries.entries_after(session, endpoint.party_id, endpoint.cursor, BATCH)
            for entry in entries:
                if rules.wants(endpoint.id, endpoint.kinds, entry.kind, entry.subject):
                    assert entry.log_index is not None
                    made += await _message(session, endpoint.id, entry.id, entry.log_index, clock.now())
            if entries:
                endpoint.cursor = entries[-1].log_index or 0
        if len(entries) < BATCH:
            return made


async def _message(session: AsyncSession, endpoint_id: str, entry_id: str, log_index: int, at: datetime) -> int:
    row = WebhookDelivery(
        endpoint_id=endpoint_id,
        entry_id=entry_id,
        log_index=log_index,
        attempts=0,
        next_attempt_at=at,
        last_status=None,
        last_failure=None,
        delivered_at=None,
        created_at=at,
    )
    session.add(row)
    await session.flush()
    await _queue(session, row)
    return 1


async def _queue(session: AsyncSession, row: WebhookDelivery, delay: timedelta | None = None) -> None:
    name = f"{DELIVER}/{row.endpoint_id}/{row.entry_id}/{row.attempts}"
    payload = {"endpoint": row.endpoint_id, "entry": row.entry_id, "attempt": row.attempts}
    await enqueue(session, DELIVER, payload, delay=delay, dedupe=name)


async def settle_attempt(
    session: AsyncSession,
    endpoint_id: str,
    entry_id: str,
    attempt: int,
    outcome: Outcome,
    *,
    clock: Clock,
    spread: float,
) -> None:
    """Note an attempt's outcome and queue the next; an attempt that was noted already changes nothing."""
    endpoint = await session.scalar(select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update())
    row = await queries.locked_delivery(session, endpoint_id, entry_id)
    if endpoint is None or row is None or row.delivered_at is not None or row.attempts != attempt:
        return
    now = clock.now()
    row.attempts += 1
    row.last_status, row.last_failure = outcome.status, outcome.failure
    if outcome.received:
        row.delivered_at, row.next_attempt_at = now, None
        endpoint.failing_since = None
        return
    endpoint.failing_since = endpoint.failing_since or now
    delay = rules.retry_delay(row.attempts, spread, numbers(now))
    row.next_attempt_at = None if delay is None else now + delay
    if delay is not None:
        await _queue(session, row, delay)
    await _give_up(session, endpoint, outcome, now)


async def _give_up(session: AsyncSession, endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    """Disable an address that has failed for days, or that says itself that it is gone."""
    assert endpoint.failing_since is not None
    failed_long = now - endpoint.failing_since >= timedelta(days=numbers(now).disable_after_days)
    if endpoint.status is WebhookState.ACTIVE and (failed_long or outcome.gone):
        reason = "gone" if outcome.gone else "failing"
        await session.flush()
        await lifecycle.advance(
            session,
            endpoint,
            WEBHOOK,
            WebhookAction.DISABLE,
            SYSTEM,
            Role.SYSTEM,
            at=now,
            parties=[endpoint.party_id],
            reason=reason,
        )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Drop the history of messages that are delivered or given up; their entries stay in the log."""
    await session.execute(
        delete(WebhookDelivery).where(WebhookDelivery.created_at < before, WebhookDelivery.next_attempt_at.is_(None))
    )
