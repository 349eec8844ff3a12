"""The tree against the RFC's own recursion, for every small size and for large ones around tile borders."""

import random
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.tlog import merkle, tiles
from tests.examples import examples

SMALL = 70
LARGE = [255, 256, 257, 511, 513, 65_535, 65_536, 65_537]
# RFC 6962's empty head, and the heads of the reference trees of the Certificate Transparency test suite.
CT_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


class oracle:  # noqa: N801
    """RFC 6962 §2.1 written down as the RFC has it: recursive, slow, sharing no code with the product."""

    @staticmethod
    def mth(entries: Sequence[bytes]) -> bytes:
        if len(entries) == 0:
            return sha256(b"").digest()
        if len(entries) == 1:
            return sha256(b"\x00" + entries[0]).digest()
        k = oracle.largest_power_below(len(entries))
        return sha256(b"\x01" + oracle.mth(entries[:k]) + oracle.mth(entries[k:])).digest()

    @staticmethod
    def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
        n = len(entries)
        if n == 1:
            return []
        k = oracle.largest_power_below(n)
        if m < k:
            return [*oracle.path(m, entries[:k]), oracle.mth(entries[k:])]
        return [*oracle.path(m - k, entries[k:]), oracle.mth(entries[:k])]

    @staticmethod
    def proof(m: int, entries: Sequence[bytes]) -> list[bytes]:
        return oracle.subproof(m, entries, True)

    @staticmethod
    def subproof(m: int, entries: Sequence[bytes], whole: bool) -> list[bytes]:
        n = len(entries)
        if m == n:
            return [] if whole else [oracle.mth(entries)]
        k = oracle.largest_power_below(n)
        if m <= k:
            return [*oracle.subproof(m, entries[:k], whole), oracle.mth(entries[k:])]
        return [*oracle.subproof(m - k, entries[k:], False), oracle.mth(entries[:k])]

    @staticmethod
    def largest_power_below(n: int) -> int:
        k = 1
        while k * 2 < n:
            k *= 2
        return k


def entry(i: int) -> bytes:
    return f"entry {i}".encode()


class Tree:
    """All tiles of a tree, grown batch by batch as the sequencer does it."""

    def __init__(self, entries: list[bytes], batches: list[int]) -> None:
        self.size = 0
        self.tiles: dict[tiles.TileId, bytes] = {}
        for batch in batches:
            self.add([merkle.leaf_hash(e) for e in entries[self.size : self.size + batch]])

    def add(self, leaves: list[bytes]) -> None:
        edge = {tile: self.tiles[tile] for tile in tiles.edge(self.size)}
        self.tiles |= {tile.id: tile.hashes for tile in tiles.append(self.size, edge, leaves)}
        self.size += len(leaves)

    def only(self, ranges: list[merkle.Range]) -> tiles.TileReader:
        """A reader that holds nothing but the tiles that were announced as needed."""
        return tiles.TileReader({tile: self.tiles[tile] for tile in tiles.tiles_of(ranges)})

    def root(self, size: int) -> bytes:
        return merkle.root(size, self.only([merkle.Range(0, size)]).hash_at)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        ranges = merkle.inclusion_ranges(index, size)
        return merkle.hashes(ranges, self.only(ranges).hash_at)

    def consistency(self, old: int, new: int) -> list[bytes]:
        ranges = merkle.consistency_ranges(old, new)
        return merkle.hashes(ranges, self.only(ranges).hash_at)


@cache
def big() -> tuple[list[bytes], Tree]:
    entries = [entry(i) for i in range(66_000)]
    return entries, Tree(entries, [1, 255, 1, 999, 20_000, 44_744])


@cache
def small() -> tuple[list[bytes], Tree]:
    entries = [entry(i) for i in range(SMALL)]
    return entries, Tree(entries, [1] * SMALL)


def test_reference_trees_of_certificate_transparency() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in CT_LEAVES]
    for size, head in CT_ROOTS.items():
        assert Tree(leaves, [size] if size else []).root(size).hex() == head


@pytest.mark.slow
def test_every_small_root_and_proof_is_the_rfc_s() -> None:
    entries, tree = small()
    for size in range(1, SMALL + 1):
        root = oracle.mth(entries[:size])
        assert tree.root(size) == root
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert proof == oracle.path(index, entries[:size])
            assert merkle.verify_inclusion(merkle.leaf_hash(entries[index]), index, size, proof, root)
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert proof == oracle.proof(old, entries[:size])
            assert merkle.verify_consistency(old, size, tree.root(old), root, proof)


@pytest.mark.parametrize("size", LARGE)
def test_large_roots_and_proofs_are_the_rfc_s(size: int) -> None:
    entries, tree = big()
    root = oracle.mth(entries[:size])
    assert tree.root(size) == root
    for index in {0, 1, 255, 256, size // 2, size - 1} & set(range(size)):
        proof = tree.inclusion(index, size)
        assert merkle.verify_inclusion(merkle.leaf_hash(entries[index]), index, size, proof, root)
    index = size // 3
    assert tree.inclusion(index, size) == oracle.path(index, entries[:size])
    for old in {1, 2, 255, 256, 257, size // 2, size - 1} & set(range(1, size)):
        proof = tree.consistency(old, size)
        assert merkle.verify_consistency(old, size, tree.root(old), root, proof)
    assert tree.consistency(size // 3, size) == oracle.proof(size // 3, entries[:size])


@given(st.lists(st.integers(1, 600), min_size=1, max_size=8))
@settings(max_examples=examples(40), deadline=None)
def test_a_tree_does_not_depend_on_how_it_was_batched(batches: list[int]) -> None:
    entries, whole = big()
    tree = Tree(entries, batches)
    assert tree.root(tree.size) == whole.root(tree.size)
    for tile, hashes in tree.tiles.items():
        assert whole.tiles[tile].startswith(hashes)
    assert {tile.level for tile in tree.tiles} == {level for level, _ in tiles.levels(tree.size)}


@given(st.integers(2, SMALL), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    entries, tree = small()
    index = data.draw(st.integers(0, size - 1))
    leaf, root, proof = merkle.leaf_hash(entries[index]), tree.root(size), tree.inclusion(index, size)
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
    cut = data.draw(st.integers(0, len(proof) - 1))
    assert not merkle.verify_inclusion(merkle.leaf_hash(entries[other]), index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, other, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, proof[:cut] + proof[cut + 1 :], root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaf, index, size, flipped(proof, cut), root)
    assert not merkle.verify_inclusion(leaf, index, size, proof, flipped([root], 0)[0])
    assert not merkle.verify_inclusion(leaf, size, size, proof, root)
    assert not merkle.verify_inclusion(leaf, -1, size, proof, root)


@given(st.integers(2, SMALL), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_a_changed_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    _, tree = small()
    old = data.draw(st.integers(1, size - 1))
    before, after, proof = tree.root(old), tree.root(size), tree.consistency(old, size)
    cut = data.draw(st.integers(0, len(proof) - 1))
    assert not merkle.verify_consistency(old, size, after, before, proof)
    assert not merkle.verify_consistency(old, size, before, after, proof[:cut] + proof[cut + 1 :])
    assert not merkle.verify_consistency(old, size, before, after, [*proof, after])
    assert not merkle.verify_consistency(old, size, before, after, flipped(proof, cut))
    assert not merkle.verify_consistency(old, size, flipped([before], 0)[0], after, proof)
    assert not merkle.verify_consistency(old, size, before, flipped([after], 0)[0], proof)
    assert not merkle.verify_consistency(size, old, after, before, proof)


def test_consistency_at_the_ends() -> None:
    _, tree = small()
    root = tree.root(5)
    assert merkle.verify_consistency(5, 5, root, root, [])
    assert not merkle.verify_consistency(5, 5, root, root, [root])
    assert not merkle.verify_consistency(5, 5, root, tree.root(6), [])
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [])
    assert not merkle.verify_consistency(0, 5, root, root, [])
    assert not merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, root, [root])
    assert merkle.verify_consistency(0, 0, merkle.EMPTY_ROOT, merkle.EMPTY_ROOT, [])


def test_rewritten_history_is_inconsistent() -> None:
    """A log that changed one old entry cannot be extended from its old head, whatever it offers as proof."""
    entries, tree = small()
    for old in (1, 8, 31, 32, 33, 64):
        forged = Tree([*entries[: old - 1], b"forged", *entries[old:]], [1] * SMALL)
        proof = forged.consistency(old, SMALL)
        assert not merkle.verify_consistency(old, SMALL, tree.root(old), forged.root(SMALL), proof)


def test_asking_for_what_does_not_exist() -> None:
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ValueError, match="not in a tree"):
            merkle.inclusion_ranges(index, size)
    for old, new in ((6, 5), (-1, 5)):
        with pytest.raises(ValueError, match="not older"):
            merkle.consistency_ranges(old, new)
    with pytest.raises(ValueError, match="perfect"):
        merkle.perfect_hash([merkle.EMPTY_ROOT] * 3)


def flipped(hashes: list[bytes], at: int) -> list[bytes]:
    bit = random.Random(at).randrange(256)
    number = int.from_bytes(hashes[at], "big") ^ (1 << bit)
    return [*hashes[:at], number.to_bytes(32, "big"), *hashes[at + 1 :]]
