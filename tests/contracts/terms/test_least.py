"""What a plan costs at the least, by hand."""

import pytest

from contracts.terms.price.least import least, least_minor
from contracts.terms.prices import (
    Coupon,
    Entry,
    Every,
    Flat,
    Instalment,
    Instalments,
    Meter,
    Metered,
    Plan,
    Recurring,
    RevenueShare,
    Trial,
)

MONTHLY = Recurring(name="monthly", amount="300.00")
YEARLY = Recurring(name="yearly", amount="1000.00", unit=Every.YEAR)
WEEKLY = Recurring(name="weekly", amount="10.00", unit=Every.WEEK)
CALLS = Metered(name="calls", meter=Meter.CALL, tariff=Flat(unit_price="0.50"))
SHARE = RevenueShare(name="share", rate="0.1", guarantee="50.00", unit=Every.YEAR)
PARTS = Instalments(name="parts", amount="900.00", parts=(Instalment(due_days=0), Instalment(due_days=30)))


def plan(*components, **more):
    return Plan(currency="CNY", components=components, **more)


@pytest.mark.parametrize(
    ("price", "minor", "once", "every", "unit", "by_use", "reduced"),
    [
        (plan(MONTHLY), 30_000, None, 1, "month", False, False),
        (plan(MONTHLY, CALLS), 30_000, None, 1, "month", True, False),
        # Twelve months of 300.00 and 1,000.00 for the year.
        (plan(MONTHLY, YEARLY), 460_000, None, 1, "year", False, False),
        # Four whole weeks are in any month, a fifth is not.
        (plan(MONTHLY, WEEKLY), 34_000, None, 1, "month", False, False),
        (plan(MONTHLY, Entry(name="entry", amount="99.00")), 30_000, "99.00", 1, "month", False, False),
        (plan(CALLS), 0, None, 1, "month", True, False),
        (plan(CALLS, minimum="280.00"), 28_000, None, 1, "month", True, False),
        (plan(SHARE), 5_000, None, 1, "year", True, False),
        (plan(PARTS), 90_000, "900.00", None, None, False, False),
        # Neither a trial nor a reduction lowers what is shown.
        (plan(MONTHLY, Trial(name="try", days=7)), 30_000, None, 1, "month", False, True),
        (plan(MONTHLY, coupon=Coupon(rate="0.5", periods=1)), 30_000, None, 1, "month", False, True),
        (plan(MONTHLY, maximum="250.00"), 25_000, None, 1, "month", False, False),
    ],
)
def test_the_least_of_a_plan(price, minor, once, every, unit, by_use, reduced):
    told = least(price)
    assert least_minor(price) == minor
    assert (told.once and told.once.amount, told.every, told.unit) == (once, every, unit)
    assert (told.by_use, told.reduced) == (by_use, reduced)
    assert told.zh
    assert told.en


def test_yen_have_no_places():
    told = least(Plan(currency="JPY", components=(Recurring(name="monthly", amount="300"),)))
    assert (told.least.amount, told.least.currency) == ("300", "JPY")
