"""Manifests at the real application: planned, carried out, and refused with everything that stands against them."""

import pytest

from market.manifests.jobs import succession
from tests.market.manifests.story import Shop, manifest
from tests.refusals import refused


@pytest.fixture
async def shop(runtime, as_):
    return await Shop.begin(runtime, as_)


async def test_a_plan_asks_the_gates_and_leaves_nothing(shop):
    before = await shop.rows()
    plan = await shop.plan(manifest(shop.asset))
    [line] = plan["lines"]
    assert (line["action"], line["submits"], line["faults"], line["listing_id"]) == ("create", True, [], None)
    assert plan["changed"]
    assert {change["pointer"]: change["after"] for change in line["changes"]}["/spec/theme"] == "交通运输"
    assert await shop.rows() == before


async def test_the_second_application_changes_nothing(shop):
    [made] = await shop.apply(manifest(shop.asset))
    assert (made["action"], made["status"]) == ("create", "submitted")
    before = await shop.rows()
    plan = await shop.plan(manifest(shop.asset))
    assert (plan["changed"], plan["lines"][0]["action"]) == (False, "nothing")
    [again] = await shop.apply(manifest(shop.asset))
    assert (again["action"], again["changes"], again["listing_id"]) == ("nothing", [], made["listing_id"])
    assert await shop.rows() == before
    await shop.review(made["listing_id"])
    assert not (await shop.plan(manifest(shop.asset)))["changed"]


async def test_a_draft_is_changed_in_place_and_then_handed_in(shop, drain):
    [made] = await shop.apply(manifest(shop.asset, state="draft"))
    assert made["status"] == "draft"
    dearer = manifest(shop.asset, state="draft", price={"amount": "250.00", "currency": "CNY"}, keywords=...)
    [changed] = await shop.apply(dearer)
    assert (changed["action"], changed["listing_id"]) == ("change", made["listing_id"])
    listing = (await shop.provider.get(f"/v1/listings/{made['listing_id']}")).json()
    assert (listing["price"]["amount"], listing["keywords"]) == ("250.00", [])
    [sent] = await shop.apply(manifest(shop.asset, price={"amount": "250.00", "currency": "CNY"}, keywords=...))
    assert (sent["action"], sent["submits"], sent["status"]) == ("submit", True, "submitted")
    await drain()
    events = (await shop.provider.get("/v1/events", params={"subject": made["listing_id"]})).json()["items"]
    kinds = {each["kind"] for each in events}
    assert kinds == {"market.listing.draft", "market.listing.changed", "market.listing.submitted"}


async def test_what_is_on_the_shelf_is_replaced_and_makes_way(shop):
    [made] = await shop.apply(manifest(shop.asset))
    old = made["listing_id"]
    await shop.review(old)
    dearer = manifest(shop.asset, price={"amount": "250.00", "currency": "CNY"})
    [line] = await shop.apply(dearer)
    new = line["listing_id"]
    assert (line["action"], new != old, line["status"]) == ("replace", True, "submitted")
    await succession(shop.runtime)
    assert (await shop.status(old), await shop.status(new)) == ("listed", "submitted")
    await shop.review(new)
    await succession(shop.runtime)
    assert (await shop.status(old), await shop.status(new)) == ("delisted", "listed")
    assert not (await shop.plan(dearer))["changed"]
    [kept] = (await shop.provider.get("/v1/manifests")).json()["items"]
    assert (kept["name"], kept["listing_id"], kept["replaces"], kept["version"]) == ("flights", new, None, 2)


async def test_what_the_reviewer_has_is_left_alone_and_what_he_rejected_is_corrected(shop):
    [made] = await shop.apply(manifest(shop.asset))
    corrected = manifest(shop.asset, theme="民航")
    [line] = (await shop.plan(corrected))["lines"]
    assert [(fault["pointer"], fault["rule"]) for fault in line["faults"]] == [("/manifests/0/spec", "LT-LST-22")]
    await shop.review(made["listing_id"], "reject")
    same = await shop.plan(manifest(shop.asset))
    assert (same["changed"], same["lines"][0]["decision_reason"]) == (False, "审核意见")
    [again] = await shop.apply(corrected)
    assert (again["action"], again["status"]) == ("replace", "submitted")
    assert again["listing_id"] != made["listing_id"]


async def test_what_was_taken_off_by_hand_comes_back_only_by_force(shop):
    [made] = await shop.apply(manifest(shop.asset))
    await shop.review(made["listing_id"])
    await shop.provider.post(f"/v1/listings/{made['listing_id']}/delisting", {"reason": "暂停"})
    plan = await shop.plan(manifest(shop.asset))
    [line] = plan["lines"]
    assert line["drift"] == [{"pointer": "/spec/state", "before": "listed", "after": "delisted"}]
    problem = refused(await shop.send(manifest(shop.asset)), 422, "manifests-refused", "LT-LST-21")
    assert [(each["pointer"], each["rule"]) for each in problem["errors"]] == [("/manifests/0/spec/state", "LT-LST-21")]
    [line] = await shop.apply(manifest(shop.asset), force=True)
    assert (line["action"], line["status"]) == ("replace", "submitted")


async def test_a_product_is_taken_off_and_brought_back_by_its_manifest(shop):
    [made] = await shop.apply(manifest(shop.asset))
    await shop.review(made["listing_id"])
    off = manifest(shop.asset, state="delisted", theme="民航")
    [line] = await shop.apply(off)
    assert (line["action"], line["status"]) == ("delist", "delisted")
    assert not (await shop.plan(off))["changed"]
    [back] = await shop.apply(manifest(shop.asset))
    assert (back["action"], back["drift"], back["status"]) == ("replace", [], "submitted")


async def test_all_that_stands_against_all_of_them_is_told_and_nothing_is_done(shop):
    other = await Shop.begin(shop.runtime, shop.as_, "乙")
    before = await shop.rows()
    answer = await shop.send(
        manifest(shop.asset),
        manifest(other.asset, name="b"),
        manifest("无此资产", name="c"),
        manifest(shop.asset, name="d", price={"amount": "1.234", "currency": "CNY"}),
        manifest(shop.asset, name="e", licence={**manifest("")["spec"]["licence"], "purposes": ["model-training"]}),
        manifest(shop.asset, name="f", state="delisted"),
        manifest(shop.asset),
    )
    problem = refused(answer, 422, "manifests-refused", "LT-LST-21")
    said = [each["pointer"] for each in problem["errors"]]
    assert {
        "/manifests/1/spec/asset",
        "/manifests/2/spec/asset",
        "/manifests/3/spec/price/amount",
        "/manifests/5/spec/state",
        "/manifests/6/metadata/name",
    } <= set(said)
    assert all(each["rule"] and each["detail"] for each in problem["errors"])
    assert await shop.rows() == before


async def test_a_plan_that_is_out_of_date_is_not_carried_out(shop):
    asked = {"manifests": [manifest(shop.asset)]}
    plan = await shop.plan(manifest(shop.asset))
    await shop.apply(manifest(shop.asset, state="draft"))
    answer = await shop.provider.post("/v1/manifests/applications", {"plan": plan["digest"], "asked": asked})
    refused(answer, 409, "manifest-plan-stale", "LT-LST-21")


async def test_another_manager_takes_over_only_by_force(shop):
    await shop.apply(manifest(shop.asset), manager="erp")
    problem = refused(await shop.send(manifest(shop.asset)), 422, "manifests-refused", "LT-LST-21")
    assert [each["pointer"] for each in problem["errors"]] == ["/manifests/0/metadata/name"]
    [line] = await shop.apply(manifest(shop.asset), force=True)
    assert line["action"] == "remember"
    assert not (await shop.plan(manifest(shop.asset)))["changed"]


@pytest.mark.slow
async def test_pruning_reaches_what_this_manager_has_in_that_set(shop):
    """One of its own in the set, one outside it, and one of another manager."""
    names = {"a": "shop", "b": "shop", "c": "other", "d": None}
    made = {}
    for name, set_name in names.items():
        [line] = await shop.apply(manifest(shop.asset, name=name, set_name=set_name))
        await shop.review(line["listing_id"])
        made[name] = line["listing_id"]
    [line] = await shop.apply(manifest(shop.asset, name="e"), manager="erp")
    await shop.review(line["listing_id"])
    keep = manifest(shop.asset, name="a")
    assert [each["name"] for each in (await shop.plan(keep))["lines"]] == ["a"]
    lines = await shop.apply(keep, prune="shop")
    assert [(each["name"], each["action"], each["pruned"]) for each in lines] == [
        ("a", "nothing", False),
        ("b", "delist", True),
    ]
    assert {name: await shop.status(listing) for name, listing in made.items()} == {
        "a": "listed", "b": "delisted", "c": "listed", "d": "listed",
    }  # fmt: skip
    assert [each["name"] for each in (await shop.plan(keep, prune="shop"))["lines"]] == ["a"]


async def test_many_are_pruned_only_when_their_number_is_expected(shop):
    for number in range(6):
        await shop.apply(manifest(shop.asset, name=f"n{number}", state="draft"))
    problem = refused(await shop.send(prune="shop"), 422, "manifests-refused", "LT-LST-21")
    assert [each["pointer"] for each in problem["errors"]] == ["/expect"]
    refused(await shop.send(prune="shop", expect=5), 422, "manifests-refused", "LT-LST-21")
    lines = await shop.apply(prune="shop", expect=6)
    assert {each["action"] for each in lines} == {"remember"}
    assert (await shop.provider.get("/v1/manifests")).json()["items"] == []


async def test_nobody_sees_how_another_keeps_its_products(shop):
    await shop.apply(manifest(shop.asset))
    other = await Shop.begin(shop.runtime, shop.as_, "乙")
    assert (await other.provider.get("/v1/manifests")).json()["items"] == []
    [line] = (await other.plan(manifest(other.asset), prune="shop"))["lines"]
    assert (line["action"], line["pruned"]) == ("create", False)
    [line] = (await other.plan(manifest(shop.asset)))["lines"]
    assert [fault["pointer"] for fault in line["faults"]] == ["/manifests/0/spec/asset"]
    buyer = await shop.as_("buyer")
    refused(await buyer.get("/v1/manifests"), 403, "forbidden")


async def test_what_is_malformed_is_told_by_its_place(shop):
    wrong = manifest(shop.asset, colour="red", title={"zh": "标题"})
    wrong["metadata"]["name"] = "Flights"
    answer = await shop.provider.post("/v1/manifests/plan", {"manifests": [wrong]})
    problem = refused(answer, 400, "invalid-input")
    assert {each["pointer"] for each in problem["errors"]} >= {
        "/manifests/0/metadata/name",
        "/manifests/0/spec/colour",
        "/manifests/0/spec/title/en",
    }
