"""Listings and deliveries follow the register: who gets what and when, what is withheld, and what stays as it was."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.journeys.test_living_data import CONTRACT, begin, made, table
from tests.refusals import not_there, refused
from tests.rights import story
from tests.valuation import makers as valuation

DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)


async def _events(client: Client, kind: str) -> list[dict[str, Any]]:
    return [e for e in (await client.get("/v1/events?limit=100")).json()["items"] if e["kind"] == kind]


async def _newest(buyer: Client, order: str) -> Any:
    return (await buyer.get(f"/v1/entitlements/{order}")).json()["revision_id"]


@pytest.mark.slow
async def test_nothing_comes_before_what_was_ordered_is_receipted_and_then_everything_since(
    as_: As, clock: FixedClock, drain: Drain
) -> None:
    living = await begin(as_, clock, drain)
    listing, buyer = await living.listed(updates="included"), await as_("buyer")
    order = await living.paid(buyer, listing, b"\x62" * 32)
    bodies = []
    for month in (DECEMBER, JANUARY):
        bodies.append(await living.publish(month))
        made(await living.enter(bodies[-1]))
        await drain()
    assert await _newest(buyer, order) == living.revision["id"]
    not_there(await buyer.get(f"/v1/orders/{order}/delivery/updates"), "delivery-missing")  # No delivery yet.
    await living.receipted(buyer, order)
    page = (await buyer.get(f"/v1/orders/{order}/delivery/updates")).json()["items"]
    assert [update["revision_id"] for update in page] == [body["revision_id"] for body in reversed(bodies)]
    assert await _newest(buyer, order) == bodies[-1]["revision_id"]
    stranger = await as_("buyer", "stranger")
    refused_ = await stranger.get(f"/v1/orders/{order}/delivery/updates")
    assert (refused_.status_code, refused_.json()["code"]) == (404, "delivery-missing")


@pytest.mark.slow
async def test_a_listing_taken_off_goes_on_supplying_and_an_ended_licence_does_not(
    as_: As, clock: FixedClock, drain: Drain
) -> None:
    living = await begin(as_, clock, drain)
    listing = await living.listed(updates="included", term_days=40)
    buyer = await as_("buyer")
    order = await living.buys(buyer, listing, b"\x62" * 32)
    made(await living.provider.post(f"/v1/listings/{listing['id']}/delisting", {"reason": "不再销售"}))
    december = await living.publish(DECEMBER)
    made(await living.enter(december))
    await drain()
    view = (await living.provider.get(f"/v1/listings/{listing['id']}")).json()
    assert (view["status"], view["revision_id"]) == ("delisted", living.revision["id"])
    assert await _newest(buyer, order) == december["revision_id"]
    clock.move(timedelta(days=42))
    made(await living.enter(await living.publish(JANUARY)))
    await drain()
    page = (await buyer.get(f"/v1/orders/{order}/delivery/updates")).json()["items"]
    assert [update["revision_id"] for update in page] == [december["revision_id"]]
    ended = await buyer.post(f"/v1/orders/{order}/links")
    refused(ended, 409, "delivery-not-due", "LT-DLV-01")


@pytest.mark.slow
async def test_what_the_gates_refuse_is_told_and_changes_nothing(as_: As, clock: FixedClock, drain: Drain) -> None:
    living = await begin(as_, clock, drain)
    listing, buyer = await living.listed(updates="included"), await as_("buyer")
    order = await living.buys(buyer, listing, b"\x62" * 32)
    nothing: Any = pl.lit(None)
    bad = table(DECEMBER).with_columns(
        day=nothing.cast(pl.Date), port=nothing.cast(pl.String), price=nothing.cast(pl.Float64)
    )
    body = await living.publish(DECEMBER, bad)
    made(await living.enter(body))
    await drain()
    view = await living.on_sale(listing)
    assert (view["revision_id"], view["scorecard_id"]) == (living.revision["id"], listing["scorecard_id"])
    assert await _newest(buyer, order) == living.revision["id"]
    (withheld,) = await _events(living.provider, "market.listing.update_withheld")
    assert withheld["facts"]["revision"] == body["revision_id"]
    assert withheld["facts"]["refused"] != []
    better = await living.publish(JANUARY)
    made(await living.enter(better))
    await drain()
    assert (await living.on_sale(listing))["revision_id"] == better["revision_id"]
    assert await _newest(buyer, order) == better["revision_id"]


@pytest.mark.slow
async def test_a_score_by_another_contract_does_not_carry_the_listing(as_: As, clock: FixedClock, drain: Drain) -> None:
    living = await begin(as_, clock, drain)
    listing = await living.listed()
    body = await living.publish(DECEMBER)
    easy = CONTRACT | {"id": "easy"}
    run = await valuation.score(living.provider, living.asset_id, drain, easy)
    assert run["status"] == "succeeded"
    made(await living.enter(body))
    await drain()
    view = await living.on_sale(listing)
    assert view["revision_id"] == body["revision_id"]
    assert view["scorecard_id"] != run["scorecard_id"]


@pytest.mark.slow
async def test_nobody_else_enters_checks_or_registers_what_has_entered(
    as_: As, clock: FixedClock, drain: Drain
) -> None:
    living = await begin(as_, clock, drain)
    body = await living.publish(DECEMBER)
    number = living.certificate["number"]
    other = await as_("provider", "other")
    for path in ("revisions", "revision-check"):
        refused(await other.post(f"/v1/certificates/{number}/{path}", body), 403, "not-the-holder", "LT-RGT-24")
    made(await living.enter(body))
    again = await living.enter(body)
    refused(again, 422, "revision-outside-scope", "LT-RGT-36")
    described = story.description(update_cycle="monthly")
    asset = made(await other.post("/v1/assets", described))
    copy = await valuation.add_revision(other, asset["id"], coal=valuation.parquet(table(DECEMBER)))
    view = (await other.get(f"/v1/assets/{asset['id']}")).json()
    claimed = await other.post("/v1/registrations", await story.application(other, view))
    refused(claimed, 409, "content-already-claimed", "LT-RGT-08")
    foreign = await living.enter(body | {"revision_id": copy["id"]})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not-found")
    public = (await Client(living.provider.http).get(f"/v1/certificates/{number}/revisions")).json()["items"]
    assert [item["revision_id"] for item in public] == [body["revision_id"]]


@pytest.mark.slow
async def test_data_that_was_registered_as_closed_has_no_updates(as_: As, clock: FixedClock, drain: Drain) -> None:
    living = await begin(as_, clock, drain, update_cycle="once", covers_until="2026-11-30")
    told = refused(await living.enter(await living.publish(DECEMBER)), 422, "revision-outside-scope", "LT-RGT-36")
    assert [error["pointer"] for error in told["errors"]] == ["/revision_id", "/covers_until"]
