"""Reading cases: the applicant's own, the registrar's desk, the public notices."""

from datetime import date
from typing import Final

import msgspec
from sqlalchemy import ScalarResult, select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.states import Role
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
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
from rights.certificates.models import Certificate
from rights.certificates.queries import certificate_of_registration
from rights.objections.queries import open_on_case
from rights.registrations import deadlines
from rights.registrations.effects import Effect, effects
from rights.registrations.models import Registration, RegistrationEvidence
from rights.registrations.policy import Period
from rights.registrations.states import IN_NOTICE, OPEN, REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.steps import clocks_of, notice_held, parties_of, type_of

AUDIENCE: Final = Audience("registration", (Role.REGISTRAR, Role.REGULATOR, Role.AUDITOR))
"""Who may see a case besides its applicant and the other side of a transfer or licence."""


def _overdue(row: Registration, today: date) -> bool:
    return row.due_on is not None and row.due_on < today


def _deadline(row: Registration, name: str, period: Period) -> DeadlineView | None:
    on = getattr(row, name)
    if on is None:
        return None
    return DeadlineView(on=on, provisional=name in row.provisional, rule=period.rule)


async def _visible(act: Act, registration_id: str) -> Registration:
    """A case for its applicant, its transferee and the registrar; raises NotFound for anybody else."""
    row = await one(act.session, Registration, ids.require("reg", registration_id))
    AUDIENCE.require(act.actor, row.id, *parties_of(row))
    return row


async def registration(act: Act, registration_id: str) -> RegistrationView:
    """One case with its evidence; raises NotFound for those who may not see it."""
    return await registration_view(act, await _visible(act, registration_id))


async def registration_view(act: Act, row: Registration) -> RegistrationView:
    """A case for the wire."""
    applicant = await one(act.session, Party, row.party_id)
    asset = await one(act.session, Asset, row.asset_id)
    certificate = await certificate_of_registration(act.session, row.id)
    clocks = clocks_of(row)
    acceptance_due = _deadline(row, "acceptance_due_on", clocks.acceptance)
    assert acceptance_due is not None
    return shown(
        row,
        RegistrationView,
        subject_certificate_id=row.certificate_id,
        applicant_name=applicant.name,
        asset_name=asset.name,
        public_data=asset.public_data,
        public_basis=asset.public_basis,
        filing_due=_filing_due(row),
        notice_held=notice_held(row),
        open_objections=await open_on_case(act.session, row.id),
        screening=msgspec.convert(row.screening, ScreeningView | None),
        allowed_actions=_allowed(act.actor, row),
        acceptance_due=acceptance_due,
        case_due=_deadline(row, "case_due_on", type_of(row).period(clocks)),
        stops=msgspec.convert(row.stops, list[StopView]),
        notice_until=_deadline(row, "notice_until", clocks.notice),
        overdue=_overdue(row, act.today),
        evidence=[shown(piece, EvidenceView) for piece in await _evidence(act.session, row.id)],
        policies=msgspec.convert(row.policies, list[PolicyUsed]),
        effects=await _effects(act.session, row),
        certificate_id=certificate.id if certificate else None,
        certificate_number=certificate.number if certificate else None,
    )


async def _effects(session: AsyncSession, row: Registration) -> list[Effect]:
    """What an open change of the content will do to what rests on it; the applicant is told with every answer."""
    if row.type != "change" or row.status not in OPEN or row.certificate_id is None:
        return []
    covered = await session.scalar(select(Certificate.revision_id).where(Certificate.id == row.certificate_id))
    return [] if covered == row.revision_id else await effects(session, row.asset_id, "change")


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
        able -= _IN_REVIEWED - {RegistrationAction.PUBLISH if notice_held(row) else ends_in}
    return sorted(str(action) for action in able)


def _filing_due(row: Registration) -> DeadlineView | None:
    """Until when a public data resource had to be filed (PUBREG): so many days after it was provided."""
    filing = clocks_of(row).filing
    if filing is None or row.provided_on is None:
        return None
    due = deadlines.after(row.provided_on, filing)
    return DeadlineView(on=due.on, provisional=due.provisional, rule=filing.rule)


async def _evidence(session: AsyncSession, registration_id: str) -> ScalarResult[RegistrationEvidence]:
    query = select(RegistrationEvidence).where(RegistrationEvidence.registration_id == registration_id)
    return await session.scalars(query.order_by(RegistrationEvidence.id))


async def evidence_file(act: Act, registration_id: str, evidence_id: str) -> StoredFile:
    """The file of a piece of evidence, for the applicant and the registrar; raises NotFound for anybody else."""
    row = await _visible(act, registration_id)
    piece = await one(act.session, RegistrationEvidence, ids.require("evd", evidence_id))
    if piece.registration_id != row.id:
        raise NotFound(kind=piece.__tablename__, id=evidence_id)
    return await one(act.session, StoredFile, piece.file_id)


async def registrations(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[DeskItemView]:
    """For the registrar every open case by due date, the overdue first; for an applicant its own cases by age."""
    query = (
        select(Registration, Party.name, Asset.name)
        .join(Party, Party.id == Registration.party_id)
        .join(Asset, Asset.id == Registration.asset_id)
        .where(AUDIENCE.among(act.actor, Registration.party_id, Registration.counterparty_id))
    )
    if asset_id is not None:
        query = query.where(Registration.asset_id == asset_id)
    by_due_date = AUDIENCE.watches(act.actor)
    if by_due_date:
        query = query.where(Registration.due_on.is_not(None))
    order = (Registration.due_on, Registration.id) if by_due_date else (Registration.id,)
    cases = await fetch(act.session, query, *order, limit=limit, cursor=cursor)
    return cases.of(lambda case: _desk_item(*case, today=act.today))


def _desk_item(row: Registration, applicant: str, asset: str, *, today: date) -> DeskItemView:
    return shown(row, DeskItemView, applicant_name=applicant, asset_name=asset, overdue=_overdue(row, today))


async def notices(act: Act, limit: int, cursor: str | None) -> Page[NoticeView]:
    """The open public notices, those that end first coming first."""
    query = _NOTICED.where(Registration.status == RegistrationState.NOTICED, Registration.notice_until >= act.today)
    cases = await fetch(act.session, query, Registration.notice_until, Registration.id, limit=limit, cursor=cursor)
    return cases.of(lambda case: _notice(*case))


async def notice(act: Act, registration_id: str) -> NoticeView:
    """A public notice to which anybody may object now, also where somebody has; raises NotFound for every other."""
    goes_on = (Registration.status != RegistrationState.NOTICED) | (Registration.notice_until >= act.today)
    wanted = Registration.id == ids.require("reg", registration_id)
    query = _NOTICED.where(wanted, Registration.status.in_(IN_NOTICE), goes_on)
    row = (await act.session.execute(query)).first()
    if row is None:
        raise NotFound(kind="registration", id=registration_id)
    return _notice(*row)


_NOTICED: Final = (
    select(Registration, Party.name, Asset.name, Asset.overview)
    .join(Party, Party.id == Registration.party_id)
    .join(Asset, Asset.id == Registration.asset_id)
)


def _notice(row: Registration, applicant: str, asset: str, overview: str) -> NoticeView:
    return shown(
        row,
        NoticeView,
        registration_id=row.id,
        applicant_name=applicant,
        asset_name=asset,
        overview=overview,
        provisional="notice_until" in row.provisional,
    )
