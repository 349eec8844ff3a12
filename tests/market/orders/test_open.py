"""Orders on terms that two agreed to: the agreement is drafted with them, and what is free is due once both sign."""

import msgspec
import pytest
from sqlalchemy import select

from contracts.terms.document import plain
from contracts.terms.errors import TermsContradictory
from kernel.money import Money
from market.orders.errors import ListingClosed, OwnListing
from rights.title.errors import GrantExceedsTitle
from rights.title.models import TitleGrant
from tests.market.agreed import opened, received, signed, terms_of
from tests.market.trade import Trade


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def test_what_two_agreed_to_is_ordered_signed_paid_and_due(trade, drain):
    terms = await terms_of(trade, price=Money(900_00, "CNY"))
    order = await opened(trade, terms)
    view = (await trade.buyer.get(f"/v1/orders/{order.id}")).json()
    assert (view["status"], view["price"]["amount"], view["negotiation_id"]) == ("placed", "900.00", "neg_1")
    agreement = await signed(trade, order)
    assert agreement["content"]["terms"] == plain(terms)
    await drain()
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order.id}")).json()
    assert (entitled["entitled"], entitled["reason"]) == (False, "unpaid")


@pytest.mark.slow
async def test_what_is_free_is_delivered_accepted_and_ends_without_money(trade, drain):
    order = await opened(trade, await terms_of(trade))
    assert (await trade.buyer.get(f"/v1/entitlements/{order.id}")).json()["reason"] == "unpaid"
    await signed(trade, order)
    await drain()
    entitled = (await trade.buyer.get(f"/v1/entitlements/{order.id}")).json()
    assert (entitled["entitled"], len(entitled["files"])) == (True, 2)
    await received(trade, order)
    await drain()
    view = (await trade.buyer.get(f"/v1/orders/{order.id}")).json()
    assert (view["status"], view["price"]["amount"]) == ("settled", "0.00")
    assert view["settled_at"] is not None
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM settlement") == 0
    assert await trade.runtime.pool.fetchval("SELECT count(*) FROM ledger_entry") == 0


@pytest.mark.slow
async def test_each_permission_is_a_link_of_the_title_and_they_end_together(trade, drain):
    terms = await terms_of(trade)
    (rule,) = terms.policy.permissions
    second = msgspec.structs.replace(rule, id="second", calls_max=3)
    policy = msgspec.structs.replace(terms.policy, permissions=(rule, second))
    order = await opened(trade, msgspec.structs.replace(terms, policy=policy))
    agreement = await signed(trade, order)
    async with trade.runtime.sessions() as session:
        links = (await session.scalars(select(TitleGrant).where(TitleGrant.reference == agreement["id"]))).all()
    assert sorted((link.box["calls_max"] or 0, link.status) for link in links) == [(0, "active"), (3, "active")]
    other = next(link.id for link in links if link.id != agreement["grant_id"])
    ended = await trade.buyer.post(f"/v1/grants/{other}/end", {"reason": "given up"})
    assert ended.status_code == 200, ended.text
    await drain()
    view = (await trade.buyer.get(f"/v1/agreements/{agreement['id']}")).json()
    assert view["status"] == "terminated"
    statuses = await trade.runtime.pool.fetch("SELECT status FROM title_grant WHERE reference = $1", agreement["id"])
    assert {row["status"] for row in statuses} == {"ended"}


async def test_terms_beyond_the_title_of_another_listing_or_of_nobody_open_nothing(trade):
    terms = await terms_of(trade)
    (rule,) = terms.policy.permissions
    elsewhere = msgspec.structs.replace(terms.policy, revisions=("rev_1",))
    with pytest.raises(TermsContradictory) as refused:
        await opened(trade, msgspec.structs.replace(terms, policy=elsewhere))
    assert [fault.pointer for fault in refused.value.errors] == ["/terms/policy/revisions"]
    with pytest.raises(OwnListing):
        await opened(trade, msgspec.structs.replace(terms, consumer=terms.provider))
    wide = msgspec.structs.replace(rule, window_days=36_000)
    policy = msgspec.structs.replace(terms.policy, permissions=(wide,))
    with pytest.raises(GrantExceedsTitle):
        await opened(trade, msgspec.structs.replace(terms, policy=policy))
    await trade.provider.post(f"/v1/listings/{trade.listing_id}/delisting", {"reason": "x"})
    with pytest.raises(ListingClosed):
        await opened(trade, terms)
    assert await trade.runtime.pool.fetchval('SELECT count(*) FROM "order"') == 0


@pytest.mark.slow
async def test_what_is_not_paid_or_suspended_is_not_granted_onward(trade, drain, as_):
    """The chain of title carries the licence from the second signature on; whether it may be used, the gate says."""
    actions = ["license", "provide", "use", "process"]
    terms = await terms_of(trade, price=Money(900_00, "CNY"), actions=actions, delegation_depth=1)
    order = await opened(trade, terms)
    agreement = await signed(trade, order)
    other = await as_("buyer", "onward")
    links = (await trade.buyer.get(f"/v1/assets/{order.asset_id}/title")).json()["licences"]
    held = next(link["terms"] for link in links if link["id"] == agreement["grant_id"])
    sides = {side: held[side] for side in ("purposes", "territory", "environments", "starts", "ends")}
    wanted = {**sides, "rights": ["USE"], "actions": ["use"], "recipients": [f"party:{other.party}"]}
    body = {"grantee_id": other.party, "terms": wanted}
    unpaid = await trade.buyer.post(f"/v1/assets/{order.asset_id}/grants", body)
    assert (unpaid.status_code, unpaid.json()["code"], unpaid.json()["rule"]["id"]) == (
        403,
        "access-refused",
        "LT-CON-10",
    )
    await trade.pay(order.id)
    await drain()
    paid = await trade.buyer.post(f"/v1/assets/{order.asset_id}/grants", body)
    assert paid.status_code == 201, paid.text
    watch = await as_("regulator", "watch")
    held_up = {"reason": "an inspection", "days": 3}
    assert (await watch.post(f"/v1/agreements/{agreement['id']}/suspension", held_up)).status_code == 200
    stopped = await trade.buyer.post(f"/v1/assets/{order.asset_id}/grants", body)
    assert (stopped.status_code, stopped.json()["code"]) == (403, "access-refused")
