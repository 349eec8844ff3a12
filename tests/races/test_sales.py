"""Sales under concurrency: sixteen buyers of one exclusive licence, real commits, and exactly one who has it."""

import asyncio

import pytest

from tests.makers import signing_key
from tests.market.trade import LICENCE, Trade, make_listing, signature

BUYERS = 16


@pytest.mark.slow
async def test_sixteen_buyers_of_one_exclusive_licence(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    listing = await make_listing(runtime, trade.provider.party, licence={**LICENCE, "exclusivity": "exclusive"})
    provider_key = await signing_key(trade.provider, b"\x11" * 32)
    waiting = []
    for number in range(BUYERS):
        buyer = await as_("buyer", f"buyer-{number}")
        key_id, key = await signing_key(buyer, bytes([number + 64]) * 32)
        order = await buyer.post("/v1/orders", trade.body(listing_id=listing))
        agreement = (await buyer.post(f"/v1/orders/{order.json()['id']}/agreement")).json()
        path = f"/v1/agreements/{agreement['id']}/signatures"
        assert (await trade.provider.post(path, signature(agreement, *provider_key))).status_code == 201
        waiting.append((buyer, path, signature(agreement, key_id, key)))
    answers = await asyncio.gather(*(buyer.post(path, body) for buyer, path, body in waiting))
    won = [answer.json() for answer in answers if answer.status_code == 201]
    lost = [answer.json() for answer in answers if answer.status_code != 201]
    assert len(won) == 1
    assert [(one["status"], one["code"], one["rule"]["id"]) for one in lost] == [
        (409, "exclusive-field-taken", "LT-TTL-03")
    ] * (BUYERS - 1)
    assert {against for one in lost for against in one["against"]} == {won[0]["grant_id"]}
    grants = "SELECT id FROM title_grant WHERE parent_id IS NOT NULL AND status = 'active'"
    assert [row["id"] for row in await runtime.pool.fetch(grants)] == [won[0]["grant_id"]]
    states = "SELECT status, count(*) FROM agreement GROUP BY status"
    assert {row["status"]: row["count"] for row in await runtime.pool.fetch(states)} == {
        "in_force": 1,
        "signed_by_one": BUYERS - 1,
    }


@pytest.mark.slow
async def test_a_signature_and_a_pledge_at_once_leave_no_licence_under_the_pledge(runtime, as_):
    """Whichever comes first: the licence stands from before the pledge, or is refused for it."""
    trade = await Trade.begin(runtime, as_)
    await trade.keys()
    registrar, lender = await as_("registrar"), await as_("lender")
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    late, *agreements = [await trade.draft(await trade.order()) for _ in range(5)]
    for agreement in agreements:
        await trade.sign(agreement, "provider")
    body = {"kind": "pledge", "basis": "质押 1 号", "beneficiary_id": lender.party}
    signing_all = [
        trade.buyer.post(f"/v1/agreements/{one['id']}/signatures", signature(one, *trade.buyer_key))
        for one in agreements
    ]
    pledged, *signed = await asyncio.gather(registrar.post(f"/v1/assets/{asset}/remarks", body), *signing_all)
    assert pledged.status_code == 201, pledged.text
    refused = [answer.json()["rule"]["id"] for answer in signed if answer.status_code != 201]
    # Refused by the gate that looked first, or by the title under its lock.
    assert set(refused) <= {"LT-CLS-15", "LT-TTL-04"}
    licences = await runtime.pool.fetchval("SELECT count(*) FROM title_grant WHERE parent_id IS NOT NULL")
    in_force = await runtime.pool.fetchval("SELECT count(*) FROM agreement WHERE status = 'in_force'")
    assert (licences, in_force) == (len(signed) - len(refused), len(signed) - len(refused))
    answer = await trade.provider.post(f"/v1/agreements/{late['id']}/signatures", signature(late, *trade.provider_key))
    assert (answer.status_code, answer.json()["rule"]["id"]) == (422, "LT-CLS-15")
