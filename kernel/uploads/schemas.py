"""What files say on the wire."""

from datetime import datetime

import msgspec


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
