"""What webhooks say on the wire."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from kernel.webhooks.states import WebhookState

Kind = Annotated[
    str, Meta(max_length=100, pattern=r"^[a-z][a-z_-]*(\.[a-z][a-z_-]*){0,2}$(?!\n)", examples=["market.order"])
]


class CreateWebhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask for one's own events at an address; `kinds` are leading parts of event kinds, none means all."""

    url: Annotated[str, Meta(min_length=8, max_length=2000, examples=["https://buyer.example.cn/hooks/liutong"])]
    kinds: Annotated[list[Kind], Meta(max_length=20)] = []


class WebhookView(msgspec.Struct, frozen=True):
    """An address without its secrets."""

    id: str
    url: str
    kinds: list[str]
    status: WebhookState
    allowed_actions: list[str]
    cursor: int
    failing_since: datetime | None
    created_at: datetime


class NewWebhookView(msgspec.Struct, frozen=True):
    """A new address with its secret, which is shown this once; a repeat is answered with null in its place."""

    SHOWN_ONCE: ClassVar = ("secret",)

    webhook: WebhookView
    secret: str | None


class RotationView(msgspec.Struct, frozen=True):
    """The new secret, shown this once, null in a repeat; until the moment given, the old one signs beside it."""

    SHOWN_ONCE: ClassVar = ("secret",)

    webhook: WebhookView
    secret: str | None
    previous_valid_until: datetime


class WebhookTestView(msgspec.Struct, frozen=True):
    """The entry of the test; it arrives as a message with this `webhook-id`."""

    entry_id: str


class WebhookDeliveryView(msgspec.Struct, frozen=True):
    """One message to one address: `state` is pending, delivered or abandoned."""

    entry_id: str
    index: int
    kind: str
    state: Literal["pending", "delivered", "abandoned"]
    attempts: int
    last_status: int | None
    last_failure: str | None
    next_attempt_at: datetime | None
    delivered_at: datetime | None


class MessageData(msgspec.Struct, frozen=True):
    """The event; `facts` is null where it would be too long, and the event feed has it."""

    id: str
    index: int
    subject: str
    facts: dict[str, Any] | None


class Message(msgspec.Struct, frozen=True):
    """What is posted (Standard Webhooks: type, timestamp, data)."""

    type: str
    timestamp: str
    data: MessageData


class EventView(msgspec.Struct, frozen=True):
    """One thing that happened; `index` is its place in the public log."""

    id: str
    index: int
    at: datetime
    kind: str
    subject: str
    actor_party: str | None
    facts: dict[str, Any]
