"""Studies through HTTP: several approaches, readable pages with charts, questions to what is stored, calculations."""

import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from kernel.jobs import desk, processes
from kernel.jobs.errors import ProcessingBusy
from tests.beginnings import beginning
from tests.refusals import not_there, refused
from tests.valuation.appraisal.makers import cost, income, market, said, study, weighing
from tests.valuation.appraisal.test_appraisals import inputs, scored
from tests.valuation.appraisal.test_calculations import cap
from tests.valuation.makers import engage
from valuation.appraisal.recompute import recompute

WEIGHTS = {"cost": said("0.3"), "income": said("0.5"), "market": said("0.2")}
SHARED = income(method="share", share_of="revenue", share_rate=said("0.05"), income=[said("20000000")])


def whole() -> dict:
    weighed = weighing(weights=WEIGHTS, gap_reason="成本不反映需求")
    return msgspec.to_builtins(study(cost=cost(), income=SHARED, market=market(), weighing=weighed))


@beginning
async def reconciled(as_, drain):
    """A valuer and the appraisal it made by three approaches."""
    provider, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    body = {"scorecard_id": card, "base_date": "2026-11-23", "study": whole()}
    await engage(valuer, asset)
    made = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
    assert made.status_code == 201, made.text
    return provider, valuer, made.json(), body, asset


@pytest.fixture
async def valued(as_, drain):
    return await reconciled(as_, drain)


async def test_three_approaches_are_valued_issued_and_recomputable(valued):
    provider, _, view, _, _ = valued
    assert view["approach"] == "reconciled"
    document = (await provider.get(f"/v1/documents/{view['document_id']}")).json()["document"]
    assert recompute(document["credentialSubject"]["appraisal"]).same
    for lang, words in (("zh", ("多种方法综合", "价值构成图", "敏感性龙卷风图", "各方法结果比较图", "成本不反映需求")),
                        ("en", ("several approaches", "Waterfall of the value", "Tornado", "Comparison"))):  # fmt: skip
        page = await provider.get(f"/v1/documents/{view['document_id']}/page?lang={lang}")
        assert page.status_code == 200
        assert [word for word in words if word.lower() not in page.text.lower()] == []
        assert "market.A_a = Q * X1 * X2 * X3 * X4 * X5" in page.text
        assert ">90,000<" in page.text
        drawings = re.findall(r"<svg.*?</svg>", page.text, re.DOTALL)
        assert len(drawings) >= 6
        for drawing in drawings:
            ET.fromstring(drawing)


async def test_no_question_holds_a_connection_while_it_waits_for_a_process(valued, runtime, drain, monkeypatch):
    """One party's 150 simulations took every connection, and another's list of orders came after eleven seconds."""
    provider, _, view, _, _ = valued
    at, held = f"/v1/appraisals/{view['id']}", []
    await drain()  # A report is served with its entry's proof.

    async def counted(*_, **__):
        held.append(runtime.engine.pool.checkedout())
        raise ProcessingBusy(waiting_max=0, retry_after_seconds=1)

    monkeypatch.setattr(desk, "answer", counted)
    monkeypatch.setattr(processes, "call", counted)
    draws = {"#/inputs/income/share_rate": {"kind": "uniform", "parameters": ["0.04", "0.06"]}}
    answers = [
        await provider.get(f"{at}/sensitivity"),
        await provider.post(f"{at}/what-if", {"overlay": {}}),
        await provider.post(f"{at}/simulation", {"distributions": draws, "seed": 1}),
        *[await provider.get(f"{at}/report.{form}") for form in ("html", "xlsx", "pdf")],
    ]
    assert [answer.status_code for answer in answers] == [503] * 6, [answer.text for answer in answers]
    assert held == [0] * 6


@pytest.mark.slow
async def test_questions_to_what_is_stored(valued, as_):
    provider, valuer, view, _, _ = valued
    at = f"/v1/appraisals/{view['id']}"
    same = (await provider.post(f"{at}/what-if", {"overlay": {}})).json()
    assert same["appraisal"] == view["appraisal"]
    more = await valuer.post(f"{at}/what-if", {"overlay": {"/inputs/income/share_rate/value": "0.06"}})
    assert float(more.json()["value"]["amount"]) > float(view["value"]["amount"])
    wrong = await valuer.post(f"{at}/what-if", {"overlay": {"/inputs/income/share_rate/value": "0.9", "/x/value": "1"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "inputs-faulty")
    found = (await valuer.get(f"{at}/sensitivity")).json()
    assert found["column_driver"] == "#/inputs/income/share_rate"
    assert found["table"][2][2] == found["value"]["amount"]
    assert found["tornado"][0]["driver"].startswith("#/")
    assert {each["driver"] for each in found["years"]} == {"#/inputs/cost/remaining_life_years", "#/inputs/income/life"}
    share = next(each for each in found["one_way"] if each["driver"] == "#/inputs/income/share_rate")
    assert share["by"] == ["-0.20", "-0.10", "+0.10", "+0.20"]
    assert [float(number) for number in share["values"]] == sorted(float(number) for number in share["values"])
    draws = {"#/inputs/income/share_rate": {"kind": "uniform", "parameters": ["0.04", "0.06"]}}
    asked = {"distributions": draws, "seed": 7, "draws": 1000}
    drawn = await valuer.post(f"{at}/simulation", asked)
    assert drawn.status_code == 200, drawn.text
    assert drawn.json() == (await valuer.post(f"{at}/simulation", asked)).json()
    assert (drawn.json()["admitted"], drawn.json()["left_out"]) == (1000, [])
    for kind, numbers, why in (
        ("triangular", ["3", "2", "1"], "no distribution"),
        ("uniform", ["1", "2"], "names are"),
    ):
        bad = {"#/inputs/none": {"kind": kind, "parameters": numbers}}
        refusal = await valuer.post(f"{at}/simulation?lang=en", {"distributions": bad, "seed": 1})
        assert [error["pointer"] for error in refusal.json()["errors"]] == ["/distributions/#~1inputs~1none"]
        assert refusal.json()["code"] == "inputs-faulty"
        assert why in refusal.text
    beyond = {"#/inputs/cost/return_on_cost": {"kind": "uniform", "parameters": ["4", "6"]}}
    refusal = await valuer.post(f"{at}/simulation", {"distributions": beyond, "seed": 7, "draws": 1000})
    refused(refusal, 422, "inputs-faulty", "LT-APR-05")
    assert {error["rule"] if isinstance(error["rule"], str) else error["rule"]["id"]
            for error in refusal.json()["errors"]} == {"LT-APR-05"}  # fmt: skip
    listed = {each["name"]: each for each in found["parameters"]}
    assert (listed["#/inputs/cost/return_on_cost"]["minimum"], listed["#/inputs/cost/return_on_cost"]["maximum"]) == (
        "0.05",
        "0.30",
    )
    assert {each["driver"] for each in found["one_way"]} <= set(listed)
    for name, each in listed.items():
        if each["what_if"] and each["value"] is not None:
            again = await valuer.post(f"{at}/what-if", {"overlay": {name: each["value"]}})
            assert again.json()["value"] == view["value"], name
    other = await as_("valuer", "other")
    for path, body in (("what-if", {"overlay": {}}), ("simulation", asked)):
        not_there(await other.post(f"{at}/{path}", body))


async def test_faults_of_a_study_point_into_what_was_sent(valued):
    _, valuer, _, body, asset = valued
    bad = body["study"] | {"income": SHARED | {"life": {"years": said("9"), "right": said("5")}}, "currency": "XXX"}
    await engage(valuer, asset)
    refusal = await valuer.post(f"/v1/assets/{asset}/appraisals", body | {"study": bad})
    refused(refusal, 422, "inputs-faulty", "LT-APR-05")
    pointers = [error["pointer"] for error in refusal.json()["errors"]]
    assert pointers[0] == "/study/currency"
    assert "/study/income/life/years/value" in pointers
    for both in ({"inputs": inputs()}, {"study": None}):
        await engage(valuer, asset)
        unclear = await valuer.post(f"/v1/assets/{asset}/appraisals", body | both)
        assert [error["pointer"] for error in unclear.json()["errors"]] == ["/study"]


async def test_an_earlier_base_date_knows_the_cost_approach_only(valued):
    _, valuer, _, body, asset = valued
    await engage(valuer, asset)
    refused = await valuer.post(f"/v1/assets/{asset}/appraisals", body | {"base_date": "2026-10-31"})
    assert {error["rule"]["id"] if isinstance(error["rule"], dict) else error["rule"]
            for error in refused.json()["errors"]} >= {"LT-APR-20"}  # fmt: skip


async def test_calculations_are_answered_and_stored_nowhere(as_):
    valuer, buyer = await as_("valuer"), await as_("buyer")
    asked = {"calculation": "price-cap", "base_date": "2026-11-23", "inputs": cap()}
    found = await valuer.post("/v1/valuation-calculations", asked)
    assert found.status_code == 200, found.text
    assert found.json()["calculation"]["results"]["r_max"] == "1140000"
    assert recompute(found.json()["calculation"]).same
    refusal = await valuer.post("/v1/valuation-calculations", asked | {"inputs": cap(margin=said("0.09"))})
    assert refusal.json()["rule"]["id"] == "LT-APR-05"
    early = await valuer.post("/v1/valuation-calculations", asked | {"base_date": "2020-01-01"})
    refused(early, 409, "rule-set-not-in-force", "LT-APR-07")
    refused(await buyer.post("/v1/valuation-calculations", asked), 403, "forbidden")
