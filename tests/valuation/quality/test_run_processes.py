"""Runs that are followed, stopped, interrupted and half finished."""

import asyncio
import multiprocessing
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest
import uvloop

from kernel.db import unit
from kernel.jobs import processes as workers
from tests.patience import PATIENCE_SECONDS
from tests.refusals import not_there
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS, engage, make_asset, parquet, score
from valuation.quality import commands, progress
from valuation.quality import jobs as scoring
from valuation.quality.desensitisation import jobs as desensitising
from valuation.quality.jobs import score_revision, tidy
from valuation.quality.scoring.parts import StoredPart


async def begin(provider, asset):
    """Queue a run without doing it."""
    started = await provider.post(f"/v1/assets/{asset}/quality-runs", {"contract": CONTRACT})
    assert started.status_code == 202, started.text
    return started.json()["id"]


async def process_of(run):
    """The process that works for a run, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while run not in workers.BUSY:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.005)
    return workers.BUSY[run].process


@pytest.mark.slow
async def test_a_run_tells_how_far_it_has_come(as_, drain, runtime):
    provider = await as_("provider")
    revision = await make_asset(provider)
    started = await begin(provider, revision["asset_id"])
    assert (await provider.get(f"/v1/quality-runs/{started}")).json()["progress"] is None
    await drain()
    run = (await provider.get(f"/v1/quality-runs/{started}")).json()
    told = run["progress"]
    assert (told["step"], told["steps"], told["rows"], told["restarts"]) == (5, 5, 6, 0)
    assert told["objects_done"] == ["orders", "shops"]
    assert told["name"] == {"zh": "汇总得分", "en": "Weighing the score"}
    assert run["partial"] is False
    # What a run stages is somebody's data: nobody else on the machine may read it.
    assert (runtime.settings.data_dir / "runs").stat().st_mode & 0o777 == 0o700
    assert progress.step_name("check orders").of("zh") == "检查 orders"


async def test_every_step_is_written_down_in_order(as_, drain, runtime, monkeypatch):
    seen = []
    noted = progress.note

    async def watched(session, run_id, number, steps, step, **more):
        seen.append((number, steps, step))
        await noted(session, run_id, number, steps, step, **more)

    monkeypatch.setattr(progress, "note", watched)
    provider = await as_("provider")
    await score(provider, (await make_asset(provider))["asset_id"], drain)
    steps = ["open", "check orders", "profile orders", "check shops", "profile shops", "done"]
    assert seen == [(number, 5, step) for number, step in enumerate(steps)]


@pytest.mark.slow
async def test_cancelling_ends_the_process_and_removes_its_files(as_, runtime):
    provider = await as_("provider")
    run = await begin(provider, (await make_asset(provider))["asset_id"])
    work = asyncio.create_task(score_revision(runtime, {"run": run}))
    process = await process_of(run)
    os.kill(process.pid, signal.SIGSTOP)  # It works, and gets nowhere.
    cancelled = await provider.post(f"/v1/quality-runs/{run}/cancellation")
    assert cancelled.json()["status"] == "cancelled"
    await asyncio.wait_for(work, PATIENCE_SECONDS)
    assert process.exitcode == -signal.SIGKILL
    assert run not in workers.BUSY
    assert not (runtime.settings.data_dir / "runs" / run).exists()
    ended = (await provider.get(f"/v1/quality-runs/{run}")).json()
    assert (ended["status"], ended["scorecard_id"]) == ("cancelled", None)


@pytest.mark.slow
async def test_a_run_goes_on_when_its_process_is_killed_and_harms_no_other(as_, runtime):
    provider, other = await as_("provider"), await as_("provider", "other")
    run = await begin(provider, (await make_asset(provider))["asset_id"])
    beside = await begin(other, (await make_asset(other))["asset_id"])
    runtime.extras["quality.slots"] = asyncio.Semaphore(2)
    work = [asyncio.create_task(score_revision(runtime, {"run": each})) for each in (run, beside)]
    (await process_of(run)).kill()
    await asyncio.gather(*work)
    for client, each, restarts in ((provider, run, 1), (other, beside, 0)):
        ended = (await client.get(f"/v1/quality-runs/{each}")).json()
        assert (ended["status"], ended["progress"]["restarts"]) == ("succeeded", restarts)


@pytest.mark.slow
async def test_a_process_that_dies_again_and_again_fails_the_run_with_a_reason(as_, runtime, drain):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await begin(provider, revision["asset_id"])
    work = asyncio.create_task(score_revision(runtime, {"run": run}))
    killed = set()
    while not work.done():
        if run in workers.BUSY and (process := workers.BUSY[run].process).pid not in killed:
            process.kill()
            killed.add(process.pid)
        await asyncio.sleep(0.005)
    await work
    assert len(killed) == 3
    ended = (await provider.get(f"/v1/quality-runs/{run}")).json()
    assert (ended["status"], ended["problem"]["code"]) == ("failed", "scoring-crashed")
    assert (await score(provider, revision["asset_id"], drain))["status"] == "succeeded"


@pytest.mark.slow
async def test_what_was_finished_before_a_worker_died_is_not_done_again(as_, runtime, drain):
    provider = await as_("provider")
    revision = await make_asset(provider)
    whole = await score(provider, revision["asset_id"], drain)
    async with unit(runtime.sessions) as session:
        kept = await progress.parts(session, whole["id"])
    run = await begin(provider, revision["asset_id"])
    marked = StoredPart.decode(kept["orders"]).encode().replace(b'"malformed":0', b'"malformed":7')
    async with runtime.act() as act:
        await commands.begin_scoring(act, run)
        await progress.keep(act.session, run, "orders", 4, marked, at=act.at)
    await drain()
    ended = (await provider.get(f"/v1/quality-runs/{run}")).json()
    card = (await provider.get(f"/v1/scorecards/{ended['scorecard_id']}")).json()["scorecard"]
    first = (await provider.get(f"/v1/scorecards/{whole['scorecard_id']}")).json()["scorecard"]
    assert [file["malformed"] for file in card["files"]] == [7, 0]
    card["files"][0]["malformed"] = 0
    assert card == first


def test_a_part_is_the_same_after_it_was_kept(tmp_path):
    from tests.conftest import NOW
    from valuation.quality.contract.contract import Contract
    from valuation.quality.contract.reader import read
    from valuation.quality.policy import policies
    from valuation.quality.scoring.score import score as score_files

    contract = read(CONTRACT)
    assert isinstance(contract, Contract)
    paths = {}
    for name, table in (("orders.parquet", ORDERS), ("shops.parquet", SHOPS)):
        paths[name] = tmp_path / name
        table.write_parquet(paths[name])
    parts, policy = {}, policies().versions[-1]
    card = score_files(
        contract, paths, as_of=NOW, policy=policy, keep=lambda part: parts.update({part.file.object: part})
    )
    kept = {name: StoredPart.decode(StoredPart(part, ()).encode()).part for name, part in parts.items()}
    again = score_files(contract, paths, as_of=NOW, policy=policy, done=kept)
    from kernel.crypto import canonical

    assert canonical.dumps(again) == canonical.dumps(card)


async def test_a_corrupt_file_leaves_the_results_of_the_others_and_says_that_they_are_partial(as_, drain):
    provider, other = await as_("provider"), await as_("provider", "other")
    revision = await make_asset(provider, orders=parquet(ORDERS), shops=parquet(SHOPS)[:-20])
    run = await score(provider, revision["asset_id"], drain)
    assert (run["status"], run["partial"], run["scorecard_id"], run["score"]) == ("failed", True, None, None)
    found = (await provider.get(f"/v1/quality-runs/{run['id']}/partial-result")).json()
    assert found["partial"] is True
    assert "不构成评分卡" in found["note"]["zh"]
    assert found["rows"] == 4
    (missing,) = found["objects_missing"]
    assert (missing["object"], missing["problem"]["code"]) == ("shops", "corrupt-file")
    counted = {check["id"]: check["failed"] for check in found["parts"]["orders"]["checks"]}
    assert counted["orders.price:not_null"] == 1
    assert not any("reference" in name for name in counted)  # It would need the file that is corrupt.
    assert "score" not in found
    not_there(await other.get(f"/v1/quality-runs/{run['id']}/partial-result"))


@pytest.mark.slow
async def test_a_page_that_is_corrupt_in_the_middle_spoils_no_other_file(as_, drain):
    data = bytearray(parquet(pl.DataFrame({"id": [f"shop {number:x}" for number in range(100_000)]})))
    data[4 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4)  # The footer stays as it was.
    provider = await as_("provider")
    revision = await make_asset(provider, orders=parquet(ORDERS), shops=bytes(data))
    run = await score(provider, revision["asset_id"], drain)
    assert (run["status"], run["problem"]["code"], run["partial"]) == ("failed", "corrupt-file", True)
    found = (await provider.get(f"/v1/quality-runs/{run['id']}/partial-result")).json()
    assert list(found["parts"]) == ["orders"]


@pytest.mark.slow
async def test_a_whole_result_is_not_partial(as_, drain):
    provider = await as_("provider")
    run = await score(provider, (await make_asset(provider))["asset_id"], drain)
    not_there(await provider.get(f"/v1/quality-runs/{run['id']}/partial-result"))


@pytest.mark.slow
async def test_the_history_of_an_asset_is_its_providers_and_the_scorers(as_, drain):
    provider, valuer, other = await as_("provider"), await as_("valuer"), await as_("provider", "other")
    revision = await make_asset(provider)
    path = f"/v1/assets/{revision['asset_id']}/quality-runs"
    await engage(valuer, revision["asset_id"])
    runs = [await score(who, revision["asset_id"], drain) for who in (provider, valuer, provider)]
    page = (await provider.get(f"{path}?limit=2")).json()
    assert [run["id"] for run in page["items"]] == [runs[2]["id"], runs[1]["id"]]
    rest = (await provider.get(f"{path}?limit=2&cursor={page['next']}")).json()
    assert [run["id"] for run in rest["items"]] == [runs[0]["id"]]
    assert rest["next"] is None
    assert page["items"][0]["score"] == runs[2]["score"] is not None
    assert len((await valuer.get(path)).json()["items"]) == 3
    not_there(await other.get(path))


@pytest.mark.slow
async def test_folders_of_runs_that_are_over_are_removed(as_, drain, runtime):
    provider = await as_("provider")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    under_way = await begin(provider, revision["asset_id"])
    left = [Path(runtime.settings.data_dir) / "runs" / each for each in (run["id"], under_way)]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "staged.parquet").write_bytes(b"x")
    await tidy(runtime)
    assert [folder.exists() for folder in left] == [False, True]


@pytest.mark.slow
async def test_parts_are_dropped_when_their_scorecard_has_long_held_them(as_, drain, runtime, clock):
    provider = await as_("provider")
    good = await score(provider, (await make_asset(provider))["asset_id"], drain)
    damaged = await make_asset(provider, orders=parquet(ORDERS), shops=parquet(SHOPS)[:-20])
    bad = await score(provider, damaged["asset_id"], drain)
    for days, left in ((6, [2, 1]), (2, [0, 1])):
        clock.move(timedelta(days=days))
        await tidy(runtime)
        async with unit(runtime.sessions) as session:
            assert [len(await progress.parts(session, run["id"])) for run in (good, bad)] == left


@pytest.fixture(autouse=True)
def no_process_is_left_at_work():
    yield
    assert workers.BUSY == {}


def test_a_message_longer_than_any_buffer_is_heard_whole_under_the_servers_own_loop():
    """The server's event loop makes what it watches non-blocking; a message in pieces is no process that died."""
    ours, theirs = multiprocessing.Pipe()
    long = ("part", "flights", 1, b"x" * 30_000_000)

    async def heard() -> list[workers.Message | None]:
        worker = workers.Worker(process=None, line=ours)
        threading.Thread(target=lambda: [theirs.send(long) for _ in range(3)], daemon=True).start()
        return [*[await worker.next(20) for _ in range(3)], await worker.next(0.01)]

    assert uvloop.run(heard()) == [long, long, long, None]


class Faulty(msgspec.Struct, frozen=True):
    """A task that meets a fault of ours, which travels as it is."""

    folder: str

    def run(self, send: object) -> None:
        raise LookupError("ours")


@pytest.mark.slow
async def test_a_fault_of_ours_is_told_at_once(runtime, tmp_path, monkeypatch):
    """Nobody waits for the end of a run that has ended by a fault."""

    async def wanted(*_):
        """There is no run in the database to be looked for."""

    monkeypatch.setattr(scoring, "_look", wanted)
    begun, place = SimpleNamespace(id="qrn_x", limits=SimpleNamespace(aside_after_seconds=None)), SimpleNamespace()
    follows = (
        lambda worker: desensitising._followed(worker, place, 60.0),
        lambda worker: scoring._followed(runtime, begun, worker, place),
    )
    for number, follow in enumerate(follows):
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(LookupError, match="ours"):
                async with workers.working(f"faulty-{number}", Faulty(str(tmp_path / str(number)))) as worker:
                    await follow(worker)
