"""Sending in the background: entries become messages in the log's order, and each is tried until it is received."""

import random
from datetime import timedelta
from typing import Any

from kernel.db import unit
from kernel.jobs.queue import job, sweep
from kernel.log.models import LogEntry
from kernel.runtime import Runtime
from kernel.time.clock import SystemClock
from kernel.webhooks import commands, rules
from kernel.webhooks.models import WebhookDelivery, WebhookEndpoint
from kernel.webhooks.sending import Outcome, Sender, signed
from kernel.webhooks.states import WebhookState


@sweep("kernel.webhooks.fan-out", timedelta(milliseconds=500))
async def _fan_out(runtime: Runtime) -> None:
    await commands.fan_out(runtime.sessions, clock=runtime.clock)


@sweep("kernel.webhooks.forget", timedelta(hours=1))
async def _forget(runtime: Runtime) -> None:
    now = runtime.clock.now()
    async with unit(runtime.sessions) as session:
        await commands.forget(session, now - timedelta(days=commands.numbers(now).history_days))


@job(commands.DELIVER)
async def deliver(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Make the attempt that was queued, once; no transaction is open while the receiver is waited for."""
    endpoint_id, entry_id, attempt = str(payload["endpoint"]), str(payload["entry"]), int(payload["attempt"])
    async with runtime.act() as act:
        if await commands.ends_with_key(act, endpoint_id):
            return
    async with unit(runtime.sessions) as session:
        endpoint = await session.get(WebhookEndpoint, endpoint_id)
        row = await session.get(WebhookDelivery, (endpoint_id, entry_id))
        if endpoint is None or endpoint.status is WebhookState.DISABLED:
            return
        if row is None or row.next_attempt_at is None or row.attempts != attempt:
            return  # Removed, done, or counted already by a job that ran twice.
        entry = await session.get_one(LogEntry, entry_id)
    outcome = await _attempt(runtime, endpoint, row, entry)
    async with runtime.act() as act:
        await commands.settle_attempt(act, endpoint_id, entry_id, attempt, outcome, spread=random.random())  # noqa: S311 - spreads retries, hides nothing


async def _attempt(runtime: Runtime, endpoint: WebhookEndpoint, row: WebhookDelivery, entry: LogEntry) -> Outcome:
    now = runtime.clock.now()
    numbers = commands.numbers(now)
    body = rules.body(
        entry.id,
        row.log_index,
        entry.kind,
        entry.subject,
        entry.at,
        entry.facts,
        bytes_max=numbers.payload_bytes_max,
    )
    # The sandbox's clock may be months ahead; a receiver's is not.
    headers = signed(entry.id, body, rules.valid_secrets(endpoint.secrets, now), SystemClock())
    sender = Sender(sandbox=runtime.settings.sandbox, timeout_seconds=numbers.timeout_seconds)
    return await sender.post(endpoint.url, body, headers)
