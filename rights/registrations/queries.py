"""Reading cases: the applicant's own, the registrar's desk, the public notices."""

from datetime import date

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.clock import Clock, day_in_china
from kernel.db import one
from kernel.errors import FieldError, InvalidInput, NotFound
from kernel.identity.actor import Actor
from kernel.identity.models import Party
from kernel.paging import CursorOf, Page, decode, page
from kernel.storage.models import StoredFile
from kernel.text import Text
from rights.assets.models import Asset
from rights.certificates.queries import certificate_of_registration
from rights.registrations.models import Registration, RegistrationEvidence
from rights.registrations.policy import CLOCKS, Period
from rights.registrations.schemas import (
    DeadlineView,
    DeskItemView,
    EvidenceView,
    NoticeView,
    PolicyUsed,
    RegistrationView,
)
from rights.registrations.states import REGISTRATION, RegistrationState


def _decides(actor: Actor) -> bool:
    return "rights:registration:decide" in actor.permissions


def _overdue(row: Registration, today: date) -> bool:
    return row.due_on is not None and row.due_on < today


def _deadline(row: Registration, name: str, period: Period) -> DeadlineView | None:
    on = getattr(row, name)
    if on is None:
        return None
    return DeadlineView(on=on, provisional=name in row.provisional, rule=period.rule)


async def _seen(session: AsyncSession, actor: Actor, registration_id: str) -> Registration:
    """A case for its applicant and for the registrar; raises NotFound for anybody else."""
    row = await one(session, Registration, ids.require("reg", registration_id))
    if row.party_id != actor.party and not _decides(actor):
        raise NotFound(kind="registration", id=registration_id)
    return row


async def registration(session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock) -> RegistrationView:
    """One case with its evidence; raises NotFound for those who may not see it."""
    return await registration_view(session, actor, await _seen(session, actor, registration_id), clock=clock)


async def registration_view(
    session: AsyncSession, actor: Actor, row: Registration, *, clock: Clock
) -> RegistrationView:
    """A case for the wire."""
    applicant = await one(session, Party, row.party_id)
    asset = await one(session, Asset, row.asset_id)
    certificate = await certificate_of_registration(session, row.id)
    clocks = CLOCKS.at(row.submitted_on).body
    acceptance_due = _deadline(row, "acceptance_due_on", clocks.acceptance)
    assert acceptance_due is not None
    return RegistrationView(
        id=row.id,
        type=row.type,
        party_id=row.party_id,
        applicant_name=applicant.name,
        asset_id=row.asset_id,
        asset_name=asset.name,
        revision_id=row.revision_id,
        content_sha256=row.content_sha256,
        source_kind=row.source_kind,
        title_basis=row.title_basis,
        rights=row.rights,
        restrictions=row.restrictions,
        status=str(row.status),
        status_changed_at=row.status_changed_at,
        allowed_actions=sorted({str(a) for role in actor.roles for a in REGISTRATION.actions(row.status, role)}),
        submitted_on=row.submitted_on,
        acceptance_due=acceptance_due,
        accepted_on=row.accepted_on,
        case_due=_deadline(row, "case_due_on", clocks.case),
        notice_from=row.notice_from,
        notice_until=_deadline(row, "notice_until", clocks.notice),
        due_on=row.due_on,
        overdue=_overdue(row, day_in_china(clock.now())),
        checklist=row.checklist,
        grounds=row.grounds,
        decision_reason=row.decision_reason,
        evidence=await _evidence(session, row.id),
        policies=[PolicyUsed(**ref) for ref in row.policies],
        certificate_id=certificate.id if certificate else None,
        certificate_number=certificate.number if certificate else None,
        created_at=row.created_at,
    )


async def _evidence(session: AsyncSession, registration_id: str) -> list[EvidenceView]:
    query = select(RegistrationEvidence).where(RegistrationEvidence.registration_id == registration_id)
    rows = await session.scalars(query.order_by(RegistrationEvidence.id))
    return [
        EvidenceView(
            id=row.id,
            kind=row.kind,
            file_id=row.file_id,
            name=row.name,
            sha256=row.sha256,
            size_bytes=row.size_bytes,
            retention_until=row.retention_until,
        )
        for row in rows
    ]


async def evidence_file(session: AsyncSession, actor: Actor, registration_id: str, evidence_id: str) -> StoredFile:
    """The file of a piece of evidence, for the applicant and the registrar; raises NotFound for anybody else."""
    row = await _seen(session, actor, registration_id)
    piece = await one(session, RegistrationEvidence, ids.require("evd", evidence_id))
    if piece.registration_id != row.id:
        raise NotFound(kind="evidence", id=evidence_id)
    return await one(session, StoredFile, piece.file_id)


async def desk(
    session: AsyncSession, actor: Actor, limit: int, cursor: str | None, *, clock: Clock
) -> Page[DeskItemView]:
    """For the registrar every open case by due date, the overdue first; for an applicant its own cases by age."""
    query = (
        select(Registration, Party.name, Asset.name)
        .join(Party, Party.id == Registration.party_id)
        .join(Asset, Asset.id == Registration.asset_id)
        .limit(limit + 1)
    )
    query = _by_due_date(query, cursor) if _decides(actor) else _own(query, actor, cursor)
    today = day_in_china(clock.now())
    rows = (await session.execute(query)).all()
    items = [
        DeskItemView(
            id=row.id,
            type=row.type,
            applicant_name=applicant,
            asset_name=asset,
            rights=row.rights,
            status=str(row.status),
            due_on=row.due_on,
            overdue=_overdue(row, today),
            created_at=row.created_at,
        )
        for row, applicant, asset in rows
    ]
    fields = ("due_on", "id") if _decides(actor) else ("id",)
    return page(items, limit, CursorOf[DeskItemView](fields))


_Cases = Select[Registration, str, str]


def _by_due_date(query: _Cases, cursor: str | None) -> _Cases:
    query = query.where(Registration.due_on.is_not(None)).order_by(Registration.due_on, Registration.id)
    after = decode(cursor, 2)
    if after is None:
        return query
    return query.where(tuple_(Registration.due_on, Registration.id) > (_day(after[0]), after[1]))


def _own(query: _Cases, actor: Actor, cursor: str | None) -> _Cases:
    query = query.where(Registration.party_id == actor.party).order_by(Registration.id)
    after = decode(cursor, 1)
    return query if after is None else query.where(Registration.id > after[0])


async def notices(session: AsyncSession, limit: int, cursor: str | None, *, clock: Clock) -> Page[NoticeView]:
    """The open public notices, those that end first coming first."""
    query = (
        select(Registration, Party.name, Asset.name, Asset.overview)
        .join(Party, Party.id == Registration.party_id)
        .join(Asset, Asset.id == Registration.asset_id)
        .where(
            Registration.status == RegistrationState.NOTICED,
            Registration.notice_until >= day_in_china(clock.now()),
        )
        .order_by(Registration.notice_until, Registration.id)
        .limit(limit + 1)
    )
    if (after := decode(cursor, 2)) is not None:
        query = query.where(tuple_(Registration.notice_until, Registration.id) > (_day(after[0]), after[1]))
    rows = (await session.execute(query)).all()
    items = [_notice(row, applicant, asset, overview) for row, applicant, asset, overview in rows]
    return page(items, limit, CursorOf[NoticeView](("notice_until", "registration_id")))


def _notice(row: Registration, applicant: str, asset: str, overview: str) -> NoticeView:
    assert row.notice_from is not None
    assert row.notice_until is not None
    return NoticeView(
        registration_id=row.id,
        type=row.type,
        applicant_name=applicant,
        asset_name=asset,
        overview=overview,
        rights=row.rights,
        restrictions=row.restrictions,
        notice_from=row.notice_from,
        notice_until=row.notice_until,
        provisional="notice_until" in row.provisional,
    )


def _day(text: str) -> date:
    """The date in a cursor; raises InvalidInput for one that we did not make."""
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        detail = Text("游标无效：请从第一页重新开始", "The cursor is not ours: start again from the first page")
        raise InvalidInput(errors=[FieldError("/query/cursor", detail)]) from problem
