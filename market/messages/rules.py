"""How much a thread holds."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.rules import policy


class ThreadLimits(Struct, frozen=True, forbid_unknown_fields=True):
    """The most messages of a thread, and the most files of a message and their size."""

    messages_max: Annotated[int, Meta(ge=1, le=10_000)]
    attachments_max: Annotated[int, Meta(ge=1, le=20)]
    attachment_bytes_max: Annotated[int, Meta(ge=1)]


OF_ORDERS: Final = policy.load("messages", ThreadLimits, "market.messages")
