"""What the changelog says on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from centre.publications.changelog.rules import ApiChangeKind


class ApiChangeView(msgspec.Struct, frozen=True):
    """One change of the API; what is deprecated goes on until its sunset at least."""

    id: str
    on: Annotated[date, Meta(description="变更日期 · the day of the change")]
    kind: Annotated[ApiChangeKind, Meta(description="变更种类 · added, changed, deprecated or removed")]
    zh: str
    en: str
    operations: Annotated[list[str], Meta(description="涉及的操作（operationId） · operations, by operationId")]
    members: Annotated[list[str], Meta(description="涉及的字段（类型.字段） · members of bodies, as Schema.member")]
    successor: Annotated[str | None, Meta(description="替代的操作或字段 · what to use in its place")]
    deprecated_at: Annotated[datetime | None, Meta(description="弃用时刻 · from when on it is deprecated")]
    sunset_at: Annotated[datetime | None, Meta(description="最早停止时刻 · the earliest moment at which it may end")]
