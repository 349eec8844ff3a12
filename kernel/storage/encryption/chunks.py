"""The encrypted form of a stored object: a header and authenticated chunks, of which any is read alone; pure.

The construction is Tink's streaming AEAD (STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): each object has a
key of its own, by HKDF (RFC 5869) from its data key over everything that the header binds, and a chunk's nonce says its
place and whether it is the last. So what is swapped, moved, cut off or edited ends as a tag that does not verify. Only
the header's length is not bound by the key, since a stream's length is known at its end: it must agree with the stored
size, which is judged before any key is fetched, and the last chunk's tag proves it.
"""

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC: Final = b"LTE1"
HEADER_BYTES: Final = 69
TAG_BYTES: Final = 16
DEK_BYTES: Final = 32
DEK_ID_BYTES: Final = 16
SALT_BYTES: Final = 32
PREFIX_BYTES: Final = 7
CHUNK_LOG2: Final = range(12, 23)
"""Chunks of 4 KiB up to 4 MiB."""

_LAYOUT: Final = struct.Struct(">4sBB16s32s7sQ")
_BOUND_BYTES: Final = HEADER_BYTES - 8
_CHUNKS_MAX: Final = 2**32
_INFO: Final = b"liutong/enc/1"


class Algorithm(IntEnum):
    """How chunks are sealed: AES-256-GCM (NIST SP 800-38D), or SM4-GCM (GB/T 32907, GB/T 36624) with 128-bit keys."""

    AES_256_GCM = 1
    SM4_GCM = 2


class ObjectAltered(ValueError):
    """What is stored is not what was sealed: an impossible header, another size, or a tag that does not verify."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the chunks of an object."""

    algorithm: Algorithm
    chunk_log2: int
    dek_id: bytes
    salt: bytes
    prefix: bytes
    plain_bytes: int

    @property
    def chunk_bytes(self) -> int:
        """The size of every chunk but the last, in plain."""
        return 1 << self.chunk_log2

    @property
    def chunks(self) -> int:
        """How many chunks: an empty object has one, which is empty."""
        return max(1, math.ceil(self.plain_bytes / self.chunk_bytes))

    @property
    def stored_bytes(self) -> int:
        """The size of the whole encrypted object."""
        return HEADER_BYTES + self.plain_bytes + TAG_BYTES * self.chunks

    def encoded(self) -> bytes:
        """The header's 69 bytes."""
        return _LAYOUT.pack(
            MAGIC, self.algorithm, self.chunk_log2, self.dek_id, self.salt, self.prefix, self.plain_bytes
        )

    def place(self, number: int) -> int:
        """Where a chunk begins in the stored object."""
        return HEADER_BYTES + number * (self.chunk_bytes + TAG_BYTES)

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """The chunks that hold the plain bytes from `start` up to `end`: the first, and the one after the last."""
        return start // self.chunk_bytes, max(start // self.chunk_bytes + 1, math.ceil(end / self.chunk_bytes))


def decoded(data: bytes, stored_bytes: int) -> Header:
    """Read a header and judge the stored size by it, before any key is fetched; raises ObjectAltered."""
    if len(data) < HEADER_BYTES or not data.startswith(MAGIC):
        raise ObjectAltered("this is not the header of an encrypted object")
    _, algorithm, chunk_log2, dek_id, salt, prefix, plain_bytes = _LAYOUT.unpack(data[:HEADER_BYTES])
    if algorithm not in list(Algorithm) or chunk_log2 not in CHUNK_LOG2:
        raise ObjectAltered(f"no such algorithm or size of chunks: {algorithm}, 2^{chunk_log2}")
    header = Header(Algorithm(algorithm), chunk_log2, dek_id, salt, prefix, plain_bytes)
    if header.stored_bytes != stored_bytes or header.chunks > _CHUNKS_MAX:
        raise ObjectAltered(f"{stored_bytes} bytes are stored, {header.stored_bytes} belong to {plain_bytes}")
    return header


class Chunks:
    """The chunks of one object, sealed and opened with its own key."""

    def __init__(self, header: Header, dek: bytes, name: str) -> None:
        info = _INFO + len(name.encode()).to_bytes(2, "big") + name.encode() + header.encoded()[:_BOUND_BYTES]
        key = HKDF(SHA256(), DEK_BYTES, salt=header.salt, info=info).derive(dek)
        self._header = header
        self._aes = AESGCM(key) if header.algorithm is Algorithm.AES_256_GCM else None
        self._sm4 = algorithms.SM4(key[:16])

    def sealed(self, number: int, plain: bytes | memoryview, *, last: bool) -> bytes:
        """One chunk with its tag."""
        nonce = self._nonce(number, last=last)
        if self._aes is not None:
            return self._aes.encrypt(nonce, plain, None)
        made = Cipher(self._sm4, modes.GCM(nonce)).encryptor()
        return made.update(plain) + made.finalize() + made.tag

    def opened(self, number: int, sealed: memoryview, into: memoryview) -> None:
        """Write one chunk in plain `into` a buffer of its length; raises ObjectAltered."""
        nonce = self._nonce(number, last=number == self._header.chunks - 1)
        try:
            if self._aes is not None:
                self._aes.decrypt_into(nonce, sealed, None, into)
                return
            tag = bytes(sealed[-TAG_BYTES:])
            read = Cipher(self._sm4, modes.GCM(nonce, tag)).decryptor()
            into[:] = read.update(sealed[:-TAG_BYTES]) + read.finalize()
        except InvalidTag as problem:
            raise ObjectAltered(f"chunk {number} is not as it was sealed") from problem

    def part(self, stored: bytes, first: int, start: int, end: int) -> bytes:
        """The plain bytes from `start` up to `end` out of the stored chunks that cover them, of which `first` is one.

        Raises ObjectAltered.
        """
        plain = memoryview(bytearray(max(0, len(stored) - TAG_BYTES * (-(-len(stored) // self._stride)))))
        for position, sealed in enumerate(self._split(stored)):
            at = position * self._header.chunk_bytes
            self.opened(first + position, sealed, plain[at : at + len(sealed) - TAG_BYTES])
        before = first * self._header.chunk_bytes
        return bytes(plain[start - before : end - before])

    @property
    def _stride(self) -> int:
        return self._header.chunk_bytes + TAG_BYTES

    def _split(self, stored: bytes) -> Iterator[memoryview]:
        whole = memoryview(stored)
        for at in range(0, len(stored), self._stride):
            piece = whole[at : at + self._stride]
            if len(piece) < TAG_BYTES:
                raise ObjectAltered("a chunk is shorter than its tag")
            yield piece

    def _nonce(self, number: int, *, last: bool) -> bytes:
        return self._header.prefix + number.to_bytes(4, "big") + bytes([last])
