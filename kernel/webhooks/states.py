"""The life of a webhook address: it works, the system gives it up after days of failure, its owner enables it again."""

from enum import StrEnum
from typing import Final

from kernel.states import Machine, Role, step


class WebhookState(StrEnum):
    """Whether messages are sent."""

    ACTIVE = "active"
    DISABLED = "disabled"


class WebhookAction(StrEnum):
    """Giving up and taking up again."""

    DISABLE = "disable"
    ENABLE = "enable"


OWNERS: Final = (Role.PROVIDER, Role.DEVELOPER, Role.BUYER, Role.OPERATOR)
"""Roles whose parties may have webhooks."""

WEBHOOK: Final = Machine(
    "kernel.webhook",
    WebhookState.ACTIVE,
    {
        (WebhookState.ACTIVE, WebhookAction.DISABLE): step(WebhookState.DISABLED, Role.SYSTEM),
        (WebhookState.DISABLED, WebhookAction.ENABLE): step(WebhookState.ACTIVE, *OWNERS),
    },
)
