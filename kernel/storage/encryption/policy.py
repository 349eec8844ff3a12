"""How objects are encrypted on a day, as it is published."""

from typing import Final, Literal

import msgspec

from kernel.rules import policy
from kernel.storage.encryption.chunks import Algorithm

_NAMES: Final = {"AES-256-GCM": Algorithm.AES_256_GCM, "SM4-GCM": Algorithm.SM4_GCM}


class Encryption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The algorithm of new objects, the size of their chunks, and the clocks of keys."""

    algorithm: Literal["AES-256-GCM", "SM4-GCM"]
    chunk_log2: int
    rotate_days: int
    backup_days_max: int

    @property
    def method(self) -> Algorithm:
        """The algorithm by its number in headers."""
        return _NAMES[self.algorithm]


POLICY: Final = policy.load("encryption", Encryption, "kernel.storage.encryption")
