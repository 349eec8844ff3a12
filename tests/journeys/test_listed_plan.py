"""A plan on the listing itself: listed, found, ordered at once, signed, used, billed, paid, and paid out."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from contracts.terms.prices import Trial
from tests.market.agreed import received, signed
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank
from tests.market.listings.story import LICENCE, Shelf, description
from tests.market.payouts.story import Story
from tests.market.plans import MONTHLY, bills_of, metered, plan, reported, ticked, use
from tests.market.trade import Trade, make_listing
from tests.refusals import refused

PLAN = msgspec.json.decode(msgspec.json.encode(plan(MONTHLY, metered())))
LISTED = {"price": None, "price_kind": "plan", "plan": PLAN, "licence": LICENCE}


@pytest.fixture
async def shelf(as_, clock, drain):
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    return shelf


@pytest.mark.slow
async def test_from_the_shelf_to_the_bank(shelf, runtime, as_, clock, drain, client):
    listing = await shelf.listed(**LISTED)
    assert (listing["price"], listing["price_kind"], listing["plan"]) == (None, "plan", PLAN)
    told = listing["price_from"]
    assert (told["least"]["amount"], told["every"], told["unit"], told["once"]) == ("300.00", 1, "month", None)
    assert (told["by_use"], told["reduced"]) == (True, False)
    assert (told["zh"], told["en"]) == (
        "每月 300.00 CNY 起，另按用量或收入计费",
        "from 300.00 CNY every month, and more by use or revenue",
    )

    # Found by its kind and by what a period of it costs at the least.
    for asked, hits in (
        ("price_kind=plan", 1),
        ("price_kind=one-off", 0),
        ("price_max=300", 1),
        ("price_max=299.99", 0),
        ("price_max=300&currency=USD", 0),
        ("q=零售&price_kind=plan&price_max=300.00", 1),
        ("q=零售 天气&price_kind=free", 0),
    ):
        page = (await client.get(f"/v1/listings?{asked}")).json()
        assert len(page["items"]) == hits, asked
    assert page["items"] == []
    found = (await client.get("/v1/listings")).json()["items"][0]
    assert found["price_from"] == told
    offers = (await client.get(f"/v1/catalogue/{listing['id']}")).json()["schema:offers"]
    assert offers["schema:priceSpecification"]["schema:minPrice"]["@value"] == "300.00"
    assert offers["schema:priceSpecification"]["schema:unitText"] == "month"

    # Ordered at once, at the whole plan; the same key gives the same answer.
    buyer = await as_("buyer")
    trade = Trade(runtime, as_, shelf.provider, buyer, listing["id"])
    story = Story(trade, await Bank.begin(as_, drain), [], drain, clock)
    story.officers[:] = [story.bank.officer, await as_("clearing", "second"), await as_("clearing", "third")]
    body = trade.body(purpose="research")
    placed = await buyer.post("/v1/orders", body, idempotency="listed-plan")
    assert placed.status_code == 201, placed.text
    again = await buyer.post("/v1/orders", body, idempotency="listed-plan")
    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, placed.json(), "true")
    other = await buyer.post("/v1/orders", {**body, "use_case": "else"}, idempotency="listed-plan")
    refused(other, 422, "idempotency-key-reused", "LT-GEN-01")
    order = placed.json()
    assert (order["price"]["amount"], order["status"], order["negotiation_id"]) == ("300.00", "placed", None)
    agreement = (await buyer.post(f"/v1/orders/{order['id']}/agreement")).json()
    assert agreement["terms"]["price"] == PLAN
    in_force = await signed(trade, SimpleNamespace(agreement_id=agreement["id"]))
    assert in_force["status"] == "in_force"

    # The first month is the order: transferred, delivered, accepted, settled.
    opened = (await buyer.post(f"/v1/orders/{order['id']}/payments", {"method": "bank_transfer"})).json()
    payer = await story.name(buyer.party)
    words = f"货款 {opened['instructions']['reference']}"
    line = Line(30_000, text=words, name=payer, account="62100100", reference="IN-1")
    assert [one["status"] for one in await story.bank.says(line)] == ["matched"]
    assert (await shelf.provider.post(f"/v1/orders/{order['id']}/delivery")).status_code == 201
    await received(trade, SimpleNamespace(id=order["id"]))
    await drain()
    assert (await buyer.get(f"/v1/orders/{order['id']}")).json()["status"] == "settled"

    # Fifty uses, ten of them included; the bill has them with the next month.
    [subscription] = (await buyer.get("/v1/subscriptions")).json()["items"]
    assert subscription["agreement_id"] == agreement["id"]
    used = use(subscription, "u-1", 50, occurred_at=clock.now().isoformat())
    assert (await reported(trade, used)).status_code == 200
    clock.move(datetime.fromisoformat(subscription["period_end"]) + timedelta(days=2) - clock.now())
    await ticked(runtime, drain)
    [bill] = await bills_of(trade, subscription)
    charged = {one["component"]: one["amount"]["amount"] for one in bill["lines"] if one["amount"]["amount"] != "0.00"}
    assert charged == {"monthly": "300.00", "queries": "20.00"}
    due = (await buyer.post(f"/v1/bills/{bill['bill']['id']}/payments", {})).json()
    words = f"账单 {due['instructions']['reference']}"
    line = Line(32_000, text=words, name=payer, account="62100100", reference="IN-2")
    assert [one["status"] for one in await story.bank.says(line)] == ["matched"]
    await drain()
    [bill] = await bills_of(trade, subscription)
    assert (bill["bill"]["status"], bill["bill"]["provider_share"]["amount"]) == ("paid", "304.00")

    # 285.00 of the order and 304.00 of the bill: due on a payout day, approved by two, and paid by the bank.
    await story.verified()
    while not await story.due():
        await story.wait(timedelta(days=1))
    payout, _ = await story.sent()
    assert payout["amount"]["amount"] == "589.00"
    (debit,) = await story.bank.says(Line(58_900, credit=False, reference="OUT-1", end_to_end=payout["id"]))
    assert (debit["status"], debit["outcome"]) == ("explained", "payout")
    assert (await shelf.provider.get(f"/v1/payouts/{payout['id']}")).json()["status"] == "confirmed"


async def test_a_plan_is_refused_whole_with_every_fault(shelf):
    wrong = {**PLAN, "zone": "Mars/Base", "components": [{**PLAN["components"][0], "amount": "0.001"}]}
    made = await shelf.provider.post("/v1/listings", shelf_body(shelf, plan=wrong))
    told = refused(made, 422, "terms-contradictory", "LT-CON-20")
    assert {one["pointer"] for one in told["errors"]} == {"/plan/zone", "/plan/components/0/amount"}
    for over in ({"price_kind": "one-off"}, {"plan": None}):
        made = await shelf.provider.post("/v1/listings", shelf_body(shelf, **over))
        assert [one["pointer"] for one in refused(made, 400, "invalid-input")["errors"]] == ["/plan"]
    both = shelf_body(shelf, price={"amount": "1.00", "currency": "CNY"})
    made = await shelf.provider.post("/v1/listings", both)
    assert [one["pointer"] for one in refused(made, 400, "invalid-input")["errors"]] == ["/price"]


def shelf_body(shelf, **over):
    return description(shelf.asset_id, **LISTED | over)


@pytest.mark.slow
async def test_a_listed_trial_is_had_once_and_nobody_orders_its_own(shelf, runtime, as_):
    listing = await shelf.listed(**LISTED | {"plan": msgspec.to_builtins(plan(MONTHLY, Trial(name="try", days=14)))})
    buyer, body = await as_("buyer"), {"listing_id": listing["id"], "purpose": "research"}
    first = await buyer.post("/v1/orders", body)
    assert (first.status_code, first.json()["price"]["amount"]) == (201, "0.00")
    refused(await buyer.post("/v1/orders", body), 409, "trial-used", "LT-PRC-04")
    purpose = await buyer.post("/v1/orders", {**body, "purpose": "risk-control"})
    refused(purpose, 422, "purpose-not-offered", "LT-ORD-03")
    priced = {"price_kind": "plan", "price_plan": PLAN, "price_minor": None, "from_minor": 30_000}
    own = await make_listing(runtime, str(buyer.party), **priced)
    refused(await buyer.post("/v1/orders", {**body, "listing_id": own}), 422, "own-listing", "LT-ORD-01")
