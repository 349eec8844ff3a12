"""One attempt to hand a message to a connector, and what its answer means."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import find_locked, unit
from kernel.runtime import Runtime
from kernel.storage.keys import open_keyring
from kernel.storage.sealing import unseal
from kernel.time.clock import SystemClock, day_in_china
from kernel.webhooks.sending import Outcome, Sender
from market.dataspace import rules
from market.dataspace.credentials import keys
from market.dataspace.messages.shapes import is_id
from market.dataspace.models import DataspaceCounterparty, DataspaceSent
from market.dataspace.participants import naming
from market.dataspace.participants.commands import TOKEN_OUT
from market.dataspace.processes import sending
from market.dataspace.processes.protocol import Protocol
from market.dataspace.states import Authentication

LATER: Final = (408, 425, 429)
"""Statuses below 500 after which the same message may be taken."""
RETRY_AFTER_SECONDS_MAX: Final = 3600


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one attempt needs, read before the network is waited for."""

    body: bytes
    url: str
    token: Callable[[], str | None]
    attempts: int

    def headers(self) -> dict[str, str]:
        """What goes with one request: a self-issued token is taken once, so each has its own."""
        known = {"content-type": "application/json", "accept": "application/json", "user-agent": "Liutong-Dataspace/1"}
        if (token := self.token()) is not None:
            known["authorization"] = token if " " in token else f"Bearer {token}"
        return known


async def attempt(runtime: Runtime, protocols: dict[str, Protocol], sent_id: str, number: int) -> None:
    """Make the attempt that was queued, once; no transaction is open while the other side is waited for."""
    numbers = rules.numbers(day_in_china(runtime.clock.now())).sending
    sender = Sender(sandbox=runtime.settings.sandbox, timeout_seconds=numbers.timeout_seconds)
    loaded = await _load(runtime, sent_id, number)
    if loaded is None:
        return
    outcome = await sender.ask(
        "POST", loaded.url, loaded.body, loaded.headers(), read_bytes_max=numbers.answer_bytes_max
    )
    async with runtime.act() as act:
        sent = await act.session.get_one(DataspaceSent, sent_id)
        protocol = protocols[sent.process_kind]
        wanted = await _wanted(act, protocol, sent)
    if outcome.status in (400, 409) and loaded.attempts and wanted is not None:
        # An earlier attempt may have arrived although its answer did not: then the process is where we want it.
        url, state = wanted
        seen = await sender.ask("GET", url, None, loaded.headers(), read_bytes_max=numbers.answer_bytes_max)
        if seen.received and _member(seen.body, "state") == state:
            outcome = seen
    async with runtime.act() as act:
        await settle(act, protocol, sent_id, number, outcome, spread=random.random())  # noqa: S311 - spreads retries


async def _load(runtime: Runtime, sent_id: str, number: int) -> Loaded | None:
    """The message with the token that goes with it; None for one that is done, or counted by a job that ran twice."""
    async with unit(runtime.sessions) as session:
        sent = await session.get(DataspaceSent, sent_id)
        if sent is None or sent.outcome != "pending" or sent.attempts != number or sent.body is None:
            return None
        counterparty = await session.get_one(DataspaceCounterparty, sent.counterparty_id)
        if not counterparty.active:
            return None  # Whatever waits for it is given up by the job of its closing.
        return Loaded(sent.body, sent.url, await _token(runtime, session, counterparty), sent.attempts)


async def _token(
    runtime: Runtime, session: AsyncSession, counterparty: DataspaceCounterparty
) -> Callable[[], str | None]:
    """What gives the token for each request to a counterparty."""
    keyring, sealed, participant = open_keyring(runtime.settings), counterparty.token_out, counterparty.participant
    if counterparty.authentication is Authentication.SELF_ISSUED:
        names = (naming.did(runtime.settings.public_url, participant), counterparty.did)
        return await keys.issuing(session, participant, names, keyring, SystemClock(), runtime.clock.now())
    token = unseal(keyring, TOKEN_OUT, sealed) if sealed is not None else None
    return lambda: token


async def _wanted(act: Act, protocol: Protocol, sent: DataspaceSent) -> tuple[str, str] | None:
    """Where the other side shows its state of the process, and which state shows that it has the message."""
    row = await act.session.get_one(protocol.model, sent.process_id)
    step = next(
        (s for (state, a), s in protocol.machine.table.items() if state == row.status and a == sent.action), None
    )
    if row.other_pid is None or step is None:
        return None
    root = sent.url.partition(f"/{protocol.path}/")[0]
    return f"{root}/{protocol.path}/{row.other_pid}", str(step.to).upper()


def _member(body: bytes, name: str) -> str | None:
    """A member of an answer, if it is an object that has it as a text."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    found = value.get(name) if isinstance(value, dict) else None
    return found if is_id(found) else None


async def settle(act: Act, protocol: Protocol, sent_id: str, number: int, outcome: Outcome, *, spread: float) -> None:
    """Note an attempt's outcome: taken, to be tried again, or refused; one that was noted already changes nothing."""
    process = (await act.session.get_one(DataspaceSent, sent_id)).process_id
    row: Any = await find_locked(act.session, select(protocol.model).where(protocol.model.id == process))
    sent = await find_locked(act.session, select(DataspaceSent).where(DataspaceSent.id == sent_id))
    if row is None or sent is None or sent.outcome != "pending" or sent.attempts != number:
        return
    sent.attempts += 1
    sent.last_status, sent.last_failure = outcome.status, outcome.failure
    if outcome.received:
        pid = _member(outcome.body, "consumerPid" if row.side == "provider" else "providerPid")
        await sending.acknowledged(act, protocol, row, sent, pid)
        return
    if outcome.status is not None and 400 <= outcome.status < 500 and outcome.status not in LATER:
        why = f"{outcome.status}: {outcome.body[:300].decode('utf-8', 'replace')}".replace("\x00", "")
        if sent.action is None:
            sent.outcome, sent.next_attempt_at = "refused", None
        else:
            await sending.refused(act, protocol, row, sent, why)
        return
    row.failure = outcome.failure or f"status-{outcome.status}"
    delay = _delay(act, sent, outcome, spread)
    sent.next_attempt_at = act.at + delay
    if sent.action is None and sent.attempts > GOODBYES:
        sent.outcome, sent.next_attempt_at = "given_up", None
        return
    await sending.attempt_later(act, sent, delay)


GOODBYES: Final = 8
"""How often the other side is told of an end that needs no answer."""


def _delay(act: Act, sent: DataspaceSent, outcome: Outcome, spread: float) -> timedelta:
    delay = rules.retry_delay(sent.attempts, spread, rules.numbers(act.today).sending)
    asked = outcome.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        delay = max(delay, timedelta(seconds=min(int(asked[:6]), RETRY_AFTER_SECONDS_MAX)))
    return delay
