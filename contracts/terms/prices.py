"""Prices (价格条款) as part of terms: what is to be paid, for what and when; the market computes what they come to.

Amounts are decimal text in the currency of their price, unit prices and rates are decimal text with up to ten places.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from kernel.money import MoneyView

COMPONENTS_MAX: Final = 8
TIERS_MAX: Final = 20
PARTS_MAX: Final = 36

Amount = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,12})(\.[0-9]{1,3})?$(?!\n)", examples=["1250.00"])]
"""Money of the price's own currency, with no more places than it has."""

UnitPrice = Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,10})?$(?!\n)", examples=["0.0123"])]

Rate = Annotated[str, Meta(pattern=r"^(0(\.[0-9]{1,10})?|1(\.0{1,10})?)$(?!\n)", examples=["0.15"])]
"""A share of one: 0.15 is 15 %."""

Quantity = Annotated[int, Meta(ge=0, le=10**15)]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$(?!\n)", examples=["queries"])]


class OneOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="one-off", tag_field="kind"):
    """One price, paid once (一次性)."""

    amount: MoneyView


class Free(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="free", tag_field="kind"):
    """Nothing to pay (无偿); on what conditions, the duties of the policy say."""


class OnRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="on-request", tag_field="kind"):
    """The price is told to who asks (询价); it is offered to the public, and never agreed to."""


class Every(StrEnum):
    """What a period is a number of."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Meter(StrEnum):
    """What use is counted in: calls, rows, bytes, seconds of computing, or natural units that the provider declares."""

    CALL = "call"
    ROW = "row"
    BYTE = "byte"
    SECOND = "second"
    UNIT = "unit"


class Aggregation(StrEnum):
    """How the uses of a period become one quantity; `unique` counts subjects, each once."""

    SUM = "sum"
    COUNT = "count"
    MAX = "max"
    UNIQUE = "unique"


class Seller(StrEnum):
    """Who sells for the tax: the provider through the centre as its agent (代理), or the centre itself (自营)."""

    AGENT = "agent"
    PRINCIPAL = "principal"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    name: Name


class Entry(_Part, frozen=True, tag="entry"):
    """Paid once at the beginning of a plan (开通费)."""

    amount: Amount


class Recurring(_Part, frozen=True, tag="recurring"):
    """Paid for each period (订阅): every so many days, weeks, months or years from the anchor.

    `anchor_day` is the day of the month on which periods begin, the last one in shorter months; without it they begin
    on the day of the month on which the plan began.
    """

    amount: Amount
    every: Annotated[int, Meta(ge=1, le=60)] = 1
    unit: Every = Every.MONTH
    anchor_day: Annotated[int, Meta(ge=1, le=31)] | None = None
    in_advance: bool = True


class Flat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="flat", tag_field="kind"):
    """Every unit costs the same."""

    unit_price: UnitPrice


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Units up to a number, that one included; the last tier is open."""

    unit_price: UnitPrice
    up_to: Annotated[int, Meta(ge=1, le=10**15)] | None = None


Tiers = Annotated[tuple[Tier, ...], Meta(min_length=1, max_length=TIERS_MAX)]


class Graduated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="graduated", tag_field="kind"):
    """The units of each tier cost its price (阶梯累进)."""

    tiers: Tiers


class Volume(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="volume", tag_field="kind"):
    """All units cost the price of the tier that their number reaches (阶梯全量): it may fall when more is used."""

    tiers: Tiers


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="package", tag_field="kind"):
    """Units are sold by packages, begun ones whole (打包)."""

    size: Annotated[int, Meta(ge=1, le=10**15)]
    price: Amount


Tariff = Flat | Graduated | Volume | Package


class Metered(_Part, frozen=True, tag="metered"):
    """Paid by use (按量), in arrears: what is above the included units, by a tariff, to a cap where there is one."""

    meter: Meter
    tariff: Tariff
    aggregation: Aggregation = Aggregation.SUM
    included: Quantity = 0
    cap: Amount | None = None
    every: Annotated[int, Meta(ge=1, le=60)] = 1
    unit: Every = Every.MONTH


class RevenueShare(_Part, frozen=True, tag="revenue-share"):
    """A share of what the user earned with the data, net of tax and refunds (收益分成), declared for each period."""

    rate: Rate
    guarantee: Amount = "0"
    report_due_days: Annotated[int, Meta(ge=1, le=180)] = 30
    audit_tolerance: Rate = "0.05"
    every: Annotated[int, Meta(ge=1, le=60)] = 1
    unit: Every = Every.MONTH


class Instalment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a price: due on a day, or so many days after the plan began."""

    weight: Annotated[int, Meta(ge=1, le=10**6)] = 1
    due_on: date | None = None
    due_days: Annotated[int, Meta(ge=0, le=3660)] | None = None


class Instalments(_Part, frozen=True, tag="instalments"):
    """One price in parts (分期), by weights to the minor unit."""

    amount: Amount
    parts: Annotated[tuple[Instalment, ...], Meta(min_length=2, max_length=PARTS_MAX)]


class BundleMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product of a bundle, and its weight in the price."""

    listing: Annotated[str, Meta(max_length=40)]
    weight: Annotated[int, Meta(ge=1, le=10**6)]


class Bundle(_Part, frozen=True, tag="bundle"):
    """Several products for one price (捆绑), shared among them by weight."""

    amount: Amount
    members: Annotated[tuple[BundleMember, ...], Meta(min_length=2, max_length=20)]


class Trial(_Part, frozen=True, tag="trial"):
    """Free to begin with (试用): for so many days, or so many units of a meter, once for each member and asset."""

    days: Annotated[int, Meta(ge=1, le=366)] | None = None
    meter: Meter | None = None
    units: Quantity | None = None


Component = Entry | Recurring | Metered | RevenueShare | Instalments | Bundle | Trial


class Coupon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A reduction (优惠) of the first so many periods: by a rate first, then by an amount, never below nothing."""

    rate: Rate = "0"
    amount: Amount = "0"
    periods: Annotated[int, Meta(ge=1, le=1200)] | None = None


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="plan", tag_field="kind"):
    """A price of several components in one currency (价格方案).

    `minimum` and `maximum` bound what one period comes to. Periods are reckoned by the days of `zone`.
    """

    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["CNY"])]
    components: Annotated[tuple[Component, ...], Meta(min_length=1, max_length=COMPONENTS_MAX)]
    seller: Seller = Seller.AGENT
    coupon: Coupon | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None
    zone: Annotated[str, Meta(max_length=40)] = "Asia/Shanghai"


PriceTerms = OneOff | Free | OnRequest | Plan


def cadence(part: Component) -> tuple[int, Every] | None:
    """How long the periods of a component are; None for what is not charged by periods."""
    return (part.every, part.unit) if isinstance(part, Recurring | Metered | RevenueShare) else None


def is_priced(price: PriceTerms) -> bool:
    """Whether there is something to pay, so that what is permitted waits for it."""
    return isinstance(price, OneOff | Plan)
