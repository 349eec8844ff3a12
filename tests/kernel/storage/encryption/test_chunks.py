"""The encrypted form against another reading of it, with the primitives only, and against what an attacker does."""

import hashlib
import hmac
import struct

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from kernel.storage.encryption.chunks import Algorithm, Chunks, Header, ObjectAltered, decoded
from kernel.storage.writing import Sealed

DEK, NAME = bytes(range(32)), "files/ab/abcd"


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869 for one block of SHA-256, by its two HMACs."""
    extracted = hmac.digest(salt, secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def read(stored: bytes, dek: bytes, name: str) -> bytes:
    """The whole object, told by its description: no code of the product's; raises InvalidTag."""
    magic, algorithm, log2, _, salt, prefix, size = struct.unpack(">4sBB16s32s7sQ", stored[:69])
    assert magic == b"LTE1"
    key = hkdf(dek, salt, b"liutong/enc/1" + struct.pack(">H", len(name)) + name.encode() + stored[:61])
    cipher = algorithms.AES(key) if algorithm == 1 else algorithms.SM4(key[:16])
    count = max(1, -(-size // (1 << log2)))
    plain = b""
    for number in range(count):
        at = 69 + number * ((1 << log2) + 16)
        piece = stored[at : at + (1 << log2) + 16]
        nonce = prefix + struct.pack(">I", number) + (b"\x01" if number == count - 1 else b"\x00")
        opened = Cipher(cipher, modes.GCM(nonce, piece[-16:])).decryptor()
        plain += opened.update(piece[:-16]) + opened.finalize()
    return plain


def sealed(
    tmp: pytest.TempPathFactory, plain: bytes, algorithm: Algorithm = Algorithm.AES_256_GCM, log2: int = 12
) -> bytes:
    path = tmp.mktemp("sealed") / "object"
    writing = Sealed(path, NAME, DEK, bytes(16), algorithm, log2)
    for start in range(0, len(plain), 1000):
        writing.write(plain[start : start + 1000])
    writing.finish()
    assert writing.digest.hexdigest() == hashlib.sha256(plain).hexdigest()
    return path.read_bytes()


def part(stored: bytes, start: int, end: int, name: str = NAME, dek: bytes = DEK) -> bytes:
    header = decoded(stored[:69], len(stored))
    first, after = header.covering(start, end)
    return Chunks(header, dek, name).part(stored[header.place(first) : header.place(after)], first, start, end)


@pytest.mark.parametrize("algorithm", list(Algorithm))
@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, 10_000])
def test_another_reading_gives_the_same(tmp_path_factory, algorithm, size):
    plain = bytes(number % 251 for number in range(size))
    stored = sealed(tmp_path_factory, plain, algorithm)
    assert len(stored) == 69 + size + 16 * max(1, -(-size // 4096))
    assert read(stored, DEK, NAME) == plain == part(stored, 0, size)


@given(st.data())
def test_every_range_is_that_part(tmp_path_factory, data):
    plain = data.draw(st.binary(max_size=3 * 4096 + 2))
    stored = sealed(tmp_path_factory, plain)
    start = data.draw(st.integers(0, len(plain)))
    end = data.draw(st.integers(start, len(plain)))
    assert part(stored, start, end) == plain[start:end]


def test_a_million_bytes_in_chunks_of_64_kib(tmp_path_factory):
    """16 chunks; a range over the edge of one takes two of them, from byte 69 up to byte 131,173."""
    stored = sealed(tmp_path_factory, bytes(1_000_000), log2=16)
    header = decoded(stored[:69], len(stored))
    assert (header.chunks, len(stored)) == (16, 1_000_325)
    first, after = header.covering(65_530, 65_546)
    assert (first, after, header.place(first), header.place(after)) == (0, 2, 69, 131_173)
    assert part(stored, 65_530, 65_546) == bytes(16)


def test_what_is_altered_is_not_read(tmp_path_factory):
    plain, piece = bytes(6 * 4096), 4096 + 16
    stored = sealed(tmp_path_factory, plain)
    chunks = [stored[69 + i * piece : 69 + (i + 1) * piece] for i in range(6)]
    swapped = stored[:69] + b"".join([*chunks[:3], chunks[4], chunks[3], chunks[5]])
    with pytest.raises(ObjectAltered, match="chunk 3"):
        part(swapped, 0, len(plain))
    with pytest.raises(InvalidTag):
        read(swapped, DEK, NAME)
    with pytest.raises(ObjectAltered, match="bytes are stored"):
        part(stored[:-piece], 0, 10)  # The last chunk dropped.
    longer = stored[:61] + struct.pack(">Q", len(plain) + 1) + stored[69:]
    with pytest.raises(ObjectAltered, match="bytes are stored"):
        part(longer, 0, 10)
    cut = stored[:61] + struct.pack(">Q", len(plain) - 4096) + stored[69:-piece]
    with pytest.raises(ObjectAltered, match="chunk 4"):
        part(cut, 0, len(plain) - 4096)  # A whole chunk less, and a header that says so: the last is no last.
    shorter = stored[:61] + struct.pack(">Q", len(plain) - 1) + stored[69:-1]
    with pytest.raises(ObjectAltered, match="chunk 5"):
        part(shorter, 0, len(plain) - 1)


@pytest.mark.parametrize("at", [4, 5, 6, 22, 54, 69, 4000])
def test_any_edited_byte_is_seen(tmp_path_factory, at):
    stored = bytearray(sealed(tmp_path_factory, bytes(5000)))
    stored[at] ^= 1
    with pytest.raises(ObjectAltered):
        part(bytes(stored), 0, 5000)


@pytest.mark.parametrize(("name", "dek"), [("files/ab/other", DEK), (NAME, bytes(32))])
def test_another_name_or_another_key_opens_nothing(tmp_path_factory, name, dek):
    stored = sealed(tmp_path_factory, bytes(100))
    with pytest.raises(ObjectAltered, match="chunk 0"):
        part(stored, 0, 100, name, dek)


def test_sm4_by_the_standards_example(tmp_path_factory):
    """GB/T 32907 appendix A.1: one block under the example's key; the algorithm of our SM4 chunks is that cipher."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    made = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert made.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_the_header_is_69_bytes():
    header = Header(Algorithm.AES_256_GCM, 18, bytes(16), bytes(32), bytes(7), 0)
    assert len(header.encoded()) == 69
    assert (header.chunks, header.stored_bytes) == (1, 85)
