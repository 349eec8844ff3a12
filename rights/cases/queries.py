"""Reading cases: the applicant's own, the registrar's desk, the public notices."""

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile
from kernel.views.paging import CursorOf, Page, decode, page
from rights.assets.models import Asset
from rights.cases.schemas import (
    DeadlineView,
    DeskItemView,
    EvidenceView,
    NoticeView,
    PolicyUsed,
    RegistrationView,
    ScreeningView,
    StopView,
)
from rights.certificates.queries import certificate_of_registration
from rights.cursors import day
from rights.objections.queries import open_on_case
from rights.registrations import deadlines
from rights.registrations.models import Registration, RegistrationEvidence
from rights.registrations.policy import Period
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.steps import clocks_of, type_of


def _decides(actor: Actor) -> bool:
    return "rights:registration:decide" in actor.permissions


def _overdue(row: Registration, today: date) -> bool:
    return row.due_on is not None and row.due_on < today


def _deadline(row: Registration, name: str, period: Period) -> DeadlineView | None:
    on = getattr(row, name)
    if on is None:
        return None
    return DeadlineView(on=on, provisional=name in row.provisional, rule=period.rule)


async def _seen(act: Act, registration_id: str) -> Registration:
    """A case for its applicant, its transferee and the registrar; raises NotFound for anybody else."""
    row = await one(act.session, Registration, ids.require("reg", registration_id))
    if act.actor.party not in (row.party_id, row.counterparty_id or row.party_id) and not _decides(act.actor):
        raise NotFound(kind="registration", id=registration_id)
    return row


async def registration(act: Act, registration_id: str) -> RegistrationView:
    """One case with its evidence; raises NotFound for those who may not see it."""
    return await registration_view(act, await _seen(act, registration_id))


async def registration_view(act: Act, row: Registration) -> RegistrationView:
    """A case for the wire."""
    applicant = await one(act.session, Party, row.party_id)
    asset = await one(act.session, Asset, row.asset_id)
    certificate = await certificate_of_registration(act.session, row.id)
    clocks = clocks_of(row)
    acceptance_due = _deadline(row, "acceptance_due_on", clocks.acceptance)
    assert acceptance_due is not None
    return RegistrationView(
        **{name: getattr(row, name) for name in _PLAIN},
        subject_certificate_id=row.certificate_id,
        applicant_name=applicant.name,
        asset_name=asset.name,
        public_data=asset.public_data,
        public_basis=asset.public_basis,
        filing_due=_filing_due(row),
        notice_held=type_of(row).notice and not row.notice_waived,
        open_objections=await open_on_case(act.session, row.id),
        screening=msgspec.convert(row.screening, ScreeningView) if row.screening is not None else None,
        status=str(row.status),
        allowed_actions=_allowed(act.actor, row),
        acceptance_due=acceptance_due,
        case_due=_deadline(row, "case_due_on", type_of(row).period(clocks)),
        stops=[msgspec.convert(known, StopView) for known in row.stops],
        notice_until=_deadline(row, "notice_until", clocks.notice),
        overdue=_overdue(row, day_in_china(act.at)),
        evidence=await _evidence(act.session, row.id),
        policies=[PolicyUsed(**ref) for ref in row.policies],
        certificate_id=certificate.id if certificate else None,
        certificate_number=certificate.number if certificate else None,
    )


_PLAIN: Final = (
    "id", "regime", "type", "counterparty_id", "party_id", "asset_id", "revision_id", "content_sha256", "source_kind",
    "title_basis", "rights", "restrictions", "scope", "applicant", "reason", "ground", "proposed", "public_sources",
    "agreement_until",
    "waiver_reason", "status_changed_at", "submitted_on", "accepted_on", "extended_on", "extension_reason",
    "notice_from", "due_on", "checklist", "grounds", "decision_reason", "created_at",
)  # fmt: skip
"""What the view says in the row's own words."""

_BY_OTHER_MEANS: Final = {
    RegistrationAction.AWAIT,
    RegistrationAction.OBJECT,
    RegistrationAction.DISMISS,
    RegistrationAction.UPHOLD,
}
"""Steps that applications and objections take by themselves."""

_IN_REVIEWED: Final = {RegistrationAction.PUBLISH, RegistrationAction.CERTIFY, RegistrationAction.ENTER}


def _allowed(actor: Actor, row: Registration) -> list[str]:
    """What the actor itself can do to the case now: its roles, its side, and the type's own way to the end decide."""
    able = {action for role in actor.roles for action in REGISTRATION.actions(row.status, role)} - _BY_OTHER_MEANS
    able -= set() if actor.party == row.counterparty_id else {RegistrationAction.CONSENT, RegistrationAction.DECLINE}
    able -= set() if actor.party == row.party_id else {RegistrationAction.SUPPLY, RegistrationAction.WITHDRAW}
    kind = type_of(row)
    ends_in = RegistrationAction.CERTIFY if kind.outcome in ("certificate", "replacement") else RegistrationAction.ENTER
    able -= {RegistrationAction.CERTIFY, RegistrationAction.ENTER} - {ends_in}
    if row.status == RegistrationState.REVIEWED:
        held = kind.notice and not row.notice_waived
        able -= _IN_REVIEWED - {RegistrationAction.PUBLISH if held else ends_in}
    return sorted(str(action) for action in able)


def _filing_due(row: Registration) -> DeadlineView | None:
    """Until when a public data resource had to be filed (PUBREG): so many days after it was provided."""
    filing = clocks_of(row).filing
    if filing is None or row.provided_on is None:
        return None
    due = deadlines.after(row.provided_on, filing)
    return DeadlineView(on=due.on, provisional=due.provisional, rule=filing.rule)


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


async def evidence_file(act: Act, registration_id: str, evidence_id: str) -> StoredFile:
    """The file of a piece of evidence, for the applicant and the registrar; raises NotFound for anybody else."""
    row = await _seen(act, registration_id)
    piece = await one(act.session, RegistrationEvidence, ids.require("evd", evidence_id))
    if piece.registration_id != row.id:
        raise NotFound(kind="evidence", id=evidence_id)
    return await one(act.session, StoredFile, piece.file_id)


async def desk(act: Act, limit: int, cursor: str | None) -> Page[DeskItemView]:
    """For the registrar every open case by due date, the overdue first; for an applicant its own cases by age."""
    query = (
        select(Registration, Party.name, Asset.name)
        .join(Party, Party.id == Registration.party_id)
        .join(Asset, Asset.id == Registration.asset_id)
        .limit(limit + 1)
    )
    query = _by_due_date(query, cursor) if _decides(act.actor) else _own(query, act.actor, cursor)
    today = day_in_china(act.at)
    rows = (await act.session.execute(query)).all()
    items = [
        DeskItemView(
            id=row.id,
            regime=row.regime,
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
    fields = ("due_on", "id") if _decides(act.actor) else ("id",)
    return page(items, limit, CursorOf[DeskItemView](fields))


_Cases = Select[Registration, str, str]


def _by_due_date(query: _Cases, cursor: str | None) -> _Cases:
    query = query.where(Registration.due_on.is_not(None)).order_by(Registration.due_on, Registration.id)
    after = decode(cursor, 2)
    if after is None:
        return query
    return query.where(tuple_(Registration.due_on, Registration.id) > (day(after[0]), after[1]))


def _own(query: _Cases, actor: Actor, cursor: str | None) -> _Cases:
    mine = or_(Registration.party_id == actor.party, Registration.counterparty_id == actor.party)
    query = query.where(mine).order_by(Registration.id)
    after = decode(cursor, 1)
    return query if after is None else query.where(Registration.id > after[0])


async def notices(act: Act, limit: int, cursor: str | None) -> Page[NoticeView]:
    """The open public notices, those that end first coming first."""
    query = (
        select(Registration, Party.name, Asset.name, Asset.overview)
        .join(Party, Party.id == Registration.party_id)
        .join(Asset, Asset.id == Registration.asset_id)
        .where(
            Registration.status == RegistrationState.NOTICED,
            Registration.notice_until >= day_in_china(act.at),
        )
        .order_by(Registration.notice_until, Registration.id)
        .limit(limit + 1)
    )
    if (after := decode(cursor, 2)) is not None:
        query = query.where(tuple_(Registration.notice_until, Registration.id) > (day(after[0]), after[1]))
    rows = (await act.session.execute(query)).all()
    items = [_notice(row, applicant, asset, overview) for row, applicant, asset, overview in rows]
    return page(items, limit, CursorOf[NoticeView](("notice_until", "registration_id")))


def _notice(row: Registration, applicant: str, asset: str, overview: str) -> NoticeView:
    assert row.notice_from is not None
    assert row.notice_until is not None
    return NoticeView(
        registration_id=row.id,
        regime=row.regime,
        type=row.type,
        applicant_name=applicant,
        asset_name=asset,
        overview=overview,
        rights=row.rights,
        restrictions=row.restrictions,
        scope=row.scope,
        notice_from=row.notice_from,
        notice_until=row.notice_until,
        provisional="notice_until" in row.provisional,
    )
