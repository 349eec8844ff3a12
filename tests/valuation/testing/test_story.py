"""A third-party test from its order to the verified result, and everything that must not happen on the way."""

import base64
import copy
import json
from datetime import timedelta

import polars as pl
import pytest

from centre.verification.verify import verified
from kernel.documents.verify import Trust
from tests.makers import application, signing_key
from tests.refusals import not_there
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS, make_asset, parquet
from valuation.testing import jobs, verify

GOOD = {"independence": "本机构与提供方无利害关系。"}


async def ordered(as_, provider, tester, **files):
    """A test that was ordered for a new asset; gives its path."""
    revision = await make_asset(provider, **files)
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "挂牌前检测", "samples": 3, "sample_minutes": 1}
    made = await provider.post(f"/v1/assets/{revision['asset_id']}/third-party-tests", body)
    assert made.status_code == 201, made.text
    return f"/v1/third-party-tests/{made.json()['id']}", revision


async def measured(as_, drain, provider, tester, **files):
    """A test whose measures are complete; gives its path and its view."""
    path, _ = await ordered(as_, provider, tester, **files)
    assert (await tester.post(f"{path}/acceptance", GOOD)).json()["status"] == "accepted"
    begun = await tester.post(f"{path}/measurement")
    assert (begun.status_code, begun.json()["status"]) == (202, "measuring"), begun.text
    await drain()
    return path, (await tester.get(path)).json()


def signature(key, view):
    """What the tester sends to sign a result."""
    return base64.b64encode(key.sign(view["signing_text"].encode())).decode()


@pytest.mark.slow
async def test_a_tester_measures_signs_and_anybody_verifies(as_, drain, tmp_path, client):
    provider, tester = await as_("provider"), await as_("tester")
    path, view = await measured(as_, drain, provider, tester)
    assert (view["status"], view["samples_taken"]) == ("measured", 3)
    found = {m["code"]: m for m in view["content"]["measures"]}
    assert found["available_share"]["value"] == found["digests_equal"]["value"] == "1.000000"
    assert found["rows"]["value"] == "6"
    assert found["score"]["met"] is True
    assert view["content"]["conclusion"] == "passed"
    assert [check["occasion"] for check in view["content"]["independence"]] == ["order", "accept", "measure"]
    samples = (await provider.get(f"{path}/samples")).json()
    assert [(s["number"], s["file"], s["ok"]) for s in samples] == [
        (number, f"{name}.parquet", True) for number in (1, 2, 3) for name in ("orders", "shops")
    ]
    key_id, key = await signing_key(tester, b"\x07" * 32)
    signed = await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    assert (signed.status_code, signed.json()["status"]) == (200, "signed"), signed.text
    await drain()
    envelope = (await client.get(f"/v1/documents/{signed.json()['document_id']}")).json()
    trust = (await client.get("/v1/trust")).json()
    (tmp_path / "trust.json").write_text(json.dumps(trust), encoding="utf-8")
    (tmp_path / "test.json").write_text(json.dumps(envelope, ensure_ascii=False), encoding="utf-8")
    report = verified(tmp_path / "test.json", tmp_path / "trust.json")
    assert report.holds, [check for check in report.checks if check.holds is False]
    assert "The tester's signature" in [check.name.en for check in report.checks]
    assert isinstance(Trust.read(tmp_path / "trust.json"), Trust)


def altered(claims, *path, value):
    """The claims with one place changed."""
    other = copy.deepcopy(claims)
    place = other
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return other


@pytest.mark.slow
async def test_whatever_is_altered_shows(as_, drain, client):
    provider, tester = await as_("provider"), await as_("tester")
    path, view = await measured(as_, drain, provider, tester)
    key_id, key = await signing_key(tester, b"\x07" * 32)
    signed = await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    document = (await client.get(f"/v1/documents/{signed.json()['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    assert all(check.holds for check in verify.check(claims))
    changes = [
        altered(claims, "content", "purpose", value="x"),
        altered(claims, "content", "conclusion", value="failed"),
        altered(claims, "content", "measures", 0, "value", value="0.5"),
        altered(claims, "content", "measures", 0, "met", value=False),
        altered(claims, "content", "provider", value=claims["content"]["tester"]),
        altered(claims, "digest", value="sha256:" + "0" * 64),
        altered(claims, "signature", "signature", value="AAAA"),
        altered(claims, "signature", "party", value=claims["content"]["provider"]),
        {name: part for name, part in claims.items() if name != "signature"},
        {name: part for name, part in claims.items() if name != "content"},
    ]
    for other in changes:
        assert not all(check.holds for check in verify.check(other))


async def test_who_has_dealings_with_the_provider_may_not_test(as_, client):
    operator, provider = await as_("operator"), await as_("provider")
    both = await client.post("/v1/parties", application("tester", roles=["tester", "provider"]))
    party = both.json()["party"]["id"]
    await operator.post(f"/v1/parties/{party}/admission", {"action": "admit", "reason": "materials checked"})
    own = client.with_key(both.json()["secret"], party)
    revision = await make_asset(own)
    body = {"tester": party, "contract": CONTRACT, "purpose": "x"}
    refused = await own.post(f"/v1/assets/{revision['asset_id']}/third-party-tests", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "tester-dependent")
    assert refused.json()["conflicts"] == ["client", "provider"]
    assert refused.json()["rule"]["id"] == "LT-TST-01"
    theirs = await make_asset(provider)
    path = f"/v1/assets/{theirs['asset_id']}/third-party-tests"
    no_tester = await provider.post(path, body | {"tester": provider.party})
    assert (no_tester.status_code, no_tester.json()["code"]) == (422, "no-tester")
    foreign = await own.post(path, body)
    assert (foreign.status_code, foreign.json()["code"], foreign.json()["kind"]) == (404, "not-found", "asset")


@pytest.mark.slow
async def test_each_step_is_its_partys(as_, drain):
    provider, tester, stranger = await as_("provider"), await as_("tester"), await as_("tester", "other")
    path, _ = await ordered(as_, provider, tester)
    not_there(await stranger.get(path))
    not_there(await stranger.post(f"{path}/acceptance", GOOD))
    refusal = await provider.post(f"{path}/acceptance", GOOD)
    assert (refusal.status_code, refusal.json()["code"]) == (403, "not-the-tester")
    early = await tester.post(f"{path}/measurement")
    assert (early.status_code, early.json()["code"]) == (409, "illegal-transition")
    assert (await tester.post(f"{path}/refusal", {"reason": "busy"})).json()["status"] == "declined"


@pytest.mark.slow
async def test_a_result_is_signed_with_ones_own_key_over_this_text(as_, drain):
    provider, tester = await as_("provider"), await as_("tester")
    path, view = await measured(as_, drain, provider, tester)
    key_id, key = await signing_key(tester, b"\x07" * 32)
    theirs, other = await signing_key(provider, b"\x08" * 32)
    wrong = base64.b64encode(key.sign(b"something else")).decode()
    refused = await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": wrong})
    assert (refused.status_code, refused.json()["code"]) == (400, "test-signature-invalid")
    assert refused.json()["signing_text"] == view["signing_text"]
    foreign = {"signing_key_id": theirs, "signature": signature(other, view)}
    refused = await tester.post(f"{path}/signature", foreign)
    assert (refused.status_code, refused.json()["code"]) == (400, "test-key-foreign")
    assert (await provider.post(f"{path}/signature", foreign)).json()["code"] == "not-the-tester"
    assert (await tester.get(path)).json()["status"] == "measured"


@pytest.mark.slow
async def test_what_cannot_be_read_or_has_changed_fails_the_test(as_, drain, runtime):
    provider, tester = await as_("provider"), await as_("tester")
    path, _ = await ordered(as_, provider, tester)
    await drain()  # Other work on the new revision reads its files too.
    await tester.post(f"{path}/acceptance", GOOD)
    view = (await tester.post(f"{path}/measurement")).json()
    from valuation.quality.jobs import score_revision

    await score_revision(runtime, {"run": view["quality_run_id"]})
    await jobs.sample(runtime, {"test": view["id"], "round": 1, "number": 1})
    keys = {
        row["name"]: row["storage_key"] for row in await runtime.pool.fetch("SELECT name, storage_key FROM stored_file")
    }
    await runtime.storage.delete(keys["shops.parquet"])
    await runtime.storage.replace(keys["orders.parquet"], parquet(ORDERS.head(2)))
    await drain()
    found = (await tester.get(path)).json()
    measures = {m["code"]: m for m in found["content"]["measures"]}
    assert (measures["available_share"]["value"], measures["available_share"]["met"]) == ("0.333333", False)
    assert measures["digests_equal"]["met"] is True  # Of what could still be read whole, nothing differed.
    assert found["content"]["conclusion"] == "failed"
    faults = {s["fault"] for s in (await tester.get(f"{path}/samples")).json() if not s["ok"]}
    assert "FileNotFoundError" in faults


@pytest.mark.slow
async def test_personal_data_that_nobody_declared_fails_the_test(as_, drain):
    provider, tester = await as_("provider"), await as_("tester")
    phones = ORDERS.with_columns(pl.Series("phone", [f"1380013800{i}" for i in range(4)]))
    path, view = await measured(as_, drain, provider, tester, orders=parquet(phones), shops=parquet(SHOPS))
    measures = {m["code"]: m for m in view["content"]["measures"]}
    assert (measures["undeclared_personal"]["value"], measures["undeclared_personal"]["met"]) == ("1", False)
    assert view["content"]["conclusion"] == "failed"
    key_id, key = await signing_key(tester, b"\x07" * 32)
    signed = await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    assert signed.json()["status"] == "signed"  # A bad result is a result.


@pytest.mark.slow
async def test_data_that_cannot_be_scored_ends_the_test_with_the_reason(as_, drain):
    provider, tester = await as_("provider"), await as_("tester")
    _, view = await measured(as_, drain, provider, tester, orders=parquet(ORDERS)[:-20], shops=parquet(SHOPS))
    assert view["status"] == "terminated"
    assert "corrupt-file" in view["reason"]


@pytest.mark.slow
async def test_a_result_can_be_revoked_and_runs_out(as_, drain, clock, runtime):
    provider, tester, operator = await as_("provider"), await as_("tester"), await as_("operator")
    path, view = await measured(as_, drain, provider, tester)
    key_id, key = await signing_key(tester, b"\x07" * 32)
    await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    refused = await provider.post(f"{path}/revocation", {"reason": "we do not like it"})
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong-actor")
    second, view = await measured(as_, drain, provider, tester)
    await tester.post(f"{second}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    revoked = await operator.post(f"{second}/revocation", {"reason": "the tester lost its accreditation"})
    assert (revoked.status_code, revoked.json()["status"]) == (200, "revoked")
    clock.move(timedelta(days=364))
    await jobs.expire(runtime)
    assert (await tester.get(path)).json()["status"] == "signed"
    clock.move(timedelta(days=3))
    await jobs.expire(runtime)
    assert (await tester.get(path)).json()["status"] == "expired"


@pytest.mark.slow
async def test_the_same_sample_twice_is_one(as_, drain, runtime):
    provider, tester = await as_("provider"), await as_("tester")
    path, _ = await ordered(as_, provider, tester)
    await tester.post(f"{path}/acceptance", GOOD)
    view = (await tester.post(f"{path}/measurement")).json()
    for _ in range(2):
        await jobs.sample(runtime, {"test": view["id"], "round": 1, "number": 1})
    await drain()
    assert len((await tester.get(f"{path}/samples")).json()) == 6
    assert (await tester.get(path)).json()["status"] == "measured"


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_result_is_a_page(as_, drain, client, lang):
    provider, tester = await as_("provider"), await as_("tester")
    path, view = await measured(as_, drain, provider, tester)
    key_id, key = await signing_key(tester, b"\x07" * 32)
    signed = await tester.post(f"{path}/signature", {"signing_key_id": key_id, "signature": signature(key, view)})
    page = await client.get(f"/v1/documents/{signed.json()['document_id']}/page?lang={lang}")
    assert page.status_code == 200
    assert ("可用性" if lang == "zh" else "Availability") in page.text
    assert view["digest"] in page.text
