"""A price as sentences in both languages, as contracts, differences and views say it; pure."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from contracts.terms.prices import (
    Aggregation,
    Bundle,
    Component,
    Coupon,
    Entry,
    Every,
    Flat,
    Graduated,
    Instalment,
    Instalments,
    Meter,
    Metered,
    OneOff,
    OnRequest,
    Package,
    Plan,
    PriceTerms,
    Recurring,
    RevenueShare,
    Seller,
    Tariff,
    Trial,
    Volume,
)
from kernel.documents.readable import money, percent
from kernel.text import Text

UNITS: Final = {
    Every.DAY: (Text("日", "day"), Text("{n} 日", "{n} days")),
    Every.WEEK: (Text("周", "week"), Text("{n} 周", "{n} weeks")),
    Every.MONTH: (Text("月", "month"), Text("{n} 个月", "{n} months")),
    Every.YEAR: (Text("年", "year"), Text("{n} 年", "{n} years")),
}
METERS: Final = {
    Meter.CALL: Text("次调用", "call"),
    Meter.ROW: Text("行", "row"),
    Meter.BYTE: Text("字节", "byte"),
    Meter.SECOND: Text("秒计算", "second of computing"),
    Meter.UNIT: Text("计量单位", "unit"),
}
AGGREGATIONS: Final = {
    Aggregation.SUM: Text("用量合计", "the sum of the uses"),
    Aggregation.COUNT: Text("使用次数", "the number of uses"),
    Aggregation.MAX: Text("最大一次用量", "the largest use"),
    Aggregation.UNIQUE: Text("不同对象数", "the number of different subjects"),
}
SELLERS: Final = {
    Seller.AGENT: Text(
        "由提供方向使用方开票，中心代理收款", "The provider invoices the consumer; the centre collects as its agent"
    ),
    Seller.PRINCIPAL: Text("由中心销售并向使用方开票", "The centre sells, and invoices the consumer"),
}
FREE: Final = Text("无偿", "free of charge")
ON_REQUEST: Final = Text("询价：价款由双方议定", "On request: the price is for the two sides to agree")


def sentences(price: PriceTerms) -> tuple[Text, ...]:
    """A price in words: one sentence for what is paid once or not at all, one for each part of a plan."""
    if isinstance(price, OneOff):
        said = money(price.amount.amount, price.amount.currency)
        return (Text(f"一次性 {said}", f"{said}, once"),)
    if isinstance(price, Plan):
        return tuple(_plan(price))
    return (ON_REQUEST if isinstance(price, OnRequest) else FREE,)


def whole(price: PriceTerms) -> Text:
    """A price in words as one text."""
    said = sentences(price)
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _plan(plan: Plan) -> Iterator[Text]:
    for part in plan.components:
        yield Text("{name}：{said}", "{name}: {said}").filled(name=part.name, said=component(part, plan.currency))
    if plan.coupon is not None:
        yield _coupon(plan.coupon, plan.currency)
    for name, text in (
        ("minimum", Text("每期合计不足 {said} 的，按其收取", "A period comes to {said} at least")),
        ("maximum", Text("每期合计至多 {said}", "A period comes to {said} at most")),
    ):
        if (amount := getattr(plan, name)) is not None:
            yield text.filled(said=money(amount, plan.currency))
    yield SELLERS[plan.seller]
    yield Text("周期按 {zone} 的日期计算", "Periods are reckoned by the days of {zone}").filled(zone=plan.zone)


def component(part: Component, currency: str) -> Text:
    """One component of a plan in words."""
    return _SAID[type(part)](part, currency)


def _entry(part: Entry, currency: str) -> Text:
    return Text("开通费 {said}，一次性", "{said} at the beginning, once").filled(said=money(part.amount, currency))


def _recurring(part: Recurring, currency: str) -> Text:
    said = Text("每{length} {said}，{when}{anchor}", "{said} every {length}, {when}{anchor}")
    when = Text("期初收取", "in advance") if part.in_advance else Text("期末收取", "in arrears")
    day = part.anchor_day
    anchor = Text("", "")
    if day is not None:
        anchor = Text(
            f"，每期自 {day} 日起，短月为末日", f", from day {day} of the month, the last one in shorter months"
        )
    return said.filled(length=_length(part), said=money(part.amount, currency), when=when, anchor=anchor)


def _metered(part: Metered, currency: str) -> Text:
    said = Text(
        "每{length}按{how}（{meter}）：{tariff}{included}{cap}",
        "every {length}, by {how} ({meter}): {tariff}{included}{cap}",
    )
    included = cap = Text("", "")
    if part.included:
        included = Text("；其中免费 {n}", "; {n} of them free").filled(n=f"{part.included:,}")
    if part.cap is not None:
        cap = Text("；至多 {said}", "; at most {said}").filled(said=money(part.cap, currency))
    return said.filled(
        length=_length(part),
        how=AGGREGATIONS[part.aggregation],
        meter=METERS[part.meter],
        tariff=_tariff(part.tariff, currency),
        included=included,
        cap=cap,
    )


def _tariff(tariff: Tariff, currency: str) -> Text:
    if isinstance(tariff, Flat):
        return Text("每单位 {said}", "{said} each").filled(said=money(tariff.unit_price, currency))
    if isinstance(tariff, Package):
        said = Text("每 {n} 单位一包 {said}，不足一包按一包", "{said} for each package of {n}, a begun one whole")
        return said.filled(n=f"{tariff.size:,}", said=money(tariff.price, currency))
    return _tiers(tariff, currency)


def _tiers(tariff: Graduated | Volume, currency: str) -> Text:
    zh, en = [], []
    for tier in tariff.tiers:
        price = money(tier.unit_price, currency)
        if tier.up_to is not None:
            zh.append(f"至 {tier.up_to:,} 每单位 {price}")
            en.append(f"to {tier.up_to:,} {price} each")
        else:
            zh.append(f"其余每单位 {price}")
            en.append(f"above {price} each")
    if isinstance(tariff, Graduated):
        return Text("阶梯累进：" + "，".join(zh), "by tiers: " + ", ".join(en))
    return Text("阶梯全量：" + "，".join(zh), "all units by the tier reached: " + ", ".join(en))


def _revenue(part: RevenueShare, currency: str) -> Text:
    said = Text(
        "每{length}收入（扣除税和退款）的 {rate}，期末后 {days} 日内申报，至少 {least}；"
        "审计差异超过 {tolerance} 的补缴，并承担审计费用",
        "{rate} of the revenue of every {length}, net of tax and refunds, declared within {days} days, {least} at the "
        "least; what an audit finds beyond {tolerance} is paid up, with the cost of the audit",
    )
    return said.filled(
        length=_length(part),
        rate=percent(part.rate),
        days=part.report_due_days,
        least=money(part.guarantee, currency),
        tolerance=percent(part.audit_tolerance),
    )


def _instalments(part: Instalments, currency: str) -> Text:
    said = Text("{said}，分 {n} 期：{dues}", "{said} in {n} parts: {dues}")
    zh = "，".join(f"{_due(one).zh}（{one.weight}）" for one in part.parts)
    en = ", ".join(f"{_due(one).en} ({one.weight})" for one in part.parts)
    return said.filled(said=money(part.amount, currency), n=len(part.parts), dues=Text(zh, en))


def _due(part: Instalment) -> Text:
    if part.due_on is not None:
        return Text(f"{part.due_on.isoformat()}", f"{part.due_on.isoformat()}")
    return Text(f"开始后 {part.due_days} 日", f"{part.due_days} days after the beginning")


def _bundle(part: Bundle, currency: str) -> Text:
    listed = ", ".join(f"{member.listing} ({member.weight})" for member in part.members)
    said = Text("组合 {said}：{listed}", "{said} for a bundle: {listed}")
    return said.filled(said=money(part.amount, currency), listed=listed)


def _trial(part: Trial, _: str) -> Text:
    if part.days is not None:
        return Text("试用 {n} 日，每一主体每项资产一次", "a trial of {n} days, once for a member and asset").filled(
            n=part.days
        )
    said = Text("试用 {n} {meter}，每一主体每项资产一次", "a trial of {n} units ({meter}), once for a member and asset")
    return said.filled(n=f"{part.units:,}", meter=METERS[part.meter] if part.meter else "")


def _coupon(coupon: Coupon, currency: str) -> Text:
    parts: list[Text] = []
    if Decimal(coupon.rate):
        parts.append(Text(f"减 {percent(coupon.rate)}", f"{percent(coupon.rate)} off"))
    if Decimal(coupon.amount):
        said = money(coupon.amount, currency)
        parts.append(Text(f"再减 {said}" if parts else f"减 {said}", f"{said} off"))
    span = Text("每期", "every period")
    if coupon.periods is not None:
        span = Text(f"前 {coupon.periods} 期", f"the first {coupon.periods} periods")
    zh, en = "，".join(one.zh for one in parts), ", then ".join(one.en for one in parts)
    return Text("优惠：{span}{parts}", "Coupon: {parts} in {span}").filled(span=span, parts=Text(zh, en))


def _length(part: Recurring | Metered | RevenueShare) -> Text:
    one, several = UNITS[part.unit]
    return one if part.every == 1 else several.filled(n=part.every)


_SAID: Final[dict[type, Callable[[Any, str], Text]]] = {
    Entry: _entry,
    Recurring: _recurring,
    Metered: _metered,
    RevenueShare: _revenue,
    Instalments: _instalments,
    Bundle: _bundle,
    Trial: _trial,
}


PLACES: Final = {
    "components": Text("组成", "components"),
    "tariff": Text("计价", "tariff"),
    "tiers": Text("档次", "tier"),
    "open": Text("其余", "the rest"),
    "unit_price": Text("单价", "unit price"),
    "up_to": Text("至", "up to"),
    "size": Text("每包数量", "size of a package"),
    "meter": Text("计量", "meter"),
    "aggregation": Text("汇总方式", "aggregation"),
    "included": Text("免费用量", "free units"),
    "cap": Text("上限", "cap"),
    "every": Text("周期长度", "length of the period"),
    "unit": Text("周期单位", "unit of the period"),
    "anchor_day": Text("起始日", "day on which periods begin"),
    "in_advance": Text("期初收取", "paid in advance"),
    "rate": Text("比例", "rate"),
    "guarantee": Text("最低保证", "guaranteed least"),
    "report_due_days": Text("申报期限（天）", "days to declare"),
    "audit_tolerance": Text("审计容差", "tolerance of the audit"),
    "parts": Text("分期", "parts"),
    "weight": Text("权重", "weight"),
    "due_on": Text("到期日", "due on"),
    "due_days": Text("开始后到期（天）", "days after the beginning"),
    "members": Text("组合成员", "members of the bundle"),
    "units": Text("试用数量", "units on trial"),
    "days": Text("天数", "days"),
    "coupon": Text("优惠", "coupon"),
    "periods": Text("期数", "periods"),
    "minimum": Text("每期最低", "minimum of a period"),
    "maximum": Text("每期最高", "maximum of a period"),
    "seller": Text("税务上的销售方", "seller for the tax"),
    "zone": Text("时区", "time zone"),
    "price": Text("价款", "price"),
}
"""What people call the places within a price."""

_DEARER: Final = ("amount", "unit_price", "price", "rate", "cap", "guarantee", "minimum", "maximum")
_CHEAPER: Final = ("included", "size", "units", "days", "periods", "audit_tolerance")


def is_dearer(path: Sequence[str], old: Any, new: Any) -> bool | None:
    """Whether a number of a plan that changed makes it dearer; None where that depends on what is used."""
    try:
        before, after = Decimal(str(old)), Decimal(str(new))
    except InvalidOperation:
        return None
    if not (before.is_finite() and after.is_finite()) or path[-1] not in (*_DEARER, *_CHEAPER):
        return None
    dearer = (path[-1] in _DEARER) is ("coupon" not in path or path[-1] == "periods")
    return (after > before) is dearer


def said(value: Any, currency: str) -> Text:
    """A part of a price that was added, removed or changed whole, in words; by its kind where it cannot be read."""
    try:
        if "name" in value:
            return component(msgspec.convert(value, Component), currency)
        return whole(msgspec.convert(value, PriceTerms))
    except (msgspec.ValidationError, KeyError, ArithmeticError):
        named = next((str(value[name]) for name in ("kind", "listing", "unit_price", "weight") if name in value), "-")
        return Text(named, named)
