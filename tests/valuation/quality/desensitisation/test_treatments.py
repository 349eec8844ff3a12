"""Desensitisation through HTTP: a revision in, another one out, with a report that the classification takes."""

import copy

import polars as pl
import pytest
import yaml

from tests.refusals import not_there, refused
from tests.valuation.makers import add_revision, make_asset, parquet
from tests.valuation.quality.desensitisation.test_treat import CONTRACT, PEOPLE, PLAN, UNTOLD


async def start(provider, asset, **more):
    """Queue a treatment."""
    return await provider.post(f"/v1/assets/{asset}/desensitisations", {"plan": PLAN, **more})


@pytest.mark.slow
async def test_a_revision_is_treated_into_a_new_one(as_, drain, runtime):
    provider, other = await as_("provider"), await as_("provider", "other")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    started = await start(provider, revision["asset_id"], contract=CONTRACT)
    assert (started.status_code, started.json()["status"]) == (202, "queued")
    path = f"/v1/desensitisations/{started.json()['id']}"
    await drain()
    found = (await provider.get(path)).json()
    assert (found["status"], found["problem"]) == ("succeeded", None)
    asset = (await provider.get(f"/v1/assets/{revision['asset_id']}")).json()
    assert asset["latest_revision"]["id"] == found["new_revision_id"] != revision["id"]
    (file,) = asset["latest_revision"]["files"]
    assert file["sha256"] == found["report"]["files"][0]["sha256_after"]
    key = await runtime.pool.fetchval("SELECT storage_key FROM stored_file WHERE sha256 = $1", file["sha256"])
    stored = pl.read_parquet(await runtime.storage.get(key))
    assert set(stored["name"].str.slice(1)) == {"**"}
    assert found["report"]["score_before"]["score"] > found["report"]["score_after"]["score"]
    not_there(await other.get(path))
    listed = (await provider.get(f"/v1/assets/{revision['asset_id']}/desensitisations")).json()
    assert [each["id"] for each in listed["items"]] == [found["id"]]
    assert not list((runtime.settings.data_dir / "runs").iterdir())


@pytest.mark.slow
async def test_the_report_lowers_the_level(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    path = f"/v1/assets/{revision['asset_id']}/classification"
    uploaded = {}
    for kind in ("important-assessment", "important-contract"):
        kept = await provider("POST", f"/v1/files?name={kind}.pdf&purpose=evidence", content=kind.encode() * 20)
        uploaded[kind] = kept.json()["id"]
    grave = {
        "items": [{"name": "people", "impacts": {"economy": "ordinary", "national-security": "ordinary"}}],
        "personal": "none",
        "evidence": [{"kind": kind, "file_id": file_id} for kind, file_id in uploaded.items()],
    }
    declared = await provider("POST", path, grave)
    assert (declared.status_code, declared.json()["level"]) == (201, "important"), declared.text
    light = {"items": [{"name": "people", "impacts": {"organisation-or-individual": "ordinary"}}]}
    lighter = await provider("POST", path, {**light, "personal": "none"})
    problem = refused(lighter, 422, "declaration-faulty", "LT-CLS-16")
    assert {fault["pointer"] for fault in problem["errors"]} == {"/after", "/evidence"}
    started = (await provider.post(f"/v1/assets/{revision['asset_id']}/desensitisations", {"plan": UNTOLD})).json()
    await drain()
    hint = (await provider.get(f"/v1/desensitisations/{started['id']}")).json()["classification"]
    assert (hint["level_before"], hint["personal"]) == ("important", "anonymised")
    proofs = {each["kind"]: each["file_id"] for each in hint["evidence"]}
    assert set(proofs) == {"regrading-report", "anonymisation-report"}
    assert len(set(proofs.values())) == 2
    again = {**light, "personal": hint["personal"], "after": hint["after"], "evidence": hint["evidence"]}
    lowered = await provider("POST", path, again)
    assert (lowered.status_code, lowered.json()["level"]) == (201, "general"), lowered.text


@pytest.mark.slow
async def test_the_result_may_go_into_another_asset_and_the_plan_may_be_yaml(as_, drain):
    provider, other = await as_("provider"), await as_("provider", "other")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    into = (await make_asset(provider))["asset_id"]
    body = {"plan": yaml.safe_dump(PLAN, allow_unicode=True), "into_asset_id": into}
    started = await provider.post(f"/v1/assets/{revision['asset_id']}/desensitisations", body)
    assert started.status_code == 202, started.text
    await drain()
    found = (await provider.get(f"/v1/desensitisations/{started.json()['id']}")).json()
    latest = (await provider.get(f"/v1/assets/{into}")).json()["latest_revision"]
    assert latest["id"] == found["new_revision_id"]
    foreign = await other.post(f"/v1/assets/{revision['asset_id']}/desensitisations", {"plan": PLAN})
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not-found")
    theirs = (await make_asset(other))["asset_id"]
    not_there(await start(provider, revision["asset_id"], into_asset_id=theirs))


async def test_faults_are_told_before_any_work_and_refusals_after_it(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    faulty = copy.deepcopy(PLAN)
    faulty["objects"]["people"]["columns"]["name"] = {"operator": "encrypt"}
    refused = await provider.post(f"/v1/assets/{revision['asset_id']}/desensitisations", {"plan": faulty})
    assert (refused.status_code, refused.json()["code"]) == (400, "plan-faulty")
    assert refused.json()["errors"][0]["pointer"] == "/plan/objects/people/columns/name"
    await add_revision(provider, revision["asset_id"], strangers=parquet(PEOPLE.head(9)))
    started = (await start(provider, revision["asset_id"])).json()
    await drain()
    found = (await provider.get(f"/v1/desensitisations/{started['id']}")).json()
    assert (found["status"], found["problem"]["code"], found["new_revision_id"]) == ("failed", "plan-unfit", None)


async def test_the_same_work_twice_ends_once(as_, drain, runtime):
    from valuation.quality.desensitisation.jobs import desensitise

    provider = await as_("provider")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    started = (await start(provider, revision["asset_id"])).json()
    await drain()
    found = (await provider.get(f"/v1/desensitisations/{started['id']}")).json()
    await desensitise(runtime, {"desensitisation": started["id"]})
    assert (await provider.get(f"/v1/desensitisations/{started['id']}")).json() == found


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_report_is_a_signed_document_with_a_page(as_, drain, lang):
    provider = await as_("provider")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    started = (await start(provider, revision["asset_id"], contract=CONTRACT)).json()
    await drain()
    found = (await provider.get(f"/v1/desensitisations/{started['id']}")).json()
    envelope = (await provider.get(f"/v1/documents/{found['document_id']}")).json()
    assert envelope["document"]["credentialSubject"]["report"] == found["report"]
    page = await provider.get(f"/v1/documents/{found['document_id']}/page?lang={lang}")
    assert page.status_code == 200
    assert ("加密哈希" if lang == "zh" else "keyed hash") in page.text
    for name in PEOPLE["name"].head(50):
        assert name not in page.text


async def test_a_pseudonym_is_never_proposed_as_anonymised(as_, drain):
    provider = await as_("provider")
    revision = await make_asset(provider, people=parquet(PEOPLE))
    started = (await start(provider, revision["asset_id"])).json()
    await drain()
    found = (await provider.get(f"/v1/desensitisations/{started['id']}")).json()
    assert found["report"]["verdict"]["personal"] == "identified"
    assert any("people.phone" in reason["en"] for reason in found["report"]["verdict"]["reasons"])
    assert found["classification"]["personal"] == "identified"
    assert [each["kind"] for each in found["classification"]["evidence"]] == ["regrading-report"]
