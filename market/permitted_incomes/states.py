"""The life of a check of a year or a cycle: whose move it is to adjust, to answer and to look."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class CheckState(StrEnum):
    """Where a check stands: open and overdue wait for the operator of the data, answered for the centre."""

    OPEN = "open"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CLOSED = "closed"


class CheckAction(StrEnum):
    """What is done about a check."""

    ANSWER = "answer"
    ACCEPT = "accept"
    RETURN = "return"
    LAPSE = "lapse"
    DEDUCT = "deduct"


_S, _A = CheckState, CheckAction
OFFICERS: Final = (Role.REGULATOR, Role.OPERATOR)
"""Who looks at what the operator of the data answers."""

CHECK: Final = Machine(
    "market.income_check",
    _S.OPEN,
    {
        (_S.OPEN, _A.ANSWER): step(_S.ANSWERED, Role.PROVIDER),
        (_S.OVERDUE, _A.ANSWER): step(_S.ANSWERED, Role.PROVIDER),
        (_S.OPEN, _A.LAPSE): step(_S.OVERDUE, Role.SYSTEM),
        (_S.ANSWERED, _A.ACCEPT): step(_S.CLOSED, *OFFICERS),
        (_S.ANSWERED, _A.RETURN): step(_S.OPEN, *OFFICERS),
        # A decision on the next cycle that deducts the excess is the answer to the check of the last.
        **{(state, _A.DEDUCT): step(_S.CLOSED, *OFFICERS) for state in (_S.OPEN, _S.OVERDUE, _S.ANSWERED)},
    },
    starts=frozenset({_S.CLOSED}),
)
