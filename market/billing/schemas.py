"""Bills on the wire."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from contracts.terms.prices import Name
from kernel.money import MoneyView
from market.billing.states import BillState
from market.metering.schemas import MeterUsage
from market.pricing.lines import Step

BillKind = Literal["period", "change", "instalment", "audit-cost"]


class BillLineView(msgspec.Struct, frozen=True):
    """A line of a bill: what for, for which period, how much and why, with every step that led there."""

    kind: str
    component: str
    period_start: datetime
    period_end: datetime
    quantity: int | None
    unit_price: str | None
    exact: str
    amount: MoneyView
    reason: str
    trace: list[Step]


class UsedView(msgspec.Struct, frozen=True):
    """What a meter came to in a period when the bill was made, and the digest of its uses."""

    meter: str
    period_start: datetime
    quantity: int
    digest: str


class BillView(msgspec.Struct, frozen=True):
    """A bill; `paid` is what is set aside for it, or paid, and `fee` and `provider_share` what was settled."""

    id: str
    subscription_id: str
    agreement_id: str
    provider: str
    buyer: str
    n: int
    number: str
    kind: BillKind
    plan_number: int
    status: BillState
    total: MoneyView
    paid: MoneyView
    issued_at: datetime
    due_at: datetime
    paid_at: datetime | None
    next_step_at: datetime | None
    fee: MoneyView | None
    provider_share: MoneyView | None


class BillDetail(msgspec.Struct, frozen=True):
    """A bill with its lines and what they were computed from."""

    bill: BillView
    lines: list[BillLineView]
    usage: list[UsedView]


class UsageView(msgspec.Struct, frozen=True):
    """What was used in a period so far and what it comes to: once billed, the bill's lines to the digit."""

    subscription_id: str
    period: int
    period_start: datetime
    period_end: datetime
    meters: list[MeterUsage]
    lines: list[BillLineView]
    total: MoneyView


class UpcomingBill(msgspec.Struct, frozen=True):
    """The next bill as it would be by what is known now; it has no number, and is stored nowhere."""

    subscription_id: str
    bill_at: datetime | None
    lines: list[BillLineView]
    total: MoneyView


class WriteOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a bill that is overdue is given up."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class DeclareRevenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the buyer earned with the data in a period, net of tax and refunds."""

    component: Name
    period_start: Annotated[datetime, Meta(tz=True)]
    revenue: MoneyView


class AuditRevenue(DeclareRevenue, frozen=True, forbid_unknown_fields=True):
    """What an audit found that the buyer earned in a period, which goes before what it declared.

    `cost` is what the provider paid for the audit; it is named where the buyer bears it.
    """

    cost: MoneyView | None = None


class DeclarationView(msgspec.Struct, frozen=True):
    """What was declared for a period, and what an audit found; `cost_bill_id` bills the audit's cost to the buyer."""

    subscription_id: str
    component: str
    period_start: datetime
    declared: str | None
    declared_at: datetime | None
    audited: str | None
    audited_at: datetime | None
    cost_bill_id: str | None
