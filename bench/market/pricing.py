"""How fast plans are priced: lines a second of one core's time, each with its trace."""

import time
from datetime import date
from typing import Final

from contracts.terms.prices import Coupon, Graduated, Meter, Metered, Plan, Recurring, Tier
from market.pricing.charging import charge
from market.pricing.periods import cadences, period
from market.pricing.usage import Usage

LINES_PER_SECOND: Final = 50_000
ROUNDS: Final = 5
BILLS: Final = 5_000

_TARIFF: Final = Graduated((Tier("0.10", 1_000), Tier("0.05", 10_000), Tier("0.01")))
PLAN: Final = Plan(
    currency="CNY",
    components=(
        Recurring("fee", "300.00"),
        Metered("calls", Meter.CALL, _TARIFF, included=500),
        Metered("rows", Meter.ROW, _TARIFF, cap="400.00"),
    ),
    coupon=Coupon("0.10"),
    maximum="2000.00",
)


def run() -> None:
    """Print the lines priced a second: a fee, two tiered meters, included units and a coupon in every bill."""
    first = period(cadences(PLAN, date(2027, 1, 1))[0], 0)
    usages = [Usage.totals(calls=n * 7 % 20_000 + 501, rows=n * 13 % 20_000 + 1) for n in range(BILLS)]
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        lines = sum(len(charge(PLAN, usage, first)) for usage in usages)
        best = max(best, lines / (time.process_time() - started))
    print(f"\npricing a plan of three components, {BILLS:,} bills")
    print(
        f"  {best:,.0f} lines/s on a core; aim {LINES_PER_SECOND:,}: {'reached' if best >= LINES_PER_SECOND else 'NOT'}"
    )


if __name__ == "__main__":
    run()
