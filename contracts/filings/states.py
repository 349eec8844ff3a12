"""The life of a filing."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class FilingState(StrEnum):
    """Where a filing stands."""

    ONE_SIDED = "one_sided"
    CONFIRMED = "confirmed"
    CONTESTED = "contested"
    WITHDRAWN = "withdrawn"


class FilingAction(StrEnum):
    """What can be done with a filing."""

    CONFIRM = "confirm"
    CONTEST = "contest"
    WITHDRAW = "withdraw"


_S, _A = FilingState, FilingAction
_PARTIES: Final = (Role.PROVIDER, Role.BUYER)

FILING: Final = Machine(
    "contracts.filing",
    _S.ONE_SIDED,
    {
        (_S.ONE_SIDED, _A.CONFIRM): step(_S.CONFIRMED, *_PARTIES),
        (_S.ONE_SIDED, _A.CONTEST): step(_S.CONTESTED, *_PARTIES),
        (_S.ONE_SIDED, _A.WITHDRAW): step(_S.WITHDRAWN, *_PARTIES),
        (_S.CONTESTED, _A.CONFIRM): step(_S.CONFIRMED, *_PARTIES),
        (_S.CONTESTED, _A.WITHDRAW): step(_S.WITHDRAWN, *_PARTIES),
    },
)
"""Who filed withdraws; the other party confirms or contests. It may stay one-sided: it claims no more than that."""

FILERS: Final = (_A.WITHDRAW,)
"""What is the filer's to do; all else is the other party's."""
