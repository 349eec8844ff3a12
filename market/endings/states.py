"""The life of a notice that an agreement is to end (解除)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class TerminationState(StrEnum):
    """Where a notice stands."""

    NOTICED = "noticed"
    EFFECTIVE = "effective"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    LAPSED = "lapsed"


class TerminationAction(StrEnum):
    """What becomes of it."""

    AGREE = "agree"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    TAKE_EFFECT = "take_effect"
    LAPSE = "lapse"


_S, _A = TerminationState, TerminationAction
_PARTIES: Final = (Role.PROVIDER, Role.BUYER)

TERMINATION: Final = Machine(
    "market.termination",
    _S.NOTICED,
    {
        (_S.NOTICED, _A.AGREE): step(_S.EFFECTIVE, *_PARTIES),
        (_S.NOTICED, _A.REFUSE): step(_S.REFUSED, *_PARTIES),
        (_S.NOTICED, _A.WITHDRAW): step(_S.WITHDRAWN, *_PARTIES),
        (_S.NOTICED, _A.TAKE_EFFECT): step(_S.EFFECTIVE, *_PARTIES, Role.SYSTEM),
        (_S.NOTICED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
    },
)
"""The other side agrees or refuses; whoever gave notice withdraws it. A notice for a breach takes effect by itself when
the time to make it good is over, one that nobody answered lapses, and what a consumer gives up ends at once."""
