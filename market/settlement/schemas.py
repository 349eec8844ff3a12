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
    """A settled order's money; `fee` and `provider_share` make `gross`."""

    id: str
    order_id: str
    buyer: str
    provider: str
    gross: MoneyView
    fee: MoneyView
    provider_share: MoneyView
    lines: list[FeeLineView]
    policy: dict[str, Any]
    ledger_entry_id: str
    document_id: str
    settled_at: datetime
