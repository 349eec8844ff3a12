"""What settlements say on the wire."""

from datetime import datetime
from typing import Any

import msgspec

from kernel.money import MoneyView


class FeeLineView(msgspec.Struct, frozen=True):
    """The fee on one band of the price."""

    part: MoneyView
    rate: str
    fee: MoneyView


class SettlementView(msgspec.Struct, frozen=True):
    """A settled order's money; `tax`, `fee`, `others_share` and `provider_share` make `gross`.

    `others_share` is what intermediaries, upstream holders and co-holders got.
    """

    id: str
    order_id: str
    buyer: str
    provider: str
    gross: MoneyView
    tax: MoneyView
    fee: MoneyView
    others_share: MoneyView
    provider_share: MoneyView
    lines: list[FeeLineView]
    policy: dict[str, Any]
    distribution_id: str | None
    ledger_entry_id: str
    document_id: str
    settled_at: datetime
