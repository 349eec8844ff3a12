"""The lives of a month's closing, and of a correction."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ClosingState(StrEnum):
    """Where the closing of a month stands: owed, closed, to be opened again, opened again."""

    DUE = "due"
    CLOSED = "closed"
    REOPENING = "reopening"
    REOPENED = "reopened"


class ClosingAction(StrEnum):
    """What is done with it."""

    CLOSE = "close"
    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"
    LAPSE = "lapse"


_S, _A = ClosingState, ClosingAction

CLOSING: Final = Machine(
    "market.month_closing",
    _S.DUE,
    {
        (_S.DUE, _A.CLOSE): step(_S.CLOSED, Role.CLEARING),
        (_S.CLOSED, _A.ASK): step(_S.REOPENING, Role.CLEARING),
        (_S.REOPENING, _A.GRANT): step(_S.REOPENED, Role.CLEARING),
        (_S.REOPENING, _A.REFUSE): step(_S.CLOSED, Role.CLEARING),
        (_S.REOPENING, _A.LAPSE): step(_S.CLOSED, Role.SYSTEM),
    },
)
"""What was opened again stays as it is and has a successor; until then the month is closed."""

SHUT: Final = (_S.CLOSED, _S.REOPENING)
"""States in which nothing is booked into the month, nor into one before it; the trigger of the books names them too."""


class CorrectionState(StrEnum):
    """Where a correction stands."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    REFUSED = "refused"
    LAPSED = "lapsed"


class CorrectionAction(StrEnum):
    """What is done with it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    LAPSE = "lapse"


_C, _B = CorrectionState, CorrectionAction

CORRECTION: Final = Machine(
    "market.ledger_correction",
    _C.PROPOSED,
    {
        (_C.PROPOSED, _B.APPROVE): step(_C.BOOKED, Role.CLEARING),
        (_C.PROPOSED, _B.REFUSE): step(_C.REFUSED, Role.CLEARING),
        (_C.PROPOSED, _B.LAPSE): step(_C.LAPSED, Role.SYSTEM),
    },
)
