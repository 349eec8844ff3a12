"""Which digest a sealed object has as a whole, noted under its own data key once it was read whole and compared.

A sealing is named by its header, whose salt is drawn for it: every chunk that opens under it was part of what was read
then. So the note, a MAC (HMAC-SHA-256, RFC 2104) over header and digest, stands for a comparison of the whole, and
whoever has no data key can make none. It lies beside the wrapped key and goes with it.
"""

import hmac
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.storage.encryption.chunks import Header
from kernel.storage.encryption.durable import create
from kernel.storage.encryption.keystore import KeyStore

_INFO: Final = b"liutong/proof/1"
_KEY_BYTES: Final = 32


def is_proved(keys: KeyStore, name: str, header: Header, digest: str) -> bool:
    """Whether the object of this header was read whole and had this digest; raises FileDestroyed, KeysUnavailable."""
    mac = _mac(keys, name, header, digest)
    try:
        return hmac.compare_digest(keys.proof_path(name).read_bytes(), mac)
    except FileNotFoundError:
        return False


def note(keys: KeyStore, name: str, header: Header, digest: str) -> None:
    """Note that the object of this header was read whole and has this digest."""
    create(keys.proof_path(name), _mac(keys, name, header, digest), over=True)


def _mac(keys: KeyStore, name: str, header: Header, digest: str) -> bytes:
    key = HKDF(SHA256(), _KEY_BYTES, salt=header.salt, info=_INFO + name.encode()).derive(keys.dek(name))
    return hmac.digest(key, header.encoded() + bytes.fromhex(digest), sha256)
