"""The queue and its worker on a real database: committed work is done, failing work is tried, held and shown."""

import asyncio
import itertools
from contextlib import contextmanager
from datetime import timedelta

import asyncpg
import pytest

from kernel import db
from kernel.jobs import queue as jobs
from kernel.jobs import worker
from kernel.jobs.queue import enqueue
from kernel.jobs.worker import Retries, working
from tests.patience import PATIENCE_SECONDS
from tests.refusals import not_there, refused

FAST = Retries(attempts=3, first=timedelta(milliseconds=50), longest=timedelta(milliseconds=200))


@contextmanager
def handling(name, handler):
    """Register a job for one test."""
    jobs.job(name)(handler)
    try:
        yield
    finally:
        del jobs.HANDLERS[name]


async def put(runtime, name, payload=None, **more):
    async with db.unit(runtime.sessions) as session:
        await enqueue(session, name, payload or {}, **more)


async def rows(runtime, name):
    query = "SELECT id, status::text, attempts FROM pgqueuer WHERE entrypoint = $1 ORDER BY id"
    return [dict(row) for row in await runtime.pool.fetch(query, name)]


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await condition()
            if found:
                return found
            await asyncio.sleep(0.03)  # Only the database knows; nothing in this process can tell.


async def gone(runtime, name):
    return await until(lambda: _none(runtime, name))


async def _none(runtime, name):
    return not await rows(runtime, name)


async def _swept(calls):
    return calls.count("swept") > 3


async def held(runtime, name):
    async def look():
        return [row for row in await rows(runtime, name) if row["status"] == "failed"]

    return await until(look)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """The worker without the product's sweeps, of which there are dozens: each has tests of its own."""
    for name in [each for each in jobs.SWEEPS if not each.startswith("kernel.jobs.")]:
        monkeypatch.delitem(jobs.SWEEPS, name)


@pytest.fixture
def calls():
    return []


async def test_a_committed_job_is_done(runtime, calls):
    async def handler(found, payload):
        assert found is runtime
        calls.append(payload)

    with handling("test.done", handler):
        await put(runtime, "test.done", {"order": "ord_1", "数": 1})
        async with working(runtime):
            await gone(runtime, "test.done")
    assert calls == [{"order": "ord_1", "数": 1}]


async def test_a_unit_that_is_rolled_back_leaves_no_job(runtime):
    async def failing(dedupe):
        async with db.unit(runtime.sessions) as session:
            await enqueue(session, "test.never", {}, dedupe=dedupe)
            raise RuntimeError

    for dedupe in (None, "name"):
        with pytest.raises(RuntimeError):
            await failing(dedupe)
    assert await runtime.pool.fetchval("SELECT count(*) FROM pgqueuer") == 0


async def test_a_job_is_seen_only_after_its_unit_has_ended(runtime, calls):
    async def handler(_, payload):
        calls.append(payload["n"])

    with handling("test.later", handler):
        async with working(runtime):
            async with db.unit(runtime.sessions) as session:
                await enqueue(session, "test.later", {"n": 1})
                await asyncio.sleep(0.5)
                assert calls == []
            await gone(runtime, "test.later")
    assert calls == [1]


async def test_a_delayed_job_waits(runtime, calls):
    loop = asyncio.get_running_loop()

    async def handler(_, payload):
        calls.append(loop.time())

    with handling("test.delayed", handler):
        began = loop.time()
        await put(runtime, "test.delayed", delay=timedelta(seconds=1))
        async with working(runtime):
            await gone(runtime, "test.delayed")
    assert calls[0] - began >= 0.95


async def test_a_failing_job_is_tried_again_with_growing_pauses(runtime, calls):
    loop = asyncio.get_running_loop()

    async def handler(_, payload):
        calls.append(loop.time())
        if len(calls) < 3:
            raise ValueError("not yet")

    with handling("test.flaky", handler):
        await put(runtime, "test.flaky")
        async with working(runtime, retries=FAST):
            await gone(runtime, "test.flaky")
    assert len(calls) == 3
    assert calls[1] - calls[0] >= 0.05
    assert calls[2] - calls[1] >= 0.1


async def test_a_job_that_always_fails_is_held_shown_and_tried_again_on_demand(runtime, as_, calls):
    mended = asyncio.Event()

    async def handler(_, payload):
        calls.append(payload)
        if not mended.is_set():
            raise ValueError("the bank said no to ltk_test_0123456789ab_" + "s" * 43)

    operator, provider = await as_("operator"), await as_("provider")
    with handling("test.broken", handler):
        await put(runtime, "test.broken", {"n": 1})
        async with working(runtime, retries=FAST):
            (job,) = await held(runtime, "test.broken")
            assert len(calls) == 3
            shown = (await operator.get("/v1/jobs", params={"status": "failed"})).json()["items"]
            assert [(item["id"], item["name"], item["attempts"]) for item in shown] == [(job["id"], "test.broken", 3)]
            assert shown[0]["last_error"] == "ValueError: the bank said no to ***"
            assert shown[0]["last_error_at"] is not None
            refused(await provider.get("/v1/jobs"), 403, "forbidden")
            refused(await provider.post(f"/v1/jobs/{job['id']}/retry"), 403, "forbidden")
            mended.set()
            retried = await operator.post(f"/v1/jobs/{job['id']}/retry")
            assert (retried.status_code, retried.json()["status"]) == (200, "queued"), retried.text
            await gone(runtime, "test.broken")
    assert len(calls) == 4
    again = await operator.post(f"/v1/jobs/{job['id']}/retry")
    not_there(again)
    entries = await runtime.pool.fetch(
        "SELECT subject, facts->>'name' AS name FROM log_entry WHERE kind = $1", "kernel.job.retried"
    )
    assert [tuple(row) for row in entries] == [(f"job_{job['id']}", "test.broken")]


async def test_a_job_that_can_never_succeed_is_discarded_with_a_reason(runtime, as_, calls):
    """First-day 37: a job whose file is gone was tried again and again, and nobody could end it."""
    operator, provider = await as_("operator"), await as_("provider")

    async def handler(_, payload):
        calls.append(1)
        raise FileNotFoundError("orders.parquet")

    with handling("test.hopeless", handler):
        await put(runtime, "test.hopeless")
        async with working(runtime, retries=FAST):
            await held(runtime, "test.hopeless")
    (job,) = (await operator.get("/v1/jobs", params={"status": "failed"})).json()["items"]
    path = f"/v1/jobs/{job['id']}/discard"
    assert job["last_error"] == "FileNotFoundError: orders.parquet"
    refused(await provider.post(path, {"reason": "gone"}), 403, "forbidden")
    refused(await operator.post(path, {}), 400, "invalid-input")
    done = await operator.post(path, {"reason": "数据文件已不存在"})
    assert (done.status_code, done.json()["status"]) == (200, "deleted"), done.text
    not_there(await operator.post(path, {"reason": "again"}))
    assert await rows(runtime, "test.hopeless") == []
    entry = await runtime.pool.fetchrow("SELECT subject, facts FROM log_entry WHERE kind = 'kernel.job.discarded'")
    assert (entry["subject"], "数据文件已不存在" in entry["facts"]) == (f"job_{job['id']}", True)
    await put(runtime, "test.waiting")
    (waits,) = (await operator.get("/v1/jobs", params={"status": "queued"})).json()["items"]
    refusal = await operator.post(f"/v1/jobs/{waits['id']}/discard", {"reason": "not yet"})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "job-not-failed")


async def test_a_job_that_waits_needs_no_retry_and_the_list_is_paged(runtime, as_):
    operator = await as_("operator")
    for _ in range(5):
        await put(runtime, "test.waiting", {"secret": "not shown"})
    first = await operator.get("/v1/jobs", params={"status": "queued", "limit": 3})
    assert "not shown" not in first.text
    second = await operator.get("/v1/jobs", params={"status": "queued", "limit": 3, "cursor": first.json()["next"]})
    ids = [item["id"] for page in (first, second) for item in page.json()["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 5
    assert second.json()["next"] is None
    refusal = await operator.post(f"/v1/jobs/{ids[0]}/retry")
    assert (refusal.status_code, refusal.json()["code"]) == (409, "job-not-held")
    refused(await operator.get("/v1/jobs", params={"status": "lost"}), 400, "invalid-input")
    refused(await operator.get("/v1/jobs", params={"cursor": "bm8"}), 400, "invalid-input")
    not_there(await operator.get("/v1/jobs/999999999"))
    not_there(await operator.get(f"/v1/jobs/{2**70}"))


async def test_a_handler_cancelled_from_inside_has_failed_and_its_job_is_kept(runtime, calls):
    async def handler(_, payload):
        calls.append(1)
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future

    with handling("test.cancelled", handler):
        await put(runtime, "test.cancelled")
        async with working(runtime, retries=FAST):
            await held(runtime, "test.cancelled")
    assert len(calls) == 3


async def test_a_graceful_stop_finishes_the_job_under_way(runtime, calls):
    started = asyncio.Event()

    async def handler(_, payload):
        started.set()
        await asyncio.sleep(0.7)
        calls.append("done")

    with handling("test.slow", handler):
        await put(runtime, "test.slow")
        async with working(runtime):
            await asyncio.wait_for(started.wait(), PATIENCE_SECONDS)
        assert calls == ["done"]
        assert await rows(runtime, "test.slow") == []


async def test_a_stop_that_cannot_wait_leaves_the_job_to_another_worker(runtime, calls, monkeypatch):
    monkeypatch.setattr(worker, "STOP_SECONDS", 0.3)
    monkeypatch.setattr(worker, "HEARTBEAT_SECONDS", 1)
    started = asyncio.Event()

    async def handler(_, payload):
        calls.append("begun")
        started.set()
        if len(calls) == 1:
            await asyncio.sleep(60)

    with handling("test.endless", handler):
        await put(runtime, "test.endless")
        async with working(runtime):
            await asyncio.wait_for(started.wait(), PATIENCE_SECONDS)
        assert [row["status"] for row in await rows(runtime, "test.endless")] == ["picked"]
        async with working(runtime):
            await gone(runtime, "test.endless")
    assert calls == ["begun", "begun"]


async def test_the_worker_comes_back_after_its_connection_is_lost(runtime, calls):
    async def handler(_, payload):
        calls.append(payload["n"])

    with handling("test.again", handler):
        async with working(runtime):
            await put(runtime, "test.again", {"n": 1})
            await gone(runtime, "test.again")
            cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            cut += " WHERE application_name = 'liutong-worker' AND datname = current_database()"
            assert await runtime.pool.fetchval(cut) >= 1
            await put(runtime, "test.again", {"n": 2})
            await gone(runtime, "test.again")
    assert calls == [1, 2]


async def test_work_of_one_name_is_queued_once_while_it_waits(runtime, calls):
    async def handler(_, payload):
        calls.append(payload["n"])

    with handling("test.named", handler):
        for n in range(3):
            await put(runtime, "test.named", {"n": n}, dedupe="settle/ord_1")
        await put(runtime, "test.named", {"n": 9}, dedupe="settle/ord_2")
        assert len(await rows(runtime, "test.named")) == 2
        async with working(runtime):
            await gone(runtime, "test.named")
            await put(runtime, "test.named", {"n": 5}, dedupe="settle/ord_1")
            await gone(runtime, "test.named")
    assert sorted(calls) == [0, 5, 9]


async def test_work_asked_for_while_its_namesake_runs_is_done_after_it(runtime, calls):
    """The running one may have read before the new request was committed."""
    running, go_on = asyncio.Event(), asyncio.Event()

    async def handler(_, payload):
        calls.append(payload["n"])
        running.set()
        await go_on.wait()

    with handling("test.running", handler):
        await put(runtime, "test.running", {"n": 1}, dedupe="one")
        async with working(runtime):
            await asyncio.wait_for(running.wait(), PATIENCE_SECONDS)
            await put(runtime, "test.running", {"n": 2}, dedupe="one")
            go_on.set()
            await gone(runtime, "test.running")
    assert calls == [1, 2]


async def test_a_joined_job_starts_after_the_unit_that_joined_it(runtime, calls):
    """Otherwise it would run before the change that asked for it can be seen."""

    async def handler(found, payload):
        calls.append(await found.pool.fetchval("SELECT count(*) FROM party"))

    with handling("test.joined", handler):
        await put(runtime, "test.joined", dedupe="one")
        async with db.unit(runtime.sessions) as session:
            await enqueue(session, "test.joined", {}, dedupe="one")
            async with working(runtime):
                await asyncio.sleep(0.6)
                assert calls == []
        async with working(runtime):
            await gone(runtime, "test.joined")
    assert calls == [0]


async def test_two_workers_share_the_queue_and_no_sweep_runs_twice_at_once(runtime, calls):
    at_once = most = 0

    async def work(_):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        at_once -= 1
        calls.append("swept")

    async def handler(_, payload):
        calls.append(payload["n"])

    jobs.sweep("test.sweep", timedelta(milliseconds=20))(work)
    try:
        with handling("test.shared", handler):
            async with working(runtime), working(runtime):
                for n in range(30):
                    await put(runtime, "test.shared", {"n": n})
                await gone(runtime, "test.shared")
                await until(lambda: _swept(calls))
    finally:
        del jobs.SWEEPS["test.sweep"]
    assert most == 1
    assert sorted(n for n in calls if n != "swept") == list(range(30))


async def test_a_failing_sweep_goes_on(runtime, calls):
    enough = asyncio.Event()

    async def work(_):
        calls.append(asyncio.get_running_loop().time())
        if len(calls) == 5:
            enough.set()
        raise ValueError("broken")

    jobs.sweep("test.failing-sweep", timedelta(milliseconds=20))(work)
    try:
        async with working(runtime):
            await asyncio.wait_for(enough.wait(), PATIENCE_SECONDS)
    finally:
        del jobs.SWEEPS["test.failing-sweep"]
    # A busy machine stretches a pause but never shortens it: after n failures it is at least 20 ms · 2^n, on a loop
    # that counts in whole milliseconds.
    pauses = [later - earlier for earlier, later in itertools.pairwise(calls[:5])]
    assert all(pause >= 0.02 * 2**failures - 0.002 for failures, pause in enumerate(pauses, 1))


def test_one_name_is_one_job_and_one_sweep():
    async def first(_, payload): ...

    async def second(_, payload): ...

    with handling("test.one", first), pytest.raises(ValueError, match=r"test\.one"):
        jobs.job("test.one")(second)
    with pytest.raises(ValueError, match="two sweeps"):
        jobs.sweep("kernel.jobs.forget", timedelta(hours=1))(first)


async def test_the_diary_of_jobs_long_over_is_forgotten(runtime, calls):
    async def handler(_, payload): ...

    with handling("test.old", handler):
        await put(runtime, "test.old")
        async with working(runtime):
            await gone(runtime, "test.old")
        await put(runtime, "test.old")
    await runtime.pool.execute("UPDATE pgqueuer_log SET created = created - interval '40 days', aggregated = true")
    _, forget = jobs.SWEEPS["kernel.jobs.forget"]
    await forget(runtime)
    waiting = await rows(runtime, "test.old")
    left = await runtime.pool.fetch("SELECT DISTINCT job_id FROM pgqueuer_log")
    assert [row["job_id"] for row in left] == [row["id"] for row in waiting]


async def test_no_lock_of_a_sweep_outlives_its_worker(runtime, database_url):
    async with working(runtime):
        await asyncio.sleep(0.3)
    connection = await asyncpg.connect(db.dsn_of(database_url))
    try:
        query = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
        query += " WHERE locktype = 'advisory' AND datname = current_database()"
        assert await connection.fetchval(query) == 0
    finally:
        await connection.close()
