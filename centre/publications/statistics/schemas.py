"""What statistics say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.text import Text

Count = Annotated[int, Meta(ge=0)]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many there were of each."""

    providers: Annotated[Count, Meta(description="新准入的提供方 · providers admitted for the first time")]
    certificates: Annotated[Count, Meta(description="颁发的登记证书 · certificates issued")]
    listings: Annotated[Count, Meta(description="上架的商品 · products put on the shelf")]
    orders_settled: Annotated[Count, Meta(description="结算的订单 · orders settled")]


class MonthlyCounts(Counts, frozen=True, kw_only=True):
    """The counts of one calendar month of China."""

    month: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}$(?!\n)", examples=["2026-11"], description="月份 · month")]


class IndicatorView(msgspec.Struct, frozen=True):
    """What is counted: its name, and from which register by which moment."""

    code: Annotated[str, Meta(description="指标代码，即各月计数的字段名 · code: the field of the counts")]
    name: Annotated[Text, Meta(description="名称 · name")]
    definition: Annotated[Text, Meta(description="统计口径 · what is counted, and by which moment")]


class StatisticsView(msgspec.Struct, frozen=True):
    """Counts by month, the last one as far as it has come, and since the centre began."""

    counted_at: Annotated[datetime, Meta(description="统计时刻 · the moment at which it was counted")]
    indicators: Annotated[list[IndicatorView], Meta(description="指标及口径 · what is counted")]
    months: Annotated[list[MonthlyCounts], Meta(description="各月，最早的在前 · the months, the earliest first")]
    total: Annotated[Counts, Meta(description="开业以来合计 · since the centre began")]
