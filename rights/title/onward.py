"""Grants out of a licence: whoever keeps the agreement behind it is asked, since the register does not know of it.

The chain of title says how far a licence reaches; whether it may be used now, paid and not suspended, the agreement.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from kernel.act import Act
from rights.grants.box import Grant
from rights.title.models import TitleGrant

Ask = Callable[[Act, TitleGrant, Grant], Awaitable[None]]
"""Raises the refusal of an agreement that does not permit a grant out of its link."""

ASKED: Final[list[Ask]] = []
"""Whoever keeps agreements; filled by the packages that do."""


def register(ask: Ask) -> Ask:
    """Register who is asked."""
    if ask not in ASKED:
        ASKED.append(ask)
    return ask


async def require(act: Act, link: TitleGrant, box: Grant) -> None:
    """Raise the refusal of whoever knows of something against a grant out of a link of the chain."""
    for ask in ASKED:
        await ask(act, link, box)
