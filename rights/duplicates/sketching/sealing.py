"""Sketches at rest: encrypted under the centre's key and bound to their revision; a stolen table says nothing."""

import os
from functools import cache
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.crypto import signing
from kernel.settings import Settings
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.schemas import Sketch

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


@cache
def open_sketch_key(settings: Settings) -> SketchKey:
    """The installation's sketch secret. Whoever replaces it must sketch anew; the sweep does so for certified data."""
    if settings.sketch_key_file is None and not settings.sandbox:
        raise ValueError("production needs LIUTONG_SKETCH_KEY_FILE; see: liutong doctor")
    path = settings.sketch_key_file or settings.data_dir / "keys" / "sketch.key"
    # The file has the form of a key seed: 32 random bytes, made once however many processes start together.
    if settings.sandbox:
        signing.load_or_create(path)
    else:
        signing.load(path)
    return SketchKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
