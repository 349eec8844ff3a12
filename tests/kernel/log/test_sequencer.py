"""The sequencer on real transactions: order, limits, and every contradiction that must stop it before it signs."""

import asyncio
import itertools
import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from kernel import db
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto.signing import Ed25519Signer
from kernel.log import publication, queries
from kernel.log.errors import LogDiverged
from kernel.log.models import LogEntry
from kernel.log.record import record
from kernel.log.tree_models import LogCheckpoint, LogTile
from kernel.tlog import merkle, note, proof, tiles
from tests.conftest import ISSUER

from .conftest import AT, ORIGIN, SIGNER, UNGUARDED, Log


class Spy:
    """A log key that remembers what it signed."""

    def __init__(self) -> None:
        self.public = SIGNER.public
        self.signed: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.signed.append(message)
        return SIGNER.sign(message)


async def test_entries_get_indexes_without_gaps_and_a_published_proof(log: Log) -> None:
    ids = await log.add(3)
    assert await log.sequence() == 3
    assert await log.sequence() == 0
    ids += await log.add(300)
    assert await log.sequence() == 300
    order = await log.scalars(select(LogEntry.id).order_by(LogEntry.log_index))
    assert order == ids
    assert await log.scalars(select(LogEntry.log_index).order_by(LogEntry.id)) == list(range(303))
    report = log.report()
    assert (report.ok, report.entries, report.tiles_checked) == (True, 303, 3)
    assert list((log.folder / "log/tile/0/000.p").glob("*")) == []
    assert list((log.folder / "log/tile/entries/000.p").glob("*")) == []
    async with log.sessions() as session:
        head = await queries.checkpoint(session)
        assert head
        assert report.checkpoint == note.Checkpoint(ORIGIN, 303, head.root)
        for entry_id in (ids[0], ids[2], ids[3], ids[302]):
            text_of_proof = await queries.inclusion_proof(session, entry_id)
            entry = await session.get_one(LogEntry, entry_id)
            assert text_of_proof
            assert proof.verify_entry(entry.payload, text_of_proof, [log.key]).size == 303
            assert json.loads(entry.payload)["id"] == entry_id
        assert await queries.inclusion_proof(session, "ent_unknown") is None
        path = await queries.consistency_proof(session, 3, 303)
        old = await session.get_one(LogCheckpoint, 3)
        assert merkle.verify_consistency(3, 303, old.root, head.root, path)
        with pytest.raises(ValueError, match="not reached"):
            await queries.consistency_proof(session, 3, 304)


async def test_a_batch_is_bounded_and_leaves_the_rest_for_the_next(log: Log) -> None:
    await log.add(25)
    assert [await log.sequence(batch=10) for _ in range(4)] == [10, 10, 5, 0]
    assert await log.scalars(select(LogCheckpoint.size).order_by(LogCheckpoint.size)) == [10, 20, 25]
    for width in (10, 20, 25):
        assert (log.folder / f"log/tile/0/000.p/{width}").stat().st_size == 32 * width
    assert log.report().ok


async def test_an_entry_that_commits_late_gets_a_later_index(log: Log) -> None:
    """Whoever reads by index misses nothing, although the late entry has the smallest id."""
    async with log.sessions() as slow, slow.begin():
        early = await _uncommitted(slow)
        later = await log.add(2)
        assert early < later[0]
        assert await log.sequence() == 2
    assert await log.sequence() == 1
    assert await log.scalars(select(LogEntry.id).order_by(LogEntry.log_index)) == [*later, early]
    assert log.report().ok


async def _uncommitted(session: Any) -> str:
    row = record(Act(session, SYSTEM, AT, ISSUER), "rights.asset.registered", "ast_x")
    await session.flush()
    return row.id


@pytest.mark.slow
async def test_writers_and_sequencers_at_once(log: Log) -> None:
    async def write() -> None:
        for _ in range(10):
            await log.add(7)

    async def run() -> None:
        for _ in range(8):
            await log.sequence(batch=40)

    await asyncio.gather(write(), write(), write(), run(), run(), run())
    while await log.sequence():
        pass
    assert await log.scalars(select(LogEntry.log_index).order_by(LogEntry.log_index)) == list(range(210))
    report = log.report()
    assert (report.ok, report.entries) == (True, 210)


async def test_every_signed_head_extends_the_one_before(log: Log) -> None:
    spy = log.signer = Spy()
    for count in (1, 1, 5, 248, 1, 1, 300):
        await log.add(count)
        await log.sequence()
    heads = [note.Checkpoint.parse(body.decode()) for body in spy.signed]
    assert [head.size for head in heads] == [1, 2, 7, 255, 256, 257, 557]
    async with log.sessions() as session:
        for old, new in itertools.pairwise(heads):
            path = await queries.consistency_proof(session, old.size, new.size)
            assert merkle.verify_consistency(old.size, new.size, old.root, new.root, path)


async def test_one_size_never_has_two_roots(log: Log) -> None:
    await log.add(2)
    await log.sequence()
    with pytest.raises(IntegrityError):
        async with db.unit(log.sessions) as session:
            session.add(LogCheckpoint(size=2, root=bytes(32), note="other", at=AT))


async def test_an_entry_too_long_for_the_log_fails_its_own_change(log: Log) -> None:
    with pytest.raises(IntegrityError, match="ck_log_entry_payload"):
        async with db.unit(log.sessions) as session:
            record(Act(session, SYSTEM, AT, ISSUER), "rights.asset.registered", "x" * 65_536)
    await log.add(1)
    assert await log.sequence() == 1


CORRUPTIONS = {
    "a tile at the edge was changed": "UPDATE log_tile SET hashes = overlay(hashes placing sha256(hashes) from 1)",
    "a tile at the edge is gone": "DELETE FROM log_tile",
    "a tile at the edge is shorter": "UPDATE log_tile SET width = 4, hashes = substring(hashes from 1 for 128)",
    "the root was changed": "UPDATE log_checkpoint SET root = sha256(root)",
    "the note was changed": "UPDATE log_checkpoint SET note = replace(note, E'\\n5\\n', E'\\n6\\n')",
    "the last head is gone": "DELETE FROM log_checkpoint",
    "an index was given by hand": "UPDATE log_entry SET log_index = 5 WHERE log_index IS NULL",
    "a waiting payload was changed": "UPDATE log_entry SET payload = payload || '\\x20' WHERE log_index IS NULL",
    "the database is an older one": (
        "DELETE FROM log_checkpoint; DELETE FROM log_tile; UPDATE log_entry SET log_index = NULL"
    ),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
async def test_a_contradiction_stops_the_log_before_it_signs(log: Log, what: str) -> None:
    await log.add(5)
    await log.sequence()
    public = (log.folder / "log/checkpoint").read_bytes()
    await log.add(1)
    async with db.unit(log.sessions) as session:
        await session.execute(text(UNGUARDED))
        for statement in CORRUPTIONS[what].split(";"):
            await session.execute(text(statement))
    spy = log.signer = Spy()
    with pytest.raises(LogDiverged):
        await log.sequence()
    assert spy.signed == []
    assert (log.folder / "log/checkpoint").read_bytes() == public
    assert log.report().ok


async def test_another_key_or_origin_is_another_log(log: Log) -> None:
    await log.add(1)
    await log.sequence()
    log.signer = Ed25519Signer(bytes(32))
    with pytest.raises(LogDiverged, match="not signed as"):
        await log.sequence()
    log.signer, log.origin = SIGNER, "other.example.cn/log"
    with pytest.raises(LogDiverged, match="not signed as"):
        await log.sequence()


async def test_a_static_copy_that_went_another_way_is_never_overwritten(log: Log) -> None:
    """Two databases with one key, for instance a restored backup that went on: the second one must not publish."""
    await log.add(5)
    await log.sequence()
    async with db.unit(log.sessions) as session:
        await session.execute(text(UNGUARDED))
        await session.execute(text("TRUNCATE log_entry, log_tile, log_checkpoint CASCADE"))
    await log.add(9)
    storage, log.storage = log.storage, Elsewhere()
    await log.sequence()
    log.storage = storage
    await log.add(1)
    with pytest.raises(LogDiverged, match="does not extend"):
        await log.sequence()
    report = log.report()
    assert (report.ok, report.entries) == (True, 5)


class Elsewhere:
    """A shelf that forgets everything."""

    async def put_stream(self, key: str, chunks: Any, max_bytes: int) -> None:
        pass

    async def replace(self, key: str, data: bytes) -> None:
        pass

    async def get(self, key: str) -> bytes:
        raise FileNotFoundError(key)

    async def delete(self, key: str) -> None:
        pass

    async def list(self, area: str) -> Any:
        return
        yield


async def test_a_published_file_with_other_bytes_is_reported_and_kept(log: Log) -> None:
    await log.add(3)
    planted = log.folder / "log/tile/entries/000.p/3"
    planted.parent.mkdir(parents=True)
    planted.write_bytes(b"other")
    with pytest.raises(LogDiverged, match=r"tile/entries/000\.p/3"):
        await log.sequence()
    assert planted.read_bytes() == b"other"
    assert not (log.folder / "log/checkpoint").exists()


def test_the_plan_serves_every_head_and_nothing_twice() -> None:
    """After any cut into calls, each head finds its tiles: full ones, or its partial one while the tile is open."""
    sizes = [1, 200, 255, 256, 257, 300, 511, 512, 700, 65_536, 65_537, 65_800]
    for cut in range(len(sizes)):
        done, written = 0, set[tuple[int, int, int]]()
        for part in (sizes[:cut], sizes[cut:]):
            if not part:
                continue
            for job in publication.plan(done, part):
                for width in job.widths:
                    assert (*job.tile, width) not in written
                    written.add((*job.tile, width))
            done = part[-1]
            for level, count in tiles.levels(done):
                for number in range(count // 256):
                    assert (level, number, 256) in written
            for size in part:
                for level, count in tiles.levels(size):
                    number, width = divmod(count, 256)
                    grown = (done >> (8 * level)) // 256 > number
                    assert not width or grown or (level, number, width) in written


async def test_tiles_stay_narrow_enough_to_read_at_any_older_head(log: Log) -> None:
    await log.add(300)
    await log.sequence()
    async with log.sessions() as session:
        whole = await queries.tile(session, tiles.TileId(0, 1), 44)
        assert whole
        assert await queries.tile(session, tiles.TileId(0, 1), 10) == whole[:320]
        assert await queries.tile(session, tiles.TileId(0, 1), 45) is None
        assert await queries.tile(session, tiles.TileId(0, 2), 1) is None
        assert await queries.bundle(session, 1, 45) is None
        narrow = await queries.bundle(session, 1, 10)
        assert narrow
        assert [merkle.leaf_hash(e) for e in tiles.decode_bundle(narrow)] == tiles.split_hashes(whole[:320])
    assert len(await log.scalars(select(LogTile.level))) == 3
