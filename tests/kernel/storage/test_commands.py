"""Files on a real database: the object first, then its row; what has no row is swept."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.log.models import LogEntry
from kernel.storage.errors import DigestMismatch, FileTooLarge, UploadIncomplete
from kernel.storage.rules import Purpose
from kernel.storage.store import Storage
from kernel.time.clock import FixedClock
from kernel.uploads import commands, queries
from kernel.uploads.commands import Promised
from kernel.uploads.models import StoredFile
from tests.conftest import ISSUER, NOW
from tests.makers import make_uscc

LATER = timedelta(days=2)


async def _body(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _keys(storage: Storage) -> list[str]:
    return [found.key async for found in storage.list("files")]


@pytest.fixture
async def actor(session: AsyncSession, clock: FixedClock) -> Actor:
    now = clock.now()
    party = Party(
        id=ids.new("pty"),
        uscc=make_uscc(),
        name="测试机构",
        kind="enterprise",
        roles=["provider"],
        pledges=[],
        contact={},
        centre=False,
        status="admitted",
        status_changed_at=now,
        version=1,
        decision_reason=None,
        created_at=now,
    )
    session.add(party)
    await session.flush()
    return Actor(party=party.id, key=None, admitted=True)


async def test_received_and_kept(session: AsyncSession, storage: Storage, clock: FixedClock, actor: Actor) -> None:
    promised = Promised(6, hashlib.sha256(b"abcdef").hexdigest())
    received = await commands.receive(storage, _body(b"abc", b"def"), promised, max_bytes=6)
    row = await commands.keep(Act(session, actor, clock.now(), ISSUER), received, "../航班.parquet", Purpose.EVIDENCE)
    assert (row.name, row.size_bytes, row.sha256) == ("航班.parquet", 6, promised.sha256)
    assert row.retention_until == datetime(2046, 11, 23, 2, tzinfo=UTC)
    assert await storage.get(row.storage_key) == b"abcdef"
    assert await session.scalar(select(LogEntry.kind).where(LogEntry.subject == row.id)) == "kernel.file.stored"


@pytest.mark.parametrize(
    ("promised", "error"),
    [
        (Promised(size_bytes=11), FileTooLarge),
        (Promised(size_bytes=5), UploadIncomplete),
        (Promised(sha256="0" * 64), DigestMismatch),
    ],
)
async def test_a_broken_promise_keeps_nothing(storage: Storage, promised: Promised, error: type[Exception]) -> None:
    with pytest.raises(error):
        await commands.receive(storage, _body(b"abcdef"), promised, max_bytes=10)
    assert await _keys(storage) == []


async def test_the_same_file_sent_twice_is_one(
    session: AsyncSession, storage: Storage, clock: FixedClock, actor: Actor
) -> None:
    rows = []
    for name in ("a.csv", "a.csv", "b.csv"):
        received = await commands.receive(storage, _body(b"x"), Promised(), max_bytes=10)
        rows.append(await commands.keep(Act(session, actor, clock.now(), ISSUER), received, name, Purpose.DATA))
    assert rows[0].id == rows[1].id != rows[2].id
    assert await session.scalar(select(func.count()).select_from(StoredFile)) == 2


async def test_only_old_objects_without_a_row_are_swept(
    session: AsyncSession, storage: Storage, clock: FixedClock, actor: Actor
) -> None:
    kept = await commands.receive(storage, _body(b"kept"), Promised(), max_bytes=10)
    await commands.keep(Act(session, actor, clock.now(), ISSUER), kept, "a.csv", Purpose.DATA)
    await commands.receive(storage, _body(b"orphan"), Promised(), max_bytes=10)
    now = datetime.now(UTC)
    assert await commands.sweep_orphans(session, storage, at=now) == 0
    assert len(await _keys(storage)) == 2
    assert await commands.sweep_orphans(session, storage, at=now + LATER) == 1
    assert await _keys(storage) == [kept.key]


async def test_the_key_of_a_file_that_is_missing_is_kept_so_that_a_copy_can_be_read(
    session: AsyncSession, storage: Storage, clock: FixedClock, actor: Actor
) -> None:
    kept = await commands.receive(storage, _body(b"kept"), Promised(), max_bytes=10)
    await commands.keep(Act(session, actor, clock.now(), ISSUER), kept, "a.csv", Purpose.DATA)
    await storage.put_stream("prints/never", _body(b"x"), 10)
    master = storage.keys.master("marks-1")  # No object has it, and it is nobody's to take back.
    copy = await storage.objects.read(kept.key, 0, 1000, bytes)
    for key in (kept.key, "prints/never"):
        await storage.objects.delete(key)  # The disk is lost, or another is mounted in its place.
    owned = await queries.owned_keys(session)
    assert await commands.sweep_keys(storage, owned, at=datetime.now(UTC)) == 0
    assert await commands.sweep_keys(storage, owned, at=datetime.now(UTC) + LATER) == 1
    assert not storage.keys.has("prints/never")
    assert storage.keys.master("marks-1") == master
    restored = storage.objects.stage()
    restored.write_bytes(copy)
    await storage.objects.publish(restored, kept.key)
    assert await storage.get(kept.key) == b"kept"


async def test_files_are_their_owners(session: AsyncSession, storage: Storage, clock: FixedClock, actor: Actor) -> None:
    received = await commands.receive(storage, _body(b"x"), Promised(), max_bytes=10)
    row = await commands.keep(Act(session, actor, clock.now(), ISSUER), received, "a.csv", Purpose.DATA)
    stranger = Actor(party=ids.new("pty"), key=None)
    assert await queries.own_files(Act(session, actor, NOW, ISSUER), [row.id, row.id]) == [row, row]
    for wanted in (
        queries.own_file(Act(session, stranger, NOW, ISSUER), row.id),
        queries.own_files(Act(session, stranger, NOW, ISSUER), [row.id]),
    ):
        with pytest.raises(NotFound):
            await wanted
    with pytest.raises(NotFound):
        await queries.own_file(Act(session, actor, NOW, ISSUER), "fil_nonsense")
