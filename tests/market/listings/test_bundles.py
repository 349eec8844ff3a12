"""A bundle holds what its provider sells by itself, under equal rights."""

import pytest

from market.listings.models import Listing
from tests.market.listings.story import description
from tests.market.trade import LICENCE, Trade, make_listing
from tests.refusals import refused


def bundle(*listings, **licence):
    members = [{"listing": one, "weight": 1} for one in listings]
    parts = [{"kind": "bundle", "name": "both", "amount": "10.00", "members": members}]
    plan = {"kind": "plan", "currency": "CNY", "components": parts}
    return {"price": None, "price_kind": "plan", "plan": plan, "licence": {**LICENCE, **licence}}


@pytest.mark.slow
async def test_what_is_bundled_is_the_providers_own_on_sale_and_under_equal_rights(runtime, as_):
    trade = await Trade.begin(runtime, as_)
    async with runtime.sessions() as session:
        asset = (await session.get_one(Listing, trade.listing_id)).asset_id
    second = await make_listing(runtime, str(trade.provider.party))
    drafted = await make_listing(runtime, str(trade.provider.party), status="draft")
    wider = await make_listing(runtime, str(trade.provider.party), licence={**LICENCE, "territory": ["CN", "HK"]})
    foreign = await make_listing(runtime, str((await as_("provider", "other")).party))

    async def described(*listings, **licence):
        return await trade.provider.post("/v1/listings", description(asset, **bundle(*listings, **licence)))

    made = await described(trade.listing_id, second)
    assert made.status_code == 201, made.text
    # Nobody learns whether what is not its own is there at all.
    nowhere = "lst_00000000000000000000000000"
    told = refused(await described(second, drafted, foreign, nowhere, wider), 422, "bundle-faulty", "LT-PRC-05")
    at = "/plan/components/0/members"
    assert [one["pointer"] for one in told["errors"]] == [f"{at}/{n}/listing" for n in (1, 2, 3, 4)]
    assert len({one["detail"] for one in told["errors"][:3]}) == 1
    assert told["errors"][3]["detail"] == "Its licence has other rights: territory"
    # It is asked again when it is submitted: what left the shelf since is no member any more.
    await runtime.pool.execute("UPDATE listing SET status = 'delisted' WHERE id = $1", second)
    sent = await trade.provider.post(f"/v1/listings/{made.json()['id']}/submission")
    refused(sent, 422, "bundle-faulty", "LT-PRC-05")
