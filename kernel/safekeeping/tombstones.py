"""Destroying a stored object for ever, and doing it again after a restore, before anything is served.

A tombstone lies in the key store, in the store of objects, and where the destruction was decided: whichever of them
comes back from yesterday, the others remember.
"""

from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from kernel.storage.encryption.keystore import dek_id_of
from kernel.storage.encryption.tombstones import Tombstone
from kernel.storage.objects import in_thread
from kernel.storage.store import Storage

AREA: Final = "tombstones"


async def bury(storage: Storage, key: str, reason: str, at: datetime) -> Tombstone:
    """Destroy an object's key, keep the tombstone beside the objects too, and remove the ciphertext."""
    stone = await in_thread(storage.keys.destroy, key, reason, at)
    await storage.replace(f"{AREA}/{stone.dek_id}", msgspec.json.encode(stone))
    await storage.objects.delete(key)
    return stone


def is_buried(storage: Storage, key: str) -> bool:
    """Whether the key store knows that an object's key was destroyed."""
    return dek_id_of(key).hex() in storage.keys.tombstones.all()


async def replay(storage: Storage) -> int:
    """Destroy again whatever the tombstones beside the objects name and the key store does not; returns how many."""
    again = 0
    for key in [listed.key async for listed in storage.list(AREA)]:
        with suppress(FileNotFoundError):
            stone = msgspec.json.decode(await storage.get(key), type=Tombstone)
            if not await in_thread(is_buried, storage, stone.object):
                await bury(storage, stone.object, stone.reason, stone.at)
                again += 1
    return again
