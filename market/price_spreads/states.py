"""The life of an entry about unequal prices: whose move it is to explain, and to decide."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class SpreadState(StrEnum):
    """Where an entry stands: asked waits for the provider, answered and unanswered for the operator."""

    ASKED = "asked"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    JUSTIFIED = "justified"
    REFERRED = "referred"


class SpreadAction(StrEnum):
    """What is done about an entry."""

    ANSWER = "answer"
    LAPSE = "lapse"
    JUSTIFY = "justify"
    RETURN = "return"
    REFER = "refer"


_S, _A = SpreadState, SpreadAction

PRICE_SPREAD: Final = Machine(
    "market.price_spread",
    _S.ASKED,
    {
        (_S.ASKED, _A.ANSWER): step(_S.ANSWERED, Role.PROVIDER),
        (_S.ASKED, _A.LAPSE): step(_S.UNANSWERED, Role.SYSTEM),
        (_S.UNANSWERED, _A.ANSWER): step(_S.ANSWERED, Role.PROVIDER),
        (_S.UNANSWERED, _A.REFER): step(_S.REFERRED, Role.OPERATOR),
        (_S.ANSWERED, _A.JUSTIFY): step(_S.JUSTIFIED, Role.OPERATOR),
        (_S.ANSWERED, _A.RETURN): step(_S.ASKED, Role.OPERATOR),
        (_S.ANSWERED, _A.REFER): step(_S.REFERRED, Role.OPERATOR),
    },
)
"""The provider explains; the operator takes the reason, asks again, or refers the matter to the regulator."""

OPEN: Final = (_S.ASKED, _S.ANSWERED, _S.UNANSWERED)
"""Each has a clock: the provider's days, then the operator's."""
