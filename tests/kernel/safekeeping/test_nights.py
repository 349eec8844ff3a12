"""Nights of reading back on a real store: what was altered is found, handed to nobody, and mended or lost."""

from datetime import timedelta

import pytest

from kernel.safekeeping.jobs import findings, night
from tests.refusals import not_there, refused

BODIES = {"a.csv": b"a" * 1000, "b.csv": b"b" * 1000}


async def _stored(runtime, provider):
    made = {}
    for name, body in BODIES.items():
        answer = await provider.post(f"/v1/files?name={name}&purpose=data", content=body)
        assert answer.status_code == 201, answer.text
        key = await runtime.pool.fetchval("SELECT storage_key FROM stored_file WHERE id = $1", answer.json()["id"])
        made[name] = runtime.settings.data_dir / "storage" / key
    return made


@pytest.mark.slow
async def test_found_kept_back_restored_and_confirmed(runtime, as_, drain, clock):
    provider, operator = await as_("provider"), await as_("operator")
    files = await _stored(runtime, provider)
    await night(runtime)
    await night(runtime)  # Once a day, however often it is asked.
    await drain()
    (first,) = (await operator.get("/v1/integrity-nights")).json()["items"]
    assert (first["stored"], first["drawn"], first["checked"], first["faults"]) == (2, 2, 2, 0)
    not_there(await operator.get("/v1/integrity-findings/ifn_" + "0" * 26))

    whole = files["a.csv"].read_bytes()
    files["a.csv"].write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    files["b.csv"].unlink()
    clock.move(timedelta(days=1))
    await night(runtime)
    await drain()
    listed = (await operator.get("/v1/integrity-findings")).json()["items"]
    assert {each["fault"] for each in listed} == {"altered", "missing"}
    one = {each["fault"]: f"/v1/integrity-findings/{each['id']}" for each in listed}
    key = str(files["a.csv"].relative_to(runtime.settings.data_dir / "storage"))
    assert runtime.storage.keys.quarantined(key)

    assert (await operator.post(f"{one['altered']}/restoration")).json()["status"] == "checking"
    await drain()
    assert (await operator.get(one["altered"])).json()["status"] == "open"  # Nothing was restored.
    clock.move(timedelta(days=2))
    await findings(runtime)
    reminded = await runtime.pool.fetchval(
        "SELECT count(*) FROM log_entry WHERE kind = 'kernel.integrity-finding.reminded'"
    )
    assert reminded == 2
    files["a.csv"].write_bytes(whole)
    await operator.post(f"{one['altered']}/restoration")
    await drain()
    assert (await operator.get(one["altered"])).json()["status"] == "restored"
    assert await runtime.storage.get(key) == BODIES["a.csv"]

    lost = await operator.post(f"{one['missing']}/loss", {"note": "备份亦无此文件"})
    assert (lost.json()["status"], lost.json()["due_at"]) == ("lost", None)
    refused(await operator.post(f"{one['missing']}/restoration"), 409, "illegal-transition", "LT-GEN-02")
    regulator = await as_("regulator")
    assert len((await regulator.get("/v1/integrity-findings")).json()["items"]) == 2
    refused(await regulator.post(f"{one['missing']}/loss", {"note": "x"}), 403, "forbidden")
    refused(await provider.get("/v1/integrity-findings"), 403, "forbidden")


@pytest.mark.slow
async def test_what_a_reader_meets_first_becomes_a_finding_too(runtime, as_, clock):
    provider, operator = await as_("provider"), await as_("operator")
    files = await _stored(runtime, provider)
    key = str(files["a.csv"].relative_to(runtime.settings.data_dir / "storage"))
    runtime.storage.keys.quarantine(key, "chunk 0 is not as it was sealed")
    await findings(runtime)
    await findings(runtime)
    (found,) = (await operator.get("/v1/integrity-findings")).json()["items"]
    assert (found["fault"], found["status"]) == ("altered", "open")
