"""What unequal prices say on the wire."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from market.price_spreads.states import SpreadState

Text = Annotated[str, Meta(min_length=4, max_length=2000)]


class ExplainSpread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why equal terms are priced unequally: volume, time, a rebate, a mistake."""

    text: Text


class DecideSpread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take the reason, ask again, or refer the matter to the regulator."""

    decision: Literal["justify", "return", "refer"]
    reason: Text


class PriceSpreadView(msgspec.Struct, frozen=True):
    """Unequal prices for equal terms: how far apart, whose move it is until when, and what became of it."""

    id: str
    asset_id: str
    revision_id: str
    provider: str
    terms_key: Annotated[
        str, Meta(description="条款摘要（不含价格与买方） · digest of the terms without price and buyer")
    ]
    lowest: MoneyView
    highest: MoneyView
    spread: Annotated[str, Meta(description="高出最低价的比例 · by which share the highest is above the lowest")]
    answer: str | None
    decision_reason: str | None
    decided_by: str | None
    status: SpreadState
    allowed_actions: list[str]
    due_at: datetime | None
    created_at: datetime


class PricedDealView(msgspec.Struct, frozen=True):
    """A deal on the same terms."""

    settlement_id: str
    order_id: str
    buyer: str
    price: MoneyView
    settled_on: date
