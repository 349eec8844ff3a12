"""Cards through Stripe: Checkout for paying in, separate charges and transfers for sharing out.

Money is held on the platform's balance until acceptance. Every call carries an idempotency key of the row it is for,
so a repeat after a crash is the same call; Stripe is never called inside a transaction of ours.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import stripe
import structlog

from kernel.money import Money
from kernel.settings import Secret, Settings, SettingsInvalid
from market.ledger.book import Source
from market.payments.errors import GatewayUnavailable, PaymentInProgress, PaymentRefused
from market.payments.gateways.protocol import (
    Opened,
    PaymentIntentFacts,
    Seen,
    SeenDispute,
    SeenPayout,
    SeenRefund,
    Sent,
)

API_VERSION: Final = "2026-10-28.endive"
TIMEOUT_SECONDS: Final = 20
RETRIES: Final = 2
PAGE: Final = 100

log: Final = structlog.get_logger("liutong.stripe")


@asynccontextmanager
async def client_of(key: Secret, base: str | None) -> AsyncIterator[stripe.StripeClient]:
    """Open a client for one use: payments are rare, and an HTTP pool nobody closes is worse than a handshake.

    What Stripe refuses is raised as PaymentRefused, what it does not answer as GatewayUnavailable.
    """
    http = stripe.HTTPXClient(timeout=TIMEOUT_SECONDS)
    try:
        yield stripe.StripeClient(
            str(key),
            stripe_version=API_VERSION,
            base_addresses={"api": base} if base else None,
            http_client=http,
            max_network_retries=RETRIES,
        )
    except stripe.StripeError as problem:
        raise _refusal(problem) from problem
    finally:
        await http.close_async()  # type: ignore[no-untyped-call]


class StripeGateway:
    """Speaks to Stripe with the real SDK; `stripe_api_base` points it to a double in the sandbox."""

    source: Final = Source.STRIPE

    def __init__(self, settings: Settings) -> None:
        check_key(settings)
        self._key = settings.stripe_api_key
        self._base = settings.stripe_api_base

    def _client(self) -> AbstractAsyncContextManager[stripe.StripeClient]:
        return client_of(self._key, self._base)

    async def open(self, intent: PaymentIntentFacts) -> Opened:
        """Open a Checkout page for exactly this amount."""
        price: Any = {
            "currency": intent.money.currency.lower(),
            "unit_amount": intent.money.minor,
            "product_data": {"name": intent.title},
        }
        params: Any = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": intent.payment_id,
            "metadata": {"payment": intent.payment_id, "order": intent.order_id},
            "payment_intent_data": {
                "transfer_group": intent.order_id,
                "metadata": {"payment": intent.payment_id, "order": intent.order_id},
            },
            "success_url": intent.return_url,
            "cancel_url": intent.return_url,
        }
        async with self._client() as client:
            session = await client.v1.checkout.sessions.create_async(params, _once(intent.payment_id, "open"))
        return Opened(session.id, session.url, None)

    async def look(self, reference: str) -> Seen:
        """Read the session as it is now, not as an event once told it."""
        async with self._client() as client:
            session = await client.v1.checkout.sessions.retrieve_async(reference, {"expand": ["payment_intent"]})
        return _seen(session)

    async def close(self, payment_id: str, reference: str) -> None:
        """Expire the page; one that is paid cannot be."""
        async with self._client() as client:
            session = await client.v1.checkout.sessions.retrieve_async(reference)
            if session.status == "complete":
                raise PaymentInProgress
            if session.status == "open":
                await client.v1.checkout.sessions.expire_async(reference, {}, _once(payment_id, "close"))

    async def refund(self, refund_id: str, payment_id: str, charge_reference: str | None, money: Money) -> SeenRefund:
        """Refund a part or the whole of a charge, once.

        Stripe may forget a key after a day, and a job can wait longer: a refund that was made already is looked up by
        what it was told, and no other is asked for.
        """
        if charge_reference is None:
            raise PaymentRefused(reason="no_charge")
        told = {"refund": refund_id, "payment": payment_id}
        params: Any = {"charge": charge_reference, "amount": money.minor, "metadata": told}
        async with self._client() as client:
            made = await client.v1.refunds.list_async({"charge": charge_reference, "limit": PAGE})
            async for each in made.auto_paging_iter():
                if _told(each, "refund") == refund_id:
                    return _seen_refund(each)
            return _seen_refund(await client.v1.refunds.create_async(params, _once(refund_id, "refund")))

    async def look_refund(self, reference: str) -> SeenRefund:
        """Read the refund as it is now; what succeeded can still fail some days later."""
        async with self._client() as client:
            return _seen_refund(await client.v1.refunds.retrieve_async(reference))

    async def look_dispute(self, reference: str) -> SeenDispute:
        """Read the dispute as it is now, with what it has moved on the balance: nothing, taken, or given back too."""
        async with self._client() as client:
            return _seen_dispute(await client.v1.disputes.retrieve_async(reference))

    async def answer_dispute(self, dispute_id: str, reference: str, evidence: dict[str, Any]) -> None:
        """Submit the evidence; Stripe takes it practically once."""
        params: Any = {"evidence": evidence, "submit": True}
        async with self._client() as client:
            await client.v1.disputes.update_async(reference, params, _once(dispute_id, "answer"))

    async def close_dispute(self, dispute_id: str, reference: str) -> None:
        """Accept the loss; it cannot be undone."""
        async with self._client() as client:
            await client.v1.disputes.close_async(reference, {}, _once(dispute_id, "close"))

    async def transfer(
        self, transfer_id: str, destination: str, money: Money, *, order_id: str, charge_reference: str | None
    ) -> Sent:
        """Move a share of the charge to a connected account; `source_transaction` lets it go before funds settle.

        Stripe may forget a key after a day, and a job can wait longer: a transfer that was made already is looked up by
        what it was told, and no other is asked for.
        """
        params: Any = {
            "amount": money.minor,
            "currency": money.currency.lower(),
            "destination": destination,
            "transfer_group": order_id,
            "metadata": {"order": order_id, "transfer": transfer_id},
        }
        if charge_reference is not None:
            params["source_transaction"] = charge_reference
        of_group: Any = {"transfer_group": order_id, "limit": PAGE}
        async with self._client() as client:
            made = await client.v1.transfers.list_async(of_group)
            async for each in made.auto_paging_iter():
                if _told(each, "transfer") == transfer_id:
                    return Sent(each.id, done=True)
            sent = await client.v1.transfers.create_async(params, _once(transfer_id, "transfer"))
        return Sent(sent.id, done=True)

    async def payout(self, payout_id: str, account: str, money: Money) -> Sent:
        """Pay a connected account's balance out to its bank, once: one of its last payouts may be this one."""
        params: Any = {
            "amount": money.minor,
            "currency": money.currency.lower(),
            "metadata": {"payout": payout_id},
        }
        options: Any = {**_once(payout_id, "payout"), "stripe_account": account}
        async with self._client() as client:
            made = await client.v1.payouts.list_async({"limit": PAGE}, {"stripe_account": account})
            if known := [each for each in made.data if _told(each, "payout") == payout_id]:
                return Sent(known[0].id, done=True)
            sent = await client.v1.payouts.create_async(params, options)
        return Sent(sent.id, done=True)

    async def look_payout(self, reference: str, account: str) -> SeenPayout:
        """Read the payout as it is now; what was paid can still fail some days later."""
        async with self._client() as client:
            found = await client.v1.payouts.retrieve_async(reference, {}, {"stripe_account": account})
        ended: Any = {"paid": "paid", "failed": "failed", "canceled": "failed"}
        plain = found.to_dict()
        told = (plain.get("metadata") or {}).get("payout")
        money = Money(found.amount, found.currency.upper())
        return SeenPayout(ended.get(found.status, "pending"), money, told, plain.get("failure_code"))

    async def take_back(self, taken_back: str, transfer_reference: str, money: Money) -> Sent:
        """Reverse a part or the whole of a transfer, once; a refund alone never does.

        A reversal that was made already is looked up by what it was told: Stripe may have forgotten the key.
        """
        params: Any = {"amount": money.minor, "metadata": {"taken_back": taken_back}}
        options: Any = _once(taken_back, "take-back")
        async with self._client() as client:
            made = await client.v1.transfers.reversals.list_async(transfer_reference, {"limit": PAGE})
            async for each in made.auto_paging_iter():
                if _told(each, "taken_back") == taken_back:
                    return Sent(each.id, done=True)
            sent = await client.v1.transfers.reversals.create_async(transfer_reference, params, options)
        return Sent(sent.id, done=True)


def _seen(session: stripe.checkout.Session) -> Seen:
    intent = session.payment_intent
    if session.status == "expired":
        return Seen("closed", None, None)
    if session.status == "open" or not isinstance(intent, stripe.PaymentIntent):
        return Seen("open", None, None)
    if session.payment_status == "paid":
        charge = intent.latest_charge
        paid = Money(intent.amount_received, intent.currency.upper())
        return Seen("paid", paid, charge.id if isinstance(charge, stripe.Charge) else charge)
    # A completed page without money: a slow method of payment that is still under way, or has failed.
    return Seen("failed" if intent.status in ("requires_payment_method", "canceled") else "open", None, None)


def _seen_refund(refund: stripe.Refund) -> SeenRefund:
    ended: Any = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
    plain = refund.to_dict()
    told = (plain.get("metadata") or {}).get("refund")
    money = Money(refund.amount, refund.currency.upper())
    state = ended.get(refund.status, "pending")
    return SeenRefund(refund.id, state, money, told, plain.get("failure_reason") or refund.status)


def _seen_dispute(dispute: stripe.Dispute) -> SeenDispute:
    plain = dispute.to_dict()
    moves = plain.get("balance_transactions") or []
    taken = [each for each in moves if each["amount"] < 0]
    back = [each for each in moves if each["amount"] > 0]
    # What is taken in another currency bears its fee in that one: it is booked with the balance transaction.
    same = [each for each in moves if each["currency"] == plain["currency"]]
    due_by = (plain.get("evidence_details") or {}).get("due_by")
    return SeenDispute(
        reference=dispute.id,
        charge_reference=str(plain["charge"]),
        status=str(plain["status"]),
        money=Money(int(plain["amount"]), str(plain["currency"]).upper()),
        reason=str(plain.get("reason") or "general"),
        due_by=None if due_by is None else datetime.fromtimestamp(due_by, UTC),
        withdrawn_minor=-sum(each["amount"] for each in taken),
        fee_minor=sum(each["fee"] for each in same if each["amount"] < 0),
        reinstated_minor=sum(each["amount"] for each in back),
        fee_back_minor=-sum(each["fee"] for each in same if each["amount"] > 0),
    )


def _told(made: stripe.StripeObject, name: str) -> str | None:
    """What an object at Stripe was told that it is of ours."""
    told: str | None = (made.to_dict().get("metadata") or {}).get(name)
    return told


def check_key(settings: Settings) -> None:
    """Refuse a live key in the sandbox, and a test key or a stand-in for Stripe in production."""
    wanted = ("sk_test_", "rk_test_") if settings.sandbox else ("sk_live_", "rk_live_")
    if not settings.stripe_api_key.startswith(wanted):
        raise SettingsInvalid(
            f"LIUTONG_STRIPE_API_KEY: {settings.mode} takes keys that begin with {' or '.join(wanted)}"
        )
    if settings.stripe_api_base and not settings.sandbox:
        raise SettingsInvalid("LIUTONG_STRIPE_API_BASE: production speaks to Stripe itself; leave it unset")


def _once(row_id: str, purpose: str) -> Any:
    return {"idempotency_key": f"{row_id}:{purpose}"}


def _refusal(problem: stripe.StripeError) -> PaymentRefused | GatewayUnavailable:
    """Say which of Stripe's errors mean `not this payment` and which mean `not now`."""
    # Only the code and the request's id are logged: a message may quote what was sent.
    log.warning("stripe refused", kind=type(problem).__name__, code=problem.code, request_id=problem.request_id)
    if isinstance(problem, stripe.CardError | stripe.InvalidRequestError):
        return PaymentRefused(reason=problem.code or "invalid_request")
    return GatewayUnavailable()
