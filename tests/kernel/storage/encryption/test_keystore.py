"""Where data keys lie: made before their object, wrapped anew without it, destroyed, and back from no backup."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from kernel.storage.encryption import keystore
from kernel.storage.encryption.errors import FileDestroyed, KeysUnavailable
from kernel.storage.encryption.keks import FileKeys
from kernel.storage.encryption.keystore import DataKeyMissing, KeyStore, dek_id_of
from kernel.storage.encryption.rotation import rotate
from kernel.storage.encryption.tombstones import TombstonesBroken

AT = datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return _open(tmp_path)


def _open(folder: Path) -> KeyStore:
    return KeyStore.open(folder / "keystore", FileKeys(folder / "kek"))


def test_a_key_lies_wrapped_as_rfc_3394_says_and_for_this_user_only(store, tmp_path):
    dek, made = store.make("files/a")
    assert (made, len(dek), store.make("files/a")) == (True, 32, (dek, False))
    wrap = store.wrap_of("files/a")
    kek = bytes.fromhex((tmp_path / "kek" / "1").read_text())
    assert aes_key_unwrap(kek, bytes.fromhex(wrap.wrapped)) == dek
    (path,) = store.wraps()
    assert dek.hex().encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == (tmp_path / "kek" / "1").stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700


def test_rotation_wraps_anew_and_lets_the_old_key_die(store, tmp_path):
    deks = {f"files/{number}": store.make(f"files/{number}")[0] for number in range(30)}
    store.keks.begin()
    paths = list(store.wraps())
    for path in paths[:10]:
        assert store.rewrap(path)  # Cut off here; whoever goes on finds where.
    assert store.counted() == {"1": 20, "2": 10}
    again = _open(tmp_path)
    assert rotate(again) == 20
    assert (again.counted(), again.keks.versions()) == ({"2": 30}, ["2"])
    assert list(again.keks.dead()) == ["1"]
    assert {name: _open(tmp_path).dek(name) for name in deks} == deks
    assert again.keks.begin() == "3"


def test_what_is_destroyed_comes_back_from_no_copy(store, tmp_path):
    store.make("files/a")
    kept, _ = store.make("files/b")
    shutil.copytree(store.folder, tmp_path / "yesterday")
    stone = store.destroy("files/a", "dst_1", AT)
    assert (stone.object, stone.kek, stone.reason) == ("files/a", "1", "dst_1")
    assert store.destroy("files/a", "dst_2", AT + timedelta(days=1)) == stone
    for unread in (lambda: store.dek("files/a"), lambda: store.make("files/a"), lambda: store.wrap_of("files/a")):
        with pytest.raises(FileDestroyed):
            unread()
    shutil.copytree(tmp_path / "yesterday" / "deks", store.folder / "deks", dirs_exist_ok=True)
    with pytest.raises(FileDestroyed):
        store.dek("files/a")  # Also while it runs, with the wrap back in its place.
    reopened = _open(tmp_path)
    assert [path.stem for path in reopened.wraps()] == [dek_id_of("files/b").hex()]
    assert reopened.dek("files/b") == kept
    stones = dict(reopened.tombstones.all())
    shutil.rmtree(reopened.folder)
    shutil.copytree(tmp_path / "yesterday", reopened.folder)  # Yesterday's store whole, its tombstones too.
    whole = _open(tmp_path)
    assert whole.dek("files/a")
    for each in stones.values():  # What the copies in the objects and the database are for.
        whole.destroy(each.object, each.reason, each.at)
    with pytest.raises(FileDestroyed):
        whole.dek("files/a")


def test_a_death_between_tombstone_and_key_is_made_up_for_at_the_next_start(store, tmp_path):
    store.make("files/a")
    store.tombstones.add(dek_id_of("files/a").hex(), "files/a", "dst_1", AT, "1")
    with (tmp_path / "keystore" / "tombstones.log").open("ab") as log:
        log.write(b'{"dek_id": "torn')
    reopened = _open(tmp_path)
    assert list(reopened.wraps()) == []
    assert reopened.destroy("files/b", "dst_2", AT).before == next(iter(reopened.tombstones.all().values())).sha256
    assert set(_open(tmp_path).tombstones.all()) == {dek_id_of("files/a").hex(), dek_id_of("files/b").hex()}


def test_an_edited_tombstone_is_seen_before_anything_is_served(store, tmp_path):
    for name in ("files/a", "files/b"):
        store.destroy(name, "dst_1", AT)
    log = tmp_path / "keystore" / "tombstones.log"
    lines = log.read_bytes().splitlines(keepends=True)
    for faulty in (lines[1:], [lines[0].replace(b"files/a", b"files/c"), lines[1]], [lines[1], lines[0]]):
        log.write_bytes(b"".join(faulty))
        with pytest.raises(TombstonesBroken):
            _open(tmp_path)


def test_without_the_wrapping_keys_nothing_is_opened_and_none_are_made(store, tmp_path):
    store.make("files/a")
    (tmp_path / "kek").rename(tmp_path / "away")
    with pytest.raises(KeysUnavailable):
        _open(tmp_path)
    assert not (tmp_path / "kek").exists()
    with pytest.raises(KeysUnavailable):
        store.make("files/b")


def test_a_key_in_memory_lasts_a_minute(store, tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(keystore.time, "monotonic", lambda: now[0])
    dek, _ = store.make("files/a")
    (tmp_path / "kek").rename(tmp_path / "away")
    now[0] = 59.0
    assert store.dek("files/a") == dek
    now[0] = 61.0
    with pytest.raises(KeysUnavailable):
        store.dek("files/a")
    (tmp_path / "away").rename(tmp_path / "kek")
    assert store.dek("files/a") == dek


def test_so_many_keys_and_no_more_are_in_memory(store, monkeypatch):
    assert keystore.CACHE_MAX == 256
    monkeypatch.setattr(keystore, "CACHE_MAX", 4)
    for number in range(9):
        store.make(f"files/{number}")
    assert len(store._cache) == 4


def test_a_key_without_an_object_is_taken_back_a_day_later_and_not_under_a_writers_hands(store):
    store.make("files/a")
    (path,) = store.wraps()
    before = store.wrap_of("files/a").made_at + timedelta(microseconds=1)
    store.make("files/a")  # A second writer of the name.
    assert not store.drop_orphan(path, before)
    assert store.drop_orphan(path, datetime.now(UTC) + timedelta(seconds=1))
    with pytest.raises(DataKeyMissing):
        store.dek("files/a")


def test_a_master_key_is_made_once_wrapped_anew_and_nobodys_object(store, tmp_path):
    master = store.master("marks-1")
    assert (len(master), store.master("marks-1"), store.master("marks-2") == master) == (32, master, False)
    wrap = store.wrap_of("master/marks-1")
    kek = bytes.fromhex((tmp_path / "kek" / "1").read_text())
    assert aes_key_unwrap(kek, bytes.fromhex(wrap.wrapped)) == master
    store.keks.begin()
    again = _open(tmp_path)
    assert (rotate(again), again.master("marks-1")) == (2, master)
