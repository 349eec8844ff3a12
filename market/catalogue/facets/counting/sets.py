"""Sets of places as bytes: within a chunk of 65,536 a few as 16-bit numbers, many as one bit each (Roaring's idea)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK: Final = 65_536
CHUNK_BYTES: Final = CHUNK // 8
FEW_MAX: Final = CHUNK_BYTES // 2 - 1
"""So many numbers of two bytes are still shorter than the bits."""

Places = NDArray[np.int64]
Bits = NDArray[np.uint8]


def packed(places: Places) -> bytes:
    """Places within a chunk, rising and each once, as bytes."""
    if len(places) <= FEW_MAX:
        return places.astype("<u2").tobytes()
    return bits_of(places, CHUNK_BYTES).tobytes()


def places_in(content: bytes) -> Places:
    """The places within a chunk that bytes hold, rising."""
    if len(content) == CHUNK_BYTES:
        return np.flatnonzero(np.unpackbits(np.frombuffer(content, np.uint8)))
    return np.frombuffer(content, "<u2").astype(np.int64)


def bits_of(places: Places, size_bytes: int) -> Bits:
    """One bit for each place, the first the highest of the first byte; places beyond the size are left out."""
    marked = np.zeros(size_bytes * 8, bool)
    marked[places[places < size_bytes * 8]] = True
    return np.packbits(marked)


def bits_in(content: bytes) -> Bits:
    """The bytes of a chunk as bits."""
    if len(content) == CHUNK_BYTES:
        return np.frombuffer(content, np.uint8)
    return bits_of(places_in(content), CHUNK_BYTES)


def size(bits: Bits) -> int:
    """How many places a set holds."""
    return int(np.bitwise_count(bits.view(np.uint64)).sum())
