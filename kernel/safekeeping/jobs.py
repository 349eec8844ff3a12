"""Reading back night by night, and what is kept from being read until the operator has looked."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kernel.db import unit
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.safekeeping import commands, rotation
from kernel.safekeeping.models import IntegrityFinding
from kernel.safekeeping.states import WAITING
from kernel.storage.objects import in_thread
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile

JOBS = (rotation,)
"""Registered along with these."""


@sweep("kernel.safekeeping.night", every=timedelta(hours=1))
async def night(runtime: Runtime) -> None:
    """Draw the files of this day of China's calendar, once."""
    async with runtime.act() as act:
        await commands.begin_night(act, day_in_china(act.at))


@job(commands.CHECK)
async def check(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Read files back, each in a unit of its own; what is not as it was is kept from being read."""
    async with unit(runtime.sessions) as session:
        files = (await session.scalars(select(StoredFile).where(StoredFile.id.in_(payload["files"])))).all()
    for file in files:
        fault = await commands.fault_of(runtime.storage, file.storage_key, file.sha256)
        if fault is not None:
            await in_thread(runtime.storage.keys.quarantine, file.storage_key, fault)
        async with runtime.act() as act:
            await commands.note_check(act, payload["night"], file, fault)


@job(commands.CHECK_AGAIN)
async def check_again(runtime: Runtime, payload: dict[str, str]) -> None:
    """Read a restored object through, past its quarantine, and let it be read again if it is as it was."""
    async with runtime.act() as act:
        row, file = await commands.file_of(act, payload["id"])
    await in_thread(runtime.storage.keys.release, row.storage_key)
    fault = await commands.fault_of(runtime.storage, row.storage_key, file.sha256 if file is not None else None)
    if fault is not None:
        await in_thread(runtime.storage.keys.quarantine, row.storage_key, fault)
    async with runtime.act() as act:
        await commands.decide(act, row.id, fault)


@sweep("kernel.safekeeping.findings", every=timedelta(minutes=10))
async def findings(runtime: Runtime) -> None:
    """Open a finding on whatever a reader met that was altered, and remind of those that wait too long."""
    for kept in await in_thread(runtime.storage.keys.in_quarantine):
        async with runtime.act() as act:
            await commands.meet(act, kept["object"])
    over = IntegrityFinding.status.in_(WAITING) & (IntegrityFinding.due_at <= runtime.clock.now())
    await each(runtime, select(IntegrityFinding.id).where(over).order_by(IntegrityFinding.due_at), commands.remind)
