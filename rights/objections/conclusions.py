"""What follows from the conclusion of an objection, for the case and for the certificate."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.actor import Actor
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import Clock, day_in_china
from rights.certificates.commands import end as end_certificate
from rights.certificates.models import Certificate
from rights.certificates.queries import certificate_of_registration, newest_of
from rights.certificates.states import CertificateAction, CertificateState
from rights.objections.commands import move, set_due
from rights.objections.errors import RemedyMissing
from rights.objections.models import Objection
from rights.objections.queries import objection_view, open_on_case, seen
from rights.objections.schemas import ConcludeObjection, ObjectionView, WithdrawObjection
from rights.objections.states import OBJECTION, OBJECTOR, ObjectionAction
from rights.registrations import cases
from rights.registrations.models import Registration
from rights.registrations.states import OPEN, RegistrationAction, RegistrationState


async def conclude(
    session: AsyncSession, actor: Actor, objection_id: str, data: ConcludeObjection, *, clock: Clock
) -> ObjectionView:
    """Uphold or dismiss: upheld, the case ends refused or the certificate answers for it; dismissed, all goes on."""
    now = clock.now()
    found = await one(session, Objection, ids.require("obj", objection_id))
    case = await locked(session, Registration, found.registration_id)
    row = await locked(session, Objection, objection_id)
    action = ObjectionAction(data.decision)
    OBJECTION.next(row.status, action, cases.role_of(actor))
    if (data.remedy is not None) != (row.stage == "registered" and action is ObjectionAction.UPHOLD):
        raise RemedyMissing
    facts = {"conclusion": data.conclusion, "remedy": data.remedy}
    await move(session, actor, row, action, cases.role_of(actor), now, **facts)
    row.conclusion, row.remedy = data.conclusion, data.remedy
    set_due(row, None)
    if row.stage == "registered":
        if data.remedy == "cancel":
            await _cancel(session, actor, row, data.conclusion, now)
    elif action is ObjectionAction.UPHOLD:
        await _refuse(session, actor, case, row, data.conclusion, now)
    else:
        await release(session, actor, case, cases.role_of(actor), now)
    return await objection_view(session, actor, row, clock=clock)


async def _cancel(session: AsyncSession, actor: Actor, row: Objection, reason: str, at: datetime) -> None:
    """Cancel the certificate that the registration led to, or the one that has taken its place since."""
    view = await certificate_of_registration(session, row.registration_id)
    assert view is not None
    newest = await newest_of(session, await one(session, Certificate, view.id))
    certificate = await locked(session, Certificate, newest.id)
    if certificate.status == CertificateState.IN_FORCE:
        action = CertificateAction.CANCEL
        await end_certificate(
            session, actor, certificate, action, at=at, ground="objection-upheld", reason=reason, objection=row.id
        )


async def _refuse(
    session: AsyncSession, actor: Actor, case: Registration, row: Objection, reason: str, at: datetime
) -> None:
    """End the case (GUIDE art. 25; PUBREG art. 12), unless it has ended meanwhile."""
    if case.status not in OPEN:
        return
    case.grounds, case.decision_reason = ["unresolved-dispute"], reason
    cases.resume(case, "objection", day_in_china(at))
    await cases.step(
        session, actor, case, RegistrationAction.UPHOLD, cases.role_of(actor), at=at, objection=row.id, reason=reason
    )


async def release(session: AsyncSession, actor: Actor, case: Registration, role: Role, at: datetime) -> None:
    """Let a case go on when its last open objection is gone: the notice runs on with the days that it had left."""
    await session.flush()  # The objection's own move must be seen.
    if case.status not in OPEN or await open_on_case(session, case.id):
        return
    cases.resume(case, "objection", day_in_china(at))
    if case.status == RegistrationState.OBJECTED:
        await cases.step(session, actor, case, RegistrationAction.DISMISS, role, at=at)
    else:
        cases.recount(case)


async def withdraw(
    session: AsyncSession, actor: Actor, objection_id: str, data: WithdrawObjection, *, clock: Clock
) -> ObjectionView:
    """Take one's own objection back; the case goes on when no other is open."""
    now = clock.now()
    found = await seen(session, actor, objection_id)
    if found.objector_id is None or found.objector_id != actor.party:
        raise NotFound(kind="objection", id=objection_id)
    case = await locked(session, Registration, found.registration_id)
    row = await locked(session, Objection, objection_id)
    await move(session, actor, row, ObjectionAction.WITHDRAW, OBJECTOR, now, reason=data.reason)
    set_due(row, None)
    await release(session, actor, case, Role.SYSTEM, now)
    return await objection_view(session, actor, row, clock=clock)
