"""The data keys (数据密钥) of stored objects, wrapped, in a folder outside the database and apart from the objects.

`deks/ab/<id>.json` holds one wrapped key, `tombstones.log` those that were destroyed, `quarantine/` the objects that
were not as they were sealed, `complete` says that no object is plain any more. One lock for writers; every write is
forced to disk before it counts. Destroying adds the tombstone first and removes the key after, so that whatever comes
back from a backup is removed at the next start.
"""

import fcntl
import hashlib
import secrets
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kernel.storage.encryption.chunks import DEK_BYTES, DEK_ID_BYTES
from kernel.storage.encryption.durable import create, remove
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.encryption.keks import WrappingKeys
from kernel.storage.encryption.tombstones import Tombstone, Tombstones
from kernel.time.clock import SystemClock

CACHE_MAX: Final = 256
CACHE_SECONDS: Final = 60.0
MASTERS: Final = "master/"
"""What the names of master keys begin with: they are no object's, and other keys are derived from them."""


class Wrap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One data key as it lies in the store; while `plain` its object is not encrypted yet."""

    dek_id: str
    object: str
    kek: str
    wrapped: str
    made_at: datetime
    plain: bool = False
    v: int = 1


class DataKeyMissing(KeysUnavailable):
    """There is no key for an encrypted object, and no tombstone that says why."""


def dek_id_of(name: str) -> bytes:
    """The id of an object's data key, which says nothing of the object."""
    return hashlib.sha256(b"liutong/dek/1" + name.encode()).digest()[:DEK_ID_BYTES]


def is_master(name: str) -> bool:
    """Whether a key is a master key, which no object has."""
    return name.startswith(MASTERS)


class KeyStore:
    """The wrapped keys of one installation; every method may block and is called off the event loop."""

    def __init__(self, folder: Path, keks: WrappingKeys) -> None:
        self.folder = folder
        self.keks = keks
        self.tombstones = Tombstones(folder / "tombstones.log")
        self._cache: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._guard = threading.Lock()

    @staticmethod
    def open(folder: Path, keks: WrappingKeys) -> "KeyStore":
        """Open the store, or make it where there is none; removes whatever a tombstone names before anything is read.

        A store with wraps and no key to unwrap them is one whose other folder is missing: raises KeysUnavailable.
        """
        for part in (folder, folder / "deks", folder / "quarantine"):
            part.mkdir(parents=True, exist_ok=True, mode=0o700)
        store = KeyStore(folder, keks)
        if not _versions(keks):
            if any(True for _ in store.wraps()):
                raise KeysUnavailable
            keks.begin()
        store.bury()
        return store

    def has(self, name: str) -> bool:
        """Whether an object has a key here, destroyed or not."""
        dek_id = dek_id_of(name).hex()
        return dek_id in self.tombstones.all() or self._path(dek_id).exists()

    def is_plain(self, name: str) -> bool:
        """Whether an object is not encrypted yet, or its encryption was cut off."""
        if dek_id_of(name).hex() in self.tombstones.all():
            return False
        wrap = self.read(self._path(dek_id_of(name).hex()))
        return wrap is None or wrap.plain

    def require_alive(self, name: str) -> None:
        """Raise FileDestroyed for an object whose key was destroyed."""
        if dek_id_of(name).hex() in self.tombstones.all():
            raise FileDestroyed

    def wrap_of(self, name: str) -> Wrap | None:
        """An object's key as it lies here; raises FileDestroyed."""
        self.require_alive(name)
        return self.read(self._path(dek_id_of(name).hex()))

    def dek(self, name: str) -> bytes:
        """The data key of an object; raises FileDestroyed, DataKeyMissing and KeysUnavailable."""
        self.require_alive(name)
        dek_id = dek_id_of(name).hex()
        with self._guard:
            dek, until = self._cache.get(dek_id, (b"", 0.0))
        if time.monotonic() < until:
            return dek
        wrap = self.read(self._path(dek_id))
        if wrap is None:
            raise DataKeyMissing
        return self._remember(dek_id, self._unwrapped(wrap))

    def make(self, name: str, *, plain: bool = False) -> tuple[bytes, bool]:
        """The data key of a new object and whether it was made now; a second writer of one name is given the same.

        It lies on disk when this returns: the key comes first, then the object, then whatever refers to it.
        """
        self.require_alive(name)
        dek_id, dek = dek_id_of(name).hex(), secrets.token_bytes(DEK_BYTES)
        try:
            self._write(name, dek, plain=plain)
        except FileExistsError:
            return self._made_again(name), False
        return self._remember(dek_id, dek), True

    def master(self, purpose: str) -> bytes:
        """A master key of the installation, made when it is first asked for; it is wrapped and kept as data keys are.

        Raises KeysUnavailable.
        """
        name = f"{MASTERS}{purpose}"
        try:
            return self.dek(name)
        except DataKeyMissing:
            return self.make(name)[0]

    def _made_again(self, name: str) -> bytes:
        """An earlier writer's key, as young as this one, so that it is not collected under its hands."""
        with self._locked():
            wrap = self.wrap_of(name)
            if wrap is None:
                raise DataKeyMissing
            self._put(msgspec.structs.replace(wrap, made_at=SystemClock().now()))
        return self.dek(name)

    def settle_plain(self, name: str) -> None:
        """Note that an object which was plain is encrypted now."""
        with self._locked():
            wrap = self.wrap_of(name)
            if wrap is not None and wrap.plain:
                self._put(msgspec.structs.replace(wrap, plain=False))

    def drop(self, name: str) -> None:
        """Take back the key of an object that is gone, which is no destruction: nothing is left to be read."""
        self._remove(dek_id_of(name).hex())

    def drop_orphan(self, path: Path, before: datetime) -> bool:
        """Take back a key of which no object came, if it was made before a moment."""
        with self._locked():
            wrap = self.read(path)
            if wrap is None or wrap.made_at >= before:
                return False
            self.drop(wrap.object)
        return True

    def destroy(self, name: str, reason: str, at: datetime) -> Tombstone:
        """Destroy an object's key: the tombstone is on disk before the key goes; again, it is the same tombstone."""
        dek_id = dek_id_of(name).hex()
        with self._locked():
            wrap = self.read(self._path(dek_id))
            made = self.tombstones.add(dek_id, name, reason, at, wrap.kek if wrap is not None else None)
            self._remove(dek_id)
        return made

    def bury(self) -> int:
        """Remove every key that a tombstone names, such as one that a backup brought back; returns how many."""
        back = [dek_id for dek_id in self.tombstones.all() if self._path(dek_id).exists()]
        for dek_id in back:
            self._remove(dek_id)
        return len(back)

    def rewrap(self, path: Path) -> bool:
        """Wrap a key with the current version; False where that was done, or it was taken away."""
        with self._locked():
            wrap = self.read(path)
            if wrap is None or wrap.kek == self.keks.current():
                return False
            version, wrapped = self.keks.wrap(self._unwrapped(wrap))
            self._put(msgspec.structs.replace(wrap, kek=version, wrapped=wrapped.hex()))
        return True

    def wraps(self) -> Iterator[Path]:
        """The files of all wrapped keys, in an order of their own."""
        return (path for part in sorted((self.folder / "deks").glob("??")) for path in sorted(part.glob("*.json")))

    def counted(self) -> Counter[str]:
        """How many keys each version wraps."""
        return Counter(wrap.kek for path in self.wraps() if (wrap := self.read(path)) is not None)

    def quarantine(self, name: str, why: str) -> None:
        """Have nobody read an object that is not as it was sealed, until an officer has looked."""
        path = self.folder / "quarantine" / dek_id_of(name).hex()
        if not path.exists():
            told = {"object": name, "why": why[:300], "at": SystemClock().now()}
            create(path, msgspec.json.encode(told), over=True)

    def quarantined(self, name: str) -> bool:
        """Whether an object is kept from being read."""
        return (self.folder / "quarantine" / dek_id_of(name).hex()).exists()

    def release(self, name: str) -> None:
        """Let an object be read again."""
        remove(self.folder / "quarantine" / dek_id_of(name).hex())

    def in_quarantine(self) -> list[dict[str, str]]:
        """What is kept from being read: the object, why, and since when."""
        return [
            msgspec.json.decode(path.read_bytes()) for path in sorted((self.folder / "quarantine").glob("[0-9a-f]*"))
        ]

    @property
    def complete(self) -> bool:
        """Whether no object is plain any more, so that one without a key is an altered one."""
        return (self.folder / "complete").exists()

    def mark_complete(self) -> None:
        """From now on every object has a key."""
        create(self.folder / "complete", SystemClock().now().isoformat().encode(), over=True)

    def proof_path(self, name: str) -> Path:
        """Where the proof of an object's digest lies, if there is one; it goes with the key."""
        return self._path(dek_id_of(name).hex()).with_suffix(".proof")

    def _remove(self, dek_id: str) -> None:
        self.forget(dek_id)
        for ending in (".json", ".proof"):
            remove(self._path(dek_id).with_suffix(ending))

    def forget(self, dek_id: str) -> None:
        """Drop an unwrapped key from memory."""
        with self._guard:
            self._cache.pop(dek_id, None)

    def _remember(self, dek_id: str, dek: bytes) -> bytes:
        with self._guard:
            self._cache[dek_id] = (dek, time.monotonic() + CACHE_SECONDS)
            self._cache.move_to_end(dek_id)
            while len(self._cache) > CACHE_MAX:
                self._cache.popitem(last=False)
        return dek

    def _unwrapped(self, wrap: Wrap) -> bytes:
        return self.keks.unwrap(wrap.kek, bytes.fromhex(wrap.wrapped))

    def _write(self, name: str, dek: bytes, *, plain: bool = False) -> None:
        version, wrapped = self.keks.wrap(dek)
        dek_id = dek_id_of(name).hex()
        self._path(dek_id).parent.mkdir(exist_ok=True, mode=0o700)
        wrap = Wrap(dek_id, name, version, wrapped.hex(), SystemClock().now(), plain)
        create(self._path(dek_id), msgspec.json.encode(wrap))

    def _put(self, wrap: Wrap) -> None:
        create(self._path(wrap.dek_id), msgspec.json.encode(wrap), over=True)

    def _path(self, dek_id: str) -> Path:
        return self.folder / "deks" / dek_id[:2] / f"{dek_id}.json"

    def read(self, path: Path) -> Wrap | None:
        """A wrapped key by its file; None where it was taken away meanwhile."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=Wrap)
        except FileNotFoundError:
            if not (self.folder / "deks").is_dir():
                raise KeysUnavailable from None
            return None
        except (OSError, msgspec.DecodeError) as problem:
            raise KeysUnavailable from problem

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _versions(keks: WrappingKeys) -> list[str]:
    try:
        return keks.versions()
    except KeysUnavailable:
        return []
