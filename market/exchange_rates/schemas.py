"""What exchange rates say on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from kernel.money import MoneyView
from kernel.rules.policy import PolicyRef
from market.exchange_rates.states import RateState

Code = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["USD"])]
Figure = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,10})?$(?!\n)", examples=["7.1234"])]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class EnterRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rate of a day by its source: one unit of `base` costs `rate` units of `quote`."""

    base: Annotated[Code, Meta(description="基准币种，一个单位 · the currency of which one unit is priced")]
    quote: Annotated[Code, Meta(description="计价币种 · the currency in which it is priced")]
    rate: Annotated[Figure, Meta(description="一个基准单位的价格，至多十位小数 · up to ten places")]
    dated: Annotated[date, Meta(description="汇率日期 · the day of the rate")]
    source: Annotated[str, Meta(min_length=2, max_length=200, description="来源 · who published it, and where")]
    corrects: Annotated[str, Meta(max_length=40, description="所更正的汇率 · the rate that it corrects")] | None = None


class DecideRate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second officer has compared, or why it refuses."""

    reason: Reason


class RateView(msgspec.Struct, frozen=True):
    """A rate as it was entered, and what became of it."""

    id: str
    base: Annotated[str, Meta(description="基准币种 · the currency of which one unit is priced")]
    quote: Annotated[str, Meta(description="计价币种 · the currency in which it is priced")]
    rate: Annotated[str, Meta(description="一个基准单位的价格 · what one unit costs")]
    dated: Annotated[date, Meta(description="汇率日期 · the day of the rate")]
    source: Annotated[str, Meta(description="来源 · who published it, and where")]
    corrects: Annotated[str | None, Meta(description="所更正的汇率 · the rate that it corrects")]
    status: RateState
    decision_reason: str | None
    due_at: datetime
    entered_at: Annotated[datetime, Meta(description="录入时间 · when it was entered")]
    decided_at: Annotated[datetime | None, Meta(description="复核时间 · when the second officer decided")]


class ConversionView(msgspec.Struct, frozen=True):
    """An amount in another currency, with the stored rate by which it was converted; it moves no money."""

    amount: Annotated[MoneyView, Meta(description="原金额 · the amount that was asked about")]
    converted: Annotated[MoneyView, Meta(description="折算金额，四舍六入五取偶 · in the other currency, half to even")]
    on: Annotated[date, Meta(description="折算日 · the day for which it is converted")]
    rate: Annotated[RateView, Meta(description="所用汇率 · the rate that was used")]
    policy: PolicyRef
