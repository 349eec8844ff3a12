"""What files say on the wire."""

from datetime import datetime

import msgspec

from kernel.rules.policy import PolicyRef


class FileView(msgspec.Struct, frozen=True):
    """A stored file without its content."""

    id: str
    owner: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    purpose: str
    retention_until: datetime | None
    created_at: datetime


class Measured(msgspec.Struct, frozen=True):
    """One limit, what is used of it, and what is left."""

    used: int
    limit: int
    left: int


class StorageView(msgspec.Struct, frozen=True):
    """What a party has stored and may store; a day is one of China's calendar."""

    bytes: Measured
    files: Measured
    day_bytes: Measured
    day_files: Measured
    policy: PolicyRef
