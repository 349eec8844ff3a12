"""Keyed hashes of values: a fast one that chooses which values are kept, and a strong one that is stored.

Every installation hashes with its own key. Whether a value is kept depends on the fast hash of the value alone, so two
tables keep the same of their common values whatever their order or size (Wegman's adaptive sampling). What is stored
is BLAKE2b under the key (RFC 7693), so nobody without the key can try out values on a sketch.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

KEY_BYTES: Final = 32
NULL: Final = np.uint64(0)
"""The fast hash of a missing value."""

_LEVEL_BITS: Final = 8
_LEVEL_MASK: Final = np.uint64(255)
_WORD: Final = 8
_LONG_BYTES: Final = 256
_BLOCK: Final = 32_768
"""Hashes are computed in blocks that stay in the processor's cache."""

_M1, _M2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_FRACTION_HALF, _FRACTION_MASK = np.uint64(1 << 31), np.uint64(0xFFFFFFFF00000000)
_EXACT_BELOW: Final = 2.0**53


@dataclass(frozen=True, slots=True)
class SketchKey:
    """The centre's secret of 32 bytes; without it neither values nor sketches can be compared."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a sketch key has {KEY_BYTES} bytes")

    def __repr__(self) -> str:
        return "SketchKey(***)"

    def derive(self, purpose: str) -> bytes:
        """Give 32 bytes for one purpose, from which the secret cannot be learnt."""
        return hashlib.blake2b(purpose.encode(), key=self.secret, digest_size=KEY_BYTES).digest()

    def seed(self, purpose: str) -> np.uint64:
        """Give the starting state of one kind of fast hash."""
        return np.uint64(int.from_bytes(self.derive(purpose)[:8], "big"))


def mix(values: Hashes, seed: np.uint64) -> Hashes:
    """Scatter 64-bit values so that every bit of the result depends on every bit given (splitmix64's finaliser)."""
    out = np.empty_like(values)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] ^ seed
        block ^= block >> _S30
        block *= _M1
        block ^= block >> _S27
        block *= _M2
        block ^= block >> _S31
        out[start : start + _BLOCK] = block
    return out


def hash_numbers(values: Floats, seed: np.uint64) -> Hashes:
    """Hash numbers: whole ones exactly, others to 20 binary digits, so that float32, float64 and text agree.

    NaN is missing. Whole numbers beyond 2^53 are taken as the nearest float64, from whatever type they come.
    """
    plain = values + 0.0  # Adding zero turns -0.0 into 0.0.
    bits = plain.view(np.uint64)
    integral = (np.floor(plain) == plain) & (np.abs(plain) < _EXACT_BELOW)
    bits = np.where(integral, bits, (bits + _FRACTION_HALF) & _FRACTION_MASK)
    return _present(mix(bits, seed), np.isnan(plain))


def hash_cells(buckets: Floats, seed: np.uint64) -> Hashes:
    """Hash the whole numbers of grid cells; NaN is missing."""
    return _present(mix((buckets + 0.0).view(np.uint64), seed), np.isnan(buckets))


def _present(hashes: Hashes, missing: npt.NDArray[np.bool_]) -> Hashes:
    hashes[hashes == NULL] = np.uint64(1)
    hashes[missing] = NULL
    return hashes


def hash_texts(texts: pl.Series, key: SketchKey) -> Hashes:
    """Hash texts without nulls, eight bytes of each at a time; very long ones one by one."""
    offsets, data = _text_buffers(texts)
    seed = key.seed("text")
    at, length = offsets[:-1].copy(), np.diff(offsets)
    hashes = mix(length.astype(np.uint64), seed)
    long = np.flatnonzero(length > _LONG_BYTES)
    words: Any = np.ndarray(shape=(max(len(data) - _WORD, 0) + 1,), dtype="<u8", buffer=data, strides=(1,))
    active = np.flatnonzero((length > 0) & (length <= _LONG_BYTES))
    while len(active):
        word = words[at[active]]
        left = np.minimum(length[active], _WORD)
        word = word & (~np.uint64(0) >> ((_WORD - left) * 8).astype(np.uint64))
        hashes[active] = mix(hashes[active] ^ word, seed)
        at[active] += _WORD
        length[active] -= left
        active = active[length[active] > 0]
    secret = key.derive("long text")
    for index in long:
        raw = data[offsets[index] : offsets[index + 1]].tobytes()
        hashes[index] = int.from_bytes(hashlib.blake2b(raw, key=secret, digest_size=8).digest(), "big")
    hashes[hashes == NULL] = np.uint64(1)
    return hashes


def _text_buffers(texts: pl.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """The offsets and bytes of a text column, padded so that a word can be read at every byte."""
    array: Any = texts.to_arrow()
    array = array.cast(pa.large_binary())
    _, offsets, data = array.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    first, last = int(places[0]), int(places[-1])
    padded = np.zeros(last - first + _WORD, dtype=np.uint8)
    if last > first:
        padded[: last - first] = np.frombuffer(data, dtype=np.uint8)[first:last]
    return places - first, padded


def levels(hashes: Hashes) -> npt.NDArray[np.uint8]:
    """How rarely each hash is kept: level n has probability 2^-n, being the zeros at the hash's low end."""
    lowest = hashes & (~hashes + np.uint64(1))
    with np.errstate(divide="ignore"):
        exponents = np.log2(lowest.astype(np.float64))
    return np.where(hashes == NULL, 0, np.maximum(exponents, 0)).astype(np.uint8)


def reaches(hashes: Hashes, level: int) -> npt.NDArray[np.bool_]:
    """Whether each hash has at least this level."""
    reached: npt.NDArray[np.bool_] = (hashes & np.uint64((1 << level) - 1)) == NULL
    return reached


def seal(hashes: Hashes, key: SketchKey, purpose: str) -> Hashes:
    """The form in which hashes are stored: 56 bits of BLAKE2b under the key, then the level in eight bits."""
    secret = key.derive("stored " + purpose)
    strong = np.fromiter(
        (
            int.from_bytes(hashlib.blake2b(raw.tobytes(), key=secret, digest_size=8).digest(), "big")
            for raw in hashes.astype("<u8")
        ),
        dtype=np.uint64,
        count=len(hashes),
    )
    return (strong & ~_LEVEL_MASK) | levels(hashes).astype(np.uint64)


def stored_levels(stored: Hashes) -> npt.NDArray[np.uint8]:
    """The levels inside stored hashes."""
    return (stored & _LEVEL_MASK).astype(np.uint8)


def rarest(stored: Hashes, count: int) -> Hashes:
    """The hashes that any table holding them would put first: by level, then by the keyed hash."""
    order = np.lexsort((stored >> np.uint64(_LEVEL_BITS), -stored_levels(stored).astype(np.int16)))
    return stored[order[:count]]
