"""Who may score and who may read: the provider, whoever it engaged, whoever is shown the card, and the offices."""

import copy

import polars as pl
import pytest

from tests.market.listings.story import Shelf
from tests.market.trade import register
from tests.refusals import not_there, refused
from tests.valuation.engagements.firm import Work
from tests.valuation.makers import CONTRACT, engage, make_asset, parquet, score
from valuation.quality.jobs import tidy

OPEN = copy.deepcopy(CONTRACT)
for table in OPEN["schema"]:
    for column in table["properties"]:
        column["classification"] = "public"


def paths(run: dict, asset: str, contract: str) -> list[str]:
    """Everything that came of a run."""
    card = f"/v1/scorecards/{run['scorecard_id']}"
    return [
        *(
            card + part
            for part in ("", "/dqv", "/openlineage", "/odcs-results", f"/comparison?before={run['scorecard_id']}")
        ),
        f"/v1/quality-runs/{run['id']}",
        f"/v1/data-contracts/{contract}",
        f"/v1/data-contracts/{contract}/odcs",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["valuer", "tester", "provider"])
async def test_a_stranger_starts_no_run_reads_nothing_and_learns_nothing(as_, drain, role):
    provider, stranger = await as_("provider"), await as_(role, "stranger")
    revision = await make_asset(provider)
    asset = revision["asset_id"]
    unknown = "ast_" + "0" * 26
    answers = [await stranger.post(f"/v1/assets/{each}/quality-runs", {"contract": OPEN}) for each in (asset, unknown)]
    told = [(answer.status_code, answer.json()["code"], answer.json()["kind"]) for answer in answers]
    assert told == [(404, "not-found", "asset")] * 2
    run = await score(provider, asset, drain)
    for path in paths(run, asset, run["contract"]["id"]):
        not_there(await stranger.get(path))
    not_there(await stranger.get(f"/v1/assets/{asset}/quality-runs"))


@pytest.mark.slow
async def test_an_engaged_firm_scores_but_the_provider_says_what_is_public(as_, drain):
    provider, firm = await as_("provider"), await as_("valuer")
    revision = await make_asset(provider)
    asset = revision["asset_id"]
    await engage(firm, asset)
    before = await score(firm, asset, drain, OPEN)
    blind = (await firm.get(f"/v1/scorecards/{before['scorecard_id']}")).json()["scorecard"]
    assert {row["price"] for row in blind["sample_rows"]["orders"]} <= {"*", None}
    assert {row["id"] for row in blind["sample_rows"]["orders"]} == {"*"}  # The provider has made nothing public yet.
    await score(provider, asset, drain)
    after = await score(firm, asset, drain, OPEN)
    seen = (await firm.get(f"/v1/scorecards/{after['scorecard_id']}")).json()["scorecard"]
    assert {row["id"] for row in seen["sample_rows"]["orders"]} == {1, 2, 3, 4}
    assert {row["price"] for row in seen["sample_rows"]["orders"]} <= {"*", None}


@pytest.mark.slow
async def test_the_provider_sees_what_was_measured_and_outsiders_see_that_it_is_masked(as_, clock, drain, runtime):
    """Behaviour 1.10, first-day 6: nothing said that a figure was masked, and its own provider could not see it."""
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    card = await shelf.score()
    listing = await shelf.listed()
    buyer, firm, officer = await as_("buyer"), await as_("valuer"), await as_("auditor")
    await engage(firm, shelf.asset_id)
    seen = {}
    for who, client in {"provider": shelf.provider, "buyer": buyer, "firm": firm, "officer": officer}.items():
        answer = (await client.get(f"/v1/scorecards/{card}")).json()
        body = answer["scorecard"]
        (price,) = [column for column in body["profile"]["orders"] if column["column"] == "price"]
        (null,) = [check["samples"] for check in body["checks"] if check["id"] == "orders.price:range"]
        rows = [row["price"] for row in body["sample_rows"]["orders"]]
        seen[who] = answer["masked"], price.get("masked"), price["maximum"], bool(price["histogram"]), null, rows
        assert ("price" in body.get("masked_columns", {}).get("orders", [])) == (who != "provider")
    own = [10.5, 20.0, None, -1.0]
    hidden = [{"row": 4, "value": "*", "masked": True}], ["*", "*", None, "*"]
    assert seen["provider"] == (False, None, 20.0, True, [{"row": 4, "value": -1.0}], own)
    assert seen["firm"] == seen["officer"] == (True, None, 20.0, True, *hidden)
    assert seen["buyer"] == (True, True, "*", False, *hidden)
    assert listing["sample_rows"]["orders"][0]["price"] == "*"
    assert listing["masked_columns"]["orders"] == ["price", "shop"]
    tests = (await buyer.get(f"/v1/scorecards/{card}/odcs-results")).json()["checks"]
    assert {"row": 4, "value": "*", "masked": True} in [s for check in tests for s in check["failedSamples"]]
    await runtime.pool.execute("UPDATE asset SET destroyed_at = now() WHERE id = $1", shelf.asset_id)
    gone = (await shelf.provider.get(f"/v1/scorecards/{card}")).json()
    assert gone["masked"] is True
    await tidy(runtime)
    assert await runtime.pool.fetchval("SELECT count(*) FROM scorecard_inside") == 0


@pytest.mark.slow
async def test_values_of_persons_are_kept_nowhere(as_, drain, runtime):
    """What is kept inside tells the provider of its data, and nobody of a person (decision 0110)."""
    provider = await as_("provider")
    people = pl.DataFrame({"id": range(40), "phone": [f"138{i:08d}" for i in range(40)], "price": [1.5] * 40})
    orders = copy.deepcopy(CONTRACT)
    orders["schema"] = [{"name": "orders", "properties": [{"name": "id", "logicalType": "integer"}]}]
    asset = (await make_asset(provider, orders=parquet(people)))["asset_id"]
    run = await score(provider, asset, drain, orders)
    answer = (await provider.get(f"/v1/scorecards/{run['scorecard_id']}")).json()
    columns = {column["column"]: column for column in answer["scorecard"]["profile"]["orders"]}
    assert (answer["masked"], answer["scorecard"]["masked_columns"]) == (True, {"orders": ["phone"]})
    assert (columns["phone"]["masked"], columns["phone"]["minimum"]) == (True, "1**********")
    assert columns["id"]["maximum"] == 39
    kept = await runtime.pool.fetchval("SELECT string_agg(body::text, '') FROM scorecard_inside")
    parts = await runtime.pool.fetch("SELECT body FROM quality_run_part")
    assert "13800000" not in kept + "".join(row["body"].decode() for row in parts)


@pytest.mark.slow
async def test_what_the_listing_shows_its_buyer_opens(as_, clock, drain):
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    card = await shelf.score()
    buyer = await as_("buyer")
    not_there(await buyer.get(f"/v1/scorecards/{card}"))
    listing = await shelf.listed()
    assert listing["scorecard_id"] == card
    run = (await shelf.provider.get(f"/v1/scorecards/{card}")).json()["run_id"]
    of = (await shelf.provider.get(f"/v1/quality-runs/{run}")).json()
    for path in [*paths({"id": run, "scorecard_id": card}, shelf.asset_id, of["contract"]["id"])]:
        assert (await buyer.get(path)).status_code == 200, path
    for office in ("registrar", "reviewer", "operator", "regulator", "auditor"):
        assert (await (await as_(office)).get(f"/v1/scorecards/{card}")).status_code == 200, office


@pytest.mark.slow
async def test_a_strangers_card_of_before_is_never_the_listings(as_, clock, drain, runtime):
    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    card = await shelf.score()
    firm = await as_("valuer")
    await engage(firm, shelf.asset_id)
    newer = (await score(firm, shelf.asset_id, drain))["scorecard_id"]
    await runtime.pool.execute("UPDATE engagement SET accepted_at = NULL, status = 'declined'")
    assert (await shelf.draft())["quality"] is not None
    listing = await shelf.listed()
    assert listing["scorecard_id"] == card != newer


@pytest.mark.slow
async def test_two_strangers_who_engage_each_other_open_nothing(as_, drain):
    """An engagement that the provider neither proposed nor consented to gives nobody standing (LT-QLT-06)."""
    provider, lender = await as_("provider"), await as_("lender")
    revision = await make_asset(provider)
    asset = revision["asset_id"]
    run = await score(provider, asset, drain)
    card = f"/v1/scorecards/{run['scorecard_id']}"
    work = await Work.on(as_, drain, provider, asset, run["scorecard_id"])
    for unknown in (asset, "ast_" + "0" * 26):
        answer = await lender.post("/v1/engagements", work.terms(asset_id=unknown))
        assert refused(answer, 404, "not-found")["kind"] == "asset"
    await register(provider.runtime, asset)
    proposed = (await lender.post("/v1/engagements", work.terms())).json()
    work.id = proposed["id"]
    assert (proposed["consented_at"], (await work.accept()).status_code) == (None, 200)
    not_there(await work.firm.get(card))
    start = f"/v1/assets/{asset}/quality-runs"
    not_there(await work.firm.post(start, {"contract": OPEN}))
    for stranger in (lender, await as_("provider", "other")):
        not_there(await stranger.post(f"{work.path}/consent"))
    seen = (await provider.get(work.path)).json()
    assert "consent" in seen["allowed_actions"]
    consented = (await provider.post(f"{work.path}/consent")).json()
    assert (consented["consented_at"] is not None, "consent" in consented["allowed_actions"]) == (True, False)
    assert (await provider.post(f"{work.path}/consent")).json()["consented_at"] == consented["consented_at"]
    assert (await work.firm.get(card)).status_code == 200
    assert (await work.firm.post(start, {"contract": OPEN})).status_code == 202
    await lender.post(f"{work.path}/termination", {"reason": "over"})
    assert (await provider.post(f"{work.path}/consent")).json()["code"] == "illegal-transition"
    not_there(await work.firm.get(card))


@pytest.mark.slow
async def test_whom_a_former_provider_engaged_opens_nothing_of_the_present_ones(as_, drain, runtime):
    """The title has passed; who holds it now was never asked whether that firm or that tester may look."""
    former, present = await as_("provider", "former"), await as_("provider", "present")
    firm, tester = await as_("valuer"), await as_("tester")
    asset = (await make_asset(former))["asset_id"]
    await engage(firm, asset)
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "listing", "samples": 1}
    test = (await former.post(f"/v1/assets/{asset}/third-party-tests", body)).json()["id"]
    taken = await tester.post(f"/v1/third-party-tests/{test}/acceptance", {"independence": "与委托方无关联关系"})
    assert taken.status_code in (200, 201), taken.text
    before = await score(former, asset, drain)
    for scorer in (firm, tester):
        assert (await scorer.get(f"/v1/scorecards/{before['scorecard_id']}")).status_code == 200
    await runtime.pool.execute("UPDATE asset SET party_id = $1 WHERE id = $2", present.party, asset)
    after = await score(present, asset, drain)
    for scorer in (firm, tester):
        not_there(await scorer.get(f"/v1/scorecards/{after['scorecard_id']}"))
        not_there(await scorer.post(f"/v1/assets/{asset}/quality-runs", {"contract": OPEN}))
