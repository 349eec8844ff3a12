"""A case from acceptance to the decision of the review; applications are in rights.applications."""

from typing import Final

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import day_in_china
from rights.registrations import deadlines, policy, rules
from rights.registrations.cases import role_of, start_acceptance, step
from rights.registrations.errors import AcceptanceDeemed, DecisionFaulty, WaiverNotAsked
from rights.registrations.freedom import require_screened, require_undisputed
from rights.registrations.models import Registration
from rights.registrations.publicness import require_regime
from rights.registrations.queries import registration_view
from rights.registrations.schemas import AnswerTransfer, DecideAcceptance, ReviewRegistration, WithdrawRegistration
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.views import RegistrationView

BATCH: Final = 200


async def answer_transfer(act: Act, registration_id: str, data: AnswerTransfer) -> RegistrationView:
    """The transferee joins the application with its own key, and only then does its first clock run; or it declines."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    if row.type != "transfer" or row.counterparty_id != act.actor.party:
        raise NotFound(kind="registration", id=registration_id)
    action = RegistrationAction(data.decision)
    await step(act, row, action, Role.PROVIDER, reason=data.reason)
    if action is RegistrationAction.CONSENT:
        start_acceptance(row, day_in_china(act.at))
    else:
        row.decision_reason = data.reason
    return await registration_view(act, row)


async def decide_acceptance(act: Act, registration_id: str, data: DecideAcceptance) -> RegistrationView:
    """Accept or reject an application; once silence has become acceptance it cannot be rejected (art. 17)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    rejecting = data.decision == "reject"
    grounds = policy.GROUNDS.at(day_in_china(act.at)).body
    faults = rules.ground_faults(rejecting, data.grounds, "acceptance", grounds)
    if faults:
        raise DecisionFaulty(errors=faults)
    action = RegistrationAction(data.decision)
    REGISTRATION.next(row.status, action, role_of(act.actor))
    deemed = deadlines.deemed_accepted(row.acceptance_due_on).on
    if rejecting and row.status == RegistrationState.SUBMITTED and day_in_china(act.at) >= deemed:
        raise AcceptanceDeemed(on=deemed.isoformat())
    row.grounds, row.decision_reason = data.grounds, data.reason
    if not rejecting:
        # From the day that counts as the day of acceptance the whole case has its clock.
        row.accepted_on = deadlines.accepted_on(day_in_china(act.at), row.acceptance_due_on)
    await step(act, row, action, role_of(act.actor), reason=data.reason, grounds=data.grounds)
    return await registration_view(act, row)


async def accept_silent(act: Act) -> int:
    """Accept what the registrar has been silent about for too long; returns how many."""
    silent = select(Registration).where(
        Registration.status == RegistrationState.SUBMITTED, Registration.acceptance_due_on < day_in_china(act.at)
    )
    rows = (
        await act.session.scalars(
            silent.order_by(Registration.acceptance_due_on, Registration.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    ).all()
    due = [row for row in rows if deadlines.deemed_accepted(row.acceptance_due_on).on <= day_in_china(act.at)]
    for row in due:
        row.accepted_on = deadlines.accepted_on(day_in_china(act.at), row.acceptance_due_on)
        row.decision_reason = "逾期未告知，视为受理 · accepted by silence (GUIDE art. 17)"
        await step(act.by(SYSTEM), row, RegistrationAction.ACCEPT, Role.SYSTEM, silence=True)
    return len(due)


async def review(act: Act, registration_id: str, data: ReviewRegistration) -> RegistrationView:
    """Approve a case whose every review item passed, or refuse it on published grounds (arts. 18 to 22)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    refusing = data.decision == "refuse"
    checklist: dict[str, bool] = msgspec.to_builtins(data.checklist)
    faults = rules.ground_faults(refusing, data.grounds, "review", policy.GROUNDS.at(day_in_china(act.at)).body)
    faults += rules.checklist_faults(refusing, checklist)
    if faults:
        raise DecisionFaulty(errors=faults)
    action = RegistrationAction(data.decision)
    REGISTRATION.next(row.status, action, role_of(act.actor))
    if data.waive_notice and row.waiver_reason is None:
        raise WaiverNotAsked
    if not refusing:
        await require_undisputed(act.session, row.id)
        await require_screened(act.session, row)
        await require_regime(act, row)
    row.notice_waived = data.waive_notice and not refusing
    row.checklist, row.grounds, row.decision_reason = checklist, data.grounds, data.reason
    facts = {
        "reason": data.reason,
        "grounds": data.grounds,
        "checklist": checklist,
        "notice_waived": row.notice_waived,
        "screening": row.screening,
    }
    await step(act, row, action, role_of(act.actor), **facts)
    return await registration_view(act, row)


async def withdraw(act: Act, registration_id: str, data: WithdrawRegistration) -> RegistrationView:
    """Take an application back; the content is free again."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    if row.party_id != act.actor.party:
        raise NotFound(kind="registration", id=registration_id)
    row.decision_reason = data.reason
    await step(act, row, RegistrationAction.WITHDRAW, Role.PROVIDER, reason=data.reason)
    return await registration_view(act, row)
