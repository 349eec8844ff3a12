"""The inbox: what a gateway reports is stored at once and reacted to from a queue, so a report is never lost.

A reaction asks the gateway how things stand now and believes that, not the event: reports may be late, doubled or
out of order.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import stripe
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one, unit
from kernel.documents.checks import parse_json
from kernel.errors import NotFound
from kernel.jobs.queue import enqueue
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.states import Role
from kernel.time.clock import SystemClock
from market.ledger.book import Source
from market.payments import commands, rules
from market.payments.errors import WebhookNotSetUp, WebhookRefused
from market.payments.gateways.protocol import Seen
from market.payments.gateways.registry import gateway
from market.payments.models import InboxEvent, Payment
from market.payments.queries import inbox_view
from market.payments.schemas import InboxEventView, WebhookAnswer
from market.payments.states import INBOX, PAYMENT, InboxAction, InboxState, PaymentAction, PaymentState
from market.payments.subjects import payment_with_subject

Apply = Callable[[Act], Awaitable[None]]
Reaction = Callable[[Runtime, dict[str, Any]], Awaitable[Apply]]

WAITS: Final = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 3600, 14400))
"""Between attempts; after the last the event is dead until somebody revives it."""

ERROR_LENGTH_MAX: Final = 500


def read_stripe_event(settings: Settings, body: bytes, signature: str | None) -> dict[str, Any]:
    """Check the signature over the raw body and give the event; raises WebhookNotSetUp or WebhookRefused.

    What is signed and yet no event is refused as well: it would fail each time that it is sent again.
    """
    if not settings.stripe_webhook_secret:
        raise WebhookNotSetUp(kind="webhook", id="stripe")
    try:
        secret, tolerance = str(settings.stripe_webhook_secret), stripe.Webhook.DEFAULT_TOLERANCE
        stripe.WebhookSignature.verify_header(body, signature, secret, tolerance)
        event = parse_json(body)
    except (ValueError, stripe.SignatureVerificationError) as problem:
        raise WebhookRefused from problem
    # Stripe's clock is the world's, and never the sandbox's.
    if rules.event_fault(event) is not None or rules.from_the_future(signature or "", SystemClock().now()):
        raise WebhookRefused
    return event


async def take(act: Act, event: dict[str, Any], *, live: bool) -> WebhookAnswer:
    """Store an event that somebody reacts to, once; what is unknown or of the other mode is dropped."""
    if event["type"] not in REACTIONS or event["livemode"] is not live:
        return WebhookAnswer(outcome="ignored")
    await lock_name(act.session, "inbox", "stripe", event["id"])
    stored = select(InboxEvent.id).where(InboxEvent.source == "stripe", InboxEvent.external_id == event["id"])
    if await act.session.scalar(stored) is not None:
        return WebhookAnswer(outcome="known")
    row = InboxEvent(
        id=ids.new("evt"),
        source="stripe",
        external_id=event["id"],
        kind=event["type"],
        body=event,
        received_at=act.at,
        attempts=0,
        next_attempt_at=act.at,
    )
    await lifecycle.begin(act.by(SYSTEM), row, INBOX, external_id=event["id"], kind=event["type"])
    await _queue(act.session, row, timedelta())
    return WebhookAnswer(outcome="stored")


async def _queue(session: AsyncSession, row: InboxEvent, delay: timedelta) -> None:
    name = f"inbox/{row.id}/{row.version}/{row.attempts}"
    await enqueue(session, "payments.react", {"event_id": row.id}, delay=delay or None, dedupe=name)


async def react(runtime: Runtime, event_id: str) -> None:
    """React to a stored event; a failure is counted, waited for and at last buried, never lost."""
    async with unit(runtime.sessions) as session:
        event = await one(session, InboxEvent, event_id)
    if event.status is not InboxState.RECEIVED:
        return
    try:
        apply = await REACTIONS[event.kind](runtime, event.body)
        async with runtime.act() as act:
            row = await locked(act.session, InboxEvent, event_id)
            if row.status is InboxState.RECEIVED:
                await apply(act)
                await _handled(act, row)
    except Exception as problem:
        # Whatever it was must be seen by the clearing officer: an event that failed is money that is not booked.
        await _failed(runtime, event_id, problem)


async def _handled(act: Act, row: InboxEvent) -> None:
    await lifecycle.advance(act.by(SYSTEM), row, INBOX, InboxAction.HANDLE, Role.SYSTEM)
    row.handled_at = act.at
    row.next_attempt_at = None
    row.attempts += 1


async def _failed(runtime: Runtime, event_id: str, problem: Exception) -> None:
    async with runtime.act() as act:
        row = await locked(act.session, InboxEvent, event_id)
        if row.status is not InboxState.RECEIVED:
            return
        at, tried = act.at, row.attempts + 1
        text = f"{type(problem).__name__}: {problem}"[:ERROR_LENGTH_MAX]
        if tried > len(WAITS):
            await lifecycle.advance(act, row, INBOX, InboxAction.BURY, Role.SYSTEM, error=text)
            row.next_attempt_at = None
        else:
            row.next_attempt_at = at + WAITS[tried - 1]
        row.attempts = tried
        row.last_error = text
        if row.status is InboxState.RECEIVED:
            await _queue(act.session, row, WAITS[tried - 1])


async def revive(act: Act, event_id: str) -> InboxEventView:
    """Try a dead event again, after its cause was mended."""
    row = await locked(act.session, InboxEvent, event_id)
    role = Role.CLEARING if act.actor.has(Role.CLEARING) else Role.OPERATOR
    await lifecycle.advance(act, row, INBOX, InboxAction.REVIVE, role)
    row.attempts = 0
    row.next_attempt_at = act.at
    await _queue(act.session, row, timedelta())
    return inbox_view(row)


async def overdue(runtime: Runtime) -> int:
    """Queue events again whose job was lost; gives how many."""
    late = runtime.clock.now() - timedelta(minutes=10)
    waiting = (InboxEvent.status == InboxState.RECEIVED) & (InboxEvent.next_attempt_at < late)
    async with unit(runtime.sessions) as session:
        rows = (await session.scalars(select(InboxEvent).where(waiting).limit(100))).all()
        for row in rows:
            await _queue(session, row, timedelta())
    return len(rows)


async def follow_session(runtime: Runtime, event: dict[str, Any]) -> Apply:
    """Bring a payment to where its Checkout page stands at Stripe."""
    page = event["data"]["object"]
    async with unit(runtime.sessions) as session:
        payment = await _payment_of(session, page)
    seen = await gateway(runtime, "card").look(page["id"])

    async def apply(act: Act) -> None:
        await _apply(act, payment.id, seen)

    return apply


async def _payment_of(session: AsyncSession, page: dict[str, Any]) -> Payment:
    """Find the payment by the id that we gave the page: the report may come before the page's id is stored."""
    payment = await session.get(Payment, page.get("client_reference_id") or "")
    if payment is None or payment.method != "card" or payment.gateway_reference not in (None, page["id"]):
        raise NotFound(kind="payment", id=str(page["id"])[:80])
    return payment


async def _apply(act: Act, payment_id: str, seen: Seen) -> None:
    payment = await payment_with_subject(act, payment_id)
    if seen.state == "paid" and seen.money is not None:
        if payment.status in (PaymentState.SUCCEEDED, PaymentState.REFUNDED):
            return
        await commands.succeed(act.by(SYSTEM), Role.SYSTEM, payment, seen.money, Source.STRIPE)
        payment.charge_reference = seen.charge_reference
    elif seen.state == "failed" and payment.status is PaymentState.OPENED:
        await commands.fail(act, payment, "payment_failed")
    elif seen.state == "closed" and payment.status is PaymentState.OPENED:
        parties = [payment.payer]
        await lifecycle.advance(act.by(SYSTEM), payment, PAYMENT, PaymentAction.CANCEL, Role.SYSTEM, parties=parties)


REACTIONS: Final[dict[str, Reaction]] = {
    "checkout.session.completed": follow_session,
    "checkout.session.async_payment_succeeded": follow_session,
    "checkout.session.async_payment_failed": follow_session,
    "checkout.session.expired": follow_session,
}
"""What is reacted to; every other kind of event is answered and dropped."""
