"""What orders and entitlements say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.orders.states import OrderState

PurchaseOrderNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=r"^[0-9A-Za-z一-鿿._/#-]+$(?!\n)",
        description="买方的采购订单号 · the number of the buyer's own purchase order",
        examples=["PO-2026-0815"],
    ),
]
CostCentre = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=40,
        pattern=r"^[0-9A-Za-z一-鿿._/#-]+$(?!\n)",
        description="买方的成本中心 · the buyer's cost centre",
        examples=["CC-4711"],
    ),
]


class PlaceOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Order a listing at its price and under its licence, for one purpose."""

    listing_id: Annotated[str, Meta(max_length=40)]
    purpose: Annotated[str, Meta(min_length=1, max_length=40, examples=["internal-analysis"])]
    use_case: Annotated[str, Meta(max_length=400, description="应用场景 · what the data will be used for")] = ""
    purchase_order_number: PurchaseOrderNumber | None = None
    cost_centre: CostCentre | None = None


class CancelOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give up an order that is not paid, as its buyer or its provider, and say why."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class RefundOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The centre sends the buyer's money back instead of settling."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class OrderView(msgspec.Struct, frozen=True):
    """An order as its parties see it."""

    id: str
    buyer: str
    provider: str
    listing_id: str
    asset_id: str
    revision_id: str
    title_zh: str
    title_en: str
    purpose: str
    use_case: str
    price: MoneyView
    status: OrderState
    allowed_actions: list[str]
    negotiation_id: str | None
    agreement_id: str | None
    payment_due_at: datetime
    inspection_due_at: datetime | None
    placed_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    accepted_at: datetime | None
    settled_at: datetime | None
    collect_due_at: Annotated[
        datetime | None, Meta(description="买方须领取数据的期限 · until when the buyer must have collected the data")
    ]
    end_reason: Annotated[str | None, Meta(description="未履行而终结的原因 · why it ended without performance")]
    complaint_id: Annotated[str | None, Meta(description="未结的投诉编号 · the complaint of it that is open")]
    purchase_order_number: Annotated[
        str | None, Meta(description="买方的采购订单号 · the number of the buyer's own purchase order")
    ]
    cost_centre: Annotated[str | None, Meta(description="买方的成本中心 · the buyer's cost centre")]


class EntitledFile(msgspec.Struct, frozen=True):
    """A file that the buyer may fetch."""

    name: str
    sha256: str
    size_bytes: int


class EntitlementView(msgspec.Struct, frozen=True):
    """Whether the buyer of an order may fetch its data now; `reason` says why not."""

    order_id: str
    entitled: bool
    reason: str | None
    revision_id: Annotated[str | None, Meta(description="可取的最新版本 · the newest revision that may be fetched")]
    files: list[EntitledFile]
    until: datetime | None
