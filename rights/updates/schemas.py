"""What updates say on the wire."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from rights.registrations.effects import Effect


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the holder states of the revision against what was registered; a wrong statement ends the certificate."""

    same_subject: Annotated[bool, Meta(description="数据内容所指对象不变 · it is about the same subject")]
    same_source: Annotated[bool, Meta(description="来源不变 · it comes from the same source")]
    same_class: Annotated[bool, Meta(description="分类分级不变 · its class and level are the same")]


class EnterRevision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Enter a newer revision of the registered asset by its digest: the period that it covers, and what stays."""

    revision_id: Annotated[str, Meta(max_length=40, description="新数据版本 · the newer revision")]
    covers_from: Annotated[date, Meta(description="该版本数据的起期 · from when its data is")]
    covers_until: Annotated[date, Meta(description="该版本数据的止期 · until when its data is")]
    statement: Statement


class EnteredRevisionView(msgspec.Struct, frozen=True):
    """A revision in the register, as everybody may read it; the log has its digest as the entry's document."""

    certificate_id: str
    revision_id: str
    asset_id: str
    number: int
    content_sha256: str
    covers_from: date
    covers_until: date
    statement: dict[str, Any]
    policy: dict[str, Any]
    entered_at: datetime


class ScopeFault(msgspec.Struct, frozen=True):
    """One respect in which a revision leaves what the certificate declares."""

    pointer: str
    zh: str
    en: str
    rule: str


class RevisionCheck(msgspec.Struct, frozen=True):
    """What would become of a revision, and of what rests on the certificate, before anything is applied for."""

    certificate_number: str
    revision_id: str
    route: Annotated[
        Literal["update", "change"],
        Meta(description="入册方式：按更新入册，或须变更登记 · enters, or is a change registration"),
    ]
    faults: list[ScopeFault]
    effects: Annotated[list[Effect], Meta(description="对挂牌等的影响 · what becomes of listings and licences")]
