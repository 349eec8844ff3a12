"""The end of data: destroyed by its keys with two people, unreadable from any backup, certified first as pending."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.safekeeping import tombstones
from kernel.safekeeping.jobs import findings
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.store import Storage
from market.destructions import jobs
from tests.market.trade import Trade
from tests.refusals import not_there, refused

WHY = {"reason": "合同终止，数据删除"}


@pytest.fixture
async def trade(runtime, as_):
    return await Trade.begin(runtime, as_)


async def _operators(as_):
    """Two people of the operator's, with keys that its first key has made."""
    operator = await as_("operator")
    made = [await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]}) for name in ("甲", "乙")]
    return [operator.with_key(each.json()["secret"], operator.party) for each in made]


async def _asked(trade, runtime, operator, **over):
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    answer = await operator.post(f"/v1/assets/{asset}/destructions", {**WHY, **over})
    return asset, answer


def _yesterday(runtime, tmp_path: Path) -> Path:
    """Copies of everything that lies outside the database, as a backup holds them."""
    for name in ("storage", "keystore"):
        shutil.copytree(runtime.settings.data_dir / name, tmp_path / "yesterday" / name)
    return tmp_path / "yesterday"


async def test_destroyed_with_two_people_and_back_from_no_backup(trade, runtime, as_, drain, clock, tmp_path):
    order = await trade.delivered()
    await drain()
    (file, *_) = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    link = file["url"].removeprefix("http://liutong.test")
    tag = (await trade.buyer.get(link)).headers["etag"]
    first, second = await _operators(as_)
    rotated = await first.post("/v1/wrapping-keys/rotations")
    assert rotated.status_code == 202, rotated.text
    await drain()
    assert list((await first.get("/v1/wrapping-keys")).json()["versions"]) == ["2"]
    kept = await trade.buyer.get(link, headers={"If-None-Match": tag})
    assert (kept.status_code, kept.headers["etag"], kept.content) == (304, tag, b"")

    _, asked = await _asked(trade, runtime, first)
    assert asked.status_code == 201, asked.text
    one, digest = f"/v1/destructions/{asked.json()['id']}", {"digest": asked.json()["digest"]}
    assert asked.json()["is_whole"]
    assert "storage_key" not in asked.text
    refused((await _asked(trade, runtime, first))[1], 409, "destruction-open", "LT-STO-03")
    refused(await first.post(f"{one}/approval", digest), 403, "requester-cannot-approve", "LT-STO-04")
    changed = {"digest": "sha256:" + "0" * 64}
    refused(await second.post(f"{one}/approval", changed), 409, "destruction-changed", "LT-STO-03")
    not_there(await (await as_("provider", "stranger")).get(one))
    refused(await trade.provider.post(f"{one}/approval", digest), 403, "forbidden")

    yesterday = _yesterday(runtime, tmp_path)
    approved = await second.post(f"{one}/approval", digest)
    assert (approved.status_code, approved.json()["status"]) == (200, "approved"), approved.text
    await drain()
    done = (await trade.provider.get(one)).json()
    assert (done["status"], done["due_at"]) == ("destroyed", "2026-11-30T02:00:00Z")  # Copies are kept for seven days.
    refused(await trade.buyer.get(link), 410, "data-destroyed", "LT-DLV-08")
    pending = await _certificate(trade, done["certificate_id"])
    assert (pending["standing"], pending["final_by"], len(pending["objects"])) == ("pending", None, 2)
    assert pending["delivered"] == [{"order": order, "buyer": trade.buyer.party, "files": "1"}]
    assert pending["requested_by"] != pending["approved_by"]

    # The rotation that follows a destruction has let the version die that wrapped the keys.
    await jobs.clocks(runtime)
    final = (await trade.provider.get(one)).json()
    assert (final["status"], final["due_at"]) == ("final", None)
    certificate = await _certificate(trade, final["final_certificate_id"])
    assert (certificate["standing"], certificate["final_by"]) == ("final", "wrapping-key-destroyed")
    for lang, said in (("zh", "数据销毁证书"), ("en", "Delivered copies, which are not covered")):
        page = await trade.provider.get(f"/v1/documents/{done['certificate_id']}/page?lang={lang}")
        assert said in page.text

    # Yesterday's objects and key store come back whole, tombstones forgotten: the database remembers.
    keys = [each["storage_key"] for each in await _objects(runtime, done["id"])]
    for name in ("storage", "keystore"):
        shutil.rmtree(runtime.settings.data_dir / name)
        shutil.copytree(yesterday / name, runtime.settings.data_dir / name)
    runtime.storage = Storage.open(runtime.settings)
    assert not tombstones.is_buried(runtime.storage, keys[0])
    assert await jobs.replay(runtime) == 2
    for key in keys:
        with pytest.raises(FileDestroyed):
            await runtime.storage.get(key)


async def test_yesterdays_database_and_key_store_come_back_and_the_objects_remember(
    trade, runtime, as_, drain, tmp_path
):
    await trade.delivered()
    first, second = await _operators(as_)
    yesterday = _yesterday(runtime, tmp_path)
    _, asked = await _asked(trade, runtime, first)
    approval = {"digest": asked.json()["digest"]}
    await second.post(f"/v1/destructions/{asked.json()['id']}/approval", approval)
    await drain()
    keys = [each["storage_key"] for each in await _objects(runtime, asked.json()["id"])]
    await runtime.pool.execute("UPDATE asset SET destroyed_at = NULL")
    await runtime.pool.execute("DELETE FROM destruction")
    shutil.rmtree(runtime.settings.key_store)
    shutil.copytree(yesterday / "keystore", runtime.settings.key_store)
    runtime.storage = Storage.open(runtime.settings)
    assert await tombstones.replay(runtime.storage) == 2
    for key in keys:
        with pytest.raises(FileDestroyed):
            await runtime.storage.get(key)


@pytest.mark.slow
async def test_what_must_be_kept_is_not_destroyed(trade, runtime, as_, drain, clock):
    (first, second), regulator = await _operators(as_), await as_("regulator")
    asset, asked = await _asked(trade, runtime, first)
    assert asked.status_code == 201, asked.text
    one, digest = f"/v1/destructions/{asked.json()['id']}", {"digest": asked.json()["digest"]}
    holding = {"basis": "（2026）内01民初1号", "until": "2027-06-30"}
    held = await regulator.post(f"/v1/assets/{asset}/legal-holds", holding)
    assert held.status_code == 201, held.text
    told = refused(await second.post(f"{one}/approval", digest), 422, "destruction-hindered", "LT-STO-05")
    assert "2027-06-30" in told["errors"][0]["detail"]
    far = await regulator.post(f"/v1/assets/{asset}/legal-holds", {**holding, "until": "2029-01-01"})
    refused(far, 400, "invalid-input")
    lifted = await regulator.post(f"/v1/legal-holds/{held.json()['id']}/lift")
    assert lifted.json()["lifted_at"] is not None
    assert (await second.post(f"{one}/approval", digest)).status_code == 200
    # A hold that comes between the approval and the worker stops it still.
    assert (await regulator.post(f"/v1/assets/{asset}/legal-holds", holding)).status_code == 201
    await drain()
    stopped = (await first.get(one)).json()
    assert (stopped["status"], stopped["destroyed_at"]) == ("refused", None)
    assert "2027-06-30" in stopped["end_reason"]
    (keys,) = [row["objects"] for row in await runtime.pool.fetch("SELECT objects FROM destruction")]
    assert keys
    await findings(runtime)
    assert (await first.get("/v1/integrity-findings")).json()["items"] == []


@pytest.mark.slow
async def test_a_request_that_nobody_approves_lapses_and_another_may_follow(trade, runtime, as_, clock):
    first = await as_("operator")
    _, asked = await _asked(trade, runtime, first)
    clock.move(timedelta(days=14))
    await jobs.clocks(runtime)
    assert (await first.get(f"/v1/destructions/{asked.json()['id']}")).json()["status"] == "lapsed"
    _, again = await _asked(trade, runtime, first)
    assert again.status_code == 201
    one = f"/v1/destructions/{again.json()['id']}"
    assert (await first.post(f"{one}/refusal", {"reason": "仍需保留"})).json()["status"] == "refused"


@pytest.mark.slow
async def test_final_once_the_last_copy_of_the_key_store_has_lapsed(trade, runtime, as_, drain, clock):
    first, second = await _operators(as_)
    _, asked = await _asked(trade, runtime, first)
    one = f"/v1/destructions/{asked.json()['id']}"
    await second.post(f"{one}/approval", {"digest": asked.json()["digest"]})
    async with runtime.act() as act:  # The worker dies before the rotation.
        assert await jobs.commands.still_free(act, asked.json()["id"])
    await drain()
    await runtime.pool.execute("UPDATE destruction SET kek_versions = ARRAY['99']")
    await jobs.clocks(runtime)
    assert (await first.get(one)).json()["status"] == "destroyed"
    clock.move(timedelta(days=7))
    await jobs.clocks(runtime)
    final = (await first.get(one)).json()
    assert final["status"] == "final"
    assert (await _certificate(trade, final["final_certificate_id"]))["final_by"] == "copies-lapsed"


async def _certificate(trade, document):
    answer = await trade.provider.get(f"/v1/documents/{document}", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body.get("document", body)["credentialSubject"]


async def _objects(runtime, destruction):
    return json.loads(await runtime.pool.fetchval("SELECT objects FROM destruction WHERE id = $1", destruction))
