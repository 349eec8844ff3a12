"""Screening by itself, when a case is applied for and again when its content has been sketched."""

from typing import Any

from kernel.jobs.queue import job
from kernel.runtime import Runtime
from rights.cases.screening.commands import screen
from rights.duplicates.commands import SCREEN_JOB
from rights.duplicates.sketching.sealing import open_sketch_key


@job(SCREEN_JOB)
async def screen_case(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Screen one case; one whose content has no sketch comes back when it has one."""
    async with runtime.act() as act:
        key = open_sketch_key(runtime.settings)
        await screen(act, str(payload["registration"]), key=key)
