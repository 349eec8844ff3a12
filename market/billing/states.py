"""The life of a bill."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class BillState(StrEnum):
    """Where a bill stands."""

    ISSUED = "issued"
    OVERDUE = "overdue"
    PAID = "paid"
    WRITTEN_OFF = "written_off"


class BillAction(StrEnum):
    """What happens to a bill."""

    FALL_DUE = "fall_due"
    PAY = "pay"
    WRITE_OFF = "write_off"


_S, _A = BillState, BillAction

BILL: Final = Machine(
    "market.bill",
    _S.ISSUED,
    {
        (_S.ISSUED, _A.FALL_DUE): step(_S.OVERDUE, Role.SYSTEM),
        (_S.ISSUED, _A.PAY): step(_S.PAID, Role.SYSTEM),
        (_S.OVERDUE, _A.PAY): step(_S.PAID, Role.SYSTEM),
        (_S.OVERDUE, _A.WRITE_OFF): step(_S.WRITTEN_OFF, Role.CLEARING),
    },
    starts=frozenset({_S.PAID}),
)
"""A draft is what is computed for whoever asks and is stored nowhere; what is stored is issued and has a number. A bill
that comes to nothing begins as paid."""

OPEN: Final = (_S.ISSUED, _S.OVERDUE)
"""The states in which a bill waits for money."""
