"""The sequencer: the only code that gives entries their index, grows the tree and signs its head.

Business transactions append entries without an index and never wait for each other. Under one advisory lock the
sequencer takes what has been committed, in order of id, and stores indexes, tiles and signed head in one
transaction: whatever dies at whatever moment, either all of it is stored or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CursorResult, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import Sessions, lock_name, unit
from kernel.log import publication, queries
from kernel.log.errors import LogDiverged
from kernel.log.models import LogEntry
from kernel.log.publication import Shelf
from kernel.log.tree_models import LogCheckpoint, LogTile
from kernel.time.clock import Clock
from kernel.tlog import merkle, tiles
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import Checkpoint, NoteInvalid, open_checkpoint

BATCH = 1000

_NUMBER = text(
    "UPDATE log_entry SET log_index = :size + taken.place - 1"
    " FROM unnest(CAST(:ids AS text[])) WITH ORDINALITY AS taken(id, place)"
    " WHERE log_entry.id = taken.id AND log_entry.log_index IS NULL"
)


@dataclass(frozen=True, slots=True)
class _Growth:
    """A batch of leaves, the tiles that it changes and the head that it leads to."""

    size: int
    root: bytes
    changed: list[tiles.Tile]


async def sequence(sessions: Sessions, storage: Shelf, keys: LogKeys, *, clock: Clock, batch: int = BATCH) -> int:
    """Take up to `batch` waiting entries into the log and publish; gives how many, so callers repeat while full.

    Safe to call from many processes at once and after any crash. Raises LogDiverged, with nothing signed, when
    what is stored contradicts a head that was signed or published before.
    """
    shown = await publication.shown(storage, keys)
    if await _idle(sessions, shown):
        return 0
    async with unit(sessions) as session:
        await lock_name(session, "log", "sequence")
        last = await _last(session, keys)
        if shown is not None and shown.size > (last.size if last else 0):
            raise LogDiverged(f"a head of {shown.size} entries is published and the database has fewer")
        taken = await _extend(session, last, keys, clock, batch)
    await publication.publish(sessions, storage, keys)
    return taken


async def _idle(sessions: Sessions, shown: Checkpoint | None) -> bool:
    """Whether nothing waits and the world sees the last head: the usual answer, found without taking the lock."""
    async with unit(sessions) as session:
        last = await queries.checkpoint(session)
        stored = (last.size, last.root) if last else (0, merkle.EMPTY_ROOT)
        if stored != ((shown.size, shown.root) if shown else (0, merkle.EMPTY_ROOT)):
            return False
        return await queries.indexed(session) == stored[0] and not await queries.waiting(session)


async def _last(session: AsyncSession, keys: LogKeys) -> Checkpoint | None:
    """The last head as it was signed, which is what everything new must be consistent with."""
    row = await queries.checkpoint(session)
    indexed = await queries.indexed(session)
    if indexed != (row.size if row else 0):
        raise LogDiverged(f"{indexed} entries have an index and the last head has {row.size if row else 0}")
    if row is None:
        return None
    try:
        head = open_checkpoint(row.note, keys.trusted)
    except NoteInvalid as problem:
        raise LogDiverged(f"the last head was not signed as {keys}: {problem}") from problem
    if (head.origin, head.size, head.root) != (keys.origin, row.size, row.root):
        raise LogDiverged(f"the head stored for {row.size} entries is not the one that was signed")
    return head


async def _extend(session: AsyncSession, last: Checkpoint | None, keys: LogKeys, clock: Clock, batch: int) -> int:
    """Number the waiting entries, grow the tiles, sign and store the new head."""
    waiting = select(LogEntry.id, LogEntry.payload, LogEntry.leaf_hash).where(LogEntry.log_index.is_(None))
    unsequenced = await session.execute(waiting.order_by(LogEntry.id).limit(batch))
    rows = [(entry_id, payload, leaf) for entry_id, payload, leaf in unsequenced]
    if not rows:
        return 0
    size = last.size if last else 0
    edge = await queries.reader(session, tiles.edge(size))
    grown = _grow(size, last.root if last else merkle.EMPTY_ROOT, edge, _leaves(rows))
    await _number(session, size, [entry_id for entry_id, _, _ in rows])
    await _store_tiles(session, grown.changed)
    note = keys.sign(Checkpoint(keys.origin, grown.size, grown.root))
    session.add(LogCheckpoint(size=grown.size, root=grown.root, note=note, at=clock.now()))
    return len(rows)


def _leaves(rows: Sequence[tuple[str, bytes, bytes]]) -> list[bytes]:
    """The leaf hashes, computed afresh: what is published later must hash to what is signed now."""
    for entry_id, payload, leaf in rows:
        if merkle.leaf_hash(payload) != leaf or len(payload) > tiles.ENTRY_BYTES_MAX:
            raise LogDiverged(f"the payload of entry {entry_id} is not the one that was recorded, or is too long")
    return [leaf for _, _, leaf in rows]


def _grow(size: int, root: bytes, edge: tiles.TileReader, leaves: list[bytes]) -> _Growth:
    """The tree with the leaves, proved to extend the signed one before anybody signs it."""
    new = size + len(leaves)
    try:
        changed = tiles.append(size, edge.tiles, leaves)
        hash_at = tiles.TileReader({**edge.tiles, **{tile.id: tile.hashes for tile in changed}}).hash_at
        head = merkle.root(new, hash_at)
        proof = merkle.hashes(merkle.consistency_ranges(size, new), hash_at)
    except (tiles.MissingTile, ValueError) as problem:
        raise LogDiverged(f"the tiles of the last head of {size} entries are not whole: {problem}") from problem
    if not merkle.verify_consistency(size, new, root, head, proof):
        raise LogDiverged(f"the tiles do not lead to the signed root of {size} entries")
    return _Growth(new, head, changed)


async def _number(session: AsyncSession, size: int, ids: list[str]) -> None:
    """Give the next indexes without a gap; an entry gets one once and keeps it."""
    result = await session.execute(_NUMBER, {"size": size, "ids": ids})
    if not isinstance(result, CursorResult) or result.rowcount != len(ids):
        raise LogDiverged("somebody else gave indexes to entries of this batch")


async def _store_tiles(session: AsyncSession, changed: list[tiles.Tile]) -> None:
    """Add new tiles and widen the ones at the edge."""
    rows = [
        {"level": tile.id.level, "tile_index": tile.id.number, "width": tile.width, "hashes": tile.hashes}
        for tile in changed
    ]
    fresh = insert(LogTile).values(rows)
    await session.execute(
        fresh.on_conflict_do_update(
            index_elements=[LogTile.level, LogTile.tile_index],
            set_={"width": fresh.excluded.width, "hashes": fresh.excluded.hashes},
        )
    )
