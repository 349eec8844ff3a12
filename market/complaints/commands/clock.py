"""What follows when the time of a state is over: silence has the consequence that the rulebook says, and no other."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import one
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import end_of_day_in_china, timestamp
from market.complaints import rules
from market.complaints.commands import executing
from market.complaints.commands.record import lock_case, move, write
from market.complaints.models import Complaint
from market.complaints.states import ComplaintAction, ComplaintState

_S, _A = ComplaintState, ComplaintAction

_SILENCE: Final = {
    _S.FILED: (
        _A.STAY_SILENT,
        "提供方逾期未答复，调解照常进行 · the provider did not answer: mediation goes on without",
    ),
    _S.MEDIATING: (_A.LET_LAPSE, "调解期满未提出方案，由中心决定 · no proposal came of mediation: the centre decides"),
    _S.PROPOSED: (
        _A.LET_LAPSE,
        "方案未获双方同意，由中心决定 · the proposal was not taken by both: the centre decides",
    ),
    _S.DECIDED: (_A.LEAVE, "逾期未申请复核，决定生效 · nobody appealed: the decision is final"),
}
"""What silence to a state leads to, and how the record says it."""

_WORK: Final[dict[ComplaintState, Callable[[Act, Complaint], Awaitable[None]]]] = {
    _S.AGREED: executing.execute,
    _S.FINAL: executing.execute,
    _S.REDELIVERING: executing.lapse,
    _S.REDELIVERED: executing.taken_in_silence,
}
"""What the clock itself carries out."""


async def keep_clock(act: Act, complaint_id: str) -> bool:
    """Take the step that the end of a state's time means, or remind the centre of what it owes; says whether it was."""
    row = await lock_case(act, await one(act.session, Complaint, complaint_id))
    if row.due_at is None or row.due_at > act.at:
        return False
    mine = act.by(SYSTEM)
    if (work := _WORK.get(row.status)) is not None:
        await work(mine, row)
    elif (silence := _SILENCE.get(row.status)) is not None:
        action, text = silence
        await write(mine, row, "silence", Role.SYSTEM, text, rule=rules.SILENCE)
        await move(mine, row, action, Role.SYSTEM, rule=rules.SILENCE)
    else:
        _remind(mine, row)
    return True


def _remind(act: Act, row: Complaint) -> None:
    """The centre is late, or a court takes its time: who owes the next step is told, and looks again."""
    facts = {"state": str(row.status), "due_at": timestamp(row.due_at) if row.due_at else ""}
    days = rules.TABLE.version(row.policy["version"]).body.review_days if row.status is _S.HANDED_OFF else 1
    row.due_at = end_of_day_in_china(act.today + timedelta(days=days))
    record(act, "market.complaint.reminded", row.id, parties=row.parties, facts=facts)
