"""The store with its keys: what lies on disk is not what was put, what was altered is kept from being read.

What was stored before there were keys stays readable until a job has encrypted it.
"""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kernel.settings import Settings
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.encryption.policy import POLICY
from kernel.storage.encryption.rotation import rotate
from kernel.storage.errors import FileUnavailable
from kernel.storage.store import Storage
from kernel.uploads.commands import encrypt_plain
from tests.conftest import NOW

SECRET = b"the provider's own rows " * 20_000


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage.open(Settings(data_dir=tmp_path))


async def _put(store: Storage, key: str, data: bytes = SECRET) -> Path:
    async def body() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 10_000):
            yield data[start : start + 10_000]

    await store.put_stream(key, body(), len(data))
    assert store.objects.folder is not None
    return store.objects.folder / key


def _tamper(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


async def test_nothing_on_disk_is_what_was_put_but_what_is_public(store, tmp_path):
    await _put(store, "files/a")
    await _put(store, "log/checkpoint", b"public")
    async with store.local_path("files/a") as plain:
        assert plain.read_bytes() == SECRET
        assert plain.parent.stat().st_mode & 0o777 == plain.parent.parent.stat().st_mode & 0o777 == 0o700
        assert plain.is_relative_to(tmp_path / "opened")
    assert list((tmp_path / "opened").iterdir()) == []
    found = [path for path in tmp_path.rglob("*") if path.is_file() and SECRET[:24] in path.read_bytes()]
    assert found == []
    assert (tmp_path / "storage/log/checkpoint").read_bytes() == b"public"


async def test_a_copy_of_a_killed_process_goes_when_the_next_is_made(store, tmp_path):
    left = tmp_path / "opened" / "0123"
    left.mkdir(parents=True)
    (left / "lock").touch()
    (left / "a").write_bytes(SECRET)
    await _put(store, "files/a")
    async with store.local_path("files/a"):
        assert not left.exists()


async def test_an_altered_object_is_quarantined_until_somebody_has_looked(store, tmp_path):
    path = await _put(store, "files/a")
    _tamper(path, 69 + 2**18 + 16)  # The second chunk.
    opened = await store.opened("files/a")
    assert await opened.read(0, 2**18) == SECRET[: 2**18]
    with pytest.raises(FileUnavailable):
        await opened.read(2**18, 2**18 + 1)
    again = Storage.open(Settings(data_dir=tmp_path))
    with pytest.raises(FileUnavailable):
        await again.opened("files/a")
    assert [found["object"] for found in again.keys.in_quarantine()] == ["files/a"]
    _tamper(path, 69 + 2**18 + 16)
    again.keys.release("files/a")
    assert await again.get("files/a") == SECRET


@pytest.mark.parametrize("stored", [SECRET, SECRET[:50], b"", b"LTE1" + bytes(100)])
async def test_nothing_falls_back_to_plain(store, stored):
    path = await _put(store, "files/a")
    path.write_bytes(stored)
    with pytest.raises(FileUnavailable):
        await store.get("files/a")
    (store.objects.folder / "files/b").write_bytes(stored)
    with pytest.raises(FileUnavailable):
        await store.get("files/b")


async def test_an_object_in_anothers_place_is_not_read(store):
    one, other = await _put(store, "files/a"), await _put(store, "files/b", b"b" * 1000)
    other.replace(one)
    with pytest.raises(FileUnavailable):
        await store.get("files/a")


async def test_what_was_stored_before_there_were_keys_stays_readable_and_is_encrypted(tmp_path):
    old = tmp_path / "storage" / "files" / "ab"
    old.mkdir(parents=True)
    for name in ("one", "two", "LTE1"):
        (old / name).write_bytes(b"LTE1" + SECRET if name == "LTE1" else SECRET)
    store = Storage.open(Settings(data_dir=tmp_path))
    assert not store.keys.complete
    reader = await store.opened("files/ab/one")
    first = await reader.read(0, 10)
    store.keys.make("files/ab/two", plain=True)  # A job that was cut off after the key.
    assert await store.get("files/ab/two") == SECRET
    assert await encrypt_plain(store, most=2) == 2
    assert await encrypt_plain(store) == 1
    assert await encrypt_plain(store) == 0
    assert store.keys.complete
    assert first == SECRET[:10]
    with pytest.raises(FileNotFoundError):  # Never the ciphertext to a reader that began before.
        await reader.read(10, 20)
    for name in ("one", "two", "LTE1"):
        plain = await store.get(f"files/ab/{name}")
        assert hashlib.sha256(plain).digest() == hashlib.sha256(b"LTE1" * (name == "LTE1") + SECRET).digest()
        assert SECRET[:24] not in (old / name).read_bytes()
    (old / "late").write_bytes(SECRET)
    with pytest.raises(FileUnavailable):
        await Storage.open(Settings(data_dir=tmp_path)).get("files/ab/late")


async def test_rotation_leaves_every_byte_of_the_objects(store):
    path = await _put(store, "files/a")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    store.keys.keks.begin()
    assert rotate(store.keys) == 1
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert await store.get("files/a") == SECRET


async def test_destruction_reaches_a_reader_that_has_begun(store):
    await _put(store, "files/a")
    opened = await store.opened("files/a")
    assert await opened.read(0, 5) == SECRET[:5]
    store.keys.destroy("files/a", "dst_1", NOW)
    with pytest.raises(FileDestroyed):
        await opened.read(5, 10)
    with pytest.raises(FileDestroyed):
        await store.get("files/a")


async def test_without_keys_nothing_is_stored_plain(store, tmp_path):
    (tmp_path / "keys" / "kek").rename(tmp_path / "away")
    with pytest.raises(KeysUnavailable):
        await _put(store, "files/a")
    assert [path for path in (tmp_path / "storage").rglob("*") if path.is_file()] == []


def test_the_policy_in_force():
    body = POLICY.at(NOW.date()).body
    assert (body.algorithm, body.chunk_log2, body.backup_days_max) == ("AES-256-GCM", 18, 7)
