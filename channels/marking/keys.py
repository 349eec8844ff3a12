"""The keys that marks are made by: one for each delivery, derived from a master key of the installation."""

import hashlib
import hmac
from typing import Final

from kernel.storage.encryption.keystore import KeyStore

MASTER: Final = "marks-1"
"""The master key of marks; it lies wrapped in the key store, apart from database and objects."""


def master_key(keys: KeyStore) -> bytes:
    """The master key, made when the first copy is marked; blocks, and raises KeysUnavailable."""
    return keys.master(MASTER)


def delivery_key(master: bytes, agreement_id: str) -> bytes:
    """The key of everything that is delivered under an agreement, of 32 bytes (HMAC-SHA-256).

    One for all of its revisions: a row that does not change bears the same marks in each, so that a change feed tells
    of none, and a found file is tried with one key a delivery, of whichever revision it is.
    """
    return hmac.digest(master, b"liutong marks 1 " + agreement_id.encode(), hashlib.sha256)
