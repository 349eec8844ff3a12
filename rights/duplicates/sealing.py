"""Sketches at rest: encrypted under the centre's key and bound to their revision; a stolen table says nothing."""

import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rights.duplicates.hashing import SketchKey
from rights.duplicates.schemas import Sketch

_NONCE_BYTES: Final = 12
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Sketch)


def key_id(key: SketchKey) -> str:
    """The name of a key, which says nothing of it; sketches under different keys cannot be compared."""
    return key.derive("name")[:8].hex()


def sealed(sketch: Sketch, revision_id: str, key: SketchKey) -> bytes:
    """Encrypt a sketch for storage (AES-256-GCM, NIST SP 800-38D)."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key.derive("sealing")).encrypt(nonce, _encoder.encode(sketch), revision_id.encode())


def opened(stored: bytes, revision_id: str, key: SketchKey) -> Sketch:
    """Decrypt a stored sketch; raises ValueError unless key, revision and bytes are those it was made of."""
    nonce, sealed = stored[:_NONCE_BYTES], stored[_NONCE_BYTES:]
    try:
        return _decoder.decode(AESGCM(key.derive("sealing")).decrypt(nonce, sealed, revision_id.encode()))
    except (InvalidTag, ValueError, msgspec.DecodeError) as problem:
        raise ValueError("not a sketch of this revision under this key") from problem
