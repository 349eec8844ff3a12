"""Prices: every fault by name and place, what they can come to at the most, and what people are told of them."""

from datetime import date
from typing import Any

import msgspec
import pytest

from contracts.terms.binding import bound, offered
from contracts.terms.difference import apply, difference
from contracts.terms.document import Terms, parsed, plain
from contracts.terms.effects import explained
from contracts.terms.errors import TermsContradictory
from contracts.terms.price.amounts import exposure, most, yearly
from contracts.terms.price.sentences import sentences, whole
from contracts.terms.prices import (
    Bundle,
    BundleMember,
    Coupon,
    Entry,
    Every,
    Flat,
    Free,
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
    Tier,
    Trial,
    Volume,
)
from contracts.terms.reading import read
from kernel.money import MINOR_MAX, MoneyView
from tests.contracts.terms.test_terms import CONSUMER, DAY, permission, policy, terms

FEE = Recurring("fee", "300.00")


def of(*parts: Any, **sides: Any) -> Plan:
    return Plan(**{"currency": "CNY", "components": parts or (FEE,), **sides})


def tiered(*tiers: Tier) -> Plan:
    return of(Metered("use", Meter.CALL, Graduated(tiers)))


def parts(*instalments: Instalment, amount: str = "100.00") -> Plan:
    return of(Instalments("price", amount, instalments))


FLAT = Metered("use", Meter.CALL, Flat("0.0123"))
FAULTS: dict[str, tuple[PriceTerms, list[str]]] = {
    "unknown currency": (of(currency="XXX"), ["/currency"]),
    "unknown zone": (of(zone="Asia/Nowhere"), ["/zone"]),
    "a path for a zone": (of(zone="../etc/passwd"), ["/zone"]),
    "a name twice": (of(FEE, Entry("fee", "1.00")), ["/components/1/name"]),
    "too precise": (of(Entry("start", "1.001")), ["/components/0/amount"]),
    "too precise for the yen": (of(Entry("start", "1.5"), currency="JPY"), ["/components/0/amount"]),
    "nothing": (of(Recurring("fee", "0.00")), ["/components/0/amount"]),
    "a unit price of nothing": (of(Metered("use", Meter.CALL, Flat("0"))), ["/components/0/tariff/unit_price"]),
    "a package of nothing": (of(Metered("use", Meter.CALL, Package(10, "0"))), ["/components/0/tariff/price"]),
    "all tiers of nothing": (tiered(Tier("0", 10), Tier("0")), ["/components/0/tariff/tiers"]),
    "overlapping tiers": (
        tiered(Tier("1", 100), Tier("2", 50), Tier("3")),
        ["/components/0/tariff/tiers/1/up_to"],
    ),
    "an empty tier": (tiered(Tier("1", 100), Tier("2", 100), Tier("3")), ["/components/0/tariff/tiers/1/up_to"]),
    "two open tiers": (tiered(Tier("1"), Tier("2")), ["/components/0/tariff/tiers/0/up_to"]),
    "a gap at the end": (tiered(Tier("1", 100)), ["/components/0/tariff/tiers/0/up_to"]),
    "a trial alone": (of(Trial("try", days=7)), ["/components"]),
    "a trial of a trial": (of(FEE, Trial("try", days=7), Trial("again", days=7)), ["/components/2"]),
    "a trial without limit": (of(FEE, Trial("try")), ["/components/1"]),
    "a trial with two limits": (of(FLAT, Trial("try", days=7, meter=Meter.CALL, units=5)), ["/components/1"]),
    "a trial of a meter without units": (of(FLAT, Trial("try", meter=Meter.CALL)), ["/components/1"]),
    "a trial of no units": (of(FLAT, Trial("try", meter=Meter.CALL, units=0)), ["/components/1"]),
    "a trial of what is not counted": (of(FLAT, Trial("try", meter=Meter.ROW, units=5)), ["/components/1/meter"]),
    "an anchor of weeks": (of(Recurring("fee", "1", unit=Every.WEEK, anchor_day=1)), ["/components/0/anchor_day"]),
    "two anchors of months": (
        of(Recurring("fee", "1", anchor_day=1), Recurring("more", "1", anchor_day=2)),
        ["/components/1/anchor_day"],
    ),
    "an instalment without a day": (parts(Instalment(), Instalment(due_days=1)), ["/components/0/parts/0"]),
    "an instalment with two days": (
        parts(Instalment(due_days=0), Instalment(due_on=date(2027, 1, 1), due_days=1)),
        ["/components/0/parts/1"],
    ),
    "an instalment of nothing": (
        parts(Instalment(due_days=0), Instalment(due_days=1), amount="0.01"),
        ["/components/0/parts/1/weight"],
    ),
    "a member twice": (
        of(Bundle("both", "10.00", (BundleMember("lst_1", 1), BundleMember("lst_1", 2)))),
        ["/components/0/members/1/listing"],
    ),
    "a share of nothing": (of(RevenueShare("share", "0")), ["/components/0/rate"]),
    "a coupon of nothing": (of(coupon=Coupon()), ["/coupon"]),
    "a coupon too precise": (of(coupon=Coupon(amount="0.001")), ["/coupon/amount"]),
    "the least above the most": (of(minimum="200", maximum="100.00"), ["/minimum"]),
    "a maximum of no period": (of(Entry("start", "1.00"), maximum="100.00"), ["/maximum"]),
    "a minimum of two kinds of period": (
        of(FEE, Recurring("licence", "1", unit=Every.YEAR), minimum="100.00"),
        ["/minimum"],
    ),
    "one price too precise": (OneOff(MoneyView("1.001", "CNY")), ["/amount/amount"]),
    "one price below nothing": (OneOff(MoneyView("-1.00", "CNY")), ["/amount/amount"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_price_is_named_with_its_place(name: str) -> None:
    price, pointers = FAULTS[name]
    with pytest.raises(TermsContradictory) as refused:
        read(terms(price=price), DAY)
    assert [error.pointer for error in refused.value.errors] == [f"/price{pointer}" for pointer in pointers]
    assert all(error.rule == "LT-CON-20" for error in refused.value.errors if "amount" not in error.pointer)


@pytest.mark.parametrize(
    "body",
    [
        {"amount": "1", "every": 0},
        {"amount": "1", "every": 61},
        {"amount": "-1"},
        {"amount": "1e3"},
        {"amount": "1", "anchor_day": 32},
        {"amount": 1},
        {"amount": "１"},
    ],
)
def test_what_is_no_price_at_all_is_not_read(body: dict[str, Any]) -> None:
    price = {"kind": "plan", "currency": "CNY", "components": [{"kind": "recurring", "name": "fee", **body}]}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(price, PriceTerms)


@pytest.mark.parametrize("rate", ["1.5", "1.0000000001", "-0.1", "2"])
def test_a_coupon_takes_off_no_more_than_all(rate: str) -> None:
    price = msgspec.to_builtins(of()) | {"coupon": {"rate": rate}}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(price, PriceTerms)


GOOD = of(
    Entry("opening", "50.00"),
    FEE,
    Metered("use", Meter.CALL, Volume((Tier("0.10", 1_000), Tier("0.05"))), included=100, cap="500.00"),
    coupon=Coupon("0.10", "5.00", 3),
    minimum="100.00",
    maximum="700.00",
    zone="Europe/Berlin",
)


def test_a_plan_is_read_and_its_permissions_wait_for_the_payment() -> None:
    assert read(terms(price=GOOD), DAY).price == GOOD
    assert parsed(plain(terms(price=GOOD))).price == GOOD
    with pytest.raises(TermsContradictory) as refused:
        read(terms(price=GOOD, policy=policy(permission(duties=()))), DAY)
    assert [error.pointer for error in refused.value.errors] == ["/policy/permissions/0/duties"]


def test_a_price_on_request_is_offered_to_the_public_and_not_agreed_to() -> None:
    offer = terms(price=OnRequest())
    assert read(offer, DAY) is offer
    assert read(terms(price=OnRequest(), policy=policy(permission(duties=()), duties=())), DAY)
    with pytest.raises(TermsContradictory) as refused:
        read(bound(offer, CONSUMER, "research"), DAY)
    assert [error.pointer for error in refused.value.errors] == ["/price"]


def minor(price: PriceTerms, days: int, bounds: dict[Meter, int] | None = None) -> int | None:
    money = most(price, days, bounds)
    return None if money is None else money.minor


def test_the_most_that_a_price_comes_to() -> None:
    assert minor(Free(), 365) is None
    assert minor(OneOff(MoneyView("100.00", "CNY")), 365) == 10_000
    assert minor(of(), 365) == 12 * 30_000
    assert minor(of(), 29) == 2 * 30_000
    assert minor(of(FLAT), 365) == MINOR_MAX
    assert minor(of(FLAT), 365, {Meter.CALL: 10_000}) == 12_300 + 12
    assert minor(of(FLAT, maximum="100.00"), 365) == 12 * 10_000
    assert minor(of(RevenueShare("share", "0.1")), 365) == MINOR_MAX
    assert minor(of(Metered("use", Meter.ROW, Flat("1"), cap="10.00")), 365) == 12 * 1_000
    assert minor(of(Metered("use", Meter.ROW, Package(100, "1.00"))), 365, {Meter.ROW: 1_000}) == (10 + 12) * 100
    assert minor(of(Trial("try", days=30), Entry("start", "5.00")), 365) == 500


def test_exposure_follows_what_the_policy_permits() -> None:
    once = terms(price=of(FLAT), policy=policy(permission(calls_max=10_000)))
    assert exposure(once, DAY) == yearly(once, DAY) == most(of(FLAT), 90, {Meter.CALL: 10_000})
    assert most(of(FLAT), 90, {Meter.CALL: 10_000}) != most(of(FLAT), 90)


def test_a_plan_is_said_in_both_languages_part_by_part() -> None:
    said = sentences(GOOD)
    assert [one.zh for one in said] == [
        "opening：开通费 50.00 CNY，一次性",
        "fee：每月 300.00 CNY，期初收取",
        (
            "use：每月按用量合计（次调用）：阶梯全量：至 1,000 每单位 0.10 CNY，"
            "其余每单位 0.05 CNY；其中免费 100；至多 500.00 CNY"
        ),
        "优惠：前 3 期减 10 %，再减 5.00 CNY",
        "每期合计不足 100.00 CNY 的，按其收取",
        "每期合计至多 700.00 CNY",
        "由提供方向使用方开票，中心代理收款",
        "周期按 Europe/Berlin 的日期计算",
    ]
    assert said[1].en == "fee: 300.00 CNY every month, in advance"
    assert said[3].en == "Coupon: 10 % off, then 5.00 CNY off in the first 3 periods"
    assert whole(Free()).en == "free of charge"


def effects(old: PriceTerms, new: PriceTerms) -> list[tuple[str, str]]:
    return [(one.path, one.effect) for one in explained(terms(price=old), terms(price=new))]


def test_plans_differ_number_by_number() -> None:
    dearer = msgspec.structs.replace(GOOD, components=(GOOD.components[0], Recurring("fee", "350.00")))
    assert effects(GOOD, dearer) == [
        ("/price/components/use", "unclear"),
        ("/price/components/fee/amount", "narrower"),
    ]
    better = msgspec.structs.replace(GOOD, maximum="600.00", coupon=Coupon("0.20", "5.00", 3))
    assert effects(GOOD, better) == [("/price/coupon/rate", "wider"), ("/price/maximum", "wider")]
    assert effects(Free(), GOOD) == [("/price", "unclear")]
    told = explained(terms(price=GOOD), terms(price=dearer))
    assert told[0].en.startswith("price › components › use: removed “every month, by the sum of the uses (call)")
    assert told[1].zh == "价款 › 组成 › fee › 金额：由“300.00”改为“350.00”（对使用方更窄）"


@pytest.mark.parametrize(
    "new", [of(), GOOD, Free(), tiered(Tier("1", 10), Tier("2")), tiered(Tier("1", 20), Tier("2"))]
)
@pytest.mark.parametrize("old", [of(), GOOD, OneOff(MoneyView("1.00", "CNY")), tiered(Tier("1", 10), Tier("3"))])
def test_the_difference_of_two_prices_leads_from_one_to_the_other(old: PriceTerms, new: PriceTerms) -> None:
    before, after = terms(price=old), terms(price=new)
    assert apply(before, difference(before, after)) == after


def test_a_listing_at_a_plan_offers_terms_that_wait_for_the_payment() -> None:
    from tests.contracts.agreements.test_rules import LICENCE, OF

    offer: Terms = offered(LICENCE, price=GOOD, **OF)
    assert offer.policy.permissions[0].duties == ("payment",)
    assert not offered(LICENCE, price=Free(), **OF).policy.permissions[0].duties


@pytest.mark.parametrize(("days", "falls_due_minor"), [(28, 464_52), (56, 764_52), (365, 3_764_52)])
def test_a_plan_that_begins_between_two_anchors_is_bounded_with_its_first_part(days: int, falls_due_minor: int) -> None:
    """300.00 a month on the first, begun on 15 January: 164.52 for the rest of January, then 300.00 on each first."""
    plan = Plan(currency="CNY", components=(Recurring(name="access", amount="300.00", anchor_day=1),))
    money = most(plan, days)
    assert money is not None
    assert money.minor >= falls_due_minor


def test_what_is_metered_between_two_anchors_is_bounded_with_its_first_part() -> None:
    """Thirteen months are touched in a year that begins between two anchors: a package may be begun in each."""
    fee, use = Recurring("access", "300.00", anchor_day=1), Metered("use", Meter.CALL, Package(100, "1.00"))
    assert minor(Plan(currency="CNY", components=(fee, use)), 365, {Meter.CALL: 13}) == 13 * 30_000 + 13 * 100
