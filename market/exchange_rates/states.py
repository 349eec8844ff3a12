"""The life of an entered exchange rate."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class RateState(StrEnum):
    """Where a rate stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"


class RateAction(StrEnum):
    """What happens to a rate."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    LAPSE = "lapse"


_S, _A = RateState, RateAction

RATE: Final = Machine(
    "market.exchange_rate",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.CONFIRM): step(_S.CONFIRMED, Role.CLEARING),
        (_S.PROPOSED, _A.REFUSE): step(_S.REFUSED, Role.CLEARING),
        (_S.PROPOSED, _A.LAPSE): step(_S.LAPSED, Role.SYSTEM),
    },
)
"""A rate that was confirmed never changes: a correction is another rate of the same day, which then counts."""
