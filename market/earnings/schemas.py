"""What an asset's earnings say on the wire."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView


class EarnedYear(msgspec.Struct, frozen=True):
    """One year of China's calendar in one currency: what was settled, what the provider got, what was credited back."""

    year: int
    orders: Annotated[int, Meta(description="已结算订单数 · orders that were settled")]
    gross: MoneyView
    fee: MoneyView
    earned: Annotated[MoneyView, Meta(description="提供方所得 · what the provider got")]
    credited: Annotated[MoneyView, Meta(description="因服务水平抵扣 · what was credited for service levels")]


class ValuedAt(msgspec.Struct, frozen=True):
    """One value that was found for the asset, with its range."""

    appraisal_id: str
    standing: str
    approach: str
    base_date: date
    value: MoneyView
    low: MoneyView
    high: MoneyView


class EarningsView(msgspec.Struct, frozen=True):
    """An asset's earnings, the newest year first, beside the values found for it, the newest first and 50 at most."""

    asset_id: str
    earned: list[EarnedYear]
    valued: list[ValuedAt]
