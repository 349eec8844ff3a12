"""The moments of an agreement at which more has to happen in the same unit: it takes effect, is amended, passes, ends.

Whatever follows from an agreement registers here, since agreements may not know what follows from them.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final, Protocol

from kernel.act import Act


class Moment(StrEnum):
    """What has become of the agreement, or is about to.

    `TO_BE_HELD` comes before it is locked, so that who keeps something beside it that is locked first does so; `TO_END`
    asks whoever keeps its order to end both. `TO_BE_AMENDED` lets whoever has something against it refuse.
    `SUCCEEDED` says that it has another provider.
    """

    IN_FORCE = "in-force"
    TO_BE_AMENDED = "to-be-amended"
    AMENDED = "amended"
    SUCCEEDED = "succeeded"
    TO_BE_HELD = "to-be-held"
    TO_END = "to-end"
    ENDED = "ended"


class Agreed(Protocol):
    """An agreement as far as those who follow it need it."""

    id: Any
    provider: Any
    consumer: Any
    asset_id: Any
    content: Any


Follow = Callable[[Act, Any], Awaitable[None]]

FOLLOWS: Final[dict[Moment, list[Follow]]] = {moment: [] for moment in Moment}
"""What follows, in the order in which it was registered."""


def follows(moment: Moment) -> Callable[[Follow], Follow]:
    """Register what follows from a moment of every agreement."""

    def register(follow: Follow) -> Follow:
        if follow not in FOLLOWS[moment]:
            FOLLOWS[moment].append(follow)
        return follow

    return register


async def arrived(act: Act, moment: Moment, agreement: Agreed) -> None:
    """Let happen what follows, in the caller's unit."""
    for follow in FOLLOWS[moment]:
        await follow(act, agreement)
