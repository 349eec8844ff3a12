"""Reports computed anew by themselves: from which causes, once for all of them, with what changed, signed by nobody."""

import asyncio
from datetime import date, timedelta

import polars as pl
import pytest

from kernel.db import unit
from kernel.webhooks.commands import fan_out
from rights.certificates import commands as certificates
from tests.market.trade import Trade
from tests.refusals import not_there
from tests.valuation.engagements.firm import Work, said, study
from tests.valuation.makers import add_revision, parquet, score
from tests.valuation.market_evidence.test_evidence import load, settled, write
from valuation.appraisal.recompute import recompute
from valuation.engagements.queries import backing
from valuation.engagements.verify import check
from valuation.revaluation.jobs import revalue, watch


@pytest.fixture
async def work(as_, drain):
    return await Work.begin(as_, drain)


@pytest.fixture
def looked(runtime, drain):
    """Sequence the log, watch it, and do what was queued."""

    async def look():
        await drain()
        await watch(runtime)
        await drain()

    return look


async def history(work):
    """What was computed anew."""
    answer = await work.client.get(f"{work.path}/revaluations")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def rescored(work, drain, price=10.5):
    """Another revision, without the faults of the first, and its score."""
    orders = pl.DataFrame({"id": [1, 2], "price": [price, 20.0], "shop": [1, 2]})
    await add_revision(work.provider, work.asset, orders=parquet(orders), shops=parquet(pl.DataFrame({"id": [1, 2]})))
    return await score(work.provider, work.asset, drain)


@pytest.mark.slow
async def test_a_new_scorecard_makes_a_new_appraisal_that_nobody_signed(work, drain, looked, runtime):
    done = await work.issued()
    old = (await work.client.get(f"/v1/appraisals/{done['appraisal_id']}")).json()
    await looked()
    assert await history(work) == []
    run = await rescored(work, drain)
    await looked()
    (made,) = await history(work)
    assert (made["outcome"], made["previous_id"]) == ("revalued", done["appraisal_id"])
    assert {each["kind"] for each in made["causes"]} >= {"scorecard"}
    assert "/quality/score" in {each["place"] for each in made["changes"]}
    new = (await work.client.get(f"/v1/appraisals/{made['appraisal_id']}")).json()
    assert (new["standing"], new["scorecard_id"]) == ("automatic", run["scorecard_id"])
    assert float(new["value"]["amount"]) > float(old["value"]["amount"])
    claims = (await work.client.get(f"/v1/documents/{new['document_id']}")).json()["document"]["credentialSubject"]
    assert recompute(claims["appraisal"]).same
    assert all(each.holds for each in check(claims))
    assert claims["revaluation"]["previous_value"] == old["value"]
    assert "signatures" not in claims
    for lang, words in (
        ("zh", ("自动重估", "新的质量评分", "PG2026000001")),
        ("en", ("Cause: a new scorecard", "unsigned")),
    ):
        page = (await work.client.get(f"/v1/documents/{new['document_id']}/page?lang={lang}")).text
        assert all(word in page for word in words), page
    # The report itself stands as it was signed, and the new computation backs no price.
    assert (await work.client.get(work.path)).json()["status"] == "issued"
    async with unit(runtime.sessions) as session:
        assert await backing(session, new["revision_id"], runtime.clock.now()) is None
        assert (await backing(session, old["revision_id"], runtime.clock.now())).id == old["id"]
    events = (await work.client.get("/v1/events?limit=100")).json()["items"]
    (told,) = [each for each in events if each["kind"] == "valuation.revaluation.revalued"]
    assert told["facts"]["number"] == "PG2026000001"
    await watch(runtime)
    await revalue(runtime, {"engagement_id": work.id})
    assert len(await history(work)) == 1


@pytest.mark.slow
async def test_a_revaluation_is_sent_to_whoever_asked_for_it(work, drain, looked, runtime, clock):
    await work.issued()
    for who in (work.client, work.firm):
        asked = {"url": "https://hooks.example.cn/in", "kinds": ["valuation.revaluation"]}
        made = await who.post("/v1/webhooks", asked)
        assert made.status_code == 201, made.text
    await rescored(work, drain)
    await looked()
    await fan_out(runtime.sessions, clock=clock)
    sent = "SELECT e.kind, count(*) FROM webhook_delivery d JOIN log_entry e ON e.id = d.entry_id GROUP BY e.kind"
    assert [tuple(row) for row in await runtime.pool.fetch(sent)] == [("valuation.revaluation.revalued", 2)]


@pytest.mark.slow
async def test_many_causes_at_once_are_one_new_appraisal(work, drain, looked, runtime):
    await work.issued()
    for price in (11.0, 12.0, 13.0):
        await rescored(work, drain, price)
    await drain()
    await watch(runtime)
    await watch(runtime)
    queued = await runtime.pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'valuation.revalue'")
    assert queued == 1
    await asyncio.gather(*(revalue(runtime, {"engagement_id": work.id}) for _ in range(4)))
    (made,) = await history(work)
    assert [each["kind"] for each in made["causes"]].count("scorecard") == 3
    await looked()
    assert len(await history(work)) == 1


@pytest.mark.slow
async def test_two_watchers_at_once_note_each_entry_once(work, drain, runtime):
    await work.issued()
    await rescored(work, drain)
    await drain()
    await asyncio.gather(*(watch(runtime) for _ in range(4)))
    await watch(runtime)
    noted = "SELECT count(*) FROM revaluation_cause WHERE kind = 'scorecard'"
    assert await runtime.pool.fetchval(noted) == 1


@pytest.mark.slow
async def test_a_report_that_ended_is_left_alone(work, drain, looked):
    await work.issued()
    await work.first.client.post(f"{work.path}/withdrawal", {"reason": "wrong"})
    await rescored(work, drain)
    await looked()
    assert await history(work) == []


@pytest.mark.slow
async def test_a_report_that_ends_while_its_causes_wait_is_told_so(work, drain, runtime):
    await work.issued()
    await rescored(work, drain)
    await drain()
    await watch(runtime)
    await work.first.client.post(f"{work.path}/withdrawal", {"reason": "wrong"})
    await drain()
    (made,) = await history(work)
    assert (made["outcome"], made["faults"][0]["rule"]) == ("refused", "LT-ENG-09")


async def traded(runtime, as_, drain, clock):
    """An engagement for an asset with a certificate, a scorecard and a listing."""
    trade = await Trade.begin(runtime, as_)
    row = await runtime.pool.fetchrow("SELECT asset_id, scorecard_id FROM listing WHERE id = $1", trade.listing_id)
    async with runtime.pool.acquire() as connection, connection.transaction():
        # The listing's card is only a row; a draft reads its score from the body.
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute('UPDATE scorecard SET body = body || \'{"score": "95"}\'')
    clock.move(timedelta(minutes=5))
    return trade, await Work.on(as_, drain, trade.provider, row["asset_id"], row["scorecard_id"])


def market(**over):
    """A study by the market approach, of traffic data in three rows for a year."""
    one = said("1")
    traits = {"right": "use", "mode": "one-off", "field": "交通", "region": "全国", "tax_basis": "pre-tax"}
    measures = {"scale": said("3"), "remaining_years": one, "price_index": said("100")}
    case = {
        "kind": "realised", "dated": "2026-06-30", "currency": "CNY", "quality": said("95"),
        "supply_demand": one, "other": one, **traits, **measures,
    }  # fmt: skip
    own = {**traits, **measures, "quality_exponent": one, "capacity_exponent": said("0.8")}
    cases = {name: {**case, "price": said(price)} for name, price in (("a", "10000"), ("b", "10100"), ("c", "9900"))}
    return {
        "currency": "CNY",
        "purpose": "Pledge to a bank",
        "value_type": "market-value",
        "market": {**own, "comparables": cases, **over},
        "single_approach_reason": "No costs are known.",
    }


@pytest.mark.slow
async def test_a_trade_of_the_asset_and_new_comparables_enter(runtime, as_, drain, looked, clock, tmp_path):
    trade, work = await traded(runtime, as_, drain, clock)
    done = await work.issued(study=market())
    clock.move(timedelta(minutes=5))
    await settled(trade, drain)
    await looked()
    (made,) = await history(work)
    assert (made["outcome"], [each["kind"] for each in made["causes"]]) == ("revalued", ["trade"])
    new = (await work.client.get(f"/v1/appraisals/{made['appraisal_id']}")).json()
    cases = new["appraisal"]["inputs"]["market"]["comparables"]
    (name,) = set(cases) - {"a", "b", "c"}
    assert cases[name]["price"]["value"] == "12500"
    assert cases[name]["supply_demand"]["confidence"] == "low"
    old = (await work.client.get(f"/v1/appraisals/{done['appraisal_id']}")).json()
    assert float(new["value"]["amount"]) > float(old["value"]["amount"])
    # An asking price is a cause to look, and never enters by itself.
    rows = [{"title": "航班", "price": "99999", "category_aws": "交通"}]
    await load(runtime, write(tmp_path / "a.csv", rows), date(2026, 11, 20))
    await looked()
    second = (await history(work))[1]
    assert (second["outcome"], second["appraisal_id"]) == ("unchanged", None)
    assert [each["kind"] for each in second["causes"]] == ["comparable"]
    other = [{"title": "遥感", "price": "1", "category_aws": "earth"}]
    await load(runtime, write(tmp_path / "b.csv", other), date(2026, 11, 20))
    await looked()
    assert len(await history(work)) == 2


@pytest.mark.slow
async def test_a_trade_of_the_firm_s_own_never_enters(runtime, as_, drain, looked, clock):
    trade, work = await traded(runtime, as_, drain, clock)
    await work.issued(study=market())
    trade.buyer = work.firm
    await settled(trade, drain)
    await looked()
    (made,) = await history(work)
    assert made["outcome"] == "unchanged"


@pytest.mark.slow
async def test_an_objection_is_told_as_a_change_of_the_right(runtime, as_, drain, looked, clock):
    _, work = await traded(runtime, as_, drain, clock)
    await work.issued()
    rival = await as_("developer")
    proof = await rival("POST", "/v1/files?name=proof.pdf&purpose=evidence", content=b"proof")
    case = await runtime.pool.fetchval("SELECT registration_id FROM certificate WHERE asset_id = $1", work.asset)
    body = {"statement": "该数据属于本单位", "evidence": [proof.json()["id"]]}
    raised = await rival.post(f"/v1/registrations/{case}/objections", body)
    assert raised.status_code == 201, raised.text
    await looked()
    (made,) = await history(work)
    assert made["outcome"] == "revalued"
    (change,) = made["changes"]
    assert change == {"place": "/rights/objections", "before": [], "after": [raised.json()["id"]]}
    assert {each["kind"] for each in made["causes"]} == {"objection"}


@pytest.mark.slow
async def test_an_expired_certificate_leaves_nothing_to_value(runtime, as_, drain, looked, clock):
    _, work = await traded(runtime, as_, drain, clock)
    cost = {**study()["cost"], "right_remaining_years": said("3")}
    await work.issued(study=study(cost=cost))
    await runtime.pool.execute("UPDATE certificate SET valid_until = '2026-11-30' WHERE asset_id = $1", work.asset)
    clock.move(timedelta(days=10))
    async with runtime.act() as act:
        assert await certificates.expire(act) == 1
    await looked()
    (made,) = await history(work)
    assert made["outcome"] == "refused"
    assert "LT-APR-06" in {each["rule"] for each in made["faults"]}
    assert {each["kind"] for each in made["causes"]} == {"right"}
    events = (await work.firm.get("/v1/events?limit=100")).json()["items"]
    assert "valuation.revaluation.refused" in {each["kind"] for each in events}


@pytest.mark.slow
async def test_strangers_see_no_history(work):
    await work.issued()
    not_there(await (await work.as_("buyer")).get(f"{work.path}/revaluations"))
