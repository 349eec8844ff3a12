"""What the register said, on the wire; every statement names the log entry that it rests on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from rights.certificates.states import CertificateState
from rights.objections.states import ObjectionState
from rights.registrations.states import RegistrationState
from rights.title.states import GrantState, RemarkState


def _or_unknown(states: type[StrEnum]) -> Meta:
    """A state of these, or `unknown` where the entries that are known name none."""
    return Meta(pattern=rf"^({'|'.join([*states, 'unknown'])})$(?!\n)")


class EntryRef(msgspec.Struct, frozen=True):
    """The log entry behind a statement; its proof is at /v1/log/entries/{id}/proof."""

    id: str
    index: int | None
    at: datetime
    kind: str


class CertificateThen(msgspec.Struct, frozen=True):
    """A certificate as the register knew it; `in_force` on the asked day, as far as was known."""

    id: str
    number: str
    holder: str
    rights: list[str]
    state: Annotated[str, _or_unknown(CertificateState)]
    in_force: bool
    valid_from: date
    valid_until: date
    document_sha256: str
    entries: list[EntryRef]


class CaseThen(msgspec.Struct, frozen=True):
    """A registration that had been put to public notice."""

    id: str
    type: str
    state: Annotated[str, _or_unknown(RegistrationState)]
    entries: list[EntryRef]


class RemarkThen(msgspec.Struct, frozen=True):
    """A remark on the rights, without whom it favours."""

    id: str
    kind: str
    state: Annotated[str, _or_unknown(RemarkState)]
    entries: list[EntryRef]


class TitleThen(msgspec.Struct, frozen=True):
    """A title as the register knew it: who held which rights; licences stay between their parties."""

    id: str
    certificate_id: str
    holder: str
    rights: list[str]
    state: Annotated[str, _or_unknown(GrantState)]
    entries: list[EntryRef]


class ObjectionThen(msgspec.Struct, frozen=True):
    """An objection to a public case or to a registration, without who objected and why."""

    id: str
    registration_id: str
    stage: str
    state: Annotated[str, _or_unknown(ObjectionState)]
    entries: list[EntryRef]


class HeadThen(msgspec.Struct, frozen=True):
    """The log's head at that moment: what the register had bound itself to."""

    size: int
    root: str
    at: datetime


class RegisterView(msgspec.Struct, frozen=True):
    """What the register said about an asset: as known at one moment, about one day."""

    asset_id: str
    known_at: datetime
    valid_on: date
    certificates: list[CertificateThen]
    registrations: list[CaseThen]
    titles: list[TitleThen]
    remarks: list[RemarkThen]
    objections: list[ObjectionThen]
    head: HeadThen | None
