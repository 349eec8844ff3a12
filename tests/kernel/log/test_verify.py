"""Checking a static copy: whatever single byte is changed in it, the file is named; what is no change is not."""

import random
import shutil
from pathlib import Path

import pytest

from kernel.crypto.signing import Ed25519Signer
from kernel.tlog import merkle, note, tiles
from kernel.tlog.note import KIND_LOG, Checkpoint, VerifierKey
from kernel.tlog.verify import LogReport, verify_log

ORIGIN = "centre.example.cn/log"
SIGNER = Ed25519Signer(bytes(range(32)))
KEYS = [VerifierKey(ORIGIN, KIND_LOG, SIGNER.public)]


def entry(i: int) -> bytes:
    return f'{{"n":{i}}}'.encode()


def write(folder: Path, size: int) -> Path:
    """A copy written straight from the standard's definitions, one bundle and tile at a time."""
    grown: dict[tiles.TileId, bytes] = {}
    for start in range(0, size, 256):
        batch = [entry(i) for i in range(start, min(start + 256, size))]
        put(folder / tiles.tile_path(None, start // 256, len(batch)), tiles.encode_bundle(batch))
        grown |= {t.id: t.hashes for t in tiles.append(start, grown, [merkle.leaf_hash(e) for e in batch])}
    for tile, hashes in grown.items():
        put(folder / tiles.tile_path(tile.level, tile.number, len(hashes) // 32), hashes)
    head = Checkpoint(ORIGIN, size, merkle.root(size, tiles.TileReader(grown).hash_at))
    put(folder / "checkpoint", note.sign_checkpoint(head, SIGNER).encode())
    return folder


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def refused(folder: Path, path: str) -> LogReport:
    report = verify_log(folder, KEYS)
    assert not report.ok
    assert report.difference
    assert report.difference.path == path
    for lang in ("zh", "en"):
        said = report.difference.of(lang)  # type: ignore[arg-type]
        assert "{" not in said
    return report


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 600, 65_537])
def test_a_whole_copy_holds(tmp_path: Path, size: int) -> None:
    report = verify_log(write(tmp_path, size), KEYS)
    assert (report.ok, report.entries, report.difference) == (True, size, None)
    assert report.tiles_checked == sum(-(-count // 256) for _, count in tiles.levels(size))
    assert report.checkpoint
    assert report.checkpoint.size == size


def test_any_changed_byte_of_any_file_is_found(tmp_path: Path) -> None:
    write(tmp_path, 600)
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(files) == 8
    chance = random.Random(7)
    for path in files:
        whole = path.read_bytes()
        for _ in range(15):
            at = chance.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
            assert not verify_log(tmp_path, KEYS).ok, f"{path} at {at}"
        for torn in (whole[:-1], whole + b"\0", b""):
            path.write_bytes(torn)
            assert not verify_log(tmp_path, KEYS).ok
        path.unlink()
        refused(tmp_path, path.relative_to(tmp_path).as_posix())
        path.write_bytes(whole)
    assert verify_log(tmp_path, KEYS).ok


def test_the_first_difference_is_named(tmp_path: Path) -> None:
    write(tmp_path, 600)
    bundle = tmp_path / "tile/entries/001"
    entries = tiles.decode_bundle(bundle.read_bytes())
    bundle.write_bytes(tiles.encode_bundle([*entries[:44], b"forged", *entries[45:]]))
    found = refused(tmp_path, "tile/0/001").difference
    assert found
    assert found.of("en") == "entry 300 (tile/entries/001) does not hash to what tile/0/001 holds for it"
    assert "第 300 条" in found.of("zh")


def test_a_forger_who_rewrites_all_hashes_fails_at_the_root(tmp_path: Path) -> None:
    write(tmp_path / "true", 300)
    write(tmp_path / "forged", 299)
    put(tmp_path / "forged/checkpoint", (tmp_path / "true/checkpoint").read_bytes())
    refused(tmp_path / "forged", "tile/entries/001.p/44")
    shutil.copytree(tmp_path / "true", tmp_path / "other")
    for path in ("tile/entries/001.p/44", "tile/0/001.p/44"):
        (tmp_path / "other" / path).unlink()
    swapped = [entry(i) for i in range(256, 300)][::-1]
    put(tmp_path / "other/tile/entries/001.p/44", tiles.encode_bundle(swapped))
    put(tmp_path / "other/tile/0/001.p/44", b"".join(merkle.leaf_hash(e) for e in swapped))
    found = refused(tmp_path / "other", "checkpoint").difference
    assert found
    assert found.of("en").startswith("the entries lead to the root ")


def test_a_copy_signed_by_somebody_else(tmp_path: Path) -> None:
    write(tmp_path, 5)
    stranger = VerifierKey(ORIGIN, KIND_LOG, Ed25519Signer(bytes(32)).public)
    report = verify_log(tmp_path, [stranger])
    assert report.checkpoint is None
    assert report.difference
    assert report.difference.path == "checkpoint"


def test_a_full_file_stands_in_for_the_partial_one_it_outgrew(tmp_path: Path) -> None:
    """The standard lets a log drop partial tiles then; the older head must still verify."""
    write(tmp_path, 300)
    old = write(tmp_path / "old", 200)
    shutil.rmtree(tmp_path / "old/tile")
    shutil.copytree(tmp_path / "tile", tmp_path / "old/tile")
    report = verify_log(old, KEYS)
    assert (report.ok, report.entries) == (True, 200)
