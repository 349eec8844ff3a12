"""Checking a static copy of the log offline: from the entries alone up to the signed root, trusting no stored hash."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kernel.text import Lang, Text
from kernel.tlog import merkle, tiles
from kernel.tlog.note import Checkpoint, NoteInvalid, VerifierKey, encode64, open_checkpoint

_MISSING: Final = Text("缺少文件 {path}", "{path} is missing")
_UNREADABLE: Final = Text("文件 {path} 无法读取：{why}", "{path} cannot be read: {why}")
_UNSIGNED: Final = Text(
    "检查点未经可信的日志密钥签署：{why}", "the checkpoint is not signed by a trusted key of the log: {why}"
)
_COUNT: Final = Text(
    "{path} 应有 {expected} 项，实有 {found} 项", "{path} should hold {expected} items and holds {found}"
)
_ENTRY: Final = Text(
    "第 {place} 条（{bundle}）与 {path} 中的哈希不一致",
    "entry {place} ({bundle}) does not hash to what {path} holds for it",
)
_TILE: Final = Text(
    "{path} 的第 {place} 个哈希与其下层数据不一致", "hash {place} of {path} is not that of what lies below it"
)
_ROOT: Final = Text(
    "由条目重算的根为 {found}，检查点所载为 {expected}",
    "the entries lead to the root {found} and the checkpoint states {expected}",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which a copy is not what its checkpoint promises, and the file it was seen in."""

    path: str
    text: Text
    facts: dict[str, object]

    def of(self, lang: Lang) -> str:
        """The sentence to print."""
        return self.text.of(lang, path=self.path, **self.facts)


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was checked; without a difference, every entry of the copy is proved to be in the signed log."""

    checkpoint: Checkpoint | None
    entries: int
    tiles_checked: int
    difference: Difference | None

    @property
    def ok(self) -> bool:
        """Whether the whole copy holds."""
        return self.difference is None


class _Differs(Exception):
    """Ends the walk at the first difference."""

    def __init__(self, path: str, text: Text, **facts: object) -> None:
        super().__init__(path)
        self.difference = Difference(path, text, facts)


@dataclass(slots=True)
class _Walk:
    """How far the check has come; `edge` is the tree so far, rebuilt from the entries."""

    directory: Path
    size: int
    entries: int = 0
    tiles_checked: int = 0
    edge: dict[tiles.TileId, bytes] = field(default_factory=dict)


def verify_log(directory: Path, keys: Sequence[VerifierKey]) -> LogReport:
    """Check the copy in `directory` (the folder that holds `checkpoint` and `tile/`) against the log's keys."""
    checkpoint = None
    walk = _Walk(directory, 0)
    try:
        checkpoint = _checkpoint(directory, keys)
        walk.size = checkpoint.size
        _walk(walk, checkpoint)
    except _Differs as problem:
        return LogReport(checkpoint, walk.entries, walk.tiles_checked, problem.difference)
    return LogReport(checkpoint, walk.entries, walk.tiles_checked, None)


def _checkpoint(directory: Path, keys: Sequence[VerifierKey]) -> Checkpoint:
    """The signed head of the copy."""
    try:
        return open_checkpoint(_bytes(directory, "checkpoint").decode(), keys)
    except (NoteInvalid, UnicodeDecodeError) as problem:
        raise _Differs("checkpoint", _UNSIGNED, why=str(problem)) from None


def _walk(walk: _Walk, checkpoint: Checkpoint) -> None:
    """Rebuild the tree bundle by bundle; every tile is compared as soon as it is known in full."""
    for number, width in _bundles(walk.size):
        leaves = [merkle.leaf_hash(entry) for entry in _entries(walk.directory, number, width)]
        for tile in tiles.append(walk.entries, walk.edge, leaves):
            walk.edge[tile.id] = tile.hashes
            if tile.width == tiles.TILE_WIDTH:
                _compare(walk, tile.id, walk.edge.pop(tile.id))
        walk.entries += width
    for tile_id, hashes in sorted(walk.edge.items()):
        _compare(walk, tile_id, hashes)
    root = merkle.root(walk.size, tiles.TileReader(walk.edge).hash_at)
    if root != checkpoint.root:
        raise _Differs("checkpoint", _ROOT, found=encode64(root), expected=encode64(checkpoint.root))


def _bundles(size: int) -> Iterator[tuple[int, int]]:
    """Number and width of every entry bundle of a log."""
    for start in range(0, size, tiles.TILE_WIDTH):
        yield start // tiles.TILE_WIDTH, min(tiles.TILE_WIDTH, size - start)


def _entries(directory: Path, number: int, width: int) -> list[bytes]:
    """The entries of one bundle."""
    path, data = _file(directory, None, number, width)
    try:
        entries = tiles.decode_bundle(data)
    except ValueError as problem:
        raise _Differs(path, _UNREADABLE, why=str(problem)) from None
    return _exactly(path, entries, width)


def _compare(walk: _Walk, tile: tiles.TileId, expected: bytes) -> None:
    """A stored tile must be, hash by hash, what the entries below it lead to."""
    wanted = tiles.split_hashes(expected)
    path, data = _file(walk.directory, tile.level, tile.number, len(wanted))
    try:
        held = tiles.split_hashes(data)
    except ValueError as problem:
        raise _Differs(path, _UNREADABLE, why=str(problem)) from None
    for place, (one, other) in enumerate(zip(wanted, _exactly(path, held, len(wanted)), strict=True)):
        if one == other:
            continue
        if tile.level:
            raise _Differs(path, _TILE, place=place)
        bundle = tiles.tile_path(None, tile.number, len(wanted))
        raise _Differs(path, _ENTRY, place=tile.number * tiles.TILE_WIDTH + place, bundle=bundle)
    walk.tiles_checked += 1


def _exactly(path: str, items: list[bytes], width: int) -> list[bytes]:
    """The first `width` items. Only a full file may hold more: it replaces the partial ones that it outgrew."""
    grown = len(items) == tiles.TILE_WIDTH and not path.endswith(f".p/{width}")
    if len(items) != width and not grown:
        raise _Differs(path, _COUNT, expected=width, found=len(items))
    return items[:width]


def _file(directory: Path, level: int | None, number: int, width: int) -> tuple[str, bytes]:
    """A tile or bundle; where the partial file is gone, the full one that took its place."""
    path = tiles.tile_path(level, number, width)
    full = tiles.tile_path(level, number)
    if path != full and not (directory / path).is_file() and (directory / full).is_file():
        path = full
    return path, _bytes(directory, path)


def _bytes(directory: Path, path: str) -> bytes:
    """A file of the copy."""
    try:
        return (directory / path).read_bytes()
    except FileNotFoundError:
        raise _Differs(path, _MISSING) from None
    except OSError as problem:
        raise _Differs(path, _UNREADABLE, why=problem.strerror or str(problem)) from None
