"""The auditor's desk over HTTP: who may ask, what is found, and exports that hold the whole answer."""

import csv
import io
from datetime import date
from decimal import Decimal

import msgspec
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from kernel import ids
from kernel.db import unit
from tests.refusals import refused
from tests.valuation.appraisal.makers import said
from tests.valuation.appraisal.test_appraisals import inputs, scored
from tests.valuation.makers import engage
from valuation.audit import indexing
from valuation.audit.parameters import parameters_of
from valuation.market_evidence.models import ComparableRow


async def valued(as_, drain, returns, **over):
    """One asset valued once for each return on cost."""
    _, asset, card = await scored(as_, drain)
    valuer = await as_("valuer")
    made = []
    for number in returns:
        body = {
            "scorecard_id": card,
            "base_date": "2026-11-23",
            "inputs": inputs(return_on_cost=said(number), **over),
        }
        await engage(valuer, asset)
        answer = await valuer.post(f"/v1/assets/{asset}/appraisals", body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json())
    return asset, made


@pytest.mark.slow
async def test_outliers_unsupported_and_expiring(as_, drain, runtime):
    odd = said("600", "low") | {"evidence": "fil_00000000000000000000000000", "source": "=HYPERLINK(1)"}
    stages = {"collect": {"direct": said("100000") | {"evidence": "N/A"}}, "process": {"taxes": odd}}
    returns = ["0.10", "0.10", "0.11", "0.09", "0.10", "0.30"]
    _, made = await valued(as_, drain, returns, stages=stages)
    auditor, valuer = await as_("auditor"), await as_("valuer")
    refused(await valuer.get("/v1/audit/outliers"), 403, "forbidden")
    before = (await auditor.get("/v1/audit/outliers")).json()
    assert (before["items"], before["not_looked_into"]) == ([], 6)
    await indexing.index(runtime)
    await indexing.index(runtime)
    found = (await auditor.get("/v1/audit/outliers")).json()
    assert found["not_looked_into"] == 0
    assert "Iglewicz" in found["method"]["en"]
    (outlier,) = found["items"]
    # Median 0.10, deviations 0, 0, 0.01, 0.01, 0, 0.20: MAD 0.005; z = 0.6745·0.20/0.005 = 26.98
    assert (outlier["appraisal_id"], outlier["peer"]) == (made[5]["id"], "cost/return_on_cost")
    assert (outlier["value"], outlier["median"], outlier["robust_z"], outlier["peers"]) == ("0.3", "0.1", "26.98", 6)
    assert (await auditor.get("/v1/audit/outliers?threshold=30")).json()["items"] == []
    refused(await auditor.get("/v1/audit/outliers?threshold=0"), 400, "invalid-input")
    first = (await auditor.get("/v1/audit/unsupported-inputs?limit=7")).json()
    rest = (await auditor.get(f"/v1/audit/unsupported-inputs?limit=7&cursor={first['next']}")).json()
    every = [*first["items"], *rest["items"]]
    assert (len(every), rest["next"]) == (12, None)
    assert {(each["path"], each["why"]) for each in every} == {
        ("stages/collect/direct", "no-evidence"), ("stages/process/taxes", "evidence-not-found"),
    }  # fmt: skip
    only = (await auditor.get("/v1/audit/unsupported-inputs?peer=cost/stages/process/taxes")).json()
    assert len(only["items"]) == 6
    soon = (await auditor.get("/v1/audit/appraisals?expiring_within_days=30")).json()
    late = (await auditor.get("/v1/audit/appraisals?expiring_within_days=365&limit=4")).json()
    assert (soon["items"], len(late["items"])) == ([], 4)
    more = (await auditor.get(f"/v1/audit/appraisals?expiring_within_days=365&limit=4&cursor={late['next']}")).json()
    assert [each["id"] for each in [*late["items"], *more["items"]]] == [each["id"] for each in reversed(made)]
    valuer_id = made[0]["valuer"]
    theirs = await auditor.get(f"/v1/audit/appraisals?valuer={valuer_id}&method=cost&standing=study&currency=CNY")
    assert len(theirs.json()["items"]) == 6
    assert (await auditor.get("/v1/audit/appraisals?method=market")).json()["items"] == []
    refused(await auditor.get("/v1/audit/appraisals?method=magic"), 400, "invalid-input")
    await exported(auditor, made)


async def exported(auditor, made):
    """Each format holds the same rows, and no formula."""
    sheets = {}
    for kind in ("csv", "xlsx", "parquet"):
        answer = await auditor.get(f"/v1/audit/exports/unsupported-inputs?format={kind}")
        assert answer.status_code == 200, answer.text
        assert f'filename="unsupported-inputs.{kind}"' in answer.headers["content-disposition"]
        assert answer.headers["content-type"].count("charset") == (kind == "csv")
        sheets[kind] = answer.content
    plain = list(csv.DictReader(io.StringIO(sheets["csv"].decode("utf-8-sig"))))
    parquet = pq.read_table(io.BytesIO(sheets["parquet"])).to_pylist()
    excel = CalamineWorkbook.from_filelike(io.BytesIO(sheets["xlsx"])).get_sheet_by_index(0).to_python()
    assert len(plain) == len(parquet) == len(excel) - 1 == 12
    assert {row["source"] for row in parquet} == {"management forecast", "=HYPERLINK(1)"}
    assert {row["source"] for row in plain} == {"management forecast", "'=HYPERLINK(1)"}
    outliers = await auditor.get("/v1/audit/exports/outliers?format=parquet")
    assert pq.read_table(io.BytesIO(outliers.content))["peers"].to_pylist() == [6]
    every = await auditor.get("/v1/audit/exports/appraisals?format=csv")
    assert len(every.text.splitlines()) == 1 + len(made)
    refused(await auditor.get("/v1/audit/exports/secrets?format=csv"), 400, "invalid-input")
    refused(await auditor.get("/v1/audit/exports/outliers?format=docx"), 400, "invalid-input")


async def test_too_many_rows_are_refused_and_never_cut(as_, drain, runtime, monkeypatch):
    await valued(as_, drain, ["0.10", "0.11"])
    monkeypatch.setattr("valuation.audit.queries.ROWS_MAX", 1)
    refused = await (await as_("regulator")).get("/v1/audit/exports/appraisals?format=csv")
    assert (refused.status_code, refused.json()["code"]) == (422, "export-too-large")


def trade(asset, reference, day, price, at):
    """A realised trade of the register."""
    return ComparableRow(
        id=ids.new("cmp"), kind="realised", reference=reference, evidence_sha256="sha256:aa", platform="本中心",
        title="x", words="x", asset_id=asset, parties=[], dated=date.fromisoformat(day), price=Decimal(price),
        currency="CNY", tax_basis="post-tax", right="use", mode="one-off", field="retail", region="全国",
        update_cycle="daily", scale=None, remaining_years=None, quality=None, licence={}, related=[], created_at=at,
    )  # fmt: skip


async def test_values_beside_realised_deals(as_, drain, sessions, clock):
    asset, made = await valued(as_, drain, ["0.10"])
    auditor = await as_("auditor")
    assert (await auditor.get("/v1/audit/back-test")).json()["deals"] == 0
    async with unit(sessions) as session:
        for i, (day, price) in enumerate((("2026-11-01", "90"), ("2026-12-01", made[0]["value"]["amount"]))):
            session.add(trade(asset, f"stl_{i}", day, price, clock.now()))
    found = (await auditor.get("/v1/audit/back-test?standing=study")).json()
    assert (found["deals"], found["better_than_both"]) == (1, None)
    whole = found["segments"][0]
    assert (whole["segment"], whole["error"], whole["covered"], whole["compared"]) == ("all", 0, 1, 1)
    assert whole["field_median_error"] > 1
    assert (await auditor.get("/v1/audit/back-test?standing=issued")).json()["deals"] == 0
    # A licence of one year of the three that are left, sold to one buyer alone, is a third of the value.
    third = Decimal(made[0]["value"]["amount"]) / 3
    async with unit(sessions) as session:
        row = trade(asset, "stl_9", "2026-12-02", f"{third:.2f}", clock.now())
        row.remaining_years, row.licence = Decimal(1), {"exclusivity": "exclusive"}
        session.add(row)
    found = (await auditor.get("/v1/audit/back-test")).json()
    assert (found["deals"], found["assets"], found["left_out"][0]["deals"]) == (2, 1, 1)
    sold = {each["segment"]: (each["deals"], each["error"]) for each in found["segments"]}
    assert (sold["sale: whole"], sold["sale: exclusive"]) == ((1, 0), (1, 0))


def test_the_parameters_of_a_study_have_peers():
    from tests.valuation.appraisal.makers import cost, income, market, study, value, weighing

    charges = {"plant": {"value": said("10"), "rate": said("0.1")}}
    weights = {name: said(number) for name, number in (("cost", "0.3"), ("income", "0.5"), ("market", "0.2"))}
    found = value(study(
        cost=cost(), income=income(method="excess", charges=charges), market=market(),
        weighing=weighing(weights=weights, gap_reason="x"),
    ))  # fmt: skip
    rows = {each.path: each for each in parameters_of(msgspec.json.decode(msgspec.json.encode(found)))}
    assert rows["income/charges/plant/rate"].peer == "income/charges/*/rate"
    assert rows["market/comparables/a/quality"].peer == "market/comparables/*/quality"
    assert rows["#/trace/income.r"].value == Decimal("0.14")
    amounts = {each.peer for each in rows.values() if each.is_amount}
    assert amounts == {
        "cost/stages/collect/direct", "income/income/*", "income/charges/*/value", "market/scale", "market/price_index",
        "market/comparables/*/price", "market/comparables/*/scale", "market/comparables/*/price_index",
    }  # fmt: skip
