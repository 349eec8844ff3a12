"""What a plan with a trial charges when, by hand: nothing during the trial, and from its end on."""

from datetime import UTC, date, datetime

from contracts.terms.prices import Entry, Flat, Instalment, Instalments, Meter, Metered, Recurring, Trial
from market.pricing.lines import total
from market.pricing.periods import cadences
from market.pricing.previewing import trial_charges
from market.pricing.usage import NOTHING, Usage, Use
from tests.market.plans import plan

BEGIN = date(2027, 1, 1)


def told(of, usage=NOTHING):
    return [(one.at, total(one.lines)) for one in trial_charges(of, usage, BEGIN, cadences(of, BEGIN))]


def at(month, day):
    """The beginning of a day of 2027 in China: 16:00 of the day before in UTC."""
    return datetime(2026, 12, 31, 16, tzinfo=UTC) + (date(2027, month, day) - BEGIN)


def test_ten_days_of_january_are_free():
    """310.00 a month in advance: 21 of 31 days are 210.00, charged as the period begins; February is whole."""
    monthly = Recurring("fee", "310.00", in_advance=True)
    assert told(plan(Trial("try", days=10), monthly)) == [(at(1, 1), 21_000), (at(2, 1), 31_000)]


def test_in_arrears_each_period_is_charged_at_its_end():
    monthly = Recurring("fee", "310.00", in_advance=False)
    assert told(plan(Trial("try", days=10), monthly)) == [(at(2, 1), 21_000), (at(3, 1), 31_000)]


def test_a_trial_over_two_months_is_followed_to_the_first_whole_one():
    """40 days end on 10 February: 19 of its 28 days at 280.00 are 190.00."""
    monthly = Recurring("fee", "280.00", in_advance=False)
    assert told(plan(Trial("try", days=40), monthly)) == [(at(3, 1), 19_000), (at(4, 1), 28_000)]


def test_units_on_trial_are_used_up_over_the_periods():
    """60 calls a month at 1.00, the first 100 of them free: nothing in January, 20.00 for February."""
    of = plan(Trial("try", meter=Meter.CALL, units=100), Metered("use", Meter.CALL, Flat("1.00")))
    assert told(of, Usage({"use": (Use(60),)})) == [(at(3, 1), 2_000)]


def test_entries_and_instalments_have_their_own_days():
    parts = Instalments("parts", "100.00", (Instalment(1, due_days=0), Instalment(1, due_days=31)))
    of = plan(Trial("try", days=10), Entry("opening", "50.00"), parts)
    assert told(of) == [(at(1, 1), 5_000), (at(1, 1), 5_000), (at(2, 1), 5_000)]
