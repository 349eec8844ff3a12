"""What a plan costs at the least: its "from" price (起价), with no use at all and without a reduction; pure."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.terms.price.amounts import money
from contracts.terms.price.sentences import UNITS
from contracts.terms.prices import (
    Bundle,
    Entry,
    Every,
    Instalments,
    Metered,
    Plan,
    Recurring,
    RevenueShare,
    Trial,
    cadence,
)
from kernel.money import Money, MoneyView
from kernel.text import Text

_DAYS_MIN: Final = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 28, Every.YEAR: 365}
_DAYS_MAX: Final = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31, Every.YEAR: 366}


class PriceFrom(msgspec.Struct, frozen=True):
    """The least that a plan comes to in one whole period of its longest kind, and what is paid once beside it.

    Nobody pays less for a whole period at full price; whoever uses what is metered, or earns with the data where the
    revenue is shared, pays more. A plan without periods has no `least`.
    """

    once: Annotated[
        MoneyView | None, Meta(description="一次性价款合计 · what is paid once, all instalments of it together")
    ]
    least: Annotated[MoneyView | None, Meta(description="一个周期的最低价 · the least of one whole period")]
    every: Annotated[int | None, Meta(description="周期为几个单位 · how many units the period has")]
    unit: Every | None
    by_use: Annotated[bool, Meta(description="另按用量或收入计费 · more is paid by use or by revenue")]
    reduced: Annotated[
        bool, Meta(description="开始时有试用或优惠，未计入 · it begins with a trial or a reduction, not reckoned here")
    ]
    zh: str
    en: str


def least(plan: Plan) -> PriceFrom:
    """The "from" price of a plan, as figures and as a sentence."""
    paid_once = sum(
        money(part.amount, plan.currency).minor
        for part in plan.components
        if isinstance(part, Entry | Bundle | Instalments)
    )
    once = Money(paid_once, plan.currency) if paid_once else None
    longest = _longest(plan)
    period = None if longest is None else Money(_of_period(plan, longest), plan.currency)
    by_use = any(isinstance(part, Metered | RevenueShare) for part in plan.components)
    reduced = plan.coupon is not None or any(isinstance(part, Trial) for part in plan.components)
    said = _said(once, period, longest, by_use=by_use, reduced=reduced)
    return PriceFrom(
        once=once.view() if once is not None else None,
        least=period.view() if period is not None else None,
        every=longest[0] if longest is not None else None,
        unit=longest[1] if longest is not None else None,
        by_use=by_use,
        reduced=reduced,
        zh=said.zh,
        en=said.en,
    )


def least_minor(plan: Plan) -> int:
    """The figure by which products are compared: of one whole period, or what is paid once where there are none."""
    longest = _longest(plan)
    if longest is not None:
        return _of_period(plan, longest)
    once = least(plan).once
    return 0 if once is None else Money.of(once).minor


def _longest(plan: Plan) -> tuple[int, Every] | None:
    lengths = {length for part in plan.components if (length := cadence(part)) is not None}
    return max(lengths, key=lambda length: length[0] * _DAYS_MAX[length[1]], default=None)


def _of_period(plan: Plan, longest: tuple[int, Every]) -> int:
    """The fees of one whole period with all shorter ones that surely lie in it, or the minimum where that is more."""
    total = 0
    for part in plan.components:
        length = cadence(part)
        if length is None:
            continue
        fee = part.amount if isinstance(part, Recurring) else part.guarantee if isinstance(part, RevenueShare) else "0"
        total += _times(length, longest) * money(fee, plan.currency).minor
    # A minimum and a maximum are of a period, and a plan with one has one kind of periods.
    if plan.minimum is not None:
        total = max(total, money(plan.minimum, plan.currency).minor)
    if plan.maximum is not None:
        total = min(total, money(plan.maximum, plan.currency).minor)
    return total


def _times(length: tuple[int, Every], longest: tuple[int, Every]) -> int:
    """How many whole periods of a length surely lie in the longest one; twelve months are a year."""
    (every, unit), (times, outer) = length, longest
    if (unit, outer) == (Every.MONTH, Every.YEAR):
        return times * 12 // every
    if unit is outer:
        return times // every
    return times * _DAYS_MIN[outer] // (every * _DAYS_MAX[unit])


def _said(
    once: Money | None, period: Money | None, longest: tuple[int, Every] | None, *, by_use: bool, reduced: bool
) -> Text:
    zh, en = [], []
    if period is not None and longest is not None:
        unit = UNITS[longest[1]][longest[0] > 1].filled(n=str(longest[0]))
        zh.append(f"每{unit.zh} {period} 起" if by_use else f"每{unit.zh} {period}")
        en.append(f"from {period} every {unit.en}" if by_use else f"{period} every {unit.en}")
    if once is not None:
        zh.append(f"一次性 {once}")
        en.append(f"{once} once")
    if by_use:
        zh.append("另按用量或收入计费")
        en.append("and more by use or revenue")
    if reduced:
        zh.append("开始时有试用或优惠")
        en.append("with a trial or a reduction to begin with")
    return Text("，".join(zh), ", ".join(en))
