"""A case from acceptance to the decision of the review: supplements, extension, and whether its data is public data."""

from typing import Final

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import hold, locked
from kernel.log.record import record
from kernel.states import Role
from rights.assets.models import Asset
from rights.cases.examination.schemas import (
    DecideAcceptance,
    DeterminePublicData,
    ExtendCase,
    RequestSupplement,
    ReviewRegistration,
    SupplyMaterials,
)
from rights.cases.public_data import BY_REGISTRAR, require_regime
from rights.cases.queries import AUDIENCE, registration_view
from rights.cases.requirements import require_screened, require_undisputed
from rights.cases.schemas import RegistrationView
from rights.registrations import deadlines, evidence, policy, rules
from rights.registrations.errors import (
    AcceptanceDeemed,
    AlreadyExtended,
    DecisionFaulty,
    DeterminationTooLate,
    ExtensionImpossible,
    WaiverNotAsked,
    refuse,
)
from rights.registrations.models import Registration
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.steps import clocks_of, parties_of, resume, role_of, start_acceptance, step, stop

BATCH: Final = 200


async def decide_acceptance(act: Act, registration_id: str, data: DecideAcceptance) -> RegistrationView:
    """Accept or reject an application; once silence has become acceptance it cannot be rejected (art. 17)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    rejecting = data.decision == "reject"
    grounds = policy.GROUNDS.at(act.today).body
    faults = rules.ground_faults(rejecting, data.grounds, "acceptance", grounds)
    if faults:
        raise DecisionFaulty(errors=faults)
    action = RegistrationAction(data.decision)
    REGISTRATION.next(row.status, action, role_of(act.actor))
    deemed = deadlines.deemed_accepted(row.acceptance_due_on).on
    if rejecting and row.status == RegistrationState.SUBMITTED and act.today >= deemed:
        raise AcceptanceDeemed(on=deemed.isoformat())
    row.grounds, row.decision_reason = data.grounds, data.reason
    if not rejecting:
        # From the day that counts as the day of acceptance the whole case has its clock.
        row.accepted_on = deadlines.accepted_on(act.today, row.acceptance_due_on)
    await step(act, row, action, role_of(act.actor), reason=data.reason, grounds=data.grounds)
    return await registration_view(act, row)


async def accept_silent(act: Act) -> int:
    """Accept what the registrar has been silent about for too long; returns how many."""
    silent = select(Registration).where(
        Registration.status == RegistrationState.SUBMITTED, Registration.acceptance_due_on < act.today
    )
    rows = (
        await act.session.scalars(
            silent.order_by(Registration.acceptance_due_on, Registration.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    ).all()
    due = [row for row in rows if deadlines.deemed_accepted(row.acceptance_due_on).on <= act.today]
    for row in due:
        hold(act.session, row)
        row.accepted_on = deadlines.accepted_on(act.today, row.acceptance_due_on)
        row.decision_reason = "逾期未告知，视为受理 · accepted by silence (GUIDE art. 17)"
        await step(act.by(SYSTEM), row, RegistrationAction.ACCEPT, Role.SYSTEM, silence=True)
    return len(due)


async def review(act: Act, registration_id: str, data: ReviewRegistration) -> RegistrationView:
    """Approve a case whose every review item passed, or refuse it on published grounds (arts. 18 to 22)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    refusing = data.decision == "refuse"
    checklist: dict[str, bool] = msgspec.to_builtins(data.checklist)
    faults = rules.ground_faults(refusing, data.grounds, "review", policy.GROUNDS.at(act.today).body)
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


async def request_supplement(act: Act, registration_id: str, data: RequestSupplement) -> RegistrationView:
    """Ask the applicant for everything that is missing, at once; the clocks stand still (GUIDE arts. 17, 28)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    faults = rules.supplement_faults(data.kinds, policy.EVIDENCE.at(row.submitted_on).body)
    if faults:
        raise DecisionFaulty(errors=faults)
    action, kinds = RegistrationAction.REQUEST_SUPPLEMENT, list(dict.fromkeys(data.kinds))
    await step(act, row, action, role_of(act.actor), kinds=kinds, reason=data.reason)
    stop(row, "supplement", act.today, items=kinds, reason=data.reason)
    return await registration_view(act, row)


async def supply_materials(act: Act, registration_id: str, data: SupplyMaterials) -> RegistrationView:
    """Bring what was asked for: before acceptance its clock starts anew, after it the case's clock runs on."""
    today = act.today
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    AUDIENCE.require_party(act.actor, registration_id, row.party_id)
    REGISTRATION.next(row.status, RegistrationAction.SUPPLY, Role.PROVIDER)
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    wanted = next(stop["items"] for stop in row.stops if stop["cause"] == "supplement" and stop["until"] is None)
    pieces = evidence.pieces_of(data.evidence, files)
    refuse(rules.evidence_faults(pieces, wanted, (), policy.EVIDENCE.at(row.submitted_on).body))
    resume(row, "supplement", today)
    facts = {"evidence": evidence.facts_of(data.evidence, files)}
    await step(act, row, RegistrationAction.SUPPLY, Role.PROVIDER, **facts)
    if row.status == RegistrationState.SUBMITTED:
        start_acceptance(row, today)
    await evidence.keep(act, row, data.evidence, files)
    return await registration_view(act, row)


async def extend_case(act: Act, registration_id: str, data: ExtendCase) -> RegistrationView:
    """Give the whole case its one extension, before it is overdue and with a reason (GUIDE art. 28)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.EXTEND, role_of(act.actor))
    assert row.case_due_on is not None
    if row.extended_on is not None:
        raise AlreadyExtended(on=row.extended_on.isoformat())
    today = act.today
    if clocks_of(row).extension is None or today > row.case_due_on:
        raise ExtensionImpossible(due=row.case_due_on.isoformat())
    row.extended_on, row.extension_reason = today, data.reason
    await step(act, row, RegistrationAction.EXTEND, role_of(act.actor), reason=data.reason)
    return await registration_view(act, row)


SETTLED_IN = (
    RegistrationState.SUBMITTED,
    RegistrationState.RETURNED,
    RegistrationState.ACCEPTED,
    RegistrationState.SUPPLEMENTING,
)


async def determine_public_data(act: Act, registration_id: str, data: DeterminePublicData) -> RegistrationView:
    """The registrar settles whether a case's data is public data; the review then holds the case to it (art. 15)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    if row.status not in SETTLED_IN:
        raise DeterminationTooLate(status=str(row.status))
    asset = await locked(act.session, Asset, row.asset_id)
    facts = {"public_data": data.public_data, "before": asset.public_data, "reason": data.reason}
    asset.public_data, asset.public_basis = data.public_data, BY_REGISTRAR
    kind = "rights.asset.public_data_determined"
    record(act, kind, asset.id, parties=parties_of(row), facts={**facts, "registration": row.id})
    return await registration_view(act, row)
