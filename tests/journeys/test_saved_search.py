"""A search that is kept: told once for each reason, at once or once a day, of nothing that cannot be seen."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from market.catalogue.facets.jobs import count_in
from market.catalogue.searches.jobs import forget, tell
from tests.conftest import As, Client, Drain
from tests.market.listings.story import Shelf
from tests.market.listings.test_finding import stock
from tests.refusals import not_there, refused


async def saved(client: Client, notify: str = "instant", **query: Any) -> str:
    """A search that is kept."""
    made = await client.post("/v1/saved-searches", {"name": "零售", "query": query, "notify": notify})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def hits(client: Client, search: str) -> list[tuple[str, str]]:
    """What fitted, with the reasons."""
    page = (await client.get(f"/v1/saved-searches/{search}/hits")).json()
    return [(each["listing"]["id"], each["reason"]) for each in page["items"]]


async def told(client: Client, search: str) -> list[dict[str, Any]]:
    """The messages about a search, oldest first."""
    events = (await client.get("/v1/events", params={"subject": search})).json()["items"]
    assert {each["kind"] for each in events} <= {"market.saved_search.matched"}
    return [each["facts"] for each in events]


@pytest.mark.slow
async def test_from_a_search_to_the_product_that_was_waited_for(
    as_: As, clock: FixedClock, drain: Drain, runtime: Runtime
) -> None:
    buyer, other = await as_("buyer"), await as_("buyer", "乙")
    fitting = await saved(
        buyer, words="零售 订单", price_max={"amount": "12500.00", "currency": "CNY"}, territory=["CN"]
    )
    dear = await saved(buyer, words="零售 订单", price_max={"amount": "12499.99", "currency": "CNY"})
    daily = await saved(other, "daily", theme=["商贸流通"], price_kind=["one-off"])
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    listing = (await shelf.listed())["id"]
    for _ in range(2):
        await count_in(runtime)
        await drain()
    assert await hits(buyer, fitting) == [(listing, "listed")]
    assert await hits(buyer, dear) == []
    said = {"name": "零售", "count": 1, "hits": [{"listing": listing, "reason": "listed"}]}
    assert await told(buyer, fitting) == [said]
    assert (await told(other, daily), await hits(other, daily)) == ([], [(listing, "listed")])
    clock.move(timedelta(hours=24))
    for _ in range(2):
        await tell(runtime)
        await drain()
    assert await told(other, daily) == [said]

    not_there(await other.get(f"/v1/saved-searches/{fitting}"))
    operator = await as_("operator")
    suspended = {"action": "suspend", "reason": "核查"}
    assert (await operator.post(f"/v1/listings/{listing}/supervision", suspended)).status_code == 200
    assert await hits(buyer, fitting) == []
    resumed = await operator.post(f"/v1/listings/{listing}/supervision", {"action": "resume", "reason": "核查完毕"})
    assert resumed.status_code == 200, resumed.text
    await count_in(runtime)
    await drain()
    assert (await hits(buyer, fitting), len(await told(buyer, fitting))) == ([(listing, "listed")], 1)

    assert (await buyer.delete(f"/v1/saved-searches/{fitting}")).status_code == 204
    not_there(await buyer.get(f"/v1/saved-searches/{fitting}/hits"))
    kept = (await buyer.get("/v1/saved-searches")).json()["items"]
    assert [each["id"] for each in kept] == [dear]


async def test_one_notice_for_each_reason(as_: As, drain: Drain, runtime: Runtime) -> None:
    """气象 up to 200.00: listed at 188.00, then at 250.00, then at 180.00, then another grade, then 170.00."""
    buyer = await as_("buyer")
    search = await saved(buyer, words="气象", price_max={"amount": "200.00", "currency": "CNY"})
    (listing,) = await stock(runtime, (await as_("provider")).party, [("气象观测", "摘要")], "draft")
    reasons = []
    for change in (
        "status = 'listed', price_minor = 18800",
        "price_minor = 25000",
        "price_minor = 18000",
        "quality_grade = 'good'",
        "price_minor = 17000",
    ):
        await runtime.pool.execute(f"UPDATE listing SET {change} WHERE id = $1", listing)
        await count_in(runtime)
        await drain()
        reasons.append([each["hits"][0]["reason"] for each in await told(buyer, search)])
    assert reasons == [
        ["listed"],
        ["listed"],
        ["listed", "price"],
        ["listed", "price", "grade"],
        ["listed", "price", "grade"],
    ]


async def test_what_comes_back_after_long_is_not_told_again(
    as_: As, clock: FixedClock, drain: Drain, runtime: Runtime
) -> None:
    """Suspended on the first day and resumed on the 92nd: told once, and shown for ninety days."""
    buyer, provider = await as_("buyer"), await as_("provider")
    search = await saved(buyer)
    back, over = await stock(runtime, provider.party, [("气象观测", "摘要"), ("航班", "摘要")])
    await count_in(runtime)
    await drain()
    assert (len(await told(buyer, search)), await hits(buyer, search)) == (1, [(over, "listed"), (back, "listed")])
    status = "UPDATE listing SET status = $2 WHERE id = $1"
    await runtime.pool.execute(status, back, "suspended")
    await count_in(runtime)
    clock.move(timedelta(days=90))
    await forget(runtime)
    assert await hits(buyer, search) == [(over, "listed")]
    await runtime.pool.execute(status, over, "delisted")
    clock.move(timedelta(days=1))
    await forget(runtime)
    assert [row["listing_id"] for row in await runtime.pool.fetch("SELECT listing_id FROM saved_search_hit")] == [back]
    await runtime.pool.execute(status, back, "listed")
    await count_in(runtime)
    await drain()
    assert (len(await told(buyer, search)), await hits(buyer, search)) == (1, [])


async def test_what_left_the_shelf_before_the_day_was_over_is_not_told(
    as_: As, clock: FixedClock, drain: Drain, runtime: Runtime
) -> None:
    buyer, provider = await as_("buyer"), await as_("provider")
    search = await saved(buyer, "daily")
    gone, there = await stock(runtime, provider.party, [("气象观测", "摘要"), ("航班", "摘要")])
    await count_in(runtime)
    await drain()
    await runtime.pool.execute("UPDATE listing SET status = 'delisted' WHERE id = $1", gone)
    clock.move(timedelta(hours=25))
    await tell(runtime)
    await drain()
    (message,) = await told(buyer, search)
    assert message["hits"] == [{"listing": there, "reason": "listed"}]
    tell_at = (await buyer.get(f"/v1/saved-searches/{search}")).json()["tell_at"]
    assert tell_at == (clock.now() + timedelta(hours=23)).isoformat().replace("+00:00", "Z")


async def test_what_is_not_kept(as_: As) -> None:
    buyer = await as_("buyer")
    for query, code, rule in (
        ({"grade": ["A"]}, "filter-unknown", "LT-LST-16"),
        ({"words": "!!!"}, "invalid-input", None),
    ):
        body = refused(await buyer.post("/v1/saved-searches", {"name": "x", "query": query}), 400, code, rule)
        assert [error["pointer"] for error in body["errors"]] == [f"/query/{name}" for name in query]
    for _ in range(50):
        await saved(buyer)
    full = await buyer.post("/v1/saved-searches", {"name": "x", "query": {}})
    refused(full, 409, "saved-searches-too-many", "LT-LST-18")
