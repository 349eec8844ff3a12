"""Reminding of what is owed: its bearer before the day, and both sides after it, for as long as it stands."""

from typing import Final

from contracts.obligations import rules
from contracts.obligations.models import Obligation
from contracts.obligations.states import ObligationState
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.log.record import record

REMINDED: Final = (ObligationState.DUE, ObligationState.BREACHED)
"""What is reminded of: what is owed still, in breach or not."""

OVERDUE: Final = "LT-DEL-02"
"""The rule by which both sides are told that a day is over."""


async def remind(act: Act, obligation_id: str) -> bool:
    """Tell the bearer that a day comes near, and both sides that it is over, as often as the days that were published.

    Says whether it was told.
    """
    row = await locked(act.session, Obligation, obligation_id)
    days = rules.DAYS.at(act.today).body
    wanted = rules.reminders_due(row.due_at, days, act.at)
    if row.status not in REMINDED or wanted <= row.reminders:
        return False
    row.reminders, is_overdue = wanted, act.at >= row.due_at
    facts = {"agreement": row.agreement_id, "duty": row.duty, "due_at": row.due_at.isoformat()}
    if is_overdue:
        facts |= {"breached_at": row.breached_at.isoformat(), "rule": OVERDUE}
    parties = [row.bearer, row.beneficiary] if is_overdue else [row.bearer]
    record(act.by(SYSTEM), "contracts.obligation.reminded", row.id, parties=parties, facts=facts)
    return True
