"""What a product replaces leaves the shelf for one that is there, and for no other."""

import asyncio

import pytest

from kernel.identity.queries import actor_of
from market.listings import commands as listings
from market.listings.schemas import DelistListing
from market.manifests.commands import make_way
from tests.market.manifests.story import Shop, manifest
from tests.patience import PATIENCE_SECONDS
from tests.refusals import refused

DEARER = {"price": {"amount": "250.00", "currency": "CNY"}}


@pytest.fixture
async def shop(runtime, as_):
    return await Shop.begin(runtime, as_)


async def replaced(shop, decision):
    """A product on the shelf and the one that is to take its place, decided so; gives both."""
    [made] = await shop.apply(manifest(shop.asset))
    await shop.review(made["listing_id"])
    [line] = await shop.apply(manifest(shop.asset, **DEARER))
    await shop.review(line["listing_id"], decision)
    return made["listing_id"], line["listing_id"]


async def replaces(shop):
    [kept] = (await shop.provider.get("/v1/manifests")).json()["items"]
    return kept["replaces"]


async def test_a_plan_is_out_of_date_where_what_it_replaces_is_another(shop):
    old, _ = await replaced(shop, "reject")
    asked = {"manifests": [manifest(shop.asset, theme="民航", **DEARER)]}
    plan = await shop.plan(*asked["manifests"])
    assert plan["lines"][0]["action"] == "replace"
    gone = await shop.provider.post(f"/v1/listings/{old}/delisting", {"reason": "暂停"})
    assert gone.status_code == 200, gone.text
    answer = await shop.provider.post("/v1/manifests/applications", {"plan": plan["digest"], "asked": asked})
    refused(answer, 409, "manifest-plan-stale", "LT-LST-21")


async def test_nothing_makes_way_for_what_was_taken_aside_and_all_goes_on_when_it_is_back(shop):
    old, new = await replaced(shop, "approve")
    operator = await shop.as_("operator")
    for action, seen in (("suspend", ("listed", old)), ("resume", ("delisted", None))):
        done = await operator.post(f"/v1/listings/{new}/supervision", {"action": action, "reason": "核查"})
        assert done.status_code == 200, done.text
        async with shop.runtime.act() as act:
            await make_way(act, new)
        assert (await shop.status(old), await replaces(shop)) == seen


async def test_the_old_one_waits_for_whoever_is_taking_the_new_one_off(shop):
    """The new one is on the shelf when the sweep looks, and gone when the old one would have left for it."""
    old, new = await replaced(shop, "approve")

    async def sweep():
        async with shop.runtime.act() as act:
            await make_way(act, new)

    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with shop.runtime.act() as act:
        await listings.delist(
            act.by(await actor_of(act.session, shop.provider.key, act.at)), new, DelistListing("暂停")
        )
        swept = asyncio.create_task(sweep())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not swept.done() and not await shop.runtime.pool.fetchval(waiting):  # noqa: ASYNC110 - a lock that is waited for has no event
                await asyncio.sleep(0.01)
    await swept
    assert (await shop.status(old), await shop.status(new)) == ("listed", "delisted")
