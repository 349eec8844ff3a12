"""Pure rules of meters: when a use may be reported, under which name it is the same, and how the database rates it."""

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec

from contracts.terms.prices import Aggregation, Metered, Plan, Trial
from kernel.crypto import canonical
from kernel.money import EXPONENTS
from kernel.rules import policy
from kernel.time.clock import timestamp
from market.metering.schemas import ReportedUse


class MeteringRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far from our clock a use may be reported, how long it waits for its outcome, and how long its period does."""

    ahead_minutes: int
    old_days: int
    hold_minutes: int
    grace_days: int

    @property
    def grace(self) -> timedelta:
        """How long after a period its uses are still taken into its own bill."""
        return timedelta(days=self.grace_days)

    def __post_init__(self) -> None:
        if min(self.ahead_minutes, self.old_days, self.hold_minutes, self.grace_days) < 1:
            raise ValueError("each of them is at least one")
        if timedelta(minutes=self.hold_minutes) >= timedelta(days=self.grace_days):
            raise ValueError("what waits for its outcome is decided before its period is frozen")


RULES: Final = policy.load("metering", MeteringRules, "market.metering")

GATE: Final = "gate"
"""The source of the uses that the centre's own gate counts; every other source is the party that reports."""


def window(at: datetime, rules: MeteringRules) -> tuple[datetime, datetime]:
    """The earliest and the latest moment of a use that may be reported now."""
    return at - timedelta(days=rules.old_days), at + timedelta(minutes=rules.ahead_minutes)


def digest(source: str, use: ReportedUse) -> bytes:
    """What must be equal for two reports under one name to be the same."""
    facts = {
        "source": source,
        "event_id": use.event_id,
        "subscription_id": use.subscription_id,
        "meter": use.meter,
        "quantity": str(use.quantity),
        "occurred_at": timestamp(use.occurred_at),
        "subject": use.subject,
        "corrects": use.corrects,
    }
    return bytes.fromhex(canonical.digest(facts).removeprefix("sha256:"))


def metered(plan: Plan) -> dict[str, Metered]:
    """The components of a plan that are paid by use, by their names."""
    return {part.name: part for part in plan.components if isinstance(part, Metered)}


def rating(plan: Plan, part: Metered, *, trial: bool) -> dict[str, Any]:
    """What the database is told of a meter: how it adds up, what is included, its tariff and its bounds.

    While a trial runs its uses cost nothing. One by units gives that many of its own meter and none of any other.
    """
    trials = [one for one in plan.components if isinstance(one, Trial)] if trial else []
    limited = next((one for one in trials if one.units is not None), None)
    quota = None if limited is None else limited.units if limited.meter is part.meter else 0
    exponent = EXPONENTS[plan.currency]
    return {
        "aggregation": str(part.aggregation),
        "included": part.included,
        "tariff": msgspec.to_builtins(part.tariff),
        "cap_minor": None if part.cap is None else minor_up(Decimal(part.cap), exponent),
        "exponent": exponent,
        "trial": trial,
        "quota": quota,
    }


@lru_cache(maxsize=4096)
def rating_json(plan: Plan, name: str, *, trial: bool) -> str:
    """The same as text, made once for a plan that many uses are charged by."""
    return msgspec.json.encode(rating(plan, metered(plan)[name], trial=trial)).decode()


def minor_up(amount: Decimal, exponent: int) -> int:
    """An amount in minor units, rounded up."""
    return int(amount.scaleb(exponent).to_integral_value(ROUND_CEILING))


def takes_subject(part: Metered) -> bool:
    """Whether a meter counts subjects, so that each use names one."""
    return part.aggregation is Aggregation.UNIQUE
