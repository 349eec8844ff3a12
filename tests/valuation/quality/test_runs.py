"""Quality runs through HTTP: queued, scored by the worker, kept for good, and refused with reasons."""

import copy
import json

import polars as pl
import pytest
from sqlalchemy.exc import DBAPIError

from kernel.db import unit
from tests.refusals import not_there
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS, add_revision, engage, make_asset, parquet, score


async def test_a_revision_is_scored_and_the_scorecard_proves_it(as_, drain):
    provider, valuer = await as_("provider"), await as_("valuer")
    revision = await make_asset(provider)
    started = await provider.post(f"/v1/assets/{revision['asset_id']}/quality-runs", {"contract": CONTRACT})
    assert started.status_code == 202
    assert (started.json()["status"], started.json()["actions"]) == ("queued", ["cancel"])
    await drain()
    run = (await provider.get(f"/v1/quality-runs/{started.json()['id']}")).json()
    assert (run["status"], run["problem"]) == ("succeeded", None)
    await engage(valuer, revision["asset_id"])
    card = (await valuer.get(f"/v1/scorecards/{run['scorecard_id']}")).json()
    assert card["content_sha256"] == revision["content_sha256"]
    failed = {c["id"]: (c["evaluated"], c["failed"]) for c in card["scorecard"]["checks"] if c["failed"]}
    assert failed == {"orders.price:not_null": (4, 1), "orders.price:range": (3, 1)}
    assert card["scorecard"]["dimensions"]["accessibility"]["score"] is None
    envelope = (await provider.get(f"/v1/documents/{card['document_id']}")).json()
    subject = envelope["document"]["credentialSubject"]
    row = await provider.runtime.pool.fetchval("SELECT body FROM scorecard WHERE id = $1", card["id"])
    assert subject["scorecard"] == json.loads(row)
    masked = {each["column"]: each.get("masked") for each in subject["scorecard"]["profile"]["orders"]}
    assert masked == {"id": None, "price": True, "shop": True}
    assert {f["file"]: f["sha256"] for f in subject["scorecard"]["files"]} == {
        f["name"]: f["sha256"] for f in revision["files"]
    }
    assert envelope["log"] is not None


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_page_is_readable_in_both_languages(as_, drain, lang):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    card = (await provider.get(f"/v1/scorecards/{run['scorecard_id']}")).json()
    page = await provider.get(f"/v1/documents/{card['document_id']}/page?lang={lang}")
    assert page.status_code == 200
    text = page.text
    assert card["scorecard"]["score"] in text
    assert "<svg" in text
    assert ("完整性" if lang == "zh" else "Completeness") in text
    assert "orders.price:range" in text
    assert "http-equiv" not in text
    assert "<script" not in text


@pytest.mark.slow
async def test_the_same_work_twice_ends_once(as_, drain, runtime):
    from valuation.quality.jobs import score_revision

    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    await score_revision(runtime, {"run": run["id"]})
    again = (await provider.get(f"/v1/quality-runs/{run['id']}")).json()
    assert again == run


@pytest.mark.slow
async def test_a_worker_that_died_in_the_middle_scores_again(as_, drain, runtime):
    from valuation.quality import commands

    provider = await as_("provider")
    revision = await make_asset(provider)
    started = await provider.post(f"/v1/assets/{revision['asset_id']}/quality-runs", {"contract": CONTRACT})
    async with runtime.act() as act:
        await commands.begin_scoring(act, started.json()["id"])
    running = (await provider.get(f"/v1/quality-runs/{started.json()['id']}")).json()
    assert running["status"] == "running"
    await drain()
    assert (await provider.get(f"/v1/quality-runs/{started.json()['id']}")).json()["status"] == "succeeded"


@pytest.mark.slow
async def test_a_scorer_scores_a_revision_once_at_a_time_locks_nobody_out_and_can_cancel(as_, drain):
    provider, valuer = await as_("provider"), await as_("valuer")
    revision = await make_asset(provider)
    path = f"/v1/assets/{revision['asset_id']}/quality-runs"
    run = (await provider.post(path, {"contract": CONTRACT})).json()
    refused = await provider.post(path, {"contract": CONTRACT})
    assert (refused.status_code, refused.json()["code"]) == (409, "run-under-way")
    assert refused.json()["rule"]["id"] == "LT-QLT-07"
    await engage(valuer, revision["asset_id"])
    beside = await valuer.post(path, {"contract": CONTRACT})
    assert beside.status_code == 202, beside.text
    assert (await valuer.post(f"/v1/quality-runs/{beside.json()['id']}/cancellation")).status_code == 200
    assert refused.json()["run"] == run["id"]
    cancelled = await provider.post(f"/v1/quality-runs/{run['id']}/cancellation")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    await drain()
    ended = (await provider.get(f"/v1/quality-runs/{run['id']}")).json()
    assert (ended["status"], ended["scorecard_id"]) == ("cancelled", None)
    again = await provider.post(f"/v1/quality-runs/{run['id']}/cancellation")
    assert (again.status_code, again.json()["code"]) == (409, "illegal-transition")
    assert (await valuer.post(path, {"contract": CONTRACT})).status_code == 202


@pytest.mark.slow
async def test_a_corrupt_file_fails_the_run_and_is_named(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider, orders=parquet(ORDERS)[:-20], shops=parquet(SHOPS))
    run = await score(provider, revision["asset_id"], drain)
    assert (run["status"], run["scorecard_id"]) == ("failed", None)
    assert run["problem"]["code"] == "corrupt-file"
    assert "orders.parquet" in run["problem"]["detail"]["en"]
    assert run["partial"] is True
    assert (await provider.get(f"/v1/assets/{revision['asset_id']}")).json()["latest_revision"]["id"]
    mended = await add_revision(provider, revision["asset_id"])
    assert (await score(provider, mended["asset_id"], drain))["status"] == "succeeded"


async def test_bytes_that_changed_in_storage_fail_the_run(as_, drain, runtime):
    provider = await as_("provider")
    revision = await make_asset(provider)
    key = await runtime.pool.fetchval("SELECT storage_key FROM stored_file WHERE name = 'shops.parquet'")
    await runtime.storage.replace(key, parquet(pl.DataFrame({"id": [1, 2, 3]})))
    run = await score(provider, revision["asset_id"], drain)
    assert (run["status"], run["problem"]["code"]) == ("failed", "corrupt-file")
    assert "shops.parquet" in run["problem"]["detail"]["zh"]


async def test_a_faulty_contract_is_refused_with_every_fault(as_):
    provider = await as_("provider")
    revision = await make_asset(provider)
    faulty = copy.deepcopy(CONTRACT)
    faulty["schema"][0]["properties"][1]["logicalTypeOptions"] = {"minimum": "low", "step": 2}
    faulty["colour"] = "red"
    path = f"/v1/assets/{revision['asset_id']}/quality-runs"
    refused = await provider.post(path, {"contract": faulty})
    assert (refused.status_code, refused.json()["code"]) == (400, "contract-faulty")
    assert refused.json()["rule"]["id"] == "LT-QLT-01"
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "/contract/colour",
        "/contract/schema/0/properties/1/logicalTypeOptions/minimum",
        "/contract/schema/0/properties/1/logicalTypeOptions/step",
    }
    unreadable = await provider.post(path, {"contract": "a: [1"})
    assert unreadable.json()["errors"][0]["pointer"] == "/contract"


async def test_files_that_the_contract_does_not_declare_are_refused_before_any_work(as_):
    provider = await as_("provider")
    revision = await make_asset(provider, orders=parquet(ORDERS), stores=parquet(SHOPS))
    refused = await provider.post(f"/v1/assets/{revision['asset_id']}/quality-runs", {"contract": CONTRACT})
    assert (refused.status_code, refused.json()["code"]) == (422, "files-differ")
    assert (refused.json()["missing"], refused.json()["extra"]) == ("shops", "stores.parquet")


@pytest.mark.slow
async def test_another_provider_may_neither_score_nor_read(as_, drain):
    provider, other = await as_("provider"), await as_("provider", "other")
    revision = await make_asset(provider)
    path = f"/v1/assets/{revision['asset_id']}/quality-runs"
    refused = await other.post(path, {"contract": CONTRACT})
    assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    run = await score(provider, revision["asset_id"], drain)
    not_there(await other.get(f"/v1/quality-runs/{run['id']}"))
    not_there(await other.get(f"/v1/scorecards/{run['scorecard_id']}"))
    not_there(await other.post(f"/v1/quality-runs/{run['id']}/cancellation"))


async def test_a_scorecard_never_changes(as_, drain, runtime):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    assert (run["status"], run["problem"]) == ("succeeded", None)
    from sqlalchemy import text

    for change in ("UPDATE scorecard SET score = 100", "DELETE FROM scorecard", "TRUNCATE scorecard CASCADE"):
        with pytest.raises(DBAPIError):
            async with unit(runtime.sessions) as session:
                await session.execute(text(change))
