"""The last two steps of a case: public notice, and the certificate once the notice has ended."""

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.clock import Clock, day_in_china
from kernel.db import locked, one
from kernel.documents.commands import Issuer
from kernel.identity.actor import Actor
from kernel.identity.models import Party
from kernel.text import Text
from rights.assets.models import Asset
from rights.assets.queries import revision
from rights.certificates.commands import Title
from rights.certificates.commands import issue as issue_certificate
from rights.registrations import deadlines
from rights.registrations.claims import claim_content
from rights.registrations.commands import clocks_of, role_of, set_due, step
from rights.registrations.errors import NoticeStillOpen
from rights.registrations.models import Registration
from rights.registrations.policy import MATRIX
from rights.registrations.queries import registration_view
from rights.registrations.schemas import RegistrationView
from rights.registrations.states import REGISTRATION, RegistrationAction
from rights.terms import Right


async def publish(session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock) -> RegistrationView:
    """Open the public notice of a reviewed case; from now on the content is claimed, and the case's clock stands."""
    now = clock.now()
    row = await locked(session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.PUBLISH, role_of(actor))
    await claim_content(session, row, at=now)
    today = day_in_china(now)
    until = deadlines.notice_until(today, clocks_of(row))
    assert row.case_due_on is not None
    case_due = deadlines.case_due_after_notice(today, row.case_due_on, until.on)
    facts = {"notice_from": today.isoformat(), "notice_until": until.on.isoformat()}
    await step(session, actor, row, RegistrationAction.PUBLISH, role_of(actor), at=now, **facts)
    row.notice_from = today
    set_due(row, "notice_until", until)
    set_due(row, "case_due_on", case_due)
    row.due_on = row.case_due_on
    return await registration_view(session, actor, row, clock=clock)


async def certify(
    session: AsyncSession, actor: Actor, registration_id: str, *, clock: Clock, issuer: Issuer
) -> RegistrationView:
    """Issue the certificate of a case whose notice has ended without an upheld objection."""
    now = clock.now()
    row = await locked(session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.CERTIFY, role_of(actor))
    assert row.notice_until is not None
    if not deadlines.notice_is_over(row.notice_until, now):
        raise NoticeStillOpen(notice_until=row.notice_until.isoformat())
    await claim_content(session, row, at=now)
    case = MATRIX.at(row.submitted_on).body.find(row.title_basis)
    assert case is not None
    title = Title(
        registration_id=row.id,
        holder=await one(session, Party, row.party_id),
        asset=await one(session, Asset, row.asset_id),
        revision=await revision(session, row.revision_id),
        rights=[Right(code) for code in row.rights],
        title_basis=row.title_basis,
        basis_label=Text(case.zh, case.en),
        restrictions=row.restrictions,
    )
    certificate = await issue_certificate(session, actor, title, clock=clock, issuer=issuer)
    facts = {"certificate": certificate.id, "number": certificate.number}
    await step(session, actor, row, RegistrationAction.CERTIFY, role_of(actor), at=now, **facts)
    row.due_on = None
    return await registration_view(session, actor, row, clock=clock)
