"""Placing an order and asking for an entitlement, where nothing stands against it: the market's two hot routes."""

import re
from typing import Final

import msgspec

from kernel import ids
from kernel.http.hot import Answer, Call, HotRoute, OrdinaryWay
from kernel.http.idempotency import KEY_LENGTH_MAX, fingerprint
from kernel.postgres.gathering import gatherer
from kernel.runtime import Runtime
from market.orders import queries
from market.orders.placing.place import PLACE, place
from market.orders.routes import get_entitlement, place_order
from market.orders.schemas import PlaceOrder

_PLACE: Final = msgspec.json.Decoder(PlaceOrder)
_REPLAYED: Final = ((b"idempotency-replayed", b"true"),)


async def answer_place(runtime: Runtime, call: Call) -> Answer:
    """Place an order, as `place_order` does."""
    try:
        data = _PLACE.decode(call.body)
        key = call.headers[b"idempotency-key"].decode("latin-1")
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError) as problem:
        raise OrdinaryWay from problem
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise OrdinaryWay
    print_ = fingerprint(call.method, call.path, call.body)
    placed = await place(
        gatherer(runtime, PLACE), call.actor, data, key=key, fingerprint=print_, at=runtime.clock.now()
    )
    if placed is None:  # It is ordered at a plan.
        raise OrdinaryWay
    view, replayed = placed
    return Answer(201, msgspec.json.encode(view), _REPLAYED if replayed else ())


async def answer_entitlement(runtime: Runtime, call: Call) -> Answer:
    """Check an entitlement, as `get_entitlement` does."""
    [order_id] = call.named
    view = await queries.entitlement_view(
        gatherer(runtime, queries.ENTITLEMENT), ids.require("ord", order_id), call.actor.party, at=runtime.clock.now()
    )
    return Answer(200, msgspec.json.encode(view))


HOT: Final = (
    HotRoute("POST", re.compile("/v1/orders"), "/v1/orders", place_order.opt, answer_place, takes_body=True),
    HotRoute(
        "GET",
        re.compile(r"/v1/entitlements/(ord_[0-9a-z]{26})"),
        "/v1/entitlements/{order_id}",
        get_entitlement.opt,
        answer_entitlement,
    ),
)
