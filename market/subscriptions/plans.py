"""What a plan says of the time it runs: the rhythm of its bills, and what is paid before, during and after; pure."""

from datetime import date

import msgspec

from contracts.terms.prices import Every, Metered, Plan, Recurring, RevenueShare, Trial
from market.pricing.periods import Cadence, cadences

_DAYS = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 30, Every.YEAR: 365}


def beat(plan: Plan, begin: date) -> Cadence:
    """The shortest of a plan's kinds of periods: a subscription's own; months where nothing is charged by periods."""
    found = cadences(plan, begin)
    return min(found, key=lambda one: one.every * _DAYS[one.unit], default=Cadence(begin, zone=plan.zone))


def cadence_of(plan: Plan, part: Recurring | Metered | RevenueShare, begin: date) -> Cadence:
    """The kind of periods that a component is charged by."""
    return next(one for one in cadences(plan, begin) if (one.every, one.unit) == (part.every, part.unit))


def of_cadence(plan: Plan, cadence: Cadence) -> list[Recurring | Metered | RevenueShare]:
    """The components that are charged by a kind of period."""
    parts = [one for one in plan.components if isinstance(one, Recurring | Metered | RevenueShare)]
    return [one for one in parts if (one.every, one.unit) == (cadence.every, cadence.unit)]


def advance(plan: Plan) -> list[Recurring]:
    """The components that are paid in advance."""
    return [one for one in plan.components if isinstance(one, Recurring) and one.in_advance]


def arrears(plan: Plan) -> list[Recurring | Metered | RevenueShare]:
    """The components that are billed when a period is over."""
    parts = [one for one in plan.components if isinstance(one, Recurring | Metered | RevenueShare)]
    return [one for one in parts if not isinstance(one, Recurring) or not one.in_advance]


def converted(plan: Plan) -> Plan:
    """A plan as it goes on after its trial."""
    kept = tuple(one for one in plan.components if not isinstance(one, Trial))
    return msgspec.structs.replace(plan, components=kept)
