"""What redeliveries say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.redeliveries.states import RedeliveryState

Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class AskRedelivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the delivery does not conform, and should be delivered again."""

    reason: Reason


class AnswerRedeliveryRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the provider will deliver again, and why or why not."""

    agree: Annotated[bool, Meta(description="是否同意重新交付 · whether it will be delivered again")]
    reason: Reason


class DeliverAgain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Deliver the agreed revision again, or a later one that the listing went on with."""

    revision_id: Annotated[str, Meta(max_length=40)]
    statement: Annotated[str, Meta(max_length=1000)] = ""


class RedeliveryView(msgspec.Struct, frozen=True):
    """A redelivery, until when it waits for whom, and what became of it."""

    id: str
    order_id: str
    part_id: Annotated[str | None, Meta(description="所涉批次 · the part of the delivery that it is of")]
    n: Annotated[int, Meta(description="该订单的第几次 · its number in the order")]
    buyer: str
    provider: str
    reason: str
    because: Annotated[str | None, Meta(description="所依投诉 · the complaint whose outcome requires it")]
    answer: Annotated[str | None, Meta(description="提供方的答复 · what the provider said")]
    revision_id: Annotated[str | None, Meta(description="重新交付的版本 · the revision that was delivered again")]
    status: RedeliveryState
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime
