"""Raising an objection, by a party or by the centre itself; before registration the case stands still from then on."""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.states import Role
from kernel.time.clock import day_in_china
from rights.certificates.queries import certificate_of_registration
from rights.certificates.states import CertificateState
from rights.objections import rules
from rights.objections.errors import NothingToObjectTo, ObjectionFaulty, ObjectionTooLate, OwnRegistration
from rights.objections.models import Objection
from rights.objections.queries import objection_view
from rights.objections.schemas import (
    Finding,
    ObjectionView,
    RaiseObjection,
)
from rights.objections.states import OBJECTION, ObjectionAction
from rights.objections.steps import evidence_rows, move, parties_of
from rights.registrations import deadlines, evidence, steps
from rights.registrations.models import Registration
from rights.registrations.states import IN_NOTICE, RegistrationAction, RegistrationState

THE_CENTRE: Final = "登记机构 · the registrar"


async def raise_objection(act: Act, registration_id: str, data: RaiseObjection) -> ObjectionView:
    """Object under a real name and with evidence: in the notice, or once the registration has its certificate."""
    assert act.actor.party is not None
    row = await locked(act.session, Registration, ids.require("reg", registration_id))
    stage, respondent = await _stage(act.session, row, act.today)
    if act.actor.party in (row.party_id, respondent):
        raise OwnRegistration
    files = await evidence.own_files(act, data.evidence)
    faults = rules.evidence_faults([evidence.piece_of("other", files.get(name)) for name in data.evidence])
    if faults:
        raise ObjectionFaulty(errors=faults)
    objector = await one(act.session, Party, act.actor.party)
    new = _objection(row, stage, respondent, data.statement, act.at)
    new.objector_id, new.objector_name = objector.id, objector.name
    digests = [files[name].sha256 for name in data.evidence]
    await _begin(act, row, new, evidence=digests)
    act.session.add_all(evidence_rows(row, new, [files[name] for name in dict.fromkeys(data.evidence)], act.at))
    await act.session.flush()  # The view reads the evidence back.
    return await objection_view(act, new)


async def object_for_centre(
    act: Act, row: Registration, *, earlier_claim: str, statement: str, finding: Finding
) -> Objection:
    """The centre itself objects to a case under way because it found an earlier claim; it names the claim only."""
    stage: rules.Stage = "notice" if row.status in IN_NOTICE else "examination"
    new = _objection(row, stage, row.party_id, statement, act.at)
    new.objector_name, new.earlier_claim, new.earlier_asset_id = THE_CENTRE, earlier_claim, finding.asset_id
    new.finding = msgspec.to_builtins(finding)
    await _begin(act.by(SYSTEM), row, new, earlier_claim=earlier_claim)
    return new


async def _stage(session: AsyncSession, row: Registration, today: date) -> tuple[rules.Stage, str]:
    """At which stage the registration can be objected to now, and who answers."""
    if row.status in IN_NOTICE:
        assert row.notice_until is not None
        if row.status == RegistrationState.NOTICED and today > row.notice_until:
            raise ObjectionTooLate(notice_until=row.notice_until.isoformat())
        return "notice", row.party_id
    certificate = await certificate_of_registration(session, row.id)
    if certificate is not None and certificate.status == CertificateState.IN_FORCE:
        return "registered", certificate.party_id
    if row.notice_from is None and certificate is None:
        raise NotFound(kind="registration", id=row.id)  # What was never published stays unknown.
    raise NothingToObjectTo(registration_id=row.id, status=str(row.status))


def _objection(row: Registration, stage: rules.Stage, respondent: str, statement: str, at: datetime) -> Objection:
    today, clocks = day_in_china(at), steps.clocks_of(row)
    # After registration the first duty is to tell the registrant; otherwise the investigation runs at once.
    due = deadlines.after(today, clocks.telling if stage == "registered" else clocks.investigation)
    return Objection(
        id=ids.new("obj"),
        registration_id=row.id,
        asset_id=row.asset_id,
        respondent_id=respondent,
        stage=stage,
        statement=statement,
        raised_on=today,
        due_on=due.on,
        provisional=due.provisional,
        created_at=at,
    )


async def _begin(act: Act, row: Registration, new: Objection, **facts: Any) -> None:
    """Enter the objection; before registration the case and its clocks stand still from now on."""
    entry_facts = {"registration": row.id, "stage": new.stage, **facts}
    await lifecycle.begin(act, new, OBJECTION, parties=parties_of(new), **entry_facts)
    if new.stage == "registered":
        return
    await move(act, new, ObjectionAction.INVESTIGATE, Role.SYSTEM)
    steps.stop(row, "objection", new.raised_on, items=[new.id], reason="异议处理 · objection")
    if row.status == RegistrationState.NOTICED:
        await steps.step(act, row, RegistrationAction.OBJECT, Role.SYSTEM, objection=new.id)
    if row.status == RegistrationState.OBJECTED:
        row.due_on = min(row.due_on, new.due_on) if row.due_on and new.due_on else new.due_on
