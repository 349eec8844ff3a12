"""What notices of termination say on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from market.endings.states import TerminationState

Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Ground = Literal["agreed", "breach", "given-up"]


class TerminateAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give notice that an agreement is to end; a breach names the obligation that was breached."""

    ground: Annotated[
        Ground,
        Meta(
            description="解除事由：协商解除、因违约解除、使用方放弃 · "
            "by agreement, for a breach, or the consumer gives it up",
            examples=["agreed"],
        ),
    ]
    reason: Reason
    obligation_id: Annotated[str, Meta(max_length=40)] | None = None


class AnswerTermination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agree, refuse, or withdraw one's own notice."""

    answer: Literal["agree", "refuse", "withdraw"]
    reason: Reason


class TerminationView(msgspec.Struct, frozen=True):
    """A notice, until when it waits, and what became of it."""

    id: str
    agreement_id: str
    order_id: str | None
    by: str
    ground: Ground
    obligation_id: str | None
    reason: str
    answer: str | None
    due_at: datetime
    status: TerminationState
    allowed_actions: list[str]
    created_at: datetime
