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
    first_on: date
    last_on: date


class RealisedBand(msgspec.Struct, frozen=True):
    """The band of realised trades, each as what was paid for a year of its licence.

    `counts` are how many trades there are of each nearness, the wider ones with the nearer. There are no figures where
    no kind has enough of them, and `zh` and `en` say why.
    """

    figures: BandFigures | None
    nearness: Annotated[Nearness | None, Meta(description="可比程度 · how near the trades are")]
    counts: dict[Nearness, int]
    zh: str
    en: str


class AppraisedBand(msgspec.Struct, frozen=True):
    """The values of the appraisals that stand for the revision on offer: what the data are worth, not a licence."""

    figures: BandFigures | None
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
    year_price: MoneyView | None
    realised: RealisedBand
    appraised: AppraisedBand
