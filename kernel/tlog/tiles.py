"""The tree as static files (C2SP tlog-tiles): tiles of 256 hashes, bundles of 256 entries, and their paths.

`append` is the whole of growing the log: it sees only the right edge, so it costs the same at any size.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kernel.tlog import merkle

TILE_WIDTH = 256
TILE_HEIGHT = 8
ENTRY_BYTES_MAX = 65_535
NUMBER_LIMIT = 1 << 54  # So that the index of every entry in a bundle fits a 64-bit column.

_PATH = re.compile(
    r"(?P<level>0|[1-9][0-9]?|entries)/(?P<groups>(?:x[0-9]{3}/)*)(?P<last>[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class TileId(NamedTuple):
    """Where a tile stands: level 0 holds leaf hashes, each level above the hashes of full tiles below."""

    level: int
    number: int


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 neighbouring hashes; a partial tile is always a prefix of the full one that follows it."""

    id: TileId
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.hashes) // merkle.HASH_SIZE


class TilePath(NamedTuple):
    """A requested file: `level` is None for an entry bundle."""

    level: int | None
    number: int
    width: int


class MissingTile(LookupError):
    """The tiles at hand do not hold a hash that is needed: too few were fetched, or the copy has a hole."""


def _grouped(number: int) -> str:
    """The number in groups of three digits, so that no folder of a copy grows beyond a thousand names."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def tile_path(level: int | None, number: int, width: int = TILE_WIDTH) -> str:
    """The path below the log's prefix, of a hash tile or (level None) of an entry bundle."""
    if not 1 <= width <= TILE_WIDTH:
        raise ValueError(f"a tile is 1 to {TILE_WIDTH} wide, not {width}")
    folder = "entries" if level is None else str(level)
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{folder}/{_grouped(number)}{partial}"


def parse_tile_path(path: str) -> TilePath | None:
    """Read what follows `tile/`; None for any spelling but the one, so that caches hold no doubles."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    number = int(match["groups"].replace("x", "").replace("/", "") + match["last"])
    width = int(match["width"] or TILE_WIDTH)
    if (level or 0) > 63 or width > TILE_WIDTH or tile_path(level, number, width) != f"tile/{path}":
        return None
    return TilePath(level, number, width)


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each behind its length in two bytes, big end first."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise ValueError(f"a bundle holds 1 to {TILE_WIDTH} entries, not {len(entries)}")
    too_long = next((i for i, entry in enumerate(entries) if len(entry) > ENTRY_BYTES_MAX), None)
    if too_long is not None:
        raise ValueError(f"entry {too_long} of the bundle is longer than {ENTRY_BYTES_MAX} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; bytes missing or left over are refused."""
    entries = []
    place = 0
    while place < len(data):
        start = place + 2
        stop = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or stop > len(data):
            raise ValueError("the bundle ends in the middle of an entry")
        entries.append(data[start:stop])
        place = stop
    return entries


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile; a torn one is refused."""
    if len(data) % merkle.HASH_SIZE:
        raise ValueError(f"{len(data)} bytes are not a whole number of hashes")
    return [data[i : i + merkle.HASH_SIZE] for i in range(0, len(data), merkle.HASH_SIZE)]


def levels(size: int) -> Iterator[tuple[int, int]]:
    """Every tile level of a tree with the number of hashes it holds."""
    level = 0
    while size:
        yield level, size
        level, size = level + 1, size // TILE_WIDTH


def edge(size: int) -> list[TileId]:
    """The partial tiles of a tree: all that is needed to add to it and to know its head."""
    return [TileId(level, count // TILE_WIDTH) for level, count in levels(size) if count % TILE_WIDTH]


def append(size: int, edge_tiles: Mapping[TileId, bytes], leaves: Sequence[bytes]) -> list[Tile]:
    """Add leaf hashes to a tree of `size` known by its edge; gives every tile that changed."""
    changed: list[Tile] = []
    level, fresh = 0, list(leaves)
    while fresh:
        count = size >> (TILE_HEIGHT * level)
        grown, fresh = _append_level(level, count, edge_tiles, fresh)
        changed += grown
        level += 1
    return changed


def _append_level(
    level: int, count: int, edge_tiles: Mapping[TileId, bytes], fresh: list[bytes]
) -> tuple[list[Tile], list[bytes]]:
    """One level of `append`: its changed tiles, and the hashes of the full ones for the level above."""
    first = TileId(level, count // TILE_WIDTH)
    held = split_hashes(edge_tiles.get(first, b""))
    if len(held) != count % TILE_WIDTH:
        raise MissingTile(f"{first} should hold {count % TILE_WIDTH} hashes and holds {len(held)}")
    row = held + fresh
    grown, above = [], []
    for offset in range(0, len(row), TILE_WIDTH):
        part = row[offset : offset + TILE_WIDTH]
        grown.append(Tile(TileId(level, first.number + offset // TILE_WIDTH), b"".join(part)))
        if len(part) == TILE_WIDTH:
            above.append(merkle.perfect_hash(part))
    return grown, above


def home(node: merkle.Node) -> tuple[TileId, int, int]:
    """The tile that holds a perfect subtree, and the places [start, stop) of its hashes in it."""
    level, row = divmod(node.level, TILE_HEIGHT)
    first = node.number << row
    start = first % TILE_WIDTH
    return TileId(level, first // TILE_WIDTH), start, start + (1 << row)


def tiles_of(ranges: Sequence[merkle.Range]) -> set[TileId]:
    """The tiles to fetch before a proof over these ranges can be computed."""
    return {home(node)[0] for leaves in ranges for node in merkle.nodes(leaves)}


@dataclass(frozen=True, slots=True)
class TileReader:
    """Answers `hash_at` from tiles that were fetched beforehand."""

    tiles: Mapping[TileId, bytes]

    def hash_at(self, level: int, number: int) -> bytes:
        """The hash of a perfect subtree; a tile too narrow for it counts as missing."""
        tile, start, stop = home(merkle.Node(level, number))
        held = split_hashes(self.tiles.get(tile, b""))[start:stop]
        if len(held) != stop - start:
            raise MissingTile(f"{tile} does not hold the hashes {start} to {stop}")
        return merkle.perfect_hash(held)
