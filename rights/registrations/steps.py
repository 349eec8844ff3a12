"""What every step of a case shares: who acts, the move itself, and the clocks computed anew after it."""

from datetime import date
from typing import Any, Literal

from kernel import lifecycle
from kernel.act import Act
from kernel.actor import Actor
from kernel.states import Role
from kernel.time.workdays import Deadline
from rights.registrations import deadlines, policy
from rights.registrations.deadlines import Stop
from rights.registrations.models import Registration
from rights.registrations.states import REGISTRATION, RegistrationAction, RegistrationState

Cause = Literal["supplement", "objection"]


def clocks_of(row: Registration) -> policy.RegimeClocks:
    """The clocks that the case is under: its regime's, as in force when it was submitted."""
    return policy.CLOCKS.at(row.submitted_on).body.of(row.regime)


def type_of(row: Registration) -> policy.RegistrationType:
    """What the procedure says of the case's type, as in force when it was submitted."""
    registration_type = policy.PROCEDURE.at(row.submitted_on).body.find(row.regime, row.type)
    assert registration_type is not None
    return registration_type


def role_of(actor: Actor) -> Role:
    """The role in which an actor moves a case."""
    return Role.REGISTRAR if actor.has(Role.REGISTRAR) else Role.PROVIDER


def parties_of(row: Registration) -> list[str]:
    """Who hears of the case: its applicant, and the other side of a transfer or licence."""
    return [party for party in (row.party_id, row.counterparty_id) if party is not None]


async def step(act: Act, row: Registration, action: RegistrationAction, role: Role, **facts: Any) -> None:
    """Move the case, tell its parties, and bring its clocks up to date."""
    await lifecycle.advance(act, row, REGISTRATION, action, role, parties=parties_of(row), **facts)
    recount(row)


def stop(row: Registration, cause: Cause, on: date, *, items: list[str], reason: str) -> None:
    """Let the clocks stand still from a day on; for one cause they stop once."""
    if any(stopped["cause"] == cause and stopped["until"] is None for stopped in row.stops):
        return
    new = {"cause": cause, "since": on.isoformat(), "until": None, "items": items, "reason": reason}
    row.stops = [*row.stops, new]


def resume(row: Registration, cause: Cause, on: date) -> None:
    """Let the clocks run again after a day."""
    row.stops = [
        {**stopped, "until": on.isoformat()} if stopped["cause"] == cause and stopped["until"] is None else stopped
        for stopped in row.stops
    ]


def _stops(row: Registration, *causes: Cause) -> list[Stop]:
    return [
        Stop(date.fromisoformat(stopped["since"]), date.fromisoformat(stopped["until"]))
        for stopped in row.stops
        if stopped["until"] is not None and stopped["cause"] in causes
    ]


def recount(row: Registration) -> None:
    """Compute the due dates again from what has happened; a stop that still lasts is counted when it ends."""
    clocks = clocks_of(row)
    stops = _stops(row, "supplement", "objection")
    if row.notice_from is not None:
        until = deadlines.notice_until(row.notice_from, clocks, _stops(row, "objection"))
        set_due(row, "notice_until", until)
        stops.append(Stop(row.notice_from, until.on))
    if row.accepted_on is not None:
        extension = clocks.extension if row.extended_on is not None else None
        period = type_of(row).period(clocks)
        set_due(row, "case_due_on", deadlines.case_due(row.accepted_on, period, extension, stops))
    row.due_on = _next_due(row)


def _next_due(row: Registration) -> date | None:
    match row.status:
        case RegistrationState.SUBMITTED:
            return row.acceptance_due_on
        case RegistrationState.ACCEPTED | RegistrationState.REVIEWED | RegistrationState.NOTICED:
            return row.case_due_on
        case RegistrationState.OBJECTED:
            return row.due_on  # The end of the investigation, which the objection sets.
        case _:
            return None


def set_due(row: Registration, name: str, deadline: Deadline) -> None:
    """Store a due date, and whether it is provisional."""
    setattr(row, name, deadline.on)
    others = [due for due in row.provisional if due != name]
    row.provisional = [*others, name] if deadline.provisional else others


def start_acceptance(row: Registration, today: date) -> None:
    """Start the clock of acceptance; a resubmission starts it anew (PUBREG art. 10)."""
    set_due(row, "acceptance_due_on", deadlines.acceptance_due(today, clocks_of(row)))
    row.due_on = row.acceptance_due_on


def notice_held(row: Registration) -> bool:
    """Say whether the case is concluded only after a public notice."""
    return type_of(row).notice and not row.notice_waived
