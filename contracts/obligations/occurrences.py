"""What happens under an agreement that no machine sees: one side states it, and a clause's clock is set going; or both
agree on another day for what is owed.

A statement binds its author. What somebody else owes follows only from the author's own act (an invoice, a notice, a
request), or from what the register shows.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from contracts.agreements.models import Agreement
from contracts.agreements.queries import AUDIENCE as AGREEMENTS
from contracts.agreements.states import STANDING
from contracts.clauses.types import Trigger
from contracts.obligations import commands, queries
from contracts.obligations.errors import OccurrenceStated, OccurrenceUnfounded, OccurrenceUnproven
from contracts.obligations.models import Obligation, Occurrence
from contracts.obligations.rules import DAYS, DELIVER, Owed, breached_at, reminders_due
from contracts.obligations.schemas import OccurrenceView, StateOccurrence
from contracts.obligations.states import ObligationState
from kernel import ids
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.log.record import record
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

BY_BENEFICIARY: Final = (Trigger.INVOICE, Trigger.NOTICE, Trigger.REQUEST)
"""What whom it is owed to does itself."""

BY_BEARER: Final = (Trigger.FOUND, Trigger.RECEIVED, Trigger.STAGE, Trigger.CONCLUDED)
"""What whoever owes it knows first."""

MOST: Final = 200
"""Of one side under one agreement: neither uses up what the other may state."""


async def state(act: Act, agreement_id: str, data: StateOccurrence) -> OccurrenceView:
    """Set the clock of a clause's obligation going.

    Raises NotFound for a stranger, OccurrenceUnfounded, OccurrenceUnproven and OccurrenceStated.
    """
    agreement = await locked(act.session, Agreement, agreement_id)
    AGREEMENTS.require_party(act.actor, agreement_id, agreement.provider, agreement.consumer)
    possible = _possible(act, agreement)
    named = possible.get((data.clause, data.code))
    if named is None:
        stated = ", ".join(f"{clause}/{code}" for clause, code in possible) or "–"
        raise OccurrenceUnfounded(agreement=agreement_id, stated=stated)
    trigger, owed = named
    if owed.bearer != act.actor.party and trigger is Trigger.CONCLUDED:
        await _require_concluded(act, agreement, owed, data.reference)
    await _require_new(act, agreement, data)
    row = Occurrence(
        id=ids.new("occ"),
        agreement_id=agreement.id,
        clause=data.clause,
        code=data.code,
        trigger=str(trigger),
        reference=data.reference,
        statement=data.statement,
        evidence_sha256=data.evidence_sha256,
        by=act.actor.party or "",
        at=act.at,
    )
    act.session.add(row)
    facts = {"occurrence": row.id, "clause": data.clause, "code": data.code, "reference": data.reference}
    record(act, "contracts.obligation.occurred", agreement.id, parties=agreement.parties, facts=facts)
    last = select(func.max(Obligation.period)).where(
        Obligation.agreement_id == agreement.id, Obligation.duty == owed.duty
    )
    await commands.begin(act, agreement, [replace(owed, period=1 + (await act.session.scalar(last) or 0))])
    await act.session.flush()
    return _view(row)


async def put_off(act: Act, agreement: Agreement, due_at: datetime, **because: str) -> None:
    """Both have agreed to have it delivered later: the provider's obligation to deliver is not due before that."""
    days = DAYS.at(act.today).body
    for row in await queries.open_of(act.session, agreement.id, ObligationState.DUE):
        if row.kind != DELIVER or row.bearer != agreement.provider or row.due_at >= due_at:
            continue
        row.due_at, row.breached_at = due_at, breached_at(due_at, days.grace_days)
        row.released_at = row.breached_at + timedelta(days=366 * days.limitation_years)
        row.reminders = reminders_due(due_at, days, act.at)
        facts = {"agreement": agreement.id, "duty": row.duty, "due_at": due_at.isoformat(), **because}
        parties = (row.bearer, row.beneficiary)
        record(act.by(SYSTEM), "contracts.obligation.put_off", row.id, parties=parties, facts=facts)


def _possible(act: Act, agreement: Agreement) -> dict[tuple[str, str], tuple[Trigger, Owed]]:
    """What the actor may state, by clause and code, with what would be owed; nothing while it does not bind."""
    if agreement.status not in STANDING:
        return {}
    party, possible = act.actor.party, {}
    for trigger in (*BY_BENEFICIARY, *BY_BEARER):
        for owed in commands.owed_by_clauses(act, agreement, trigger):
            says = owed.beneficiary if trigger in BY_BENEFICIARY else owed.bearer
            if party == says or (trigger is Trigger.CONCLUDED and party == owed.beneficiary):
                clause, code, _ = owed.duty.split("/")
                possible[clause, code] = (trigger, owed)
    return possible


async def _require_concluded(act: Act, agreement: Agreement, owed: Owed, reference: str) -> None:
    """Raise OccurrenceUnproven unless the reference is an agreement of the bearer's that the register shows."""
    made = await act.session.get(Agreement, reference) if ids.is_id("agr", reference) else None
    since = agreement.in_force_at
    proved = (
        made is not None
        and made.id != agreement.id
        and owed.bearer in made.parties
        and made.in_force_at is not None
        and since is not None
        and made.in_force_at >= since
    )
    if not proved:
        raise OccurrenceUnproven(bearer=owed.bearer)


async def _require_new(act: Act, agreement: Agreement, data: StateOccurrence) -> None:
    under = select(Occurrence.id).where(Occurrence.agreement_id == agreement.id)
    mine = under.where(Occurrence.by == act.actor.party)
    same = under.where(
        Occurrence.clause == data.clause, Occurrence.code == data.code, Occurrence.reference == data.reference
    )
    stated = await act.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    if stated >= MOST or await act.session.scalar(same) is not None:
        raise OccurrenceStated(limit=MOST)


async def occurrences(act: Act, agreement_id: str, limit: int, cursor: str | None) -> Page[OccurrenceView]:
    """Everything that was stated under an agreement, newest first; raises NotFound for strangers."""
    agreement = await one(act.session, Agreement, agreement_id)
    AGREEMENTS.require(act.actor, agreement_id, agreement.provider, agreement.consumer)
    query = select(Occurrence).where(Occurrence.agreement_id == agreement_id)
    rows = await fetch(act.session, query, Occurrence.id, limit=limit, cursor=cursor, newest_first=True)
    return rows.of(_view)


def _view(row: Occurrence) -> OccurrenceView:
    return shown(row, OccurrenceView, trigger=Trigger(row.trigger))
