"""What makes a case take longer by right: supplements that stop its clocks, and the one extension."""

from kernel import ids
from kernel.act import Act
from kernel.db import locked
from kernel.errors import NotFound
from kernel.states import Role
from kernel.time.clock import day_in_china
from rights.registrations import evidence, policy, rules
from rights.registrations.cases import clocks_of, resume, role_of, start_acceptance, step, stop
from rights.registrations.errors import AlreadyExtended, DecisionFaulty, ExtensionImpossible, refuse
from rights.registrations.models import Registration
from rights.registrations.queries import registration_view
from rights.registrations.schemas import ExtendCase, RequestSupplement, SupplyMaterials
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState
from rights.registrations.views import RegistrationView


async def request(act: Act, registration_id: str, data: RequestSupplement) -> RegistrationView:
    """Ask the applicant for everything that is missing, at once; the clocks stand still (GUIDE arts. 17, 28)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    faults = rules.supplement_faults(data.kinds, policy.EVIDENCE.at(row.submitted_on).body)
    if faults:
        raise DecisionFaulty(errors=faults)
    action, kinds = RegistrationAction.REQUEST_SUPPLEMENT, list(dict.fromkeys(data.kinds))
    await step(act, row, action, role_of(act.actor), kinds=kinds, reason=data.reason)
    stop(row, "supplement", day_in_china(act.at), items=kinds, reason=data.reason)
    return await registration_view(act, row)


async def supply(act: Act, registration_id: str, data: SupplyMaterials) -> RegistrationView:
    """Bring what was asked for: before acceptance its clock starts anew, after it the case's clock runs on."""
    today = day_in_china(act.at)
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    if row.party_id != act.actor.party:
        raise NotFound(kind="registration", id=registration_id)
    REGISTRATION.next(row.status, RegistrationAction.SUPPLY, Role.PROVIDER)
    files = await evidence.own_files(act, [piece.file_id for piece in data.evidence])
    wanted = next(known["items"] for known in row.stops if known["cause"] == "supplement" and known["until"] is None)
    pieces = evidence.pieces_of(data.evidence, files)
    refuse(rules.evidence_faults(pieces, wanted, (), policy.EVIDENCE.at(row.submitted_on).body))
    resume(row, "supplement", today)
    facts = {"evidence": evidence.facts_of(data.evidence, files)}
    await step(act, row, RegistrationAction.SUPPLY, Role.PROVIDER, **facts)
    if row.status == RegistrationState.SUBMITTED:
        start_acceptance(row, today)
    await evidence.keep(act.session, row, data.evidence, files, act.at)
    return await registration_view(act, row)


async def extend(act: Act, registration_id: str, data: ExtendCase) -> RegistrationView:
    """Give the whole case its one extension, before it is overdue and with a reason (GUIDE art. 28)."""
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    REGISTRATION.next(row.status, RegistrationAction.EXTEND, role_of(act.actor))
    assert row.case_due_on is not None
    if row.extended_on is not None:
        raise AlreadyExtended(on=row.extended_on.isoformat())
    today = day_in_china(act.at)
    if clocks_of(row).extension is None or today > row.case_due_on:
        raise ExtensionImpossible(due=row.case_due_on.isoformat())
    row.extended_on, row.extension_reason = today, data.reason
    await step(act, row, RegistrationAction.EXTEND, role_of(act.actor), reason=data.reason)
    return await registration_view(act, row)
