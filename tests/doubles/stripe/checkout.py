"""Checkout sessions, and the buyer who pays them: `pay` stands for a browser on Stripe's hosted page."""

import time

from .cards import card
from .errors import StripeRefusal
from .payments import confirm, create_intent, fail_authentication
from .routing import endpoint, paged
from .world import Call, Obj, World

_CREATE = (
    "mode line_items success_url cancel_url client_reference_id customer_email payment_intent_data "
    "payment_method_types expires_at locale currency submit_type"
)
_INTENT_DATA = frozenset(
    {
        "capture_method",
        "transfer_group",
        "metadata",
        "description",
        "receipt_email",
        "statement_descriptor_suffix",
    }
)
_HALF_HOUR, _DAY = 1800, 86400


@endpoint("POST", "/checkout/sessions", "checkout.session_create", _CREATE)
def create_session(world: World, call: Call) -> Obj:
    """Open a hosted page for a one-off payment."""
    params = call.params
    if params.get("mode") != "payment":
        raise StripeRefusal("double_not_simulated", "This double simulates mode=payment only.", param="mode")
    if not params.get("success_url"):
        raise StripeRefusal("parameter_missing", "Missing required param: success_url.", param="success_url")
    intent_data = params.get("payment_intent_data") or {}
    if unknown := set(intent_data) - _INTENT_DATA:
        message = f"This double does not simulate payment_intent_data[{min(unknown)}]."
        raise StripeRefusal("double_not_simulated", message, param="payment_intent_data")
    now = int(time.time())
    expires_at = params.get("expires_at", now + _DAY)
    # Stripe measures from its own clock; a minute of grace keeps a slow caller from failing at the edge.
    if not now + _HALF_HOUR - 60 <= expires_at <= now + _DAY + 60:
        message = "expires_at must be between 30 minutes and 24 hours from creation"
        raise StripeRefusal("parameter_invalid_integer", message, param="expires_at")
    total, currency = _total(params)
    session = world.add(
        "cs_test",
        "checkout.session",
        mode="payment",
        status="open",
        payment_status="unpaid",
        amount_subtotal=total,
        amount_total=total,
        currency=currency,
        client_reference_id=params.get("client_reference_id"),
        customer_email=params.get("customer_email"),
        payment_intent=None,
        payment_method_types=params.get("payment_method_types", ["card"]),
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url"),
        locale=params.get("locale"),
        expires_at=expires_at,
        _intent_data=intent_data,
    )
    session["metadata"] = params.get("metadata") or {}
    session["url"] = f"{world.base_url}/_control/pay/{session['id']}"
    return session


def _total(params: Obj) -> tuple[int, str]:
    total, currencies = 0, set()
    for index, item in enumerate(params.get("line_items") or []):
        price = item.get("price_data") or {}
        if "unit_amount" not in price:
            where = f"line_items[{index}][price_data][unit_amount]"
            raise StripeRefusal("double_not_simulated", f"This double needs {where}.", param=where)
        total += price["unit_amount"] * item.get("quantity", 1)
        currencies.add(price["currency"].lower())
    if len(currencies) != 1:
        message = "line_items must hold at least one item, all in one currency"
        raise StripeRefusal("parameter_invalid_empty", message, param="line_items")
    if total < 50:
        raise StripeRefusal("amount_too_small", "The total must be at least 50 minor units.", param="line_items")
    return total, currencies.pop()


@endpoint("GET", "/checkout/sessions/{id}", "checkout.session_retrieve")
def retrieve_session(world: World, call: Call) -> Obj:
    """Show one session."""
    return expire_if_due(world, world.get("checkout.session", call.ids["id"], call.account))


@endpoint(
    "GET",
    "/checkout/sessions",
    "checkout.session_list",
    "limit starting_after ending_before payment_intent status",
)
def list_sessions(world: World, call: Call) -> Obj:
    """List sessions."""
    for session in world.all("checkout.session", call.account):
        expire_if_due(world, session)
    return paged(world, call, "checkout.session", "/checkout/sessions", "payment_intent", "status")


@endpoint("POST", "/checkout/sessions/{id}/expire", "checkout.session_expire")
def expire_session(world: World, call: Call) -> Obj:
    """Close a session before anybody paid."""
    session = expire_if_due(world, world.get("checkout.session", call.ids["id"], call.account))
    if session["status"] != "open":
        message = "Only Checkout Sessions with a status in ['open'] can be expired."
        raise StripeRefusal("resource_missing", f"{message} This one is {session['status']}.")
    return _expire(world, session)


def expire_if_due(world: World, session: Obj) -> Obj:
    """Let a session run out when somebody looks at it: the double has no timer of its own."""
    due = session["status"] == "open" and session["expires_at"] <= time.time()
    return _expire(world, session) if due else session


def _expire(world: World, session: Obj) -> Obj:
    session.update(status="expired", url=None)
    world.event("checkout.session.expired", session)
    return session


def pay(world: World, session: Obj, number: str, *, authenticated: bool) -> Obj:
    """Pay a session with a test card, as the buyer does in a browser."""
    expire_if_due(world, session)
    if session["status"] != "open":
        message = f"This session is {session['status']} and cannot be paid."
        raise StripeRefusal("checkout_session_closed", message, status=409)
    card(number)
    intent = _intent(world, session)
    intent["payment_method"] = number
    confirm(world, intent)
    if intent["status"] == "requires_action":
        if not authenticated:
            fail_authentication(world, intent)
            message = "The buyer failed 3-D Secure."
            raise StripeRefusal("payment_intent_authentication_failure", message, status=402, kind="card_error")
        confirm(world, intent, authenticated=True)
    paid = intent["status"] == "succeeded"
    session.update(status="complete", payment_status="paid" if paid else "unpaid", url=None)
    world.event("checkout.session.completed", session)
    return session


def _intent(world: World, session: Obj) -> Obj:
    if session["payment_intent"]:
        return world.get("payment_intent", session["payment_intent"])
    params = {"amount": session["amount_total"], "currency": session["currency"], **session["_intent_data"]}
    intent = create_intent(world, Call(params, {}, None, "", None))
    session["payment_intent"] = intent["id"]
    return intent
