"""What the desk says on the wire."""

from datetime import datetime
from typing import Literal

import msgspec

Whom = Literal["me", "others"]


class DeskItem(msgspec.Struct, frozen=True):
    """One thing that waits: `path` is where it is read, `roles` who of the party or of the centre acts."""

    kind: str
    id: str
    path: str
    status: str
    title_zh: str
    title_en: str
    roles: list[str]
    due_at: datetime | None
    overdue: bool
    since: datetime


class DeskCount(msgspec.Struct, frozen=True):
    """How much of one kind waits; `at_least` says that it is no fewer, where counting ended at the limit."""

    kind: str
    waiting: int
    overdue: int
    at_least: bool
