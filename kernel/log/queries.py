"""Reading the log: heads, tiles, proofs, and the public leaves in the order that the sequencer gave them."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.log.models import LogEntry
from kernel.log.tree_models import LogCheckpoint, LogCosignature, LogTile
from kernel.tlog import merkle, tiles
from kernel.tlog.proof import Proof
from kernel.views.paging import Page, fetch

_WITNESSED: Final = select(LogCosignature.size).where(LogCosignature.size == LogCheckpoint.size).exists()


async def checkpoint(session: AsyncSession) -> LogCheckpoint | None:
    """The latest signed head, or None while the log is empty."""
    return await session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))


async def note_of(session: AsyncSession, head: LogCheckpoint) -> str:
    """A head with the lines of its witnesses, in the order they came."""
    query = select(LogCosignature.line).where(LogCosignature.size == head.size)
    lines = await session.scalars(query.order_by(LogCosignature.received_at, LogCosignature.witness))
    return head.note + "".join(lines)


async def checkpoints(session: AsyncSession, *, witnessed: bool, limit: int, cursor: str | None) -> Page[LogCheckpoint]:
    """Heads from the latest down, of all or only of those that a witness has signed."""
    query = select(LogCheckpoint).where(_WITNESSED) if witnessed else select(LogCheckpoint)
    return await fetch(session, query, LogCheckpoint.size, limit=limit, cursor=cursor, newest_first=True)


async def _head_for(session: AsyncSession, index: int) -> LogCheckpoint | None:
    """The head to prove an entry under: the latest that a witness has signed and that covers it, else the latest."""
    query = select(LogCheckpoint).where(_WITNESSED).order_by(LogCheckpoint.size.desc()).limit(1)
    witnessed = await session.scalar(query)
    return witnessed if witnessed is not None and witnessed.size > index else await checkpoint(session)


async def checkpoint_sizes(session: AsyncSession, after: int) -> list[int]:
    """The sizes of all heads beyond a size, in order."""
    query = select(LogCheckpoint.size).where(LogCheckpoint.size > after).order_by(LogCheckpoint.size)
    return list(await session.scalars(query))


async def reader(session: AsyncSession, tile_ids: Collection[tiles.TileId]) -> tiles.TileReader:
    """The named tiles, as far as they exist, in one query."""
    if not tile_ids:
        return tiles.TileReader({})
    rows = await session.execute(
        select(LogTile.level, LogTile.tile_index, LogTile.hashes).where(
            tuple_(LogTile.level, LogTile.tile_index).in_([tuple(tile) for tile in tile_ids])
        )
    )
    return tiles.TileReader({tiles.TileId(level, number): hashes for level, number, hashes in rows})


async def _hashes(session: AsyncSession, ranges: list[merkle.Range]) -> list[bytes]:
    """The lines of a proof. Tiles only grow, so tiles that are newer than the head serve it as well."""
    return merkle.hashes(ranges, (await reader(session, tiles.tiles_of(ranges))).hash_at)


async def inclusion_proof(session: AsyncSession, entry_id: str) -> str | None:
    """The tlog-proof of an entry; None while it is not sequenced (or does not exist)."""
    index = await session.scalar(select(LogEntry.log_index).where(LogEntry.id == entry_id))
    head = await _head_for(session, index) if index is not None else None
    if index is None or head is None:
        return None
    path = await _hashes(session, merkle.inclusion_ranges(index, head.size))
    return str(Proof(index, tuple(path), await note_of(session, head)))


async def consistency_proof(session: AsyncSession, old: int, new: int) -> list[bytes]:
    """The proof that the log of `new` entries extends that of `old`; raises ValueError beyond the present size."""
    ranges = merkle.consistency_ranges(old, new)
    head = await checkpoint(session)
    if new > (head.size if head else 0):
        raise ValueError(f"the log has not reached {new} entries")
    return await _hashes(session, ranges)


async def tile(session: AsyncSession, number: tiles.TileId, width: int) -> bytes | None:
    """The first `width` hashes of a tile, or None where the tree does not have them."""
    held = (await reader(session, [number])).tiles.get(number, b"")[: width * merkle.HASH_SIZE]
    return held if len(held) == width * merkle.HASH_SIZE else None


async def payloads(session: AsyncSession, start: int, stop: int) -> list[bytes]:
    """The public leaves at the indexes [start, stop), in order; fewer where the log ends."""
    query = select(LogEntry.payload).where(LogEntry.log_index >= start, LogEntry.log_index < stop)
    return list(await session.scalars(query.order_by(LogEntry.log_index)))


async def bundle(session: AsyncSession, number: int, width: int) -> bytes | None:
    """The first `width` entries of a bundle, or None where the log does not have them."""
    start = number * tiles.TILE_WIDTH
    entries = await payloads(session, start, start + width)
    return tiles.encode_bundle(entries) if len(entries) == width else None


async def waiting(session: AsyncSession) -> bool:
    """Whether any committed entry has no index yet."""
    return await session.scalar(select(LogEntry.id).where(LogEntry.log_index.is_(None)).limit(1)) is not None


async def indexed(session: AsyncSession) -> int:
    """How many indexes have been given out; equal to the size of the latest head unless somebody interfered."""
    last = await session.scalar(select(func.max(LogEntry.log_index)))
    return 0 if last is None else last + 1
