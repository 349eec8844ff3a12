"""The life of an objection (数据产权登记工作指引 arts. 25, 29)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class ObjectionState(StrEnum):
    """Where an objection stands."""

    RAISED = "raised"
    TOLD = "told"
    INVESTIGATED = "investigated"
    CONCEDED = "conceded"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"
    SETTLED = "settled"


class ObjectionAction(StrEnum):
    """What moves an objection."""

    TELL = "tell"
    INVESTIGATE = "investigate"
    CONCEDE = "concede"
    CONTEST = "contest"
    RESPOND = "respond"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    REFER = "refer"
    SETTLE = "settle"


_S, _A = ObjectionState, ObjectionAction

OPEN: Final = (_S.RAISED, _S.TOLD, _S.INVESTIGATED, _S.CONCEDED, _S.REFERRED)
"""States in which the rights are in dispute: until a conclusion, and again while a court or tribunal has the matter."""

OBJECTOR: Final = Role.BUYER
"""The role in which anybody objects; that it is the objector itself is checked against its party."""

OBJECTION: Final = Machine(
    "rights.objection",
    _S.RAISED,
    {
        # An objection in the notice, or of the centre itself, is investigated at once (art. 25).
        (_S.RAISED, _A.INVESTIGATE): step(_S.INVESTIGATED, Role.SYSTEM),
        # After registration the registrant is told first, and answers (art. 29).
        (_S.RAISED, _A.TELL): step(_S.TOLD, Role.REGISTRAR),
        (_S.TOLD, _A.CONCEDE): step(_S.CONCEDED, Role.PROVIDER),
        (_S.TOLD, _A.CONTEST): step(_S.INVESTIGATED, Role.PROVIDER, Role.REGISTRAR),
        # Whoever is objected to is heard while it is investigated, as often as there is something to say.
        (_S.INVESTIGATED, _A.RESPOND): step(_S.INVESTIGATED, Role.PROVIDER),
        (_S.CONCEDED, _A.UPHOLD): step(_S.UPHELD, Role.REGISTRAR),
        (_S.INVESTIGATED, _A.UPHOLD): step(_S.UPHELD, Role.REGISTRAR),
        (_S.INVESTIGATED, _A.DISMISS): step(_S.DISMISSED, Role.REGISTRAR),
        **{(state, _A.WITHDRAW): step(_S.WITHDRAWN, OBJECTOR) for state in (_S.RAISED, _S.TOLD, _S.INVESTIGATED)},
        # Who does not accept the conclusion goes to arbitration or court; the register says so (art. 29).
        (_S.UPHELD, _A.REFER): step(_S.REFERRED, Role.REGISTRAR),
        (_S.DISMISSED, _A.REFER): step(_S.REFERRED, Role.REGISTRAR),
        (_S.REFERRED, _A.SETTLE): step(_S.SETTLED, Role.REGISTRAR),
    },
)
