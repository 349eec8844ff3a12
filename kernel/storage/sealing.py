"""Secrets that are read again: sealed with the installation's link secrets, so that the database alone has none.

AES-256-GCM under a key that HKDF derives for one purpose; the name of the secret stands before the sealed text, so that
replacing a link secret loses nothing while the earlier one is kept.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.storage.links import Keyring

NONCE_BYTES: Final = 12


class SealBroken(ValueError):
    """What was stored was sealed with a secret that is no longer kept, or was altered."""


def seal(keyring: Keyring, purpose: str, secret: str) -> bytes:
    """Seal a secret for one purpose, with the current link secret."""
    nonce, kid = os.urandom(NONCE_BYTES), keyring.current.encode()
    sealed = _cipher(keyring.secrets[keyring.current], purpose).encrypt(nonce, secret.encode(), kid)
    return kid + b":" + nonce + sealed


def unseal(keyring: Keyring, purpose: str, sealed: bytes) -> str:
    """Read a sealed secret; raises SealBroken."""
    kid, _, rest = sealed.partition(b":")
    secret = keyring.secrets.get(kid.decode("ascii", "replace"))
    if secret is None:
        raise SealBroken("the link secret that sealed this is no longer kept")
    try:
        return _cipher(secret, purpose).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], kid).decode()
    except InvalidTag as problem:
        raise SealBroken("what was sealed has been altered") from problem


def _cipher(secret: bytes, purpose: str) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=f"liutong sealed {purpose}".encode()).derive(secret)
    return AESGCM(derived)
