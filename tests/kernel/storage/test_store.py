"""The store: what is put is there whole, once, with its digest; what fails leaves nothing."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from kernel.settings import Settings
from kernel.storage.encryption.keks import FileKeys
from kernel.storage.encryption.keystore import KeyStore
from kernel.storage.errors import FileTooLarge
from kernel.storage.objects import Objects, check_key
from kernel.storage.scratch import Scratch
from kernel.storage.store import Storage, Stored, new_key

MIB = 1024 * 1024


async def _chunks(*chunks: bytes, then: BaseException | None = None) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if then is not None:
        raise then


def _files(folder: Path) -> list[Path]:
    """What lies there besides keys."""
    return [path for path in folder.rglob("*") if path.is_file() and "ke" not in path.relative_to(folder).parts[0]]


def _bucket(folder: Path) -> Storage:
    keys = KeyStore.open(folder / "keystore", FileKeys(folder / "kek"))
    keys.mark_complete()
    return Storage(Objects(MemoryStore(), folder / "incoming"), keys, Scratch(folder / "opened"))


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Both kinds: a folder, and a remote store played by obstore's in-memory one."""
    return _bucket(tmp_path) if request.param == "bucket" else Storage.open(Settings(data_dir=tmp_path))


async def _keys(store: Storage) -> list[str]:
    return [found.key async for found in store.list("files")]


@pytest.mark.parametrize("chunks", [(), (b"",), (b"abc", b"", b"def"), (b"x" * MIB,) * 12])
async def test_what_is_put_is_there(store: Storage, chunks: tuple[bytes, ...]) -> None:
    whole, key = b"".join(chunks), new_key("files")
    stored = await store.put_stream(key, _chunks(*chunks), 20 * MIB)
    assert stored == Stored(len(whole), hashlib.sha256(whole).hexdigest())
    assert await store.get(key) == whole
    assert b"".join([part async for part in store.stream(key)]) == whole
    assert (await store.head(key)).size_bytes == len(whole)
    assert await _keys(store) == [key]
    async with store.local_path(key) as path:
        assert path.read_bytes() == whole


async def test_parts(store: Storage) -> None:
    await store.put_stream("files/a", _chunks(bytes(range(256))), MIB)
    assert await store.get_range("files/a", 3, 6) == b"\x03\x04\x05"
    assert await store.get_range("files/a", 3, 3) == b""
    assert b"".join([part async for part in store.stream("files/a", 250, 256)]) == bytes(range(250, 256))


@pytest.mark.parametrize("size", [100, 9 * MIB])
async def test_a_key_is_written_once(store: Storage, size: int) -> None:
    await store.put_stream("files/a", _chunks(b"first"), MIB)
    with pytest.raises(FileExistsError):
        await store.put_stream("files/a", _chunks(b"x" * size), 20 * MIB)
    assert await store.get("files/a") == b"first"


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 5, b"x" * 6)])
async def test_above_the_limit_nothing_is_kept(store: Storage, chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(FileTooLarge):
        await store.put_stream("files/a", _chunks(*chunks), 10)
    assert not await store.exists("files/a")
    assert await _keys(store) == []


@pytest.mark.parametrize("before", [1, 9])
async def test_a_sender_that_fails_leaves_nothing(store: Storage, tmp_path: Path, before: int) -> None:
    with pytest.raises(ConnectionResetError):
        await store.put_stream("files/a", _chunks(b"x" * before * MIB, then=ConnectionResetError()), 20 * MIB)
    assert await _keys(store) == []
    assert _files(tmp_path) == []


async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path) -> None:
    store = Storage.open(Settings(data_dir=tmp_path))

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * 6 * MIB
        await asyncio.sleep(30)

    task = asyncio.ensure_future(store.put_stream("files/a", slow(), 20 * MIB))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _files(tmp_path) == []


async def test_removing_is_quiet(store: Storage) -> None:
    await store.put_stream("files/a", _chunks(b"x"), 10)
    await store.delete("files/a")
    await store.delete("files/a")
    assert not await store.exists("files/a")
    with pytest.raises(FileNotFoundError):
        await store.get("files/a")
    with pytest.raises(FileNotFoundError):
        async with store.local_path("files/a"):
            pass


@pytest.mark.parametrize(
    "key", ["", "/a", "a/", "a//b", "../a", "a/../b", ".a", "a\\b", "a b", "税", "incoming/a", "x" * 600]
)
async def test_keys_stay_inside(store: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        check_key(key)
    with pytest.raises(ValueError, match="not a storage key"):
        await store.put_stream(key, _chunks(b"x"), 10)
    with pytest.raises(ValueError, match="not a storage key"):
        await store.get(key)


def test_keys_are_not_guessable() -> None:
    made = {new_key("files") for _ in range(100)}
    assert len(made) == 100
    assert all(check_key(key) and len(key.rsplit("/", 1)[1]) == 32 for key in made)


def test_half_written_files_of_a_killed_process_are_swept(tmp_path: Path) -> None:
    store = Storage.open(Settings(data_dir=tmp_path))
    incoming = tmp_path / "storage" / "incoming"
    incoming.mkdir()
    for name, age_hours in (("old#1", 30), ("young#1", 1)):
        (incoming / name).write_bytes(b"x")
        at = (datetime.now(UTC) - timedelta(hours=age_hours)).timestamp()
        os.utime(incoming / name, (at, at))
    assert store.sweep_incoming(datetime.now(UTC) - timedelta(hours=24)) == 1
    assert [p.name for p in incoming.iterdir()] == ["young#1"]


@pytest.mark.parametrize("url", ["ftp://a/b", "s3:///x", "relative/folder", "file:relative"])
def test_other_urls_are_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="storage URL"):
        Storage.open(Settings(data_dir=tmp_path, storage_url=url))


async def test_a_replaced_object_is_the_new_one_and_nothing_else_is_left(store: Storage, tmp_path: Path) -> None:
    for content in (b"one", b"", b"three"):
        await store.replace("log/checkpoint", content)
        assert await store.get("log/checkpoint") == content
    assert [listed.key async for listed in store.list("log")] == ["log/checkpoint"]
    assert list((tmp_path / "storage/incoming").glob("*")) == []
    with pytest.raises(ValueError, match="not a storage key"):
        await store.replace("../checkpoint", b"")
