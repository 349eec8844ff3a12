"""The arithmetic of the public log's tree: pure functions of RFC 6962 §2.1 and RFC 9162 §2.1, SHA-256.

A proof is described first as ranges of leaves and only then as hashes, so that a caller can fetch exactly the
tiles it needs before any hash is computed, and no function here ever waits for anything.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """A perfect subtree: the `number`-th run of 2**level leaves."""

    level: int
    number: int


class Range(NamedTuple):
    """The leaves [start, stop) whose tree hash stands as one line of a proof."""

    start: int
    stop: int


HashAt = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree (level, number)."""


def leaf_hash(entry: bytes) -> bytes:
    """The 0x00 prefix keeps a leaf from ever passing for an inner node (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node from its two children (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def perfect_hash(hashes: Sequence[bytes]) -> bytes:
    """The hash over a power-of-two run of subtree hashes: what a full tile becomes in the level above."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} hashes do not make a perfect subtree")
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def nodes(leaves: Range) -> list[Node]:
    """The perfect subtrees of a range, largest first; every range of a proof is aligned so that they fit."""
    cut = []
    start = leaves.start
    while start < leaves.stop:
        level = (leaves.stop - start).bit_length() - 1
        cut.append(Node(level, start >> level))
        start += 1 << level
    return cut


def range_hash(leaves: Range, hash_at: HashAt) -> bytes:
    """The tree hash of a range, folded from the right because the largest subtree is always on the left."""
    *earlier, last = nodes(leaves)
    folded = hash_at(*last)
    for node in reversed(earlier):
        folded = node_hash(hash_at(*node), folded)
    return folded


def hashes(ranges: Iterable[Range], hash_at: HashAt) -> list[bytes]:
    """The lines of a proof from its ranges."""
    return [range_hash(leaves, hash_at) for leaves in ranges]


def root(size: int, hash_at: HashAt) -> bytes:
    """The head of the tree of the first `size` leaves."""
    return range_hash(Range(0, size), hash_at) if size else EMPTY_ROOT


def _split(start: int, stop: int) -> int:
    """The largest power of two smaller than the number of leaves, where RFC 6962 cuts every tree in two."""
    return start + (1 << ((stop - start - 1).bit_length() - 1))


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The audit path of a leaf, from its sibling up to the child of the root (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[Range] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            path.append(Range(middle, stop))
            stop = middle
        else:
            path.append(Range(start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The proof that the tree of `old` leaves is a prefix of the tree of `new` leaves (RFC 6962 §2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not older than a tree of {new}")
    if old in (0, new):
        return []
    path: list[Range] = []
    start, stop = 0, new
    while old != stop:
        middle = _split(start, stop)
        if old <= middle:
            path.append(Range(middle, stop))
            stop = middle
        else:
            path.append(Range(start, middle))
            start = middle
    if start:  # Only when the old tree is the leftmost subtree does the verifier already hold this hash.
        path.append(Range(start, stop))
    return path[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The head that an audit path leads to, or None where its length does not fit (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return None
    place, last, folded = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            folded = node_hash(sibling, folded)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            folded = node_hash(folded, sibling)
        place, last = place >> 1, last >> 1
    return folded if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> bool:
    """Whether the leaf hash stands at that index of the tree with that head."""
    return root_from_inclusion(leaf, index, size, proof) == head


def verify_consistency(old: int, new: int, old_head: bytes, new_head: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the new tree only added leaves to the old one (RFC 9162 §2.1.4.2)."""
    if old == new:
        return not proof and old_head == new_head
    if old == 0:
        return not proof and new > 0 and old_head == EMPTY_ROOT
    if not 0 < old < new:
        return False
    path = [old_head, *proof] if old & (old - 1) == 0 else list(proof)
    return _consistent(old - 1, new - 1, old_head, new_head, path)


def _consistent(place: int, last: int, old_head: bytes, new_head: bytes, path: list[bytes]) -> bool:
    """Folds one path into both heads at once."""
    if not path:
        return False
    while place & 1:
        place, last = place >> 1, last >> 1
    old_fold = new_fold = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_fold, new_fold = node_hash(sibling, old_fold), node_hash(sibling, new_fold)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new_fold = node_hash(new_fold, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old_fold == old_head and new_fold == new_head
