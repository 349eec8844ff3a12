"""What previews of prices take and give on the wire."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.prices import Name, PriceTerms
from kernel.money import Money, MoneyView
from kernel.views.projection import shown
from market.pricing.lines import REASONS, Line, LineKind, Reason, Step
from market.pricing.usage import QUANTITY_MAX, Revenue, Use

USES_MAX = 500
PARTS_MAX = 8

Quantity = Annotated[int, Meta(ge=0, le=QUANTITY_MAX)]


class PreviewPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price, and the use for which one would know what it comes to; nothing of it is stored."""

    price: PriceTerms
    begin: (
        Annotated[date, Meta(description="方案开始日，缺省为今天 · the day on which the plan begins; today")] | None
    ) = None
    number: Annotated[
        int, Meta(ge=0, le=1200, description="第几个周期，从 0 起 · which of its periods, counted from 0")
    ] = 0
    quantities: Annotated[
        dict[Name, Quantity],
        Meta(max_length=PARTS_MAX, description="各项在周期内的用量合计 · how much of each component, in all"),
    ] = msgspec.field(default_factory=dict)
    uses: Annotated[
        dict[Name, Annotated[list[Use], Meta(max_length=USES_MAX)]],
        Meta(max_length=PARTS_MAX, description="或逐次列出的用量 · or its uses one by one"),
    ] = msgspec.field(default_factory=dict)
    revenue: Annotated[
        dict[Name, Revenue], Meta(max_length=PARTS_MAX, description="周期内的收入 · the revenue of the period")
    ] = msgspec.field(default_factory=dict)
    on_trial: Annotated[Quantity, Meta(description="此前已试用的数量 · units of the trial that were used before")] = 0


class ChargeLineView(msgspec.Struct, frozen=True):
    """A charge with its reason and every step that led to it."""

    kind: LineKind
    component: str
    period_start: datetime
    period_end: datetime
    quantity: int | None
    unit_price: str | None
    exact: Annotated[str, Meta(description="取整前的精确值，小数或分数 · before rounding: a decimal, or a fraction")]
    amount: MoneyView
    reason: Reason
    zh: str
    en: str
    trace: Annotated[list[Step], Meta(description="逐步计算 · every step of the computation")]


class PricedPeriodView(msgspec.Struct, frozen=True):
    """What a period comes to."""

    number: Annotated[int, Meta(description="第几个周期，从 0 起 · which period, counted from 0")]
    start: Annotated[datetime, Meta(description="周期开始 · the moment at which it begins")]
    end: Annotated[datetime, Meta(description="周期结束（不含） · the moment at which it is over")]
    lines: Annotated[list[ChargeLineView], Meta(description="逐项 · its lines")]
    total: Annotated[MoneyView, Meta(description="合计 · what it comes to")]


class DatedChargeView(msgspec.Struct, frozen=True):
    """What is charged at a moment."""

    at: Annotated[datetime, Meta(description="计费时刻 · the moment at which it is charged")]
    lines: Annotated[list[ChargeLineView], Meta(description="逐项 · its lines")]
    total: Annotated[MoneyView, Meta(description="合计 · what it comes to")]


class TrialView(msgspec.Struct, frozen=True):
    """What a plan with a trial charges when, through the end of its trial, at the given use in each period."""

    ends_at: Annotated[
        datetime | None, Meta(description="按天试用的结束时刻 · the end of a trial by days; none of one by units")
    ]
    units: Annotated[int | None, Meta(description="试用数量 · units of a trial by use; none of one by days")]
    charges: Annotated[
        list[DatedChargeView],
        Meta(description="各次计费：试用期间及其后首个完整周期内 · every charge through the first period after it"),
    ]


class CliffView(msgspec.Struct, frozen=True):
    """A quantity above which one unit more makes all of them cheaper, so that using more costs less."""

    component: str
    after: Annotated[int, Meta(description="超过该用量，总价下降 · above this quantity the whole becomes cheaper")]
    costs: Annotated[MoneyView, Meta(description="恰为该用量时 · what this quantity costs")]
    then: Annotated[MoneyView, Meta(description="多用一个单位时 · what one unit more costs")]


class PriceSentenceView(msgspec.Struct, frozen=True):
    """One sentence of a price."""

    zh: str
    en: str


class PricePreviewView(msgspec.Struct, frozen=True):
    """A price in words, what is due at the beginning, what the asked period comes to, and warnings for its author."""

    sentences: Annotated[list[PriceSentenceView], Meta(description="价格的文字说明 · the price in words")]
    upfront: Annotated[
        MoneyView | None, Meta(description="开始时应付；询价的为空 · due at the beginning; none where it is on request")
    ]
    opening: Annotated[
        list[ChargeLineView], Meta(description="开始时应付的各项 · the lines that are due at the beginning")
    ]
    periods: Annotated[
        list[PricedPeriodView], Meta(description="所问周期，每种周期一个 · the period asked for, of each length")
    ]
    trial: Annotated[
        TrialView | None, Meta(description="含试用的方案何时收费 · when a plan with a trial charges; none without one")
    ]
    cliffs: Annotated[list[CliffView], Meta(description="用量增加而总价下降之处 · where using more costs less")]
    usage_digest: Annotated[str, Meta(description="用量的摘要，账单据以重算 · digest of the usage that was priced")]


def line_view(one: Line) -> ChargeLineView:
    """A line as it is shown."""
    said = REASONS[one.reason]
    amount = Money(one.amount_minor, one.currency).view()
    return shown(one, ChargeLineView, amount=amount, zh=said.zh, en=said.en, trace=list(one.trace))
