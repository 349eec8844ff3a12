"""What price bands say on the wire."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.price_bands.rules import Nearness


class BandFigures(msgspec.Struct, frozen=True):
    """A band: quartiles and middle of `n` figures, of which the first and the last day are told."""

    low: Annotated[MoneyView, Meta(description="下四分位 · a quarter lies at or below it")]
    median: Annotated[MoneyView, Meta(description="中位 · half lies below it")]
    high: Annotated[MoneyView, Meta(description="上四分位 · three quarters lie at or below it")]
    n: Annotated[int, Meta(description="样本数 · how many figures it is made of")]
    first_on: Annotated[date, Meta(description="最早一项的日期 · the day of the oldest figure")]
    last_on: Annotated[date, Meta(description="最近一项的日期 · the day of the newest figure")]


_Figures = Annotated[BandFigures | None, Meta(description="区间；不足时为空 · the band; none where there are too few")]


class RealisedBand(msgspec.Struct, frozen=True):
    """The band of realised trades, each as what was paid for a year of its licence.

    `counts` are how many trades there are of each nearness, the wider ones with the nearer. There are no figures where
    no kind has enough of them, and `zh` and `en` say why.
    """

    figures: _Figures
    nearness: Annotated[Nearness | None, Meta(description="可比程度 · how near the trades are")]
    counts: Annotated[dict[Nearness, int], Meta(description="各可比程度的笔数 · trades of each nearness")]
    zh: str
    en: str


class AppraisedBand(msgspec.Struct, frozen=True):
    """The values of the appraisals that stand for the revision on offer: what the data are worth, not a licence."""

    figures: _Figures
    zh: str
    en: str


class PriceBandView(msgspec.Struct, frozen=True):
    """What a price is seen beside, on a day, under a policy; it decides nothing.

    `year_price` is the listed amount for a year of its licence, which is what the realised band compares; a plan has
    none, since what it comes to depends on its use.
    """

    currency: str
    on: date
    policy: PolicyRef
    price: MoneyView | None
    year_price: Annotated[
        MoneyView | None, Meta(description="标价按许可期一年折算 · the amount for a year of the licence")
    ]
    realised: Annotated[RealisedBand, Meta(description="已成交区间 · the band of realised trades")]
    appraised: Annotated[AppraisedBand, Meta(description="有效估值区间 · the span of the appraisals that stand")]
