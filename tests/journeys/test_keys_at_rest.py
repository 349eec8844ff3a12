"""Keys of stored data: wrapped anew without its data, in no dump of the database, and dead in yesterday's backup."""

import asyncio
import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from kernel.db import dsn_of
from kernel.postgres.binaries import pg_bin
from kernel.settings import Secret
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.encryption.keystore import KeyStore
from kernel.storage.store import Storage
from tests.channels import story as channels
from tests.conftest import make_runtime, serving
from tests.market.trade import Trade
from tests.rights import story

pytestmark = pytest.mark.slow

REVISIONS = 1_000
MIB = 1024 * 1024


def _lying(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Every file below a folder: the digest of its bytes, when they were written, and which file it is."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen = path.stat()
        found[str(path.relative_to(folder))] = (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            seen.st_mtime_ns,
            seen.st_ino,
        )
    return found


def _wrapped(store: KeyStore) -> dict[str, tuple[str, str]]:
    """Each data key as it lies: which version wraps it, and how."""
    wraps = (store.read(path) for path in store.wraps())
    return {wrap.dek_id: (wrap.kek, wrap.wrapped) for wrap in wraps if wrap is not None}


async def test_a_thousand_revisions_are_rotated_and_not_a_byte_of_them_is_written(runtime, as_, drain):
    provider, operator = await as_("provider"), await as_("operator")
    of = await story.asset(provider, b"0,begin\n")
    contents = {0: b"0,begin\n"}
    for number in range(1, REVISIONS):
        # Ten of many chunks, the others of one.
        contents[number] = b"%d,row\n" % number * (150_000 if number % 100 == 1 else 3)
        file = await story.upload(provider, contents[number], f"part-{number}.csv")
        made = await provider.post(f"/v1/assets/{of['id']}/revisions", {"files": [file["id"]]})
        assert made.status_code == 201, made.text
    assert await runtime.pool.fetchval("SELECT count(*) FROM asset_revision") == REVISIONS
    rows = await runtime.pool.fetch(
        "SELECT r.number, f.storage_key FROM asset_revision r, jsonb_array_elements(r.files) AS listed"
        " JOIN stored_file f ON f.id = listed ->> 'file_id'"
    )
    keys = {row["number"] - 1: row["storage_key"] for row in rows}
    assert len(set(keys.values())) == REVISIONS
    await runtime.pool.execute("DELETE FROM pgqueuer")  # What else revisions set going has nothing to do with keys.
    folder, store = runtime.settings.data_dir / "storage", runtime.storage.keys
    data, wraps = _lying(folder), _wrapped(store)
    # At the least what was uploaded and the tags of its chunks; the ten have several chunks each.
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) > sum(map(len, contents.values()))

    asked = await operator.post("/v1/wrapping-keys/rotations")
    assert asked.status_code == 202, asked.text
    await drain()
    after = _wrapped(runtime.storage.keys)
    assert list((await operator.get("/v1/wrapping-keys")).json()["versions"]) == ["2"]
    assert after.keys() == wraps.keys()
    assert {version for version, _ in wraps.values()} == {"1"}
    assert {version for version, _ in after.values()} == {"2"}
    assert not {wrapped for _, wrapped in wraps.values()} & {wrapped for _, wrapped in after.values()}
    now = _lying(folder)
    assert {name: now[name] for name in data} == data
    assert not [name for name in now.keys() - data.keys() if not name.startswith("log/")]
    opened = Storage.open(runtime.settings)  # Nothing of the keys before is in its memory.
    for number, content in contents.items():
        assert await opened.get(keys[number]) == content


def _spelled(key: bytes) -> Iterator[bytes]:
    """A key in every form in which a dump could hold it: as it is, in hexadecimal, in base64 wherever it begins."""
    yield key
    yield key.hex().encode()
    yield key.hex().upper().encode()
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for lead in range(3):
            # Beside whole groups of three bytes stand some that share a group with a neighbour: those are left out.
            whole = alphabet(bytes(lead) + key)
            yield whole[4 if lead else 0 : len(whole) - len(whole) % 4 - 4]


def _dump(runtime, target: Path, form: str) -> bytes:
    """What pg_dump writes of the whole database."""
    dsn = dsn_of(str(runtime.settings.database_url))
    command = [pg_bin() / "pg_dump", "--format", form, "--file", target, "--dbname", dsn]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target.read_bytes()


def _found(dump: bytes, keys: dict[str, bytes]) -> set[str]:
    return {name for name, key in keys.items() if any(form in dump for form in _spelled(key))}


async def test_a_dump_of_the_database_holds_no_key(runtime, as_, drain, tmp_path):
    trade = await channels.begin(runtime, as_)
    await channels.shared(trade, drain)  # Sold, published, shared: every sort of stored object, and secrets beside.
    store = runtime.storage.keys
    wraps = [store.read(path) for path in store.wraps()]
    keys = {wrap.object: store.dek(wrap.object) for wrap in wraps}
    keys |= {f"kek {path.name}": bytes.fromhex(path.read_text()) for path in store.keks.folder.iterdir()}
    keys |= {f"wrap of {wrap.object}": bytes.fromhex(wrap.wrapped) for wrap in wraps}
    assert len(wraps) >= 4
    store.master("marks-of-the-test")
    keys["master"] = store.master("marks-of-the-test")
    dump = _dump(runtime, tmp_path / "dump.sql", "plain")
    assert b"COPY public.asset_revision" in dump
    assert not _found(dump, keys)

    # The search sees a key in whichever form it lies: as bytes, as text in hexadecimal, in base64 amid other text.
    (first, *_) = keys
    key = keys[first]
    await runtime.pool.execute("CREATE TABLE planted (as_bytes bytea, as_text text, as_json jsonb)")
    for planted in (
        ("as_bytes", key),
        ("as_bytes", b"x" + key + b"y"),
        ("as_text", key.hex().upper()),
        ("as_text", base64.b64encode(b"xx" + key + b"yy").decode()),
        ("as_text", base64.urlsafe_b64encode(b"x" + key).decode()),
        ("as_json", f'{{"key": "{base64.b64encode(key).decode()}"}}'),
    ):
        column, value = planted
        await runtime.pool.execute(f"INSERT INTO planted ({column}) VALUES ($1)", value)
        assert _found(_dump(runtime, tmp_path / "planted.sql", "plain"), keys) == {first}, planted
        await runtime.pool.execute("DELETE FROM planted")
    await runtime.pool.execute("DROP TABLE planted")


async def test_yesterday_comes_back_whole_and_what_was_destroyed_does_not(
    runtime, as_, drain, clock, signer, cluster, tmp_path
):
    """Database, objects and key store, all of yesterday: no tombstone is anywhere, and no key opens a wrap."""
    trade = await Trade.begin(runtime, as_)
    order = await trade.delivered()
    await drain()
    (file, *_) = (await trade.buyer.post(f"/v1/orders/{order}/links")).json()["files"]
    link = file["url"].removeprefix("http://liutong.test")
    operator = await as_("operator")
    first, second = [
        operator.with_key(made.json()["secret"], operator.party)
        for made in [await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]}) for name in "甲乙"]
    ]
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    data = runtime.settings.data_dir
    for name in ("storage", "keystore"):
        shutil.copytree(data / name, tmp_path / "yesterday" / name)
    _dump(runtime, tmp_path / "yesterday" / "database", "custom")

    asked = await first.post(f"/v1/assets/{asset}/destructions", {"reason": "合同终止，数据删除"})
    assert asked.status_code == 201, asked.text
    approval = {"digest": asked.json()["digest"]}
    assert (await second.post(f"/v1/destructions/{asked.json()['id']}/approval", approval)).status_code == 200
    await drain()
    objects = "SELECT each ->> 'storage_key' AS key FROM destruction, jsonb_array_elements(objects) AS each"
    keys = [row["key"] for row in await runtime.pool.fetch(objects)]
    assert len(keys) == 2
    for key in keys:
        with pytest.raises(FileDestroyed):
            await runtime.storage.get(key)

    for name in ("storage", "keystore"):
        shutil.rmtree(data / name)
        shutil.copytree(tmp_path / "yesterday" / name, data / name)
    async with _restored(cluster, tmp_path / "yesterday" / "database") as url:
        settings = replace(runtime.settings, database_url=Secret(url))
        async with make_runtime(settings, clock, signer) as yesterday, serving(yesterday) as http:
            assert await yesterday.pool.fetchval("SELECT destroyed_at FROM asset WHERE id = $1", asset) is None
            assert await yesterday.pool.fetchval("SELECT count(*) FROM destruction") == 0
            store = yesterday.storage.keys
            assert not store.tombstones.all()
            for key in keys:
                assert await yesterday.storage.exists(key)
                wrap = store.wrap_of(key)
                assert wrap is not None
                with pytest.raises(KeysUnavailable):
                    await yesterday.storage.get(key)
                for path in store.keks.folder.glob("[0-9]*"):
                    if path.suffix != ".destroyed":
                        with pytest.raises(InvalidUnwrap):
                            aes_key_unwrap(bytes.fromhex(path.read_text()), bytes.fromhex(wrap.wrapped))
            read = await http.with_key(trade.buyer.key).get(link)
            assert (read.status_code, read.json()["code"]) == (503, "keys-unavailable"), read.text


@asynccontextmanager
async def _restored(cluster, dump: Path) -> AsyncIterator[str]:
    """A database that pg_restore makes of a dump; its URL."""
    name = f"yesterday_{os.getpid()}"
    admin = await asyncpg.connect(cluster.dsn("postgres"))
    try:
        await admin.execute(f"CREATE DATABASE {name}")
        command = [pg_bin() / "pg_restore", "--exit-on-error", "--dbname", cluster.dsn(name), dump]
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, timeout=120)
        yield str(cluster.url(name))
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()
