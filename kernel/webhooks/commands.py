"""Setting up addresses, making entries into messages, and noting what became of them."""

import base64
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.db import Sessions, find_locked, lock_name, locked, unit
from kernel.errors import FieldError
from kernel.identity.queries import was_revoked
from kernel.jobs.queue import enqueue
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import Clock, day_in_china
from kernel.webhooks import queries, rules
from kernel.webhooks.errors import WebhookAddressRefused, WebhookDisabled, WebhookKindUnknown, WebhookLimitReached
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


async def create(act: Act, data: CreateWebhook, *, sandbox: bool) -> NewWebhookView:
    """Set up an address; it gets what happens from now on."""
    assert act.actor.party is not None
    fault = rules.url_fault(data.url, sandbox=sandbox)
    if fault is not None:
        raise WebhookAddressRefused(errors=[FieldError("/url", fault, rule="LT-GEN-06")])
    if faults := rules.kind_faults(data.kinds):
        raise WebhookKindUnknown(errors=faults)
    await lock_name(act.session, "webhooks", act.actor.party)
    limit = numbers(act.at).endpoints_max
    if await queries.count(act.session, act.actor.party) >= limit:
        raise WebhookLimitReached(limit=limit)
    secret = _secret()
    endpoint = WebhookEndpoint(
        id=ids.new("whk"),
        party_id=act.actor.party,
        url=data.url,
        kinds=sorted(set(data.kinds)),
        secrets=[{"secret": secret, "expires_at": None}],
        cursor=await queries.head(act.session),
        made_by=act.actor.hand,
        failing_since=None,
        created_at=act.at,
    )
    await lifecycle.begin(act, endpoint, WEBHOOK, parties=[act.actor.party], kinds=endpoint.kinds)
    return NewWebhookView(webhook=queries.webhook_view(endpoint, act.actor), secret=secret)


async def remove(act: Act, endpoint_id: str) -> None:
    """Take an address away with its messages; the entries themselves stay in the log."""
    endpoint = queries.own(await locked(act.session, WebhookEndpoint, endpoint_id), act.actor)
    record(act, "kernel.webhook.removed", endpoint.id, parties=[endpoint.party_id])
    await act.session.delete(endpoint)


async def rotate(act: Act, endpoint_id: str) -> RotationView:
    """Give an address a new secret; the old one signs beside it for a day, so that the receiver loses nothing."""
    endpoint = queries.own(await locked(act.session, WebhookEndpoint, endpoint_id), act.actor)
    secret = _secret()
    until = act.at + timedelta(hours=numbers(act.at).previous_secret_hours)
    endpoint.secrets = rules.rotated(endpoint.secrets, secret, until)
    record(act, "kernel.webhook.rotated", endpoint.id, parties=[endpoint.party_id])
    return RotationView(webhook=queries.webhook_view(endpoint, act.actor), secret=secret, previous_valid_until=until)


async def send_test(act: Act, endpoint_id: str) -> WebhookTestView:
    """Record a test; it travels through the log to this address as everything else does."""
    endpoint = queries.own(await locked(act.session, WebhookEndpoint, endpoint_id), act.actor)
    if endpoint.status is not WebhookState.ACTIVE:
        raise WebhookDisabled
    entry = record(act, rules.TESTED, endpoint.id, parties=[endpoint.party_id])
    return WebhookTestView(entry_id=entry.id)


async def enable(act: Act, endpoint_id: str) -> WebhookView:
    """Take up an address again: what waited is sent now, and what happened meanwhile follows in order."""
    endpoint = queries.own(await locked(act.session, WebhookEndpoint, endpoint_id), act.actor)
    role = next((role for role in OWNERS if act.actor.has(role)), Role.SYSTEM)
    await lifecycle.advance(act, endpoint, WEBHOOK, WebhookAction.ENABLE, role)
    endpoint.failing_since, endpoint.made_by = None, act.actor.hand
    waiting = select(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.next_attempt_at.is_not(None)
    )
    for row in await act.session.scalars(waiting.order_by(WebhookDelivery.log_index).with_for_update()):
        row.next_attempt_at = act.at
        await _queue(act.session, row)
    return queries.webhook_view(endpoint, act.actor)


async def fan_out(sessions: Sessions, *, clock: Clock) -> int:
    """Make new entries into messages for every address that wants them; gives how many messages."""
    async with unit(sessions) as session:
        endpoints = await queries.behind(session)
    return sum([await _catch_up(sessions, endpoint_id, clock) for endpoint_id in endpoints])


async def _catch_up(sessions: Sessions, endpoint_id: str, clock: Clock) -> int:
    """Bring one address up to the head of the log, batch by batch; cursor, messages and jobs move together."""
    messages = 0
    while True:
        async with unit(sessions) as session:
            query = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id)
            endpoint = await session.scalar(query.with_for_update(skip_locked=True))
            if endpoint is None or endpoint.status is not WebhookState.ACTIVE:
                return messages
            entries = await queries.entries_after(session, endpoint.party_id, endpoint.cursor, BATCH)
            for entry in entries:
                if rules.wants(endpoint.id, endpoint.kinds, entry.kind, entry.subject):
                    assert entry.log_index is not None
                    await _message(session, endpoint.id, entry.id, entry.log_index, clock.now())
                    messages += 1
            if entries:
                endpoint.cursor = entries[-1].log_index or 0
        if len(entries) < BATCH:
            return messages


async def _message(session: AsyncSession, endpoint_id: str, entry_id: str, log_index: int, at: datetime) -> None:
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


async def _queue(session: AsyncSession, row: WebhookDelivery, delay: timedelta | None = None) -> None:
    name = f"{DELIVER}/{row.endpoint_id}/{row.entry_id}/{row.attempts}"
    payload = {"endpoint": row.endpoint_id, "entry": row.entry_id, "attempt": row.attempts}
    await enqueue(session, DELIVER, payload, delay=delay, dedupe=name)


async def ends_with_key(act: Act, endpoint_id: str) -> bool:
    """Disable an address whose key was revoked: nothing that whoever had it set up goes on by itself; say whether.

    Its messages wait. An owner who knows the address enables it again, and then it is of the key that does.
    """
    endpoint = await find_locked(act.session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))
    if endpoint is None or endpoint.made_by is None or not await was_revoked(act.session, endpoint.made_by):
        return False
    if endpoint.status is WebhookState.ACTIVE:
        parties = [endpoint.party_id]
        await lifecycle.advance(
            act, endpoint, WEBHOOK, WebhookAction.DISABLE, Role.SYSTEM, parties=parties, reason="key-revoked"
        )
    return True


async def settle_attempt(
    act: Act, endpoint_id: str, entry_id: str, attempt: int, outcome: Outcome, *, spread: float
) -> None:
    """Note an attempt's outcome and queue the next; an attempt that was noted already changes nothing."""
    endpoint = await find_locked(act.session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id))
    row = await queries.locked_delivery(act.session, endpoint_id, entry_id)
    if endpoint is None or row is None or row.delivered_at is not None or row.attempts != attempt:
        return
    row.attempts += 1
    row.last_status, row.last_failure = outcome.status, outcome.failure
    if outcome.received:
        row.delivered_at, row.next_attempt_at = act.at, None
        endpoint.failing_since = None
        return
    endpoint.failing_since = endpoint.failing_since or act.at
    delay = rules.retry_delay(row.attempts, spread, numbers(act.at))
    row.next_attempt_at = None if delay is None else act.at + delay
    if delay is not None:
        await _queue(act.session, row, delay)
    await _give_up(act, endpoint, outcome)


async def _give_up(act: Act, endpoint: WebhookEndpoint, outcome: Outcome) -> None:
    """Disable an address that has failed for days, or that says itself that it is gone."""
    assert endpoint.failing_since is not None
    failed_long = act.at - endpoint.failing_since >= timedelta(days=numbers(act.at).disable_after_days)
    if endpoint.status is WebhookState.ACTIVE and (failed_long or outcome.gone):
        reason = "gone" if outcome.gone else "failing"
        await lifecycle.advance(
            act,
            endpoint,
            WEBHOOK,
            WebhookAction.DISABLE,
            Role.SYSTEM,
            parties=[endpoint.party_id],
            reason=reason,
        )


async def forget(session: AsyncSession, before: datetime) -> None:
    """Drop the history of messages that are delivered or given up; their entries stay in the log."""
    await session.execute(
        delete(WebhookDelivery).where(WebhookDelivery.created_at < before, WebhookDelivery.next_attempt_at.is_(None))
    )
