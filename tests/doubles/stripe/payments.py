"""Payment intents, charges and refunds."""

import re
import secrets
import time

from .cards import card
from .errors import StripeRefusal
from .routing import endpoint, paged
from .world import Call, Obj, World, visible

_CREATE = (
    "amount currency confirm payment_method payment_method_types automatic_payment_methods capture_method "
    "confirmation_method transfer_group description receipt_email return_url statement_descriptor_suffix"
)


@endpoint("POST", "/payment_intents", "payment_intent_create", _CREATE)
def create_intent(world: World, call: Call) -> Obj:
    """Create an intent and, with `confirm`, pay it in the same request."""
    params = call.params
    how = _capture_method(params)
    intent = world.add(
        "pi",
        "payment_intent",
        amount=params["amount"],
        amount_capturable=0,
        amount_received=0,
        currency=params["currency"].lower(),
        capture_method=how,
        confirmation_method=params.get("confirmation_method", "automatic"),
        payment_method=params.get("payment_method"),
        payment_method_types=params.get("payment_method_types", ["card"]),
        automatic_payment_methods=params.get("automatic_payment_methods"),
        latest_charge=None,
        transfer_group=params.get("transfer_group"),
        description=params.get("description"),
        receipt_email=params.get("receipt_email"),
        statement_descriptor_suffix=params.get("statement_descriptor_suffix"),
        last_payment_error=None,
        next_action=None,
        canceled_at=None,
        cancellation_reason=None,
        status="requires_confirmation" if params.get("payment_method") else "requires_payment_method",
    )
    intent["metadata"] = params.get("metadata") or {}
    intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
    world.event("payment_intent.created", intent)
    return confirm(world, intent) if params.get("confirm") else intent


def _capture_method(params: Obj) -> str:
    """Check what the SDK's types leave open and would change what happens; give the way of capturing."""
    if params["amount"] < 50:
        raise StripeRefusal("amount_too_small", "Amount must be at least 50 minor units.", param="amount")
    if not re.fullmatch(r"[a-z]{3}", params["currency"].lower()):
        raise StripeRefusal("parameter_invalid", f"Invalid currency: {params['currency']}", param="currency")
    if params.get("payment_method"):
        card(params["payment_method"])
    how = str(params.get("capture_method", "automatic_async"))
    if how not in ("automatic", "automatic_async", "manual"):
        raise StripeRefusal("parameter_invalid", f"Invalid capture_method: {how}", param="capture_method")
    return how


@endpoint("POST", "/payment_intents/{id}/confirm", "payment_intent_confirm", "payment_method return_url")
def confirm_intent(world: World, call: Call) -> Obj:
    """Pay an existing intent."""
    intent = world.get("payment_intent", call.ids["id"], call.account)
    if method := call.params.get("payment_method"):
        card(method)
        intent["payment_method"] = method
    return confirm(world, intent)


def confirm(world: World, intent: Obj, *, authenticated: bool = False) -> Obj:
    """Charge the intent's card, stopping for 3-D Secure where the card asks for it."""
    if not intent["payment_method"]:
        raise _unexpected("You cannot confirm this PaymentIntent because it's missing a payment method.", intent)
    if intent["status"] not in ("requires_confirmation", "requires_payment_method", "requires_action"):
        raise _unexpected(f"This PaymentIntent has a status of {intent['status']} and cannot be confirmed.", intent)
    used = card(intent["payment_method"])
    if used.needs_authentication and not authenticated:
        intent.update(status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
        world.event("payment_intent.requires_action", intent)
        return intent
    intent["next_action"] = None
    charge = _charge(world, intent, failed=used.decline_code is not None)
    if used.decline_code is not None:
        raise _declined(world, intent, charge, used.decline_code)
    intent["last_payment_error"] = None
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        world.event("charge.succeeded", charge)
        world.event("payment_intent.amount_capturable_updated", intent)
    else:
        _capture(world, intent, charge, intent["amount"])
        world.event("charge.succeeded", charge)
        world.event("payment_intent.succeeded", intent)
    return intent


def fail_authentication(world: World, intent: Obj) -> Obj:
    """Let the buyer fail 3-D Secure: the intent may be tried again with another card."""
    message = "The provided PaymentMethod has failed authentication."
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": message,
    }
    intent.update(status="requires_payment_method", next_action=None, payment_method=None, last_payment_error=error)
    world.event("payment_intent.payment_failed", intent)
    return intent


def _charge(world: World, intent: Obj, *, failed: bool) -> Obj:
    used = card(intent["payment_method"])
    charge = world.add(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        currency=intent["currency"],
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details=used.details(),
        paid=not failed,
        captured=False,
        refunded=False,
        disputed=False,
        status="failed" if failed else "succeeded",
        failure_code="card_declined" if failed else None,
        transfer_group=intent["transfer_group"] or f"group_{intent['id']}",
        balance_transaction=None,
        _transferred=0,
    )
    charge["metadata"] = dict(intent["metadata"])
    intent["latest_charge"] = charge["id"]
    return charge


def _declined(world: World, intent: Obj, charge: Obj, decline_code: str) -> StripeRefusal:
    facts = {"decline_code": decline_code, "charge": charge["id"]}
    message = "Your card was declined."
    error = {"type": "card_error", "code": "card_declined", "message": message, **facts}
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    world.event("charge.failed", charge)
    world.event("payment_intent.payment_failed", intent)
    return StripeRefusal(
        "card_declined", message, status=402, kind="card_error", payment_intent=visible(intent), **facts
    )


def _capture(world: World, intent: Obj, charge: Obj, amount: int) -> None:
    used = card(intent["payment_method"])
    txn = world.move(
        None,
        "charge",
        amount,
        intent["currency"],
        charge["id"],
        fee=(amount * 29 + 500) // 1000 + 30,
        status="available" if used.available_at_once else "pending",
    )
    charge.update(captured=True, amount_captured=amount, balance_transaction=txn["id"])
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)


def _unexpected(message: str, intent: Obj) -> StripeRefusal:
    return StripeRefusal("payment_intent_unexpected_state", message, payment_intent=visible(intent))


@endpoint("POST", "/payment_intents/{id}/capture", "payment_intent_capture", "amount_to_capture")
def capture_intent(world: World, call: Call) -> Obj:
    """Take an authorised amount, whole or in part; the rest is released."""
    intent = world.get("payment_intent", call.ids["id"], call.account)
    if intent["status"] != "requires_capture":
        message = f"This PaymentIntent could not be captured because it has a status of {intent['status']}."
        raise _unexpected(message, intent)
    amount: int = call.params["amount_to_capture"] if "amount_to_capture" in call.params else intent["amount"]
    if not 0 < amount <= intent["amount"]:
        message = f"amount_to_capture must be between 1 and {intent['amount']}"
        raise StripeRefusal("amount_too_large", message, param="amount_to_capture")
    charge = world.get("charge", intent["latest_charge"])
    _capture(world, intent, charge, amount)
    world.event("charge.captured", charge)
    world.event("payment_intent.succeeded", intent)
    return intent


@endpoint("POST", "/payment_intents/{id}/cancel", "payment_intent_cancel", "cancellation_reason")
def cancel_intent(world: World, call: Call) -> Obj:
    """Give an intent up; an authorised amount is released."""
    intent = world.get("payment_intent", call.ids["id"], call.account)
    if intent["status"] in ("succeeded", "canceled"):
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise _unexpected(message, intent)
    if intent["status"] == "requires_capture":
        charge = world.get("charge", intent["latest_charge"])
        charge.update(refunded=True, amount_refunded=charge["amount"])
        world.event("charge.refunded", charge)
    reason = call.params.get("cancellation_reason")
    intent.update(status="canceled", amount_capturable=0, canceled_at=int(time.time()), cancellation_reason=reason)
    world.event("payment_intent.canceled", intent)
    return intent


@endpoint("GET", "/payment_intents/{id}", "payment_intent_retrieve")
def retrieve_intent(world: World, call: Call) -> Obj:
    """Show one intent."""
    return world.get("payment_intent", call.ids["id"], call.account)


@endpoint("GET", "/payment_intents", "payment_intent_list", "limit starting_after ending_before")
def list_intents(world: World, call: Call) -> Obj:
    """List intents."""
    return paged(world, call, "payment_intent", "/payment_intents")


@endpoint("GET", "/charges/{id}", "charge_retrieve")
def retrieve_charge(world: World, call: Call) -> Obj:
    """Show one charge."""
    return world.get("charge", call.ids["id"], call.account)


@endpoint("GET", "/charges", "charge_list", "limit starting_after ending_before payment_intent transfer_group")
def list_charges(world: World, call: Call) -> Obj:
    """List charges."""
    return paged(world, call, "charge", "/charges", "payment_intent", "transfer_group")
