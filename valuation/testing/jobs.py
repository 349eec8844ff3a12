"""Taking the samples of tests in time, drawing results when all is measured, and ending what has run out."""

import hashlib
import time
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from kernel import ids
from kernel.db import one, unit
from kernel.jobs import queue as jobs
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from rights.assets import queries as assets
from rights.assets.queries import RevisionFile
from valuation.testing import commands, results
from valuation.testing.models import TestSample, ThirdPartyTest
from valuation.testing.policy import POLICY
from valuation.testing.states import TestState

COMPLETE_JOB: Final = "testing.complete"
_PAUSE: Final = timedelta(seconds=30)
_PART: Final = 1 << 20


@job(commands.SAMPLE_JOB)
async def sample(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Read every file once, then wait for the next sample; a sample that was taken already is not taken again."""
    test_id, turn, number = str(payload["test"]), int(payload["round"]), int(payload["number"])
    async with unit(runtime.sessions) as session:
        row = await one(session, ThirdPartyTest, test_id)
        if row.status is not TestState.MEASURING or row.round != turn:
            return
        files = (await assets.revision(session, row.revision_id)).files
        samples, minutes = row.samples, row.sample_minutes
    limit = POLICY.at(day_in_china(runtime.clock.now())).body.read_bytes_full_max
    taken = [await _read(runtime, file, limit) for file in files]
    async with unit(runtime.sessions) as session:
        for values in taken:
            known = {"id": ids.new("smp"), "test_id": test_id, "round": turn, "number": number, **values}
            await session.execute(insert(TestSample).values(**known).on_conflict_do_nothing())
        if number < samples:
            following = {"test": test_id, "round": turn, "number": number + 1}
            await jobs.enqueue(session, commands.SAMPLE_JOB, following, delay=timedelta(minutes=minutes))
        else:
            await jobs.enqueue(session, COMPLETE_JOB, {"test": test_id})


async def _read(runtime: Runtime, file: RevisionFile, full_max: int) -> dict[str, Any]:
    """Read a file as a delivery would, whole where it is not too large, else its beginning and its end."""
    whole = file.size_bytes <= full_max
    digest, read, fault = hashlib.sha256(), 0, None
    at, began = runtime.clock.now(), time.monotonic()
    try:
        parts = [(0, file.size_bytes)] if whole else [(0, _PART), (file.size_bytes - _PART, file.size_bytes)]
        for start, stop in parts:
            async for chunk in runtime.storage.stream(file.storage_key, start, stop):
                digest.update(chunk)
                read += len(chunk)
        if read != sum(stop - start for start, stop in parts):
            fault = "the file is shorter than it was registered"
    except Exception as problem:  # Whatever keeps a reader from the data is what is being measured.
        fault = type(problem).__name__
    return {
        "file": file.name,
        "taken_at": at,
        "ok": fault is None,
        "milliseconds": round(1000 * (time.monotonic() - began)),
        "read_bytes": read,
        "fingerprint": digest.hexdigest() if fault is None else None,
        "whole": whole,
        "fault": fault,
    }


@job(COMPLETE_JOB)
async def complete(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Draw the result, or look again when the scoring is still under way."""
    test_id = str(payload["test"])
    async with runtime.act() as act:
        if not await results.complete(act, test_id):
            await jobs.enqueue(act.session, COMPLETE_JOB, {"test": test_id}, delay=_PAUSE)


@sweep("valuation.testing.expire", timedelta(minutes=10))
async def expire(runtime: Runtime) -> None:
    """End results whose time is over."""
    now = runtime.clock.now()
    async with runtime.sessions() as session:
        query = select(ThirdPartyTest.id).where(
            ThirdPartyTest.status == TestState.SIGNED, ThirdPartyTest.valid_until <= now
        )
        over = list(await session.scalars(query.limit(100)))
    for test_id in over:
        async with runtime.act() as act:
            await commands.expire(act, test_id)
