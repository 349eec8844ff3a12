"""The static copy: tiles and entry bundles as files, the signed head last, so that a copy is whole at every moment.

Files below the published head never change and are written once. A publisher that died is simply followed by the
next one: what stands between the published head and the stored one is written again, byte for byte the same.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import Sessions, lock_name, unit
from kernel.log import queries
from kernel.log.errors import LogDiverged
from kernel.log.tree_models import LogCheckpoint
from kernel.tlog import merkle, tiles
from kernel.tlog.keys import LogKeys
from kernel.tlog.note import Checkpoint, NoteInvalid, open_checkpoint

PREFIX: Final = "log"
CHECKPOINT: Final = f"{PREFIX}/checkpoint"
FILE_BYTES_MAX: Final = tiles.TILE_WIDTH * (2 + tiles.ENTRY_BYTES_MAX)


class Shelf(Protocol):
    """What publishing needs of kernel.storage: create once, replace atomically, read, list, delete."""

    async def put_stream(self, key: str, chunks: AsyncIterator[bytes], max_bytes: int) -> Any:
        """Create an object; raises FileExistsError for a used key."""
        ...

    async def replace(self, key: str, data: bytes) -> None:
        """Store an object whether or not there is one; readers see the old or the new one whole."""
        ...

    async def get(self, key: str) -> bytes:
        """Read an object; raises FileNotFoundError."""
        ...

    async def delete(self, key: str) -> None:
        """Remove an object if it is there."""
        ...

    def list(self, area: str) -> AsyncIterator[Any]:
        """The objects below a key, each with its `.key`."""
        ...


class Job(NamedTuple):
    """A tile to publish in the given widths."""

    tile: tiles.TileId
    widths: tuple[int, ...]


def plan(published: int, sizes: Sequence[int]) -> Iterator[Job]:
    """What to write so that every head in `sizes` (ascending) can be verified; pure.

    Full tiles, and of the tile that is still open one partial file for each head that ends in it.
    """
    for level, count in tiles.levels(sizes[-1]):
        before, shift = published >> (tiles.TILE_HEIGHT * level), tiles.TILE_HEIGHT * level
        for number in range(before // tiles.TILE_WIDTH, count // tiles.TILE_WIDTH):
            yield Job(tiles.TileId(level, number), (tiles.TILE_WIDTH,))
        start = max(before, count - count % tiles.TILE_WIDTH)
        widths = {(size >> shift) % tiles.TILE_WIDTH for size in sizes if size >> shift > start}
        if widths:
            yield Job(tiles.TileId(level, count // tiles.TILE_WIDTH), tuple(sorted(widths)))


def outgrown(published: int, size: int) -> Iterator[tiles.TileId]:
    """The tiles whose partial files the full one has replaced; pure."""
    for tile in tiles.edge(published):
        if (size >> (tiles.TILE_HEIGHT * tile.level)) // tiles.TILE_WIDTH > tile.number:
            yield tile


async def shown(storage: Shelf, keys: LogKeys) -> Checkpoint | None:
    """The head that the world sees; raises LogDiverged when it was not signed by this log."""
    try:
        note = await storage.get(CHECKPOINT)
    except FileNotFoundError:
        return None
    try:
        return open_checkpoint(note.decode(), keys.trusted)
    except (NoteInvalid, UnicodeDecodeError) as problem:
        raise LogDiverged(f"the published head was not signed as {keys}: {problem}") from problem


async def publish(sessions: Sessions, storage: Shelf, keys: LogKeys) -> int:
    """Write whatever the static copy lacks up to the last stored head; gives the size it now shows.

    Raises LogDiverged, with nothing published, when the stored head does not extend the published one.
    """
    public = await shown(storage, keys)
    published = public.size if public else 0
    async with unit(sessions) as session:
        last = await queries.checkpoint(session)
        sizes = await queries.checkpoint_sizes(session, published)
        if public is not None:
            await _require_extension(session, public, last)
    if last is None or last.size == published:
        return published
    # A head stored between the two queries would have its size in `sizes`; it is left to the next call.
    for job in plan(published, [size for size in sizes if size <= last.size]):
        await _write(sessions, storage, job)
    await _show(sessions, storage, keys, last.size, last.note)
    for tile in outgrown(published, last.size):
        await _prune(storage, tile)
    return last.size


async def _require_extension(session: AsyncSession, public: Checkpoint, last: LogCheckpoint | None) -> None:
    """The stored head must extend the published one: a database put back to an older day must not speak."""
    extends = False
    if last is not None and last.size >= public.size:
        try:
            proof = await queries.consistency_proof(session, public.size, last.size)
        except tiles.MissingTile as problem:
            raise LogDiverged(f"the database lost part of the tree: {problem}") from problem
        extends = merkle.verify_consistency(public.size, last.size, public.root, last.root, proof)
    if not extends:
        raise LogDiverged(f"the stored head does not extend the published one of {public.size} entries")


async def _write(sessions: Sessions, storage: Shelf, job: Job) -> None:
    """Publish one tile and, at the leaves, its entries, in all wanted widths."""
    tile, widths = job
    async with unit(sessions) as session:
        hashes = await queries.tile(session, tile, widths[-1])
        first = tile.number * tiles.TILE_WIDTH
        entries = await queries.payloads(session, first, first + widths[-1]) if tile.level == 0 else None
    if hashes is None or (entries is not None and len(entries) != widths[-1]):
        raise LogDiverged(f"the database lost part of {tile}")
    for width in widths:
        path = tiles.tile_path(tile.level, tile.number, width)
        await _create(storage, path, hashes[: width * merkle.HASH_SIZE])
        if entries is not None:
            await _create(storage, tiles.tile_path(None, tile.number, width), tiles.encode_bundle(entries[:width]))


async def _create(storage: Shelf, path: str, data: bytes) -> None:
    """Write a file once; one that is there already must hold the same bytes."""
    key = f"{PREFIX}/{path}"
    try:
        await storage.put_stream(key, _once(data), FILE_BYTES_MAX)
    except FileExistsError:
        if await storage.get(key) != data:
            raise LogDiverged(f"{key} is published with other bytes") from None


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def _show(sessions: Sessions, storage: Shelf, keys: LogKeys, size: int, note: str) -> None:
    """Put up the new head, unless another publisher was faster and put up a later one."""
    async with unit(sessions) as session:
        await lock_name(session, "log", "publish")
        public = await shown(storage, keys)
        if public is None or public.size < size:
            await storage.replace(CHECKPOINT, note.encode())


async def add_lines(session: AsyncSession, storage: Shelf, keys: LogKeys, size: int, note: str) -> None:
    """Put up the shown head with more lines under it; a head that has been followed stays as history only."""
    await lock_name(session, "log", "publish")
    public = await shown(storage, keys)
    if public is not None and public.size == size:
        await storage.replace(CHECKPOINT, note.encode())


async def _prune(storage: Shelf, tile: tiles.TileId) -> None:
    """Remove the partial files of a tile that is now published in full, as the standard allows."""
    for level in (tile.level, None) if tile.level == 0 else (tile.level,):
        area = f"{PREFIX}/{tiles.tile_path(level, tile.number)}.p"
        for listed in [found async for found in storage.list(area)]:
            await storage.delete(listed.key)
