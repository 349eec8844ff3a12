"""Rotation of the keys that wrap data keys: asked for by the operator, after a destruction, and by the calendar."""

from datetime import datetime, timedelta
from typing import Any, Final

from kernel.act import Act
from kernel.jobs.queue import enqueue, job, sweep
from kernel.log.record import record
from kernel.runtime import Runtime
from kernel.safekeeping.schemas import WrappingKeysView
from kernel.storage.encryption import rotation
from kernel.storage.encryption.keystore import KeyStore
from kernel.storage.encryption.policy import POLICY
from kernel.storage.objects import in_thread
from kernel.time.clock import SystemClock, day_in_china

ROTATE: Final = "kernel.safekeeping.rotate"
SUBJECT: Final = "wrapping-keys"


async def request_rotation(act: Act) -> None:
    """Have every data key wrapped by a version that is made after this moment of the machine, whose files keys are."""
    record(act, "kernel.wrapping-key.rotation-requested", SUBJECT)
    after = SystemClock().now().isoformat()
    await enqueue(act.session, ROTATE, {"after": after}, dedupe=ROTATE)


async def ask(act: Act, store: KeyStore) -> WrappingKeysView:
    """The operator asks for a rotation; gives the versions as they are until it is done."""
    await request_rotation(act)
    return await in_thread(wrapping_keys, store)


@job(ROTATE)
async def rotate(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Make the next version unless that was done, wrap everything by it, and let the older ones die."""
    rewrapped = await in_thread(_rotated, runtime.storage.keys, datetime.fromisoformat(payload["after"]))
    async with runtime.act() as act:
        record(act, "kernel.wrapping-key.rotated", SUBJECT, facts={"rewrapped": rewrapped})


def _rotated(store: KeyStore, after: datetime) -> int:
    if store.keks.made_at(store.keks.current()) < after:
        store.keks.begin()
    return rotation.rotate(store)


@sweep("kernel.safekeeping.age", every=timedelta(hours=6))
async def rotate_by_age(runtime: Runtime) -> None:
    """Replace a version that has wrapped for as long as one may."""
    async with runtime.act() as act:
        days = POLICY.at(act.today).body.rotate_days
        if await in_thread(rotation.is_old, runtime.storage.keys, days):
            await request_rotation(act)


def wrapping_keys(store: KeyStore) -> WrappingKeysView:
    """The versions that wrap, when each was made, and those that died."""
    versions = store.keks.versions()
    return WrappingKeysView(
        current=versions[-1],
        versions={version: store.keks.made_at(version) for version in versions},
        destroyed=store.keks.dead(),
        policy=POLICY.at(day_in_china(SystemClock().now())).ref,
    )
