"""Keys that are made when they are first needed: many who need one at one time agree on one."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from kernel.crypto import seal, signing

TOGETHER = 16


@pytest.mark.parametrize("attempt", range(3))
def test_threads_agree_on_one_seal_and_one_key(tmp_path, attempt):
    with ThreadPoolExecutor(TOGETHER) as pool:
        seals = list(pool.map(lambda _: seal.load_or_create(tmp_path / "seal.pem", "did:web:x").root, range(TOGETHER)))
        keys = list(pool.map(lambda _: signing.load_or_create(tmp_path / "a.key").public, range(TOGETHER)))
    assert set(seals) == {seal.load(tmp_path / "seal.pem").root}
    assert set(keys) == {signing.load(tmp_path / "a.key").public}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.key", "seal.pem"], "nothing half made is left"
