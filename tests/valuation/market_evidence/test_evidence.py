"""The register of comparables: filled by settlement and import, searched, picked from, and never one's own trades."""

import csv
from datetime import date

import pytest
from msgspec import convert

from tests.market.trade import Trade
from tests.refusals import refused
from tests.valuation.engagements.firm import Work, said, study
from tests.valuation.makers import engage
from tests.valuation.practitioners.people import Person
from valuation.appraisal.errors import InputsFaulty
from valuation.market_evidence import queries
from valuation.market_evidence.commands import import_listings
from valuation.market_evidence.schemas import PickComparables

HEAD = ("title", "description", "price", "price_mode", "platform", "currency", "category_aws", "coverage", "url")


def write(path, rows):
    """A file of listings."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        out = csv.DictWriter(lines, HEAD)
        out.writeheader()
        for number, row in enumerate(rows):
            plain = {
                "price_mode": "one-off",
                "platform": "X",
                "currency": "RMB",
                "coverage": "全国",
                "url": f"u{number}",
            }
            out.writerow({**plain, "category_aws": "retail", **row})
    return path


async def load(runtime, path, dated=date(2026, 10, 1)):
    """Import a file."""
    async with runtime.act() as act:
        return await import_listings(act, path, dated, "pre-tax")


@pytest.fixture
async def work(as_, drain):
    made = await Work.begin(as_, drain)
    await engage(made.firm, made.asset)
    return made


async def settled(trade, drain):
    """A trade to its end."""
    order = await trade.delivered()
    answer = await trade.buyer.post(f"/v1/orders/{order}/acceptance")
    assert answer.status_code == 200, answer.text
    await drain()
    return order


async def test_a_settled_trade_is_a_comparable_and_tells_no_parties(runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    await trade.order()
    valuer = await as_("valuer")
    assert (await valuer.get("/v1/comparables")).json()["items"] == []
    await settled(trade, drain)
    answer = await valuer.get("/v1/comparables?kind=realised&mode=one-off")
    (seen,) = answer.json()["items"]
    assert (seen["price"], seen["currency"], seen["tax_basis"], seen["dated"]) == (
        "12500",
        "CNY",
        "pre-tax",
        "2026-11-23",
    )
    assert (seen["right"], seen["field"], seen["remaining_years"]) == ("use", "交通", "1")
    card = await runtime.pool.fetchrow("SELECT row_count, score FROM scorecard")
    assert (seen["scale"], float(seen["quality"])) == (str(card["row_count"]), float(card["score"]))
    assert trade.buyer.party not in answer.text
    assert trade.provider.party not in answer.text
    refused(await trade.buyer.get("/v1/comparables"), 403, "forbidden")
    assert (
        await runtime.pool.fetchval("SELECT count(*) FROM log_entry WHERE kind = 'valuation.comparable.admitted'") == 1
    )


@pytest.mark.slow
async def test_a_trade_of_one_hand_with_itself_is_no_comparable(runtime, as_, drain, work):
    """Behaviour 13: a buyer with the seller's contact bought twice, and both prices were evidence of a market."""
    trade = await Trade.begin(runtime, as_)
    same = "UPDATE party SET contact = (SELECT contact FROM party WHERE id = $1) WHERE id = $2"
    await runtime.pool.execute(same, trade.provider.party, trade.buyer.party)
    for _ in range(2):
        await settled(trade, drain)
    seen = (await work.firm.get("/v1/comparables?kind=realised")).json()["items"]
    codes = [[each["code"] for each in row["related"]] for row in seen]
    assert codes == [["same-contact", "repeated"], ["same-contact"]]
    assert "one contact" in seen[0]["related"][0]["words"]["en"]
    near = (await work.firm.get(f"/v1/assets/{work.asset}/comparables?mode=one-off")).json()
    assert (near["known"], near["neighbours"]) == (0, [])
    wanted = {"comparable_id": seen[0]["id"], **{name: said("1") for name in ("price_index", "supply_demand", "other")}}
    refused = await work.firm.post(f"/v1/assets/{work.asset}/market-inputs", asked(work, {"a": wanted}))
    assert (refused.status_code, refused.json()["code"]) == (422, "inputs-faulty")
    assert ("/picks/a/comparable_id", "LT-APR-21") in [(e["pointer"], e.get("rule")) for e in refused.json()["errors"]]
    assert (await (await as_("auditor")).get("/v1/audit/back-test")).json()["deals"] == 0


@pytest.mark.slow
async def test_the_same_two_who_trade_anew_tell_no_second_price(runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    for _ in range(2):
        await settled(trade, drain)
    seen = (await (await as_("valuer")).get("/v1/comparables?kind=realised")).json()["items"]
    assert [[each["code"] for each in row["related"]] for row in seen] == [["repeated"], []]


async def test_asking_prices_are_imported_once(runtime, tmp_path):
    rows = [{"title": f"门店订单 {n}", "price": str(n)} for n in range(5)]
    path = write(tmp_path / "a.csv", rows)
    first, second = await load(runtime, path), await load(runtime, path)
    assert (first.read, first.new, first.known, first.skipped) == (5, 4, 0, {"no-price": 1})
    assert (second.read, second.new, second.known) == (5, 0, 4)
    more = write(tmp_path / "b.csv", [*rows, {"title": "门店订单 1", "price": "7", "url": "u1"}])
    assert (await load(runtime, more)).new == 1
    kinds = "SELECT count(*) FROM log_entry WHERE kind = 'valuation.comparables.imported'"
    assert await runtime.pool.fetchval(kinds) == 2


async def test_the_nearest_are_told_with_a_band_and_why(work, runtime, tmp_path):
    path = f"/v1/assets/{work.asset}/comparables?mode=one-off"
    none = (await work.firm.get(path)).json()
    assert (none["known"], none["low"], none["neighbours"]) == (0, None, [])
    assert "Too few" in none["note"]["en"]
    near = [{"title": f"2026年全国零售门店订单明细数据 {n}", "price": str(1000 + n)} for n in range(4)]
    far = [{"title": "卫星遥感影像", "price": "900000", "category_aws": "earth", "coverage": "海南"} for _ in range(3)]
    other = [{"title": "零售门店订单明细数据", "price": "1", "price_mode": "usage-based"}]
    await load(runtime, write(tmp_path / "a.csv", [*near, *far, *other]))
    seen = (await work.firm.get(path)).json()
    assert (seen["known"], seen["considered"], seen["only_asking"]) == (7, 7, True)
    assert 1000 <= float(seen["low"]) <= float(seen["middle"]) <= 1003
    assert [each["comparable"]["price"] for each in seen["neighbours"]][:4] == ["1000", "1001", "1002", "1003"]
    assert "same mode of trade" in seen["neighbours"][0]["why"]["en"]
    assert (await work.firm.get(f"{path}&base_date=2026-11-02")).json()["known"] == 7
    assert (await work.firm.get(f"{path}&base_date=2026-09-01")).json()["errors"][0]["rule"] == "LT-APR-20"
    assert (await work.firm.get(f"{path}&base_date=2027-09-01")).json()["code"] == "base-date-outside"
    assert (await work.firm.get(f"{path}&currency=EUR")).json()["known"] == 0
    refused(await work.client.get(path), 403, "forbidden")


def pick(comparable, **over):
    """A pick of an asking price, with what its listing does not tell."""
    plain = {"price_index": said("100"), "supply_demand": said("1"), "other": said("1")}
    stated = {"right": "use", "scale": said("1000"), "remaining_years": said("2"), "quality": said("80")}
    return {"comparable_id": comparable, **plain, **stated, **over}


def asked(work, picks, **over):
    """The picks for the asset."""
    return {
        "scorecard_id": work.card,
        "base_date": "2026-11-23",
        "currency": "CNY",
        "right": "use",
        "mode": "one-off",
        "field": "retail",
        "region": "全国",
        "tax_basis": "pre-tax",
        "scale": said("1000"),
        "remaining_years": said("2"),
        "price_index": said("100"),
        "quality_exponent": said("1"),
        "capacity_exponent": said("0.8"),
        "picks": picks,
        **over,
    }


async def imported(work, runtime, tmp_path, count=3):
    """Some like asking prices; gives their ids."""
    rows = [{"title": f"零售门店订单 {n}", "price": str(100000 + n)} for n in range(count)]
    await load(runtime, write(tmp_path / "like.csv", rows), date(2026, 11, 20))
    items = (await work.firm.get("/v1/comparables")).json()["items"]
    return [each["id"] for each in sorted(items, key=lambda each: float(each["price"]))]


@pytest.mark.slow
async def test_picks_become_inputs_with_provenance_that_a_draft_takes(work, runtime, tmp_path):
    a, b, c = await imported(work, runtime, tmp_path)
    path = f"/v1/assets/{work.asset}/market-inputs"
    answer = await work.firm.post(path, asked(work, {"a": pick(a), "b": pick(b), "c": pick(c)}))
    assert answer.status_code == 200, answer.text
    market = answer.json()["market"]
    case = market["comparables"]["a"]
    assert (case["kind"], case["price"]["value"], case["price"]["confidence"]) == ("asking", "100000", "low")
    assert case["price"]["evidence"].startswith(f"{a} sha256:")
    await work.accepted()
    only = {"currency": "CNY", "purpose": "Pledge to a bank", "value_type": "market-value", "market": market}
    made = await work.submit(study={**only, "single_approach_reason": "No costs are known."})
    assert made.status_code == 201, made.text
    assert any("asking prices" in note["en"] for note in made.json()["content"]["appraisal"]["notes"])
    # What the register tells cannot be told otherwise.
    market["comparables"]["a"]["price"]["value"] = "250000"
    market["comparables"]["b"]["dated"] = "2026-11-01"
    market["comparables"]["c"]["price"]["evidence"] = "cmp_00000000000000000000000000"
    wrong = await work.submit(study={**only, "single_approach_reason": "No costs are known."})
    assert [(each["pointer"], each["rule"]) for each in wrong.json()["errors"]] == [
        ("/study/market/comparables/a/price/value", "LT-APR-12"),
        ("/study/market/comparables/b/dated", "LT-APR-12"),
        ("/study/market/comparables/c/price/evidence", "LT-APR-12"),
    ]


async def test_picks_are_refused_with_every_reason(work, runtime, tmp_path):
    a, b, _ = await imported(work, runtime, tmp_path)
    path = f"/v1/assets/{work.asset}/market-inputs"
    lacking = {"comparable_id": b, **{k: v for k, v in pick(b).items() if k not in ("scale", "quality")}}
    picks = {"a": pick(a), "b": lacking, "c": pick("cmp_0")}
    refusal = await work.firm.post(
        path, asked(work, picks, base_date="2026-11-19", currency="EUR", tax_basis="post-tax")
    )
    refused(refusal, 422, "inputs-faulty", "LT-APR-05")
    assert {(each["pointer"], each["rule"]) for each in refusal.json()["errors"]} == {
        ("/picks/b/scale", "LT-APR-12"),
        ("/picks/b/quality", "LT-APR-12"),
        ("/picks/c/comparable_id", "LT-APR-12"),
        ("/picks/a/dated", "LT-APR-12"),
        ("/picks/a/currency", "LT-APR-11"),
        ("/picks/a/tax_basis", "LT-APR-11"),
        ("/picks", "LT-APR-12"),
    }


async def test_nobody_picks_a_trade_of_his_own(work, runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    order = await settled(trade, drain)
    assert order
    (seen,) = (await work.firm.get("/v1/comparables")).json()["items"]
    path = f"/v1/assets/{work.asset}/market-inputs"
    mine = pick(seen["id"], right=None, remaining_years=None)
    body = asked(work, {"a": {name: value for name, value in mine.items() if value is not None}})
    declared = {"interests": [trade.buyer.party]}
    free = (await work.first.client.post(path, body)).json()["errors"]
    assert all(each["rule"] != "LT-APR-01" for each in free)
    await work.first.client.post(f"/v1/practitioners/{work.first.id}/interests", declared)
    tied = (await work.first.client.post(path, body)).json()["errors"]
    assert ("/picks/a/price/evidence", "LT-APR-01") in {(each["pointer"], each["rule"]) for each in tied}


async def test_a_member_who_picks_has_the_ties_of_that_person_alone(work, runtime, as_, drain):
    trade = await Trade.begin(runtime, as_)
    await settled(trade, drain)
    (seen,) = (await work.firm.get("/v1/comparables")).json()["items"]
    mine = {name: value for name, value in pick(seen["id"]).items() if name not in ("right", "remaining_years")}
    body = convert(asked(work, {"a": mine}), PickComparables)

    async def rules(person):
        with pytest.raises(InputsFaulty) as refusal:
            await person.do(queries.picked, work.asset, body)
        return {fault.rule for fault in refusal.value.errors}

    ada = await Person.begin(runtime, work.firm, "ada")
    elsewhere = await Person.begin(runtime, await as_("valuer", "other"), "bo")
    tied = {"interests": [trade.buyer.party]}
    assert (await elsewhere.register(121, **tied)).status_code == 201
    assert "LT-APR-01" not in await rules(ada)
    assert (await ada.register(122, **tied)).status_code == 201
    assert "LT-APR-01" in await rules(ada)


async def test_a_cost_study_cites_nothing(work):
    await work.accepted()
    assert (await work.submit(study=study())).status_code == 201
