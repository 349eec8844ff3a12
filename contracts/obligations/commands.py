"""What follows from agreements: obligations arise, are discharged, waived, missed, released; accesses are stopped."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from contracts.agreements.licensing import agreed_policy, ends_on, terms_of
from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.agreements.queries import role_of
from contracts.agreements.queries import signatures as signatures_of
from contracts.agreements.queries import view as agreement_view
from contracts.agreements.schemas import AgreementView
from contracts.agreements.states import AGREEMENT, STANDING, AgreementAction
from contracts.clauses.library import clause_of
from contracts.clauses.types import Clause, Trigger
from contracts.clauses.use import ClauseUse
from contracts.moments import Moment, follows
from contracts.obligations import queries, rules
from contracts.obligations.errors import (
    NotYoursToDischarge,
    NotYourSuspension,
    ProvedByDeletion,
    SuspensionTooLong,
    SuspensionUnfounded,
)
from contracts.obligations.models import Obligation
from contracts.obligations.rules import Owed, Sides
from contracts.obligations.schemas import (
    DischargeObligation,
    ObligationView,
    ResumeAgreement,
    SuspendAgreement,
    WaiveObligation,
)
from contracts.obligations.states import OBLIGATION, ObligationAction, ObligationState
from contracts.usage.tree import Duty, DutyKind
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.states import Role, WrongActor
from kernel.text import Text
from kernel.time.clock import day_in_china


@follows(Moment.IN_FORCE)
async def arise(act: Act, agreement: Agreement) -> None:
    """What is owed from the day on which both have signed."""
    duties, sides = _duties(agreement, act.at), _sides(agreement)
    said = owed_by_clauses(act, agreement, Trigger.IN_FORCE)
    await begin(act, agreement, [*rules.at_the_start(duties, sides, act.at), *said])


@follows(Moment.ENDED)
async def arise_at_the_end(act: Act, agreement: Agreement) -> None:
    """What is owed once it has ended; what was owed only while it ran, and is not a breach yet, is released."""
    for row in await queries.open_of(act.session, agreement.id, ObligationState.DUE):
        await _close(act, row, ObligationAction.RELEASE, Role.SYSTEM, reason="the agreement has ended")
    duties, sides = _duties(agreement, act.at), _sides(agreement)
    said = owed_by_clauses(act, agreement, Trigger.END)
    await begin(act, agreement, [*rules.at_the_end(duties, sides, act.at), *said])


async def let_go(act: Act, row: Obligation, reason: str) -> None:
    """Nobody owes something any more, and why."""
    await _close(act.by(SYSTEM), row, ObligationAction.RELEASE, Role.SYSTEM, reason=reason)


def _duties(agreement: Agreement, at: datetime) -> tuple[Duty, ...]:
    """The duties of an agreement's policy; a contract on services has neither, and owes what its clauses say."""
    return () if agreement.asset_id is None else agreed_policy(agreement, at).duties


def owed_by_clauses(act: Act, agreement: Agreement, trigger: Trigger) -> list[Owed]:
    """What the clauses of an agreement make owed if their trigger has come now."""
    chosen, duties = _chosen(agreement, act.at), _duties(agreement, act.at)
    return rules.of_clauses(chosen, duties, _sides(agreement), trigger, act.at)


def _chosen(agreement: Agreement, at: datetime) -> list[tuple[Clause, ClauseUse]]:
    """The clauses of an agreement, which every library knows that came after its own."""
    terms = terms_of(agreement, at)
    return [] if terms is None else [(clause_of(use), use) for use in terms.clauses]


@follows(Moment.AMENDED)
async def arise_anew(act: Act, agreement: Agreement) -> None:
    """New terms' duties are owed from their day on, anew where earlier ones let them go; all others are released."""
    duties, sides = _duties(agreement, act.at), _sides(agreement)
    said = owed_by_clauses(act, agreement, Trigger.IN_FORCE)
    asked = {duty.id for duty in duties} | {one.duty for one in said}
    for row in await queries.open_of(act.session, agreement.id, ObligationState.DUE):
        if row.duty not in asked:
            await _close(act.by(SYSTEM), row, ObligationAction.RELEASE, Role.SYSTEM, reason=rules.AMENDED_AWAY)
    last = await queries.last_of(act.session, agreement.id)
    owed = [*rules.at_the_start(duties, sides, act.at), *said]
    await begin(act, agreement, rules.not_owed_yet(owed, last))


def _sides(agreement: Agreement) -> Sides:
    return Sides(agreement.provider, agreement.consumer)


async def begin(act: Act, agreement: Agreement, owed: Iterable[Owed]) -> None:
    """Enter what is owed in the calendar, with its clocks."""
    days = rules.DAYS.at(act.today).body
    for each in owed:
        breached_at = rules.breached_at(each.due_at, days.grace_days)
        row = Obligation(
            id=ids.new("obl"),
            agreement_id=agreement.id,
            duty=each.duty,
            kind=each.kind,
            name_zh=each.name.zh,
            name_en=each.name.en,
            period=each.period,
            bearer=each.bearer,
            beneficiary=each.beneficiary,
            due_at=each.due_at,
            breached_at=breached_at,
            released_at=breached_at + timedelta(days=366 * days.limitation_years),
            reminders=0,
            created_at=act.at,
        )
        facts = {"agreement": agreement.id, "duty": each.duty, "due_at": each.due_at.isoformat()}
        await lifecycle.begin(act.by(SYSTEM), row, OBLIGATION, parties=(row.bearer, row.beneficiary), **facts)


async def discharge(act: Act, obligation_id: str, data: DischargeObligation) -> ObligationView:
    """Whoever owes it has done it, and says what; the next of what recurs arises.

    Raises NotYoursToDischarge, and ProvedByDeletion for what a statement of deletion proves.
    """
    agreement, row = await _locked(act, obligation_id)
    if act.actor.party != row.bearer:
        raise NotYoursToDischarge(bearer=row.bearer, beneficiary=row.beneficiary)
    if rules.is_proved(row.kind, row.duty) and row.bearer == agreement.consumer:
        raise ProvedByDeletion(agreement=row.agreement_id)
    role = role_of(agreement, act.actor.party)
    assert role is not None
    OBLIGATION.next(row.status, ObligationAction.DISCHARGE, role)
    await discharge_by(act, row, role, {"statement": data.statement, "evidence_sha256": data.evidence_sha256})
    await _renew(act, agreement, row)
    return queries.view(row, act.actor)


async def discharge_by(act: Act, row: Obligation, role: Role, evidence: dict[str, Any]) -> None:
    """Close an obligation with what discharged it."""
    row.evidence = evidence
    await _close(act, row, ObligationAction.DISCHARGE, role)


async def delivered(act: Act, agreement_id: str, evidence: dict[str, str]) -> None:
    """The buyer has what was agreed, so that the provider's obligation to deliver is discharged, in the same unit."""
    provider = (await one(act.session, Agreement, agreement_id)).provider
    for row in await queries.open_of(act.session, agreement_id, ObligationState.DUE, ObligationState.BREACHED):
        if row.kind == rules.DELIVER and row.bearer == provider:
            await discharge_by(act.by(SYSTEM), row, Role.SYSTEM, evidence)


async def joined(act: Act, agreement_id: str) -> None:
    """Whoever acquired the rights has joined: its predecessor has kept its word."""
    for row in await queries.open_of(act.session, agreement_id, ObligationState.DUE, ObligationState.BREACHED):
        if row.kind == rules.JOINDER:
            await discharge_by(act.by(SYSTEM), row, Role.SYSTEM, {"statement": "the acquirer joined"})


@follows(Moment.SUCCEEDED)
async def pass_on(act: Act, agreement: Agreement) -> None:
    """Everything open that the provider of before owed or was owed is the new one's."""
    for row in await queries.open_of(act.session, agreement.id, ObligationState.DUE, ObligationState.BREACHED):
        row.bearer = row.bearer if row.bearer == agreement.consumer else agreement.provider
        row.beneficiary = row.beneficiary if row.beneficiary == agreement.consumer else agreement.provider
    await act.session.flush()


async def waive(act: Act, obligation_id: str, data: WaiveObligation) -> ObligationView:
    """Whom it is owed to does without it; raises NotYoursToDischarge."""
    agreement, row = await _locked(act, obligation_id)
    if act.actor.party != row.beneficiary:
        raise NotYoursToDischarge(bearer=row.bearer, beneficiary=row.beneficiary)
    role = role_of(agreement, act.actor.party)
    assert role is not None
    await _close(act, row, ObligationAction.WAIVE, role, reason=data.reason)
    await _renew(act, agreement, row)
    return queries.view(row, act.actor)


async def miss(act: Act, obligation_id: str) -> bool:
    """The grace is over: it is a breach, and the gate knows of it; says whether it was still owed."""
    row = await locked(act.session, Obligation, obligation_id)
    if row.status is not ObligationState.DUE or row.breached_at > act.at:
        return False
    await _step(act.by(SYSTEM), row, ObligationAction.MISS, Role.SYSTEM)
    return True


async def release(act: Act, obligation_id: str) -> bool:
    """The claim is barred by time; says whether the breach still stood."""
    row = await locked(act.session, Obligation, obligation_id)
    if row.status is not ObligationState.BREACHED or row.released_at > act.at:
        return False
    await _close(act.by(SYSTEM), row, ObligationAction.RELEASE, Role.SYSTEM, reason="the claim is barred by time")
    return True


async def suspend(act: Act, agreement_id: str, data: SuspendAgreement) -> AgreementView:
    """Stop every access for so many days: the provider for a breach that stands, an office by its own authority.

    Raises NotFound for a stranger, WrongActor for the consumer, SuspensionTooLong and SuspensionUnfounded.
    """
    row = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, row.provider, row.consumer)
    role = _suspends(act, row)
    AGREEMENT.next(row.status, AgreementAction.SUSPEND, role)
    days_max = rules.DAYS.at(act.today).body.suspension_days_max
    if data.days > days_max:
        raise SuspensionTooLong(days_max=days_max)
    if role is Role.PROVIDER and not await queries.breaches(act.session, row.id, row.consumer):
        raise SuspensionUnfounded(agreement=row.id)
    row.suspended_until, row.suspended_by = rules.days_after(act.at, data.days), str(role)
    facts = {"reason": data.reason, "until": row.suspended_until.isoformat()}
    await lifecycle.advance(act, row, AGREEMENT, AgreementAction.SUSPEND, role, parties=row.parties, **facts)
    return agreement_view(act, row, await signatures_of(act.session, row.id))


async def resume(act: Act, agreement_id: str, data: ResumeAgreement) -> AgreementView:
    """Lift a suspension before its time; raises NotYourSuspension for whoever did not suspend."""
    row = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, row.provider, row.consumer)
    role = _suspends(act, row)
    AGREEMENT.next(row.status, AgreementAction.RESUME, role)
    if row.suspended_by != str(role) and role is not Role.REGULATOR:
        raise NotYourSuspension(by=row.suspended_by, until=f"{row.suspended_until}")
    row.suspended_until = row.suspended_by = None
    parties = row.parties
    await lifecycle.advance(act, row, AGREEMENT, AgreementAction.RESUME, role, parties=parties, reason=data.reason)
    return agreement_view(act, row, await signatures_of(act.session, row.id))


def _suspends(act: Act, row: Agreement) -> Role:
    """In which role the actor stops accesses; raises WrongActor for one that cannot."""
    role = role_of(row, act.actor.party)
    if role is None:
        role = next((office for office in (Role.REGULATOR, Role.OPERATOR) if act.actor.has(office)), None)
    if role is None:
        allowed = [str(Role.PROVIDER), str(Role.OPERATOR), str(Role.REGULATOR)]
        raise WrongActor(machine=AGREEMENT.name, action=str(AgreementAction.SUSPEND), allowed=allowed)
    return role


async def _locked(act: Act, obligation_id: str) -> tuple[Agreement, Obligation]:
    """An obligation of the actor's with its agreement, which is locked first; raises NotFound for anybody else."""
    ids.require("obl", obligation_id)
    agreement_id = await act.session.scalar(select(Obligation.agreement_id).where(Obligation.id == obligation_id))
    queries.require_there(agreement_id, obligation_id)
    agreement = await locked(act.session, Agreement, agreement_id or "")
    queries.AUDIENCE.require(act.actor, obligation_id, agreement.provider, agreement.consumer)
    return agreement, await locked(act.session, Obligation, obligation_id)


async def _renew(act: Act, agreement: Agreement, row: Obligation) -> None:
    """The next of what recurs, while the agreement binds and its licence has not had its last day by then."""
    duty = next((one for one in _duties(agreement, act.at) if one.id == row.duty), None)
    if agreement.status not in STANDING or duty is None or duty.kind is not DutyKind.REPORT or duty.days is None:
        return
    due_at = rules.next_period(row.due_at, duty.days)
    last = ends_on(agreement, act.at)
    if last is None or day_in_china(due_at) > last + timedelta(days=1):
        return
    await owe_anew(act, agreement, row, due_at)


async def owe_anew(act: Act, agreement: Agreement, row: Obligation, due_at: datetime) -> None:
    """Ask for the same once more: the next of what recurs, or what was discharged and does not count."""
    name = Text(row.name_zh, row.name_en)
    again = Owed(row.duty, row.kind, name, row.bearer, row.beneficiary, due_at, row.period + 1)
    await begin(act, agreement, [again])


async def _close(act: Act, row: Obligation, action: ObligationAction, role: Role, *, reason: str | None = None) -> None:
    row.reason, row.closed_at = reason, act.at
    await _step(act, row, action, role, **({"reason": reason} if reason else {}))


async def _step(act: Act, row: Obligation, action: ObligationAction, role: Role, **facts: str) -> None:
    parties = (row.bearer, row.beneficiary)
    told = {"agreement": row.agreement_id, "duty": row.duty, **facts}
    await lifecycle.advance(act, row, OBLIGATION, action, role, parties=parties, **told)
