"""Paths, bundles and the reading of single tiles; growth itself is tested with the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.tlog import merkle, tiles
from kernel.tlog.tiles import TileId


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1_234_067, 256, "tile/0/x001/x234/067"),
        (2, 1000, 7, "tile/2/x001/000.p/7"),
        (63, 999, 255, "tile/63/999.p/255"),
        (None, 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_paths_are_those_of_the_specification(level: int | None, number: int, width: int, path: str) -> None:
    assert tiles.tile_path(level, number, width) == path
    assert tiles.parse_tile_path(path.removeprefix("tile/")) == (level, number, width)


@given(st.none() | st.integers(0, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_paths_round_trip(level: int | None, number: int, width: int) -> None:
    path = tiles.tile_path(level, number, width)
    assert tiles.parse_tile_path(path.removeprefix("tile/")) == (level, number, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/0", "0/00", "0/0000", "00/000", "64/000", "-1/000", "0/000.p/0", "0/000.p/256",
        "0/000.p/07", "0/x000/000", "0/001/000", "0/x001/x000", "0/000.p/", "0/000.p/1/", "0/000/",
        "entry/000",
        "0/٠٠٠", "0/000\n", "0/../000", "Entries/000", "0/000.p/1000",
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused(path: str) -> None:
    assert tiles.parse_tile_path(path) is None


def test_a_tile_is_never_empty_or_too_wide() -> None:
    for width in (0, 257):
        with pytest.raises(ValueError, match="1 to 256"):
            tiles.tile_path(0, 0, width)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_round_trip(entries: list[bytes]) -> None:
    assert tiles.decode_bundle(tiles.encode_bundle(entries)) == entries


def test_bundle_limits() -> None:
    longest = b"x" * tiles.ENTRY_BYTES_MAX
    assert tiles.decode_bundle(tiles.encode_bundle([longest, b""])) == [longest, b""]
    with pytest.raises(ValueError, match="entry 1 of the bundle"):
        tiles.encode_bundle([b"", longest + b"x"])
    for entries in ([], [b""] * 257):
        with pytest.raises(ValueError, match="1 to 256"):
            tiles.encode_bundle(entries)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.data())
def test_a_torn_bundle_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    bundle = tiles.encode_bundle(entries)
    borders = {len(tiles.encode_bundle(entries[:i])) if i else 0 for i in range(len(entries) + 1)}
    inside = sorted(set(range(len(bundle))) - borders)
    cut = data.draw(st.sampled_from(inside))
    with pytest.raises(ValueError, match="in the middle"):
        tiles.decode_bundle(bundle[:cut])


def test_the_edge_of_seventy_thousand() -> None:
    """The worked example of the specification."""
    assert tiles.edge(70_000) == [TileId(0, 273), TileId(1, 1), TileId(2, 0)]
    assert dict(tiles.levels(70_000)) == {0: 70_000, 1: 273, 2: 1}
    assert tiles.edge(256) == [TileId(1, 0)]
    assert tiles.edge(0) == []


def test_growing_from_a_wrong_edge_is_refused() -> None:
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(5)]
    with pytest.raises(tiles.MissingTile):
        tiles.append(3, {}, leaves)
    with pytest.raises(tiles.MissingTile):
        tiles.append(3, {TileId(0, 0): b"".join(leaves)}, leaves)
    with pytest.raises(ValueError, match="whole number of hashes"):
        tiles.append(3, {TileId(0, 0): b"torn"}, leaves)


def test_a_full_tile_appears_once_and_in_the_level_above() -> None:
    leaves = [merkle.leaf_hash(i.to_bytes(2, "big")) for i in range(256)]
    tile, above = tiles.append(0, {}, leaves)
    assert (tile.id, tile.width) == (TileId(0, 0), 256)
    assert (above.id, above.hashes) == (TileId(1, 0), merkle.perfect_hash(leaves))


def test_a_reader_says_what_is_missing() -> None:
    reader = tiles.TileReader({TileId(0, 0): merkle.EMPTY_ROOT * 3})
    assert reader.hash_at(0, 2) == merkle.EMPTY_ROOT
    for level, number in ((0, 3), (1, 1), (8, 0)):
        with pytest.raises(tiles.MissingTile):
            reader.hash_at(level, number)
