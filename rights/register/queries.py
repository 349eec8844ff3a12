"""Reading the register as of a moment: from the log's entries alone, which nobody can change.

Two times are kept apart: when the register learnt of something (the entry's moment) and when it is so (the term that
a certificate states). "Was it in force on that day" is asked of what was known at that moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.documents.models import Document
from kernel.identity.models import Party
from kernel.log.models import LogEntry
from kernel.log.tree_models import LogCheckpoint
from kernel.states import Machine
from kernel.time.clock import day_in_china
from kernel.tlog.note import encode64
from rights.certificates.models import Certificate
from rights.certificates.states import CERTIFICATE, CertificateState
from rights.objections.models import Objection
from rights.objections.states import OBJECTION
from rights.register.schemas import (
    CaseThen,
    CertificateThen,
    EntryRef,
    HeadThen,
    ObjectionThen,
    RegisterView,
    RemarkThen,
    TitleThen,
)
from rights.register.statement import state_after
from rights.registrations.models import Registration
from rights.registrations.states import REGISTRATION, RegistrationState
from rights.title.models import TitleGrant, TitleRemark
from rights.title.states import REMARK, TITLE

R = TypeVar("R", Certificate, Registration, TitleRemark, TitleGrant, Objection)
Statement = Certificate | Registration | TitleRemark | TitleGrant | Objection

NOTICED: Final = f"rights.registration.{RegistrationState.NOTICED}"
"""From its public notice on, a case is public."""


async def register_at(
    session: AsyncSession, asset_id: str, *, known_at: datetime, valid_on: date | None
) -> RegisterView:
    """What the register said; an asset that nobody may know of yet says nothing, like one that there is not."""
    ids.require("ast", asset_id)
    on = valid_on or day_in_china(known_at)
    certificates = (await session.scalars(_about(Certificate, asset_id))).all()
    cases = (await session.scalars(_about(Registration, asset_id))).all()
    remarks = (await session.scalars(_about(TitleRemark, asset_id))).all()
    titles, objections = await titles_of(session, asset_id), await objections_of(session, asset_id)
    entries = await entries_about(session, subjects_of(certificates, cases, remarks, titles, objections), known_at)
    documents = await _documents(session, certificates)
    holders = await _names(session, {row.grantee_id for row in titles})
    return RegisterView(
        asset_id=asset_id,
        known_at=known_at,
        valid_on=on,
        certificates=[
            _certificate(documents[row.document_id], entries[row.id], on) for row in certificates if entries[row.id]
        ],
        registrations=[_case(row, entries[row.id]) for row in cases if _public(entries[row.id])],
        titles=[_title(row, holders[row.grantee_id], entries[row.id]) for row in titles if entries[row.id]],
        remarks=[_remark(row, entries[row.id]) for row in remarks if entries[row.id]],
        objections=[_objection(row, entries[row.id]) for row in objections if entries[row.id]],
        head=await _head(session, known_at),
    )


def subjects_of(*groups: Sequence[Statement]) -> list[str]:
    """The ids under which the log speaks of them."""
    return [row.id for group in groups for row in group]


async def titles_of(session: AsyncSession, asset_id: str) -> Sequence[TitleGrant]:
    """The titles that an asset ever had; what was granted under them is not public."""
    return (await session.scalars(_about(TitleGrant, asset_id).where(TitleGrant.parent_id.is_(None)))).all()


async def objections_of(session: AsyncSession, asset_id: str) -> Sequence[Objection]:
    """The objections that were raised in a public notice or later; one during the examination is not public."""
    return (await session.scalars(_about(Objection, asset_id).where(Objection.stage != "examination"))).all()


async def _names(session: AsyncSession, wanted: set[str]) -> dict[str, str]:
    rows = await session.execute(select(Party.id, Party.name).where(Party.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _about(model: type[R], asset_id: str) -> Select[R]:
    return select(model).where(model.asset_id == asset_id).order_by(model.id)


async def entries_about(
    session: AsyncSession, subjects: Sequence[str], known_at: datetime
) -> dict[str, list[LogEntry]]:
    """The entries of each subject up to a moment, in the order they were made."""
    by_subject: dict[str, list[LogEntry]] = {subject: [] for subject in subjects}
    query = select(LogEntry).where(LogEntry.subject.in_(subjects), LogEntry.at <= known_at)
    for entry in await session.scalars(query.order_by(LogEntry.at, LogEntry.id)):
        by_subject[entry.subject].append(entry)
    return by_subject


async def _documents(session: AsyncSession, certificates: Iterable[Certificate]) -> dict[str, Document]:
    wanted = [row.document_id for row in certificates]
    return {row.id: row for row in await session.scalars(select(Document).where(Document.id.in_(wanted)))}


async def _head(session: AsyncSession, known_at: datetime) -> HeadThen | None:
    query = select(LogCheckpoint).where(LogCheckpoint.at <= known_at).order_by(LogCheckpoint.size.desc()).limit(1)
    row = await session.scalar(query)
    return HeadThen(row.size, encode64(row.root), row.at) if row is not None else None


def _certificate(document: Document, entries: Sequence[LogEntry], on: date) -> CertificateThen:
    """From the signed claims and not from the row: a row may follow later changes, the document never does."""
    claims: Mapping[str, object] = document.body["credentialSubject"]
    start, stop = date.fromisoformat(str(claims["valid_from"])), date.fromisoformat(str(claims["valid_until"]))
    state = _state(entries, CERTIFICATE)
    return CertificateThen(
        id=document.subject,
        number=str(claims["certificate_number"]),
        holder=document.body["credentialSubject"]["holder"]["name"],
        rights=[right["code"] for right in document.body["credentialSubject"]["rights"]],
        state=state,
        in_force=state == CertificateState.IN_FORCE and start <= on <= stop,
        valid_from=start,
        valid_until=stop,
        document_sha256=document.sha256,
        entries=_refs(entries),
    )


def _case(row: Registration, entries: Sequence[LogEntry]) -> CaseThen:
    """A public case; what happened before its notice stays between the applicant and the registrar."""
    first = next(at for at, entry in enumerate(entries) if entry.kind == NOTICED)
    return CaseThen(row.id, row.type, _state(entries, REGISTRATION), _refs(entries[first:]))


def _remark(row: TitleRemark, entries: Sequence[LogEntry]) -> RemarkThen:
    return RemarkThen(row.id, row.kind, _state(entries, REMARK), _refs(entries))


def _title(row: TitleGrant, holder: str, entries: Sequence[LogEntry]) -> TitleThen:
    assert row.certificate_id is not None
    return TitleThen(
        row.id, row.certificate_id, holder, list(row.box["rights"]), _state(entries, TITLE), _refs(entries)
    )


def _objection(row: Objection, entries: Sequence[LogEntry]) -> ObjectionThen:
    return ObjectionThen(row.id, row.registration_id, row.stage, _state(entries, OBJECTION), _refs(entries))


def _public(entries: Sequence[LogEntry]) -> bool:
    return any(entry.kind == NOTICED for entry in entries)


def _state(entries: Sequence[LogEntry], machine: Machine[Any, Any]) -> str:
    """The state after the last step; other entries about the subject, such as its document's, name no state."""
    return state_after([entry.kind for entry in entries], machine)


def _refs(entries: Sequence[LogEntry]) -> list[EntryRef]:
    return [EntryRef(entry.id, entry.log_index, entry.at, entry.kind) for entry in entries]
