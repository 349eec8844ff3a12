"""Several listings of two providers bought as one purchase: priced, approved, ordered, signed and paid together."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from kernel import ids
from tests.beginnings import beginning
from tests.makers import signing_key
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank
from tests.market.trade import Trade, make_listing, signature
from tests.refusals import not_there, refused

PURPOSE = "internal-analysis"
REFERENCES = {"purchase_order_number": "PO-2026-0815", "cost_centre": "CC-4711"}


@beginning
async def market(runtime: Any, as_: Any) -> SimpleNamespace:
    """A buyer, and listings of two providers at 12,500.00 and 800.00 CNY."""
    trade = await Trade.begin(runtime, as_)
    other = await as_("provider", "other")
    cheap = await make_listing(runtime, other.party, price_minor=80_000)
    return SimpleNamespace(trade=trade, buyer=trade.buyer, other=other, cheap=cheap, dear=trade.listing_id)


@pytest.fixture
async def shop(runtime, as_):
    return await market(runtime, as_)


async def opened(shop: Any, *listings: str, **more: Any) -> dict[str, Any]:
    made = await shop.buyer.post("/v1/carts", more)
    assert made.status_code == 201, made.text
    cart = made.json()
    for listing in listings:
        put = await shop.buyer.post(f"/v1/carts/{cart['id']}/lines", {"listing_id": listing, "purpose": PURPOSE})
        assert put.status_code == 201, put.text
        cart = put.json()
    return dict(cart)


async def placed(shop: Any, cart: dict[str, Any]) -> dict[str, Any]:
    made = await shop.buyer.post(f"/v1/carts/{cart['id']}/placement", {"total": cart["total"]})
    assert made.status_code == 201, made.text
    return dict(made.json())


@pytest.mark.slow
async def test_a_purchase_is_one_answer_and_an_order_for_each_line(shop):
    cart = await opened(shop, shop.dear, shop.cheap, **REFERENCES)
    assert [(line["n"], line["due"]["amount"], line["faults"]) for line in cart["lines"]] == [
        (1, "12500.00", []),
        (2, "800.00", []),
    ]
    assert (cart["total"], cart["status"]) == ({"amount": "13300.00", "currency": "CNY"}, "open")
    assert (await shop.buyer.get("/v1/orders")).json()["items"] == []  # Looking orders nothing.

    headers = {"Idempotency-Key": "one-purchase"}
    body = {"total": cart["total"]}
    first = await shop.buyer("POST", f"/v1/carts/{cart['id']}/placement", json=body, headers=headers)
    again = await shop.buyer("POST", f"/v1/carts/{cart['id']}/placement", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert first.json() == again.json()
    orders = (await shop.buyer.get("/v1/orders")).json()["items"]
    assert sorted(one["price"]["amount"] for one in orders) == ["12500.00", "800.00"]
    assert {one["provider"] for one in orders} == {shop.trade.provider.party, shop.other.party}
    assert sorted(line["order_id"] for line in first.json()["lines"]) == sorted(one["id"] for one in orders)
    assert all(one["agreement_id"] for one in orders)

    # The buyer's own references are on every order, and find them; a provider sees its own order only.
    for query, found in ((f"purchase_order_number={REFERENCES['purchase_order_number']}", 2), ("cost_centre=CC-0", 0)):
        assert len((await shop.buyer.get(f"/v1/orders?{query}")).json()["items"]) == found, query
    theirs = (await shop.other.get("/v1/orders?cost_centre=CC-4711")).json()["items"]
    assert [one["price"]["amount"] for one in theirs] == ["800.00"]
    stranger = await shop.trade.as_("buyer", "stranger")
    not_there(await stranger.get(f"/v1/carts/{cart['id']}"))
    refused(await shop.buyer.post(f"/v1/carts/{cart['id']}/discard"), 409, "illegal-transition", "LT-GEN-02")


async def test_a_single_order_bears_the_references_too(shop):
    order = await shop.trade.order(**REFERENCES)
    shown = (await shop.buyer.get(f"/v1/orders/{order}")).json()
    assert {name: shown[name] for name in REFERENCES} == REFERENCES
    bad = await shop.buyer.post("/v1/orders", shop.trade.body(cost_centre="<script>"))
    assert refused(bad, 400, "invalid-input")["errors"][0]["pointer"] == "/cost_centre"


@pytest.mark.slow
async def test_every_fault_of_every_line_is_named_and_nothing_is_ordered(shop, runtime):
    wrong = await shop.buyer.post("/v1/carts", {})
    cart = wrong.json()
    lines = f"/v1/carts/{cart['id']}/lines"
    for listing, purpose in ((shop.dear, "training"), (shop.cheap, PURPOSE)):
        assert (await shop.buyer.post(lines, {"listing_id": listing, "purpose": purpose})).status_code == 201
    await runtime.pool.execute("UPDATE listing SET price_minor = 90000 WHERE id = $1", shop.cheap)
    cart = (await shop.buyer.get(f"/v1/carts/{cart['id']}")).json()
    assert [[fault["rule"] for fault in line["faults"]] for line in cart["lines"]] == [["LT-ORD-03"], ["LT-CRT-03"]]
    assert cart["lines"][1]["faults"][0]["detail"]["en"].startswith("The price was 800.00 CNY and is 900.00 CNY now")

    problem = refused(
        await shop.buyer.post(f"/v1/carts/{cart['id']}/placement", {"total": cart["total"]}),
        422,
        "cart-faulty",
        "LT-CRT-01",
    )
    assert [(one["pointer"], one["rule"]) for one in problem["errors"]] == [
        ("/lines/1/purpose", "LT-ORD-03"),
        ("/lines/2/price", "LT-CRT-03"),
    ]
    assert (await shop.buyer.get("/v1/orders")).json()["items"] == []

    # Mended: the price is taken by putting the line again, the other line is taken out.
    await shop.buyer.post(lines, {"listing_id": shop.cheap, "purpose": PURPOSE})
    mended = (await shop.buyer.post(f"{lines}/1/removal")).json()
    assert [(line["n"], line["faults"]) for line in mended["lines"]] == [(3, [])]
    stale = {"amount": "800.00", "currency": "CNY"}
    refused(
        await shop.buyer.post(f"/v1/carts/{cart['id']}/placement", {"total": stale}),
        409,
        "cart-total-changed",
        "LT-CRT-03",
    )
    await placed(shop, mended)


async def test_one_purchase_is_in_one_currency(shop, runtime):
    await runtime.pool.execute("UPDATE listing SET currency = 'USD' WHERE id = $1", shop.cheap)
    cart = await opened(shop, shop.dear, shop.cheap)
    assert [[fault["rule"] for fault in line["faults"]] for line in cart["lines"]] == [[], ["LT-CRT-04"]]
    assert cart["total"] is None


@pytest.mark.slow
async def test_approval_is_asked_by_the_sum_and_holds_for_each_line(shop):
    """A limit of 13,000.00 that neither order passes alone."""
    key = await shop.buyer.post("/v1/api-keys", {"name": "ada", "roles": ["buyer"]})
    ada = shop.buyer.with_key(key.json()["secret"], shop.buyer.party)
    rule = {
        "bands": [{"approvers": 0, "up_to": {"amount": "13000.00", "currency": "CNY"}}, {"approvers": 1}],
        "approvers": [{"key_id": key.json()["key"]["id"], "name": "Ada"}],
    }
    assert (await shop.buyer.post("/v1/approval-rules", {"rule": rule, "reason": "x"})).status_code == 201
    cart = await opened(shop, shop.dear, shop.cheap)
    assert cart["exposure"] == {"amount": "13300.00", "currency": "CNY"}
    place = f"/v1/carts/{cart['id']}/placement"
    refused(await shop.buyer.post(place, {"total": cart["total"]}), 409, "approval-missing", "LT-NEG-10")
    other = {"digest": f"sha256:{'0' * 64}"}
    refused(await ada.post(f"/v1/carts/{cart['id']}/approvals", other), 409, "cart-altered", "LT-CRT-03")
    given = await ada.post(f"/v1/carts/{cart['id']}/approvals", {"digest": cart["digest"]})
    assert given.status_code == 201, given.text
    done = await placed(shop, cart)
    approvals = (await ada.get("/v1/approvals")).json()["items"]
    assert [one["superseded_by"] for one in approvals] == [None, None, done["id"]]
    assert sorted(one["amount"]["amount"] for one in approvals) == ["12500.00", "13300.00", "800.00"]
    # The yes was to these orders: with one that is cancelled it is over, and stands for no other on the same terms.
    dear = done["lines"][0]["order_id"]
    assert (await shop.buyer.post(f"/v1/orders/{dear}/cancellation", {"reason": "x"})).status_code == 200
    approvals = (await ada.get("/v1/approvals")).json()["items"]
    ends = {one["amount"]["amount"]: one["superseded_by"] for one in approvals}
    assert ends == {"12500.00": dear, "800.00": None, "13300.00": done["id"]}


async def signed_all(shop: Any, cart: dict[str, Any]) -> None:
    """Both sides sign the agreement of each line."""
    keys = {
        who.party: (who, await signing_key(who, bytes([n]) * 32))
        for n, who in enumerate((shop.buyer, shop.trade.provider, shop.other), start=1)
    }
    for line in cart["lines"]:
        order = (await shop.buyer.get(f"/v1/orders/{line['order_id']}")).json()
        agreement = (await shop.buyer.get(f"/v1/agreements/{order['agreement_id']}")).json()
        for party in (order["buyer"], order["provider"]):
            who, key = keys[party]
            made = await who.post(f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *key))
            assert made.status_code == 201, made.text


async def test_one_transfer_pays_the_whole_purchase(shop, as_, drain, runtime):
    cart = await placed(shop, await opened(shop, shop.dear, shop.cheap))
    pay = f"/v1/carts/{cart['id']}/payments"
    problem = refused(await shop.buyer.post(pay), 409, "cart-not-payable", "LT-CRT-05")
    assert [one["rule"] for one in problem["errors"]] == ["LT-ORD-05", "LT-ORD-05"]
    await signed_all(shop, cart)
    opened_ = await shop.buyer.post(pay)
    assert opened_.status_code == 201, opened_.text
    together = opened_.json()
    assert together["total"] == {"amount": "13300.00", "currency": "CNY"}
    assert together["transfer_reference"] == cart["transfer_reference"]
    assert len(together["payments"]) == 2

    bank = await Bank.begin(as_, drain)
    name = await runtime.pool.fetchval("SELECT name FROM party WHERE id = $1", shop.buyer.party)
    quoted = f"货款 {cart['transfer_reference']}"
    short, whole = await bank.says(
        Line(1_329_999, reference="B1", text=quoted, name=name), Line(1_330_000, reference="B2", text=quoted, name=name)
    )
    by_outcome = {one["outcome"]: one for one in (short, whole)}
    assert by_outcome["exact"]["reason"] == "purchase-reference"
    assert sorted(by_outcome["exact"]["payment_ids"]) == sorted(one["id"] for one in together["payments"])
    assert set(by_outcome) == {"exact", "unknown"}  # A cent less is nobody's payment, and waits for an officer.
    orders = (await shop.buyer.get("/v1/orders")).json()["items"]
    assert {one["status"] for one in orders} == {"paid"}
    problem = refused(await shop.buyer.post(pay), 409, "cart-not-payable", "LT-CRT-05")
    assert [one["pointer"] for one in problem["errors"]] == ["/orders"]


async def test_an_untouched_cart_is_cleared(shop, clock, drain):
    from market.carts.jobs import abandon

    cart = await opened(shop, shop.dear)
    clock.move(timedelta(days=29))
    await abandon(shop.trade.runtime)
    assert (await shop.buyer.get(f"/v1/carts/{cart['id']}")).json()["status"] == "open"
    clock.move(timedelta(days=1))
    await abandon(shop.trade.runtime)
    assert (await shop.buyer.get(f"/v1/carts/{cart['id']}")).json()["status"] == "abandoned"
    late = await shop.buyer.post(f"/v1/carts/{cart['id']}/lines", {"listing_id": shop.dear, "purpose": PURPOSE})
    refused(late, 409, "cart-closed", "LT-CRT-01")


async def test_bounds(shop):
    cart = await opened(shop)
    for _ in range(9):
        await opened(shop)
    refused(await shop.buyer.post("/v1/carts", {}), 409, "carts-too-many", "LT-CRT-02")
    unknown = {"listing_id": ids.new("lst"), "purpose": PURPOSE}
    not_there(await shop.buyer.post(f"/v1/carts/{cart['id']}/lines", unknown))
    empty = await shop.buyer.post(f"/v1/carts/{cart['id']}/placement", {"total": {"amount": "0.00", "currency": "CNY"}})
    refused(empty, 422, "cart-faulty", "LT-CRT-01")
    gone = await shop.buyer.post(f"/v1/carts/{cart['id']}/discard")
    assert gone.json()["status"] == "discarded"
