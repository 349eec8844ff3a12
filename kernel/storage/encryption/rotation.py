"""Rotation (密钥轮换): every data key is wrapped by the newest version, no object is touched, and old versions die.

It can be cut off anywhere and begun again: what is wrapped by the newest version already is passed over, and a version
dies only when the store has been read through once more and nothing is wrapped by it.
"""

from datetime import timedelta

from kernel.storage.encryption.keystore import KeyStore
from kernel.time.clock import SystemClock


def rotate(store: KeyStore) -> int:
    """Wrap whatever an older version wraps with the newest, and destroy those that nothing needs; returns how many."""
    rewrapped = sum(1 for path in store.wraps() if store.rewrap(path))
    needed = store.counted()
    for version in store.keks.versions()[:-1]:
        if not needed[version]:
            store.keks.destroy(version)
    return rewrapped


def is_old(store: KeyStore, days: int) -> bool:
    """Whether the newest version has wrapped for as long as one may."""
    return store.keks.made_at(store.keks.current()) + timedelta(days=days) <= SystemClock().now()
