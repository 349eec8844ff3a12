"""What delivery plans and their parts say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.delivery_plans.states import PartState, PlanState

Reason = Annotated[str, Meta(min_length=1, max_length=1000)]
FileName = Annotated[str, Meta(min_length=1, max_length=255)]


class PlannedPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some of the agreement's files, the day from which they may be fetched, and their weight in the price."""

    files: Annotated[list[FileName], Meta(min_length=1, max_length=100)]
    from_day: Annotated[date, Meta(description="自该日（北京时间）起交付 · handed over from this day on, Beijing time")]
    weight: Annotated[
        int, Meta(ge=1, le=1_000_000, description="在价款中的权重 · its weight in the price, beside the other parts'")
    ]


class ProposeDeliveryPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Deliver an order in parts, in the order of their days; every file of the agreement is in exactly one of them."""

    parts: Annotated[list[PlannedPart], Meta(min_length=2, max_length=50)]
    reason: Reason


class AnswerDeliveryPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agree to the other side's plan, decline it, or withdraw one's own."""

    answer: Literal["agree", "decline", "withdraw"]
    reason: Reason


class PlannedPartView(msgspec.Struct, frozen=True):
    """A part as it was proposed, with what its weight comes to of the price."""

    files: list[str]
    from_day: date
    weight: int
    amount: MoneyView


class DeliveryPlanView(msgspec.Struct, frozen=True):
    """A plan, who proposed it, until when it waits for an answer, and what became of it."""

    id: str
    order_id: str
    agreement_id: str
    proposed_by: str
    reason: str
    answer: str | None
    parts: list[PlannedPartView]
    status: PlanState
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime


class DeliveryPartView(msgspec.Struct, frozen=True):
    """A part of a delivery: its files and its money, what it waits for, and what became of it."""

    id: str
    plan_id: str
    order_id: str
    n: Annotated[int, Meta(description="第几批 · its number in the plan")]
    files: list[str]
    amount: MoneyView
    available_at: datetime
    status: PartState
    allowed_actions: list[str]
    collect_due_at: Annotated[datetime | None, Meta(description="领取期限 · until when it is fetched and receipted")]
    inspection_due_at: Annotated[datetime | None, Meta(description="检验期限 · the end of its inspection")]
    receipt_id: str | None
    complaint_id: str | None
    statement_id: Annotated[str | None, Meta(description="结算单编号 · the document of its settlement")]
    received_at: datetime | None
    accepted_at: datetime | None
