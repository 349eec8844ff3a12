"""The lives of a grant and of a remark on a right."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class GrantState(StrEnum):
    """Where a grant stands; one whose last day has passed is marked by a sweep, and its day decides before that."""

    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"


class GrantAction(StrEnum):
    """What ends a grant."""

    END = "end"
    TRANSFER = "transfer"
    EXPIRE = "expire"


_HOLDERS: Final = (Role.PROVIDER, Role.DEVELOPER, Role.BUYER)

TITLE: Final = Machine(
    "rights.title",
    GrantState.ACTIVE,
    {
        # Who was granted something may give it up; only the register takes it away.
        (GrantState.ACTIVE, GrantAction.END): step(GrantState.ENDED, Role.REGISTRAR, Role.SYSTEM, *_HOLDERS),
        (GrantState.ACTIVE, GrantAction.TRANSFER): step(GrantState.ENDED, Role.REGISTRAR, Role.SYSTEM),
        (GrantState.ACTIVE, GrantAction.EXPIRE): step(GrantState.EXPIRED, Role.SYSTEM),
    },
)


class RemarkState(StrEnum):
    """Whether a remark stands."""

    ENTERED = "entered"
    RELEASED = "released"


class RemarkAction(StrEnum):
    """What ends a remark."""

    RELEASE = "release"


REMARK: Final = Machine(
    "rights.remark",
    RemarkState.ENTERED,
    {(RemarkState.ENTERED, RemarkAction.RELEASE): step(RemarkState.RELEASED, Role.REGISTRAR)},
)
