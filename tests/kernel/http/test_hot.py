"""The door for hot routes answers what is good, and nobody can tell it from the ordinary way."""

import math
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest

from centre.assembly import HOT
from centre.sandbox.models import SandboxClockRow
from kernel import ids
from kernel.http import rates
from kernel.http.edge import Edge
from kernel.http.hot import ANSWERS
from kernel.identity import authentication
from kernel.runtime import Runtime
from kernel.time.clock import SandboxClock
from tests.conftest import As, Client, serving
from tests.described import application
from tests.market.trade import make_listing

VARYING = {"x-request-id", "ratelimit"}


@pytest.fixture(autouse=True)
def standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a busy machine takes, a key stays looked up and no token comes back."""
    for clocked in (authentication, rates):
        monkeypatch.setattr(clocked, "time", SimpleNamespace(monotonic=lambda: 1_000_000.0))


@pytest.fixture
async def ordinary(client: Client) -> AsyncIterator[httpx.AsyncClient]:
    """The same application without the door."""
    inner = client.http._transport.app.inner  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=Edge(inner, https=False), raise_app_exceptions=False)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://liutong.test") as http:
        yield http


def seen(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    body = answer.content.replace(answer.headers["x-request-id"].encode(), b"-")
    headers.pop("content-length", None)
    return answer.status_code, headers, body


async def test_orders_go_both_ways_alike(
    as_: As, client: Client, runtime: Runtime, ordinary: httpx.AsyncClient
) -> None:
    provider, buyer = await as_("provider"), await as_("buyer")
    listing = await make_listing(runtime, provider.party)
    good = {"listing_id": listing, "purpose": "internal-analysis", "use_case": "研究"}
    plain = replace(buyer, http=ordinary)
    await buyer.get("/v1/whoami-is-no-route")  # The key is looked up, and known for a second.

    first = await buyer.post("/v1/orders", good, idempotency="k-1")
    assert first.status_code == 201
    before = ANSWERS.labels("/v1/orders")._value.get()
    again, plainly = [await each.post("/v1/orders", good, idempotency="k-1") for each in (buyer, plain)]
    assert seen(again) == seen(plainly)
    assert ANSWERS.labels("/v1/orders")._value.get() == before + 1, "one of the two came through the door"
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", first.json())

    cases = [
        {"json": good | {"listing_id": ids.new("lst")}},
        {"json": good | {"purpose": "no-such-purpose"}},
        {"json": good | {"purpose": 5}},
        {"json": good | {"more": 1}},
        {"json": {"purpose": "x"}},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"\xff", "headers": {"content-type": "application/json"}},
        {"content": b"", "headers": {"content-type": "application/json"}},
        {"json": good | {"use_case": "a\u202eb"}},
        {"json": good | {"use_case": "x" * 401}},
        {"json": good, "idempotency": "k" * 256},
        {"json": good | {"use_case": "other"}, "idempotency": "k-1"},
        {"json": good, "params": {"lang": "zh"}, "idempotency": "k-1"},
        {"json": good, "params": {"strange": "1"}},
        {"json": good, "headers": {"host": "two words"}, "idempotency": "k-1"},
        {"json": good, "headers": {"content-type": "text/plain"}, "idempotency": "k-1"},
    ]
    for case in cases:
        answers = [await each("POST", "/v1/orders", **_copied(case)) for each in (buyer, plain)]
        assert seen(answers[0]) == seen(answers[1]), case
        assert answers[0].status_code != 500


def _copied(case: dict) -> dict:
    return {"idempotency": "k-other"} | {
        key: dict(value) if isinstance(value, dict) else value for key, value in case.items()
    }


async def test_entitlements_go_both_ways_alike(as_: As, runtime: Runtime, ordinary: httpx.AsyncClient) -> None:
    provider, buyer, stranger = await as_("provider"), await as_("buyer"), await as_("buyer", "stranger")
    listing = await make_listing(runtime, provider.party)
    placed = await buyer.post("/v1/orders", {"listing_id": listing, "purpose": "internal-analysis"})
    order = placed.json()["id"]
    for who in (buyer, stranger, provider, replace(buyer, key=None), replace(buyer, key="ltk_test_nonsense")):
        for path in (f"/v1/entitlements/{order}", f"/v1/entitlements/{ids.new('ord')}", "/v1/entitlements/ord_x"):
            for _ in range(2):
                answers = [await each.get(path) for each in (who, replace(who, http=ordinary))]
                assert seen(answers[0]) == seen(answers[1]), (path, who.key)
    assert (await buyer.get(f"/v1/entitlements/{order}")).json()["reason"]


async def test_every_hot_request_is_counted_once(runtime: Runtime, as_: As) -> None:
    provider, buyer = await as_("provider"), await as_("buyer")
    listing = await make_listing(runtime, provider.party)
    order = (await buyer.post("/v1/orders", {"listing_id": listing, "purpose": "internal-analysis"})).json()["id"]
    limited = replace(runtime, settings=replace(runtime.settings, rate_per_minute=5))
    async with serving(limited) as made:
        asking = made.with_key(buyer.key)
        codes = [(await asking.get(f"/v1/entitlements/{path}")).status_code for path in (order, "ord_x", *[order] * 6)]
    assert codes == [200, 404, 200, 200, 200, 429, 429, 429]


def test_the_door_names_its_routes_as_the_framework_does() -> None:
    """One route has one name in metrics and traces, whichever way it was answered."""
    routes = {(route.path_format, method) for route in application().routes for method in route.methods}
    assert [hot for hot in HOT if (hot.template, hot.method) not in routes] == []


async def test_what_breaks_in_the_door_is_told_by_the_ordinary_way(
    as_: As, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = await as_("buyer")
    await buyer.get("/v1/orders")

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("market.orders.queries.entitlement", broken)
    answer = await buyer.get(f"/v1/entitlements/{ids.new('ord')}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "broken" not in answer.text


async def test_the_door_goes_by_the_sandboxes_clock(as_: As, runtime: Runtime) -> None:
    """Another process has moved the clock: what is asked here a moment later is answered by the new one."""
    provider, buyer = await as_("provider"), await as_("buyer")
    listing = await make_listing(runtime, provider.party)
    order = (await buyer.post("/v1/orders", {"listing_id": listing, "purpose": "internal-analysis"})).json()["id"]
    following = replace(runtime, clock=SandboxClock())
    async with serving(following) as made:
        asking = made.with_key(buyer.key)
        assert (await asking.get(f"/v1/entitlements/{order}")).status_code == 200
        async with runtime.sessions.begin() as session:
            (await session.get_one(SandboxClockRow, "clk")).offset_seconds = 86_400_000
        following.ticked = -math.inf  # The moment has passed.
        before = ANSWERS.labels("/v1/entitlements/{order_id}")._value.get()
        assert (await asking.get(f"/v1/entitlements/{order}")).status_code == 200
        assert ANSWERS.labels("/v1/entitlements/{order_id}")._value.get() == before + 1
    assert following.clock.offset.days == 1000
