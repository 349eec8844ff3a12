"""What Stripe does not offer and tests need: the buyer's browser, the passing of days, failures on demand."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath

from . import checkout, connect, disputes, payments, refunds
from .errors import StripeRefusal
from .events import Hook, Sender
from .shapes import decode_form
from .world import Failure, Obj, World, visible

AnyRequest = Request[Any, Any, State]

_PAGE = """<!doctype html><meta charset="utf-8"><title>Stripe double</title>
<h1>{amount} {currency}</h1><p>This is a test double. No money moves.</p>
<form method="post"><label>Test card <input name="card" value="4242 4242 4242 4242"></label>
<button>Pay</button></form>"""


async def _params(request: AnyRequest) -> Obj:
    return {**decode_form(request.url.query), **decode_form((await request.body()).decode())}


def _refused(refusal: StripeRefusal) -> Response[Any]:
    return Response(refusal.body, status_code=refusal.status)


@get("/_control/pay/{session_id:str}")
async def pay_page(request: AnyRequest, session_id: FromPath[str]) -> Response[Any]:
    """Show the page that a session's `url` leads to."""
    world: World = request.app.state.world
    try:
        session = checkout.expire_if_due(world, world.get("checkout.session", session_id))
    except StripeRefusal as refusal:
        return _refused(refusal)
    if session["status"] != "open":
        return Response(f"This session is {session['status']}.", status_code=410, media_type="text/plain")
    page = _PAGE.format(amount=session["amount_total"], currency=session["currency"])
    return Response(page, media_type="text/html")


@post("/_control/pay/{session_id:str}", status_code=200)
async def pay(request: AnyRequest, session_id: FromPath[str]) -> Response[Any]:
    """Pay as the buyer would: `card` is a number or token, `authenticate=false` fails 3-D Secure."""
    world: World = request.app.state.world
    params = await _params(request)
    try:
        session = checkout.pay(
            world,
            world.get("checkout.session", session_id),
            params.get("card", "4242424242424242"),
            authenticated=params.get("authenticate", "true") == "true",
        )
    except StripeRefusal as refusal:
        return _refused(refusal)
    return Response(visible(session))


@post("/_control/authenticate/{intent_id:str}", status_code=200)
async def authenticate(request: AnyRequest, intent_id: FromPath[str]) -> Response[Any]:
    """Let the buyer pass, or with `success=false` fail, 3-D Secure on an intent."""
    world: World = request.app.state.world
    params = await _params(request)
    try:
        intent = world.get("payment_intent", intent_id)
        if intent["status"] != "requires_action":
            raise StripeRefusal("payment_intent_unexpected_state", f"It is {intent['status']}.", status=409)
        if params.get("success", "true") == "true":
            payments.confirm(world, intent, authenticated=True)
        else:
            payments.fail_authentication(world, intent)
    except StripeRefusal as refusal:
        return _refused(refusal)
    return Response(visible(intent))


@post("/_control/settle", status_code=200)
async def settle(request: AnyRequest) -> Obj:
    """Make pending money available and let payouts arrive."""
    connect.settle(request.app.state.world)
    return {}


@post("/_control/fail_payout/{payout_id:str}", status_code=200)
async def fail_payout(request: AnyRequest, payout_id: FromPath[str]) -> Response[Any]:
    """Let the bank refuse a payout."""
    world: World = request.app.state.world
    found = world.objects.get(payout_id)
    if found is None or found["object"] != "payout":
        return Response({"error": "no such payout"}, status_code=404)
    try:
        return Response(visible(connect.fail_payout(world, found)))
    except StripeRefusal as refusal:
        return _refused(refusal)


@post("/_control/fail_refund/{refund_id:str}", status_code=200)
async def fail_refund(request: AnyRequest, refund_id: FromPath[str]) -> Response[Any]:
    """Let a card's bank send a refund back that had succeeded."""
    world: World = request.app.state.world
    try:
        return Response(visible(refunds.fail_refund(world, world.get("refund", refund_id))))
    except StripeRefusal as refusal:
        return _refused(refusal)


@post("/_control/dispute/{charge_id:str}", status_code=200)
async def dispute(request: AnyRequest, charge_id: FromPath[str]) -> Response[Any]:
    """Let a card's holder dispute a charge: `warning=true` is only a warning."""
    world: World = request.app.state.world
    params = await _params(request)
    warning, reason = params.get("warning", "false") == "true", params.get("reason", "product_not_received")
    try:
        made = disputes.open_dispute(world, world.get("charge", charge_id), warning=warning, reason=reason)
    except StripeRefusal as refusal:
        return _refused(refusal)
    return Response(visible(made))


@post("/_control/escalate/{dispute_id:str}", status_code=200)
async def escalate(request: AnyRequest, dispute_id: FromPath[str]) -> Response[Any]:
    """Let a warning become a dispute."""
    world: World = request.app.state.world
    try:
        return Response(visible(disputes.escalate(world, world.get("dispute", dispute_id))))
    except StripeRefusal as refusal:
        return _refused(refusal)


@post("/_control/decide/{dispute_id:str}", status_code=200)
async def decide(request: AnyRequest, dispute_id: FromPath[str]) -> Response[Any]:
    """Let a card's bank decide a dispute: `won=true` for the seller."""
    world: World = request.app.state.world
    won = (await _params(request)).get("won", "false") == "true"
    try:
        return Response(visible(disputes.decide(world, world.get("dispute", dispute_id), won=won)))
    except StripeRefusal as refusal:
        return _refused(refusal)


@post("/_control/fail_next", status_code=200)
async def fail_next(request: AnyRequest) -> Response[Any]:
    """Fail the next API request: `when=before` loses the request, `when=after` only its answer."""
    params = await _params(request)
    status, when = int(params.get("status", 500)), params.get("when", "before")
    if when not in ("before", "after") or not 400 <= status <= 599:
        return Response({"error": "status must be 400-599, when must be before or after"}, status_code=400)
    world: World = request.app.state.world
    world.failures.extend([Failure(status, when)] * int(params.get("times", 1)))
    return Response({})


@post("/_control/webhooks", status_code=200)
async def add_webhook(request: AnyRequest) -> Response[Any]:
    """Post events from now on to `url`, signed with `secret`."""
    params = await _params(request)
    if not params.get("url") or not params.get("secret"):
        return Response({"error": "url and secret are required"}, status_code=400)
    sender: Sender = request.app.state.sender
    sender.hooks.append(Hook(params["url"], params["secret"]))
    return Response({})


@post("/_control/resend/{event_id:str}", status_code=200)
async def resend(request: AnyRequest, event_id: FromPath[str]) -> Response[Any]:
    """Send an event once more, as Stripe's dashboard and its own retries do."""
    world: World = request.app.state.world
    found = world.objects.get(event_id)
    if found is None or found["object"] != "event":
        return Response({"error": "no such event"}, status_code=404)
    sender: Sender = request.app.state.sender
    sender.publish(found)
    return Response({})


@get("/_control/deliveries")
async def deliveries(request: AnyRequest) -> list[Obj]:
    """Tell what was posted where and how it was answered."""
    sender: Sender = request.app.state.sender
    return sender.deliveries


CONTROL_ROUTES = [
    pay_page,
    pay,
    authenticate,
    settle,
    fail_payout,
    fail_refund,
    dispute,
    escalate,
    decide,
    fail_next,
    add_webhook,
    resend,
    deliveries,
]
