"""The HTTP face of the double: authentication, versions, idempotency and answers as Stripe gives them."""

import hashlib
import re
import secrets
from typing import Any

import stripe
from litestar import Litestar, Request, Response, route
from litestar.datastructures import State
from litestar.params import FromPath

from . import checkout, connect, disputes, events, payments, refunds
from .control import CONTROL_ROUTES
from .errors import StripeRefusal
from .events import Sender
from .routing import Endpoint, find
from .shapes import decode_form
from .world import Answered, Call, Obj, World, visible

# Importing the resources is what fills the table of endpoints.
RESOURCES = (payments, refunds, disputes, checkout, connect, events)


@route("/v1/{rest:path}", http_method=["GET", "POST", "DELETE"])
async def api(request: Request[Any, Any, State], rest: FromPath[str]) -> Response[Obj]:
    """Answer one API request; nothing awaits between reading the world and changing it."""
    world: World = request.app.state.world
    request_id = f"req_{secrets.token_hex(8)}"
    raw = await request.body()
    try:
        key = _authorised(request)
        status, body, replayed = _answer(world, request, f"/v1/{rest.strip('/')}", raw.decode(), key, request_id)
    except StripeRefusal as refusal:
        status, body, replayed = refusal.status, refusal.body, False
    headers = {"request-id": request_id, "stripe-version": stripe.api_version}
    if idempotency_key := request.headers.get("idempotency-key"):
        headers["idempotency-key"] = idempotency_key
    if replayed:
        headers["idempotent-replayed"] = "true"
    return Response(body, status_code=status, headers=headers)


def _authorised(request: Request[Any, Any, State]) -> str:
    key = re.fullmatch(r"Bearer ((?:sk|rk)_test_\S{6,})", request.headers.get("authorization", ""))
    if key is None:
        message = "Invalid API Key provided: this double takes test keys (sk_test_… or rk_test_…) only."
        raise StripeRefusal("api_key_invalid", message, status=401)
    version = request.headers.get("stripe-version", stripe.api_version)
    if version != stripe.api_version:
        message = f"This double speaks version {stripe.api_version} only, not {version}."
        raise StripeRefusal("double_not_simulated", message)
    return key.group(1)


def _answer(
    world: World, request: Request[Any, Any, State], path: str, raw: str, key: str, request_id: str
) -> tuple[int, Obj, bool]:
    query = request.url.query if request.method == "GET" else raw
    endpoint, ids = find(request.method, path)
    account = request.headers.get("stripe-account")
    if account is not None:
        world.get("account", account)
    idempotency_key = request.headers.get("idempotency-key") if request.method == "POST" else None
    fingerprint = hashlib.sha256(f"{path}\n{raw}".encode()).hexdigest()
    slot = (key, account, idempotency_key) if idempotency_key else None
    failure = world.failures.pop(0) if world.failures else None
    if failure and failure.when == "before":
        raise _injected(failure.status)
    if slot and (earlier := world.answered.get(slot)):
        status, body = _replay(earlier, fingerprint)
        if failure:
            raise _injected(failure.status)
        return status, body, True
    # Like Stripe's, a request that fails validation leaves its key free.
    params = endpoint.check(decode_form(query))
    status, body = _run(world, endpoint, Call(params, ids, account, request_id, idempotency_key))
    if slot:
        world.answered[slot] = Answered(fingerprint, status, body)
    if failure:
        raise _injected(failure.status)
    return status, body, False


def _injected(status: int) -> StripeRefusal:
    return StripeRefusal("double_injected", "An injected failure.", status=status, kind="api_error")


def _replay(earlier: Answered, fingerprint: str) -> tuple[int, Obj]:
    if earlier.fingerprint != fingerprint:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            "with. Try using a key other than the one given."
        )
        raise StripeRefusal(None, message, kind="idempotency_error")
    return earlier.status, earlier.body


def _run(world: World, endpoint: Endpoint, call: Call) -> tuple[int, Obj]:
    world.begin(call)
    try:
        found = visible(endpoint.handler(world, call))
        if found["object"] == "list":
            found["data"] = [visible(item) for item in found["data"]]
        for path in call.params.get("expand", []):
            _expand(world, found, path.split("."), path)
    except StripeRefusal as refusal:
        return refusal.status, refusal.body
    return 200, found


def _expand(world: World, obj: Obj, path: list[str], whole: str) -> None:
    name, rest = path[0], path[1:]
    if name not in obj:
        raise StripeRefusal("property_cannot_be_expanded", f"This property cannot be expanded ({whole}).")
    inner = obj[name]
    if isinstance(inner, str):
        if inner not in world.objects:
            raise StripeRefusal("property_cannot_be_expanded", f"This property cannot be expanded ({whole}).")
        inner = obj[name] = visible(world.objects[inner])
    if rest:
        for item in inner if isinstance(inner, list) else [inner]:
            if isinstance(item, dict):
                _expand(world, item, rest, whole)


def create_app(world: World, sender: Sender) -> Litestar:
    """Build the double around a world of its own."""
    world.publish = sender.publish
    state = State({"world": world, "sender": sender}, deep_copy=False)
    return Litestar([api, *CONTROL_ROUTES], state=state, openapi_config=None)
