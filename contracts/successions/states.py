"""The life of a succession: the acquirer joins, the consumer answers, or time decides."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class SuccessionState(StrEnum):
    """Where a succession stands."""

    CALLED = "called"
    JOINED = "joined"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    LAPSED = "lapsed"


class SuccessionAction(StrEnum):
    """What becomes of it."""

    JOIN = "join"
    CONSENT = "consent"
    REFUSE = "refuse"
    TAKE_EFFECT = "take_effect"
    FAIL = "fail"
    LAPSE = "lapse"


class Mode(StrEnum):
    """Whether the agreement follows the right as both agreed beforehand, or by the consumer's consent."""

    FOLLOWS = "follows"
    CONSENT = "consent"


_S, _A = SuccessionState, SuccessionAction

SUCCESSION: Final = Machine(
    "contracts.succession",
    _S.CALLED,
    {
        (_S.CALLED, _A.JOIN): step(_S.JOINED, Role.PROVIDER),
        (_S.CALLED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
        (_S.JOINED, _A.CONSENT): step(_S.EFFECTIVE, Role.BUYER),
        (_S.JOINED, _A.REFUSE): step(_S.REFUSED, Role.BUYER),
        (_S.JOINED, _A.TAKE_EFFECT): step(_S.EFFECTIVE, Role.SYSTEM),
        (_S.JOINED, _A.FAIL): step(_S.REFUSED, Role.SYSTEM),
        (_S.JOINED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
    },
)
"""Silence of the acquirer lapses: the agreement stays with whoever made it, which has not kept its word. Silence of the
consumer takes effect where the agreement follows the right, and fails where it asks for consent. With an agreement
that ends it lapses."""

OPEN: Final = (_S.CALLED, _S.JOINED)
"""Waiting for somebody, until `due_at`."""
