"""The end of an objection, in the register or before a court, and what follows for the case and the certificate."""

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.states import Role
from rights.certificates.commands import end as end_certificate
from rights.certificates.models import Certificate
from rights.certificates.queries import certificate_of_registration, newest_of
from rights.certificates.states import CertificateAction, CertificateState
from rights.objections.errors import (
    RemedyMissing,
)
from rights.objections.models import Objection
from rights.objections.queries import AUDIENCE, objection_view, open_on_case, visible
from rights.objections.schemas import (
    ConcludeObjection,
    ObjectionView,
    ReferObjection,
    SettleObjection,
    WithdrawObjection,
)
from rights.objections.states import OBJECTION, OBJECTOR, ObjectionAction
from rights.objections.steps import move, set_due
from rights.registrations import steps
from rights.registrations.models import Registration
from rights.registrations.states import OPEN, RegistrationAction, RegistrationState


async def conclude(act: Act, objection_id: str, data: ConcludeObjection) -> ObjectionView:
    """Uphold or dismiss: upheld, the case ends refused or the certificate answers for it; dismissed, all goes on."""
    unlocked = await one(act.session, Objection, ids.require("obj", objection_id))
    case = await locked(act.session, Registration, unlocked.registration_id)
    row = await locked(act.session, Objection, objection_id)
    action = ObjectionAction(data.decision)
    OBJECTION.next(row.status, action, steps.role_of(act.actor))
    if (data.remedy is not None) != (row.stage == "registered" and action is ObjectionAction.UPHOLD):
        raise RemedyMissing
    facts = {"conclusion": data.conclusion, "remedy": data.remedy}
    await move(act, row, action, steps.role_of(act.actor), **facts)
    row.conclusion, row.remedy = data.conclusion, data.remedy
    set_due(row, None)
    if row.stage == "registered":
        if data.remedy == "cancel":
            await _cancel(act, row, data.conclusion)
    elif action is ObjectionAction.UPHOLD:
        await _refuse(act, case, row, data.conclusion)
    else:
        await release(act, case, steps.role_of(act.actor))
    return await objection_view(act, row)


async def _cancel(act: Act, row: Objection, reason: str) -> None:
    """Cancel the certificate that the registration led to, or the one that has taken its place since."""
    view = await certificate_of_registration(act.session, row.registration_id)
    assert view is not None
    newest = await newest_of(act.session, await one(act.session, Certificate, view.id))
    certificate = await locked(act.session, Certificate, newest.id)
    if certificate.status == CertificateState.IN_FORCE:
        action = CertificateAction.CANCEL
        await end_certificate(act, certificate, action, ground="objection-upheld", reason=reason, objection=row.id)


async def _refuse(act: Act, case: Registration, row: Objection, reason: str) -> None:
    """End the case (GUIDE art. 25; PUBREG art. 12), unless it has ended meanwhile."""
    if case.status not in OPEN:
        return
    case.grounds, case.decision_reason = ["unresolved-dispute"], reason
    steps.resume(case, "objection", act.today)
    await steps.step(act, case, RegistrationAction.UPHOLD, steps.role_of(act.actor), objection=row.id, reason=reason)


async def release(act: Act, case: Registration, role: Role) -> None:
    """Let a case go on when its last open objection is gone: the notice runs on with the days that it had left."""
    await act.session.flush()  # The objection's own move must be visible.
    if case.status not in OPEN or await open_on_case(act.session, case.id):
        return
    steps.resume(case, "objection", act.today)
    if case.status == RegistrationState.OBJECTED:
        await steps.step(act, case, RegistrationAction.DISMISS, role)
    else:
        steps.recount(case)


async def withdraw(act: Act, objection_id: str, data: WithdrawObjection) -> ObjectionView:
    """Take one's own objection back; the case goes on when no other is open."""
    unlocked = await visible(act, objection_id)
    AUDIENCE.require_party(act.actor, objection_id, unlocked.objector_id)
    case = await locked(act.session, Registration, unlocked.registration_id)
    row = await locked(act.session, Objection, objection_id)
    await move(act, row, ObjectionAction.WITHDRAW, OBJECTOR, reason=data.reason)
    set_due(row, None)
    await release(act, case, Role.SYSTEM)
    return await objection_view(act, row)


async def refer(act: Act, objection_id: str, data: ReferObjection) -> ObjectionView:
    """Record that a side went to arbitration or court; the rights stay in dispute until it is settled (art. 29)."""
    row = await locked(act.session, Objection, ids.require("obj", objection_id))
    facts = {"forum": data.forum, "reference": data.reference}
    await move(act, row, ObjectionAction.REFER, steps.role_of(act.actor), **facts)
    row.forum, row.forum_reference = data.forum, data.reference
    return await objection_view(act, row)


async def settle(act: Act, objection_id: str, data: SettleObjection) -> ObjectionView:
    """Record how the tribunal or court has decided."""
    row = await locked(act.session, Objection, ids.require("obj", objection_id))
    await move(act, row, ObjectionAction.SETTLE, steps.role_of(act.actor), outcome=data.outcome)
    row.outcome = data.outcome
    return await objection_view(act, row)
