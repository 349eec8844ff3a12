"""What plans come to, against cases that were computed by hand, and what must hold for any plan and usage."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.terms.prices import (
    Aggregation,
    Coupon,
    Entry,
    Every,
    Flat,
    Graduated,
    Instalment,
    Instalments,
    Meter,
    Metered,
    Package,
    Plan,
    Recurring,
    RevenueShare,
    Tier,
    Trial,
    Volume,
)
from market.pricing import tariffs
from market.pricing.changes import change
from market.pricing.charging import Due, charge
from market.pricing.dues import due_on, instalments, opening, upfront
from market.pricing.errors import ChargeTooLarge, PlansIncomparable
from market.pricing.lines import Line, LineKind, Reason, total
from market.pricing.periods import Cadence, cadences, first_day, instant, number_at, period
from market.pricing.usage import NOTHING, Revenue, Usage, Use

JANUARY = date(2027, 1, 1)
TIERS = (Tier("0.10", 1_000), Tier("0.05", 10_000), Tier("0.01"))


def plan(*parts, **sides) -> Plan:
    return Plan(**{"currency": "CNY", "components": parts, **sides})


def metered(tariff, **sides) -> Plan:
    return plan(Metered("use", Meter.CALL, tariff, **sides))


def month(of: Plan, begin: date = JANUARY, n: int = 0):
    return period(cadences(of, begin)[0], n)


def came_to(of: Plan, units: int) -> int:
    return total(charge(of, Usage.totals(use=units), month(of)))


@pytest.mark.parametrize(
    ("tariff", "units", "minor"),
    [
        (Graduated(TIERS), 1_000, 10_000),
        (Graduated(TIERS), 1_001, 10_005),
        (Graduated(TIERS), 15_000, 60_000),
        (Volume(TIERS), 1_000, 10_000),
        (Volume(TIERS), 1_001, 5_005),
        (Volume(TIERS), 10_000, 50_000),
        (Volume(TIERS), 10_001, 10_001),
        (Package(1_000, "1.00"), 0, 0),
        (Package(1_000, "1.00"), 4_000, 400),
        (Package(1_000, "1.00"), 4_500, 500),
    ],
)
def test_tariffs_come_to_what_the_table_says(tariff, units, minor):
    assert came_to(metered(tariff), units) == minor


def test_included_units_are_taken_off_before_the_price_and_the_exact_amount_is_kept():
    of = metered(Flat("0.0123"), included=10_000)
    free, paid = charge(of, Usage.totals(use=12_345), month(of))
    assert (free.kind, free.quantity, free.amount_minor, free.reason) == (LineKind.INCLUDED, 10_000, 0, "included")
    assert (paid.quantity, paid.unit_price, paid.exact, paid.amount_minor) == (2_345, "0.0123", "28.8435", 2_884)


def test_the_coupon_goes_before_the_minimum_and_the_minimum_is_a_line_of_its_own():
    of = plan(Metered("use", Meter.CALL, Flat("2.00"), included=500), coupon=Coupon(rate="0.10"), minimum="280")
    lines = charge(of, Usage.totals(use=650), month(of))
    assert [(one.kind, one.amount_minor) for one in lines if one.amount_minor] == [
        ("usage", 27_000),
        ("minimum", 1_000),
    ]


def test_free_units_are_one_account_over_the_parts_of_a_period():
    of, when = metered(Flat("1.00"), included=500), month(metered(Flat("1.00"), included=500))
    charged: list[Line] = []
    came = []
    for used in (300, 550, 650):
        lines = charge(of, Usage.totals(use=used), when, charged)
        came.append(total(lines))
        charged += lines
    assert came == [0, 5_000, 10_000]


@pytest.mark.parametrize(("begin", "anchor", "since", "minor"), [(date(2027, 1, 31), 31, date(2027, 2, 14), 15_000)])
def test_a_part_of_february_costs_its_days(begin, anchor, since, minor):
    of = plan(Recurring("fee", "300.00", anchor_day=anchor))
    when = month(of, begin).part(since=instant(since, of.zone))
    assert when.end - when.start == timedelta(days=28)
    assert total(charge(of, NOTHING, when)) == minor


def test_two_parts_of_a_month_are_the_month():
    of = plan(Recurring("fee", "300.00"))
    when, cut = month(of), instant(date(2027, 1, 18), of.zone)
    parts = [total(charge(of, NOTHING, part)) for part in (when.part(until=cut), when.part(since=cut))]
    assert parts == [16_452, 13_548]


def test_an_upgrade_credits_what_is_unused_and_charges_what_is_left():
    old, new = plan(Recurring("fee", "100.00")), plan(Recurring("fee", "250.00"))
    when = month(old, date(2027, 4, 1))
    lines = change(old, new, instant(date(2027, 4, 11), old.zone), when, 10_000)
    assert [(one.amount_minor, one.reason) for one in lines] == [(-6_667, "unused"), (16_667, "upgraded")]
    assert total(lines) == 10_000


def test_an_upgrade_credits_nothing_that_was_not_paid():
    old, new = plan(Recurring("fee", "100.00")), plan(Recurring("fee", "250.00"))
    when, at = month(old, date(2027, 4, 1)), instant(date(2027, 4, 11), "Asia/Shanghai")
    assert [one.amount_minor for one in change(old, new, at, when, 0)] == [16_667]
    assert [one.amount_minor for one in change(old, new, at, when, 5_000)] == [-3_333, 16_667]


@pytest.mark.parametrize(
    "new", [plan(Recurring("fee", "1"), currency="EUR"), plan(Recurring("fee", "1", unit=Every.YEAR))]
)
def test_plans_of_other_currencies_or_lengths_are_not_changed_within_a_period(new):
    old = plan(Recurring("fee", "100.00"))
    with pytest.raises(PlansIncomparable) as refused:
        change(old, new, instant(date(2027, 1, 11), old.zone), month(old), 10_000)
    assert (refused.value.code(), refused.value.rule) == ("plans-incomparable", "LT-PRC-03")


def test_periods_return_to_their_anchor_after_short_months():
    of = Cadence(date(2027, 1, 31), anchor_day=31)
    days = [first_day(of, n) for n in range(4)]
    assert days == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert first_day(of, 13) == date(2028, 2, 29)
    assert first_day(Cadence(date(2024, 2, 29), unit=Every.YEAR), 1) == date(2025, 2, 28)
    assert first_day(Cadence(date(2024, 2, 29), unit=Every.YEAR), 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("amount", "weights", "minor"),
    [("1000.00", (1, 1, 1), [33_334, 33_333, 33_333]), ("100.01", (30, 30, 40), [3_000, 3_000, 4_001])],
)
def test_instalments_add_up_to_the_price(amount, weights, minor):
    part = Instalments("price", amount, tuple(Instalment(weight, due_days=30 * n) for n, weight in enumerate(weights)))
    assert [share.minor for share in instalments(part, "CNY")] == minor
    of = plan(part)
    assert upfront(of, JANUARY).minor == minor[0]
    assert [due_on(one, JANUARY) for one in part.parts] == [JANUARY + timedelta(days=30 * n) for n in range(len(minor))]


def test_what_is_due_at_the_beginning_is_what_the_bill_of_the_first_period_holds():
    of = plan(
        Entry("opening", "50.00"), Recurring("fee", "310.00", anchor_day=1), Recurring("later", "9", in_advance=False)
    )
    assert upfront(of, date(2027, 1, 11)).minor == 5_000 + 21_000
    assert [one.component for one in opening(of, date(2027, 1, 11))] == ["opening", "fee"]


def test_nothing_is_due_while_days_are_on_trial_and_the_trial_ends_within_its_period():
    of = plan(Trial("try", days=10), Recurring("fee", "310.00"), Metered("use", Meter.CALL, Flat("1.00")))
    assert upfront(of, JANUARY).minor == 0
    early, late = (datetime(2027, 1, day, 4, tzinfo=UTC) for day in (5, 20))
    uses = Usage({"use": (Use(7, early), Use(2, late))})
    lines = {(one.kind, one.component): one for one in charge(of, uses, month(of))}
    assert lines[LineKind.TRIAL, "use"].quantity == 7
    assert lines[LineKind.TRIAL, "use"].amount_minor == lines[LineKind.TRIAL, "fee"].amount_minor == 0
    assert lines[LineKind.USAGE, "use"].amount_minor == 200
    assert lines[LineKind.RECURRING, "fee"].amount_minor == 21_000


def test_nothing_is_made_up_to_a_minimum_for_the_days_on_trial():
    """31.00 a month at least: nothing in a month that is all on trial, 21.00 after the first ten days of January."""
    part = Metered("use", Meter.CALL, Flat("1.00"))
    assert total(charge(plan(Trial("try", days=60), part, minimum="31.00"), NOTHING, month(plan(part)))) == 0
    of = plan(Trial("try", days=10), part, minimum="31.00")
    assert total(charge(of, NOTHING, month(of))) == 2_100


def test_on_trial_only_entries_and_bundles_are_due_at_the_beginning():
    trial, entry = Trial("try", meter=Meter.CALL, units=5), Entry("opening", "50.00")
    parts = Instalments("price", "900.00", (Instalment(due_days=0), Instalment(due_days=30)))
    of = plan(trial, entry, parts, Recurring("fee", "310.00"), Metered("use", Meter.CALL, Flat("1.00")))
    assert [one.component for one in opening(of, JANUARY)] == ["opening"]


def test_units_on_trial_are_free_once():
    of = plan(Trial("try", meter=Meter.CALL, units=100), Metered("use", Meter.CALL, Flat("1.00")))
    first = charge(of, Usage.totals(use=60), month(of))
    assert total(first) == 0
    second = charge(of, Usage({"use": (Use(60),)}, on_trial=60), month(of, n=1))
    assert [(one.kind, one.quantity, one.amount_minor) for one in second] == [("trial", 40, 0), ("usage", 20, 2_000)]


def test_a_cap_bounds_a_component_and_a_maximum_the_period():
    of = plan(Recurring("fee", "100.00"), Metered("use", Meter.CALL, Flat("1.00"), cap="50.00"), maximum="120.00")
    lines = charge(of, Usage.totals(use=80), month(of))
    assert [(one.kind, one.amount_minor, one.reason) for one in lines] == [
        ("recurring", 10_000, "agreed"),
        ("usage", 5_000, "capped"),
        ("maximum", -3_000, "above-maximum"),
    ]


def test_a_coupon_takes_its_amount_off_once_and_never_below_nothing():
    of = plan(
        Recurring("fee", "10.00"), Metered("use", Meter.CALL, Flat("1.00")), coupon=Coupon(amount="15", periods=1)
    )
    assert total(charge(of, NOTHING, month(of), due=Due.BEGIN)) == 0
    assert [one.amount_minor for one in charge(of, Usage.totals(use=20), month(of))] == [0, 1_500]
    assert [one.amount_minor for one in charge(of, Usage.totals(use=20), month(of, n=1))] == [1_000, 2_000]


@pytest.mark.parametrize(
    ("revenue", "minor", "reason"),
    [
        (None, 10_000, Reason.NOT_DECLARED),
        (Revenue(declared="2000.00"), 30_000, Reason.DECLARED),
        (Revenue(declared="500.00"), 10_000, Reason.GUARANTEED),
        (Revenue(declared="2000.00", audited="2100.00"), 31_500, Reason.AUDITED),
        (Revenue(declared="2000.00", audited="2100.01"), 31_500, Reason.AUDIT_DIFFERENCE),
    ],
)
def test_a_share_of_the_revenue_is_of_what_was_declared_or_found_and_never_below_the_guarantee(revenue, minor, reason):
    of = plan(RevenueShare("share", "0.15", guarantee="100.00"))
    [line] = charge(of, Usage(revenue={"share": revenue} if revenue else {}), month(of))
    assert (line.amount_minor, line.reason) == (minor, reason)


def test_a_guarantee_is_of_the_time_that_is_served_and_not_on_trial():
    of = plan(RevenueShare("share", "0.15", guarantee="100.00"))
    whole = month(of)
    middle = whole.start + (whole.end - whole.start) / 2
    halves = [charge(of, NOTHING, whole.part(until=middle)), charge(of, NOTHING, whole.part(since=middle))]
    assert [(one.amount_minor, one.reason) for [one] in halves] == [(5_000, Reason.NOT_DECLARED)] * 2
    # What was earned counts whole, and is above the half.
    [line] = charge(of, Usage(revenue={"share": Revenue(declared="400.00")}), whole.part(until=middle))
    assert (line.amount_minor, line.reason) == (6_000, Reason.DECLARED)
    tried = plan(RevenueShare("share", "0.15", guarantee="100.00"), Trial("try", days=366))
    [line] = charge(tried, NOTHING, month(tried))
    assert (line.amount_minor, line.reason) == (0, Reason.ON_TRIAL)


def test_a_late_use_is_a_difference_and_the_same_usage_is_charged_once():
    of = plan(Recurring("fee", "100.00"), Metered("use", Meter.CALL, Graduated(TIERS)))
    when, before = month(of), Usage.totals(use=1_000)
    first = charge(of, before, when)
    assert charge(of, before, when, first) == ()
    [late] = charge(of, Usage.totals(use=1_001), when, first)
    assert (late.component, late.quantity, late.amount_minor, late.reason) == ("use", 1, 5, Reason.ADJUSTED)
    [less] = charge(of, Usage.totals(use=999), when, [*first, late])
    assert (less.quantity, less.amount_minor) == (-2, -15)


def test_only_uses_of_different_subjects_count_and_a_void_use_does_not():
    of = metered(Flat("1.00"), aggregation=Aggregation.UNIQUE)
    uses = (Use(1, subject="a"), Use(3, subject="a"), Use(1, subject="b"), Use(1, subject="c"), Use(-1, subject="c"))
    assert total(charge(of, Usage({"use": uses}), month(of))) == 200


def test_more_than_an_amount_may_be_is_refused_by_name():
    of = metered(Flat("1000000"))
    with pytest.raises(ChargeTooLarge) as refused:
        charge(of, Usage.totals(use=10**15), month(of))
    assert (refused.value.code(), refused.value.rule) == ("charge-too-large", "LT-PRC-01")


def test_volume_has_cliffs_and_the_others_have_none():
    assert tariffs.cliffs(Volume(TIERS)) == (1_000, 10_000)
    assert tariffs.cliffs(Graduated(TIERS)) == tariffs.cliffs(Package(10, "1")) == ()


QUANTITIES = st.integers(0, 50_000)
PRICES = st.integers(0, 10**7).map(lambda ten: f"{ten // 10**4}.{ten % 10**4:04d}")


@st.composite
def tiers(draw):
    ends = sorted(draw(st.sets(st.integers(1, 20_000), max_size=4)))
    return tuple(Tier(draw(PRICES), end) for end in [*ends, None])


TARIFFS = st.one_of(
    PRICES.map(Flat), tiers().map(Graduated), st.builds(Package, st.integers(1, 5_000), st.just("1.23"))
)


@given(TARIFFS, QUANTITIES, QUANTITIES)
def test_more_use_never_costs_less_but_by_volume(tariff, a, b):
    less, more = sorted((a, b))
    assert came_to(metered(tariff), less) <= came_to(metered(tariff), more)


@given(tiers(), QUANTITIES, QUANTITIES)
def test_by_volume_more_use_never_costs_less_within_a_tier(bounds, a, b):
    less, more = sorted((a, b))
    if tariffs.unit_price(Volume(bounds), less) == tariffs.unit_price(Volume(bounds), more):
        assert came_to(metered(Volume(bounds)), less) <= came_to(metered(Volume(bounds)), more)


@given(tiers(), QUANTITIES)
def test_graduated_costs_what_its_units_cost_one_by_one(bounds, units):
    exact, below = Fraction(0), 0
    for tier in bounds:
        end = units if tier.up_to is None else min(units, tier.up_to)
        exact += max(0, end - below) * Fraction(tier.unit_price)
        below = max(below, end)
    assert Fraction(tariffs.price(Graduated(bounds), units)[0], 10**10) == exact


@given(st.integers(1, 10**9), st.lists(st.integers(0, 31 * 24 * 3600), max_size=6))
def test_parts_of_a_period_add_up_to_the_period(minor, cuts):
    of = plan(Recurring("fee", f"{minor // 100}.{minor % 100:02d}"), minimum="5000.00", maximum="90000.00")
    when = month(of)
    at = [when.start, *(when.start + timedelta(seconds=cut) for cut in sorted(cuts)), when.end]
    came = 0
    for since, until in pairwise(at):
        lines = charge(of, NOTHING, when.part(since=since, until=until))
        came += sum(one.amount_minor for one in lines if one.kind is LineKind.RECURRING)
    assert came == minor


@given(st.integers(1, 10**7), st.integers(1, 30))
def test_two_halves_rounded_by_themselves_differ_by_one_at_most(minor, day):
    half = Fraction(minor * day, 31)
    other = Fraction(minor) - half
    assert abs(round(half) + round(other) - minor) <= 1


@given(
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(1, 31) | st.none(),
    st.integers(1, 24),
    st.sampled_from(Every),
)
def test_periods_follow_one_another_without_gap_and_hold_their_moments(begin, anchor, every, unit):
    of = Cadence(begin, every, unit, anchor if unit in (Every.MONTH, Every.YEAR) else None, "America/New_York")
    for n in range(5):
        this, following = period(of, n), period(of, n + 1)
        assert this.start < this.end == following.start
        assert this.start <= this.since < this.until == this.end
        assert number_at(of, this.since) == n
        assert number_at(of, this.until - timedelta(seconds=1)) == n
    assert period(of, 0).since == instant(begin, of.zone)


@given(
    st.integers(0, 30_000), st.integers(0, 30_000), st.sampled_from([Flat("0.0123"), Graduated(TIERS), Volume(TIERS)])
)
def test_what_is_charged_in_steps_is_what_is_charged_at_once(first, second, tariff):
    of = plan(
        Recurring("fee", "99.99"),
        Metered("use", Meter.CALL, tariff, included=500, cap="400.00"),
        coupon=Coupon("0.15", "7.77"),
        minimum="100.00",
        maximum="450.00",
    )
    when, charged = month(of), list[Line]()
    charged += charge(of, NOTHING, when, due=Due.BEGIN)
    for used in (first, first + second):
        charged += charge(of, Usage.totals(use=used), when, charged)
    whole = charge(of, Usage.totals(use=first + second), when)
    assert total(charged) == total(whole)
    assert 10_000 <= total(whole) <= 45_000
    assert charge(of, Usage.totals(use=first + second), when) == whole
