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
from kernel.clock import day_in_china
from kernel.documents.models import Document
from kernel.log.models import LogEntry
from kernel.log.note import encode64
from kernel.log.tree_models import LogCheckpoint
from kernel.states import Machine
from rights.certificates.models import Certificate
from rights.certificates.states import CERTIFICATE, CertificateState
from rights.register.errors import MomentInFuture
from rights.register.schemas import CaseThen, CertificateThen, EntryRef, HeadThen, RegisterView, RemarkThen
from rights.registrations.models import Registration
from rights.registrations.states import REGISTRATION, RegistrationState
from rights.title.models import TitleRemark
from rights.title.states import REMARK

R = TypeVar("R", Certificate, Registration, TitleRemark)

NOTICED: Final = f"rights.registration.{RegistrationState.NOTICED}"
"""From its public notice on, a case is public."""


async def register_at(
    session: AsyncSession, asset_id: str, *, known_at: datetime, valid_on: date | None, now: datetime
) -> RegisterView:
    """What the register said; an asset that nobody may know of yet says nothing, like one that there is not."""
    ids.require("ast", asset_id)
    if known_at > now:
        raise MomentInFuture(now=now.isoformat())
    on = valid_on or day_in_china(known_at)
    certificates = (await session.scalars(_of(Certificate, asset_id))).all()
    cases = (await session.scalars(_of(Registration, asset_id))).all()
    remarks = (await session.scalars(_of(TitleRemark, asset_id))).all()
    told = await entries_about(session, subjects_of(certificates, cases, remarks), known_at)
    documents = await _documents(session, certificates)
    return RegisterView(
        asset_id=asset_id,
        known_at=known_at,
        valid_on=on,
        certificates=[
            _certificate(documents[row.document_id], told[row.id], on) for row in certificates if told[row.id]
        ],
        registrations=[_case(row, told[row.id]) for row in cases if _public(told[row.id])],
        remarks=[_remark(row, told[row.id]) for row in remarks if told[row.id]],
        head=await _head(session, known_at),
    )


def subjects_of(*groups: Sequence[Certificate] | Sequence[Registration] | Sequence[TitleRemark]) -> list[str]:
    """The ids under which the log speaks of them."""
    return [row.id for group in groups for row in group]


def _of(model: type[R], asset_id: str) -> Select[R]:
    return select(model).where(model.asset_id == asset_id).order_by(model.id)


async def entries_about(
    session: AsyncSession, subjects: Sequence[str], known_at: datetime
) -> dict[str, list[LogEntry]]:
    """The entries of each subject up to a moment, in the order they were made."""
    found: dict[str, list[LogEntry]] = {subject: [] for subject in subjects}
    query = select(LogEntry).where(LogEntry.subject.in_(subjects), LogEntry.at <= known_at)
    for entry in await session.scalars(query.order_by(LogEntry.at, LogEntry.id)):
        found[entry.subject].append(entry)
    return found


async def _documents(session: AsyncSession, certificates: Iterable[Certificate]) -> dict[str, Document]:
    wanted = [row.document_id for row in certificates]
    return {row.id: row for row in await session.scalars(select(Document).where(Document.id.in_(wanted)))}


async def _head(session: AsyncSession, known_at: datetime) -> HeadThen | None:
    query = select(LogCheckpoint).where(LogCheckpoint.at <= known_at).order_by(LogCheckpoint.size.desc()).limit(1)
    row = await session.scalar(query)
    return HeadThen(row.size, encode64(row.root), row.at) if row is not None else None


def _certificate(document: Document, told: Sequence[LogEntry], on: date) -> CertificateThen:
    """From the signed claims and not from the row: a row may follow later changes, the document never does."""
    claims: Mapping[str, object] = document.body["credentialSubject"]
    start, stop = date.fromisoformat(str(claims["valid_from"])), date.fromisoformat(str(claims["valid_until"]))
    state = _state(told, CERTIFICATE)
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
        entries=_refs(told),
    )


def _case(row: Registration, told: Sequence[LogEntry]) -> CaseThen:
    """A public case; what happened before its notice stays between the applicant and the registrar."""
    first = next(at for at, entry in enumerate(told) if entry.kind == NOTICED)
    return CaseThen(row.id, row.type, _state(told, REGISTRATION), _refs(told[first:]))


def _remark(row: TitleRemark, told: Sequence[LogEntry]) -> RemarkThen:
    return RemarkThen(row.id, row.kind, _state(told, REMARK), _refs(told))


def _public(told: Sequence[LogEntry]) -> bool:
    return any(entry.kind == NOTICED for entry in told)


def _state(told: Sequence[LogEntry], machine: Machine[Any, Any]) -> str:
    """The state after the last step; other entries about the subject, such as its document's, name no state."""
    states = {f"{machine.name}.{state}": str(state) for state in type(machine.initial)}
    return next((states[entry.kind] for entry in reversed(told) if entry.kind in states), "unknown")


def _refs(told: Sequence[LogEntry]) -> list[EntryRef]:
    return [EntryRef(entry.id, entry.log_index, entry.at, entry.kind) for entry in told]
