"""The life of a publication (交付格式版本)."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class PublicationState(StrEnum):
    """Where the making of a revision's delivery form stands."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHED = "published"
    FAILED = "failed"


class PublicationAction(StrEnum):
    """What happens to it."""

    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"


PUBLICATION: Final = Machine(
    "channels.publication",
    PublicationState.QUEUED,
    {
        (PublicationState.QUEUED, PublicationAction.START): step(PublicationState.RUNNING, Role.SYSTEM),
        (PublicationState.QUEUED, PublicationAction.FAIL): step(PublicationState.FAILED, Role.SYSTEM),
        (PublicationState.RUNNING, PublicationAction.FINISH): step(PublicationState.PUBLISHED, Role.SYSTEM),
        (PublicationState.RUNNING, PublicationAction.FAIL): step(PublicationState.FAILED, Role.SYSTEM),
        (PublicationState.FAILED, PublicationAction.RETRY): step(PublicationState.QUEUED, Role.SYSTEM),
    },
)
