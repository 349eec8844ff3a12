"""One party's slow scoring keeps nobody else's waiting, and what goes wrong in a process ends its run at once."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import pytest

from kernel.jobs.turns import Turns
from kernel.rules.policy import PolicySet
from tests.patience import PATIENCE_SECONDS
from tests.valuation.makers import CONTRACT, make_asset
from valuation.quality import jobs
from valuation.quality.desensitisation import jobs as treatments


class Endless:
    """A worker that never tells anything until it may."""

    def __init__(self):
        self.may, self.gave_way = asyncio.Event(), False

    async def next(self, seconds):
        try:
            async with asyncio.timeout(min(seconds, 0.02)):
                await self.may.wait()
        except TimeoutError:
            return None
        return ("raised", MemoryError())

    def give_way(self):
        self.gave_way = True


async def _started(client):
    asset = (await make_asset(client))["asset_id"]
    answer = await client.post(f"/v1/assets/{asset}/quality-runs", {"contract": CONTRACT})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


@pytest.mark.slow
async def test_a_slow_run_steps_aside_for_another_partys(as_, runtime, monkeypatch):
    slow, quick = await as_("provider"), await as_("provider", "other")
    first, second = await _started(slow), await _started(quick)
    endless, real, begun = Endless(), jobs.working, asyncio.Event()
    rules = jobs.run_policies().versions[-1]
    soon = replace(rules, body=msgspec.structs.replace(rules.body, aside_after_seconds=0.05))
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(jobs, "run_policies", lambda: PolicySet("runs", (soon,)))

    @asynccontextmanager
    async def working(name, task, **more):
        if name == first:
            begun.set()
            yield endless
        else:
            async with real(name, task, **more) as worker:
                yield worker

    monkeypatch.setattr(jobs, "working", working)
    running = asyncio.create_task(jobs.score_revision(runtime, {"run": first}))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await begun.wait()
        await jobs.score_revision(runtime, {"run": second})
    assert (await quick.get(f"/v1/quality-runs/{second}")).json()["status"] == "succeeded"
    assert endless.gave_way
    assert not running.done()
    endless.may.set()
    await running
    ended = (await slow.get(f"/v1/quality-runs/{first}")).json()
    assert (ended["status"], ended["problem"]["code"]) == ("failed", "scoring-crashed")


async def test_what_a_process_raised_ends_a_treatment_at_once():
    worker, turns = Endless(), Turns(1)
    worker.may.set()
    async with turns.one("a") as place:
        with pytest.raises(MemoryError):
            await treatments._followed(worker, place, 1.0)
