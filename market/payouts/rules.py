"""Pure rules of payouts: when money is due, on which day it goes, and who may say so."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from kernel.time.workdays import is_working_day

Days = Annotated[int, msgspec.Meta(ge=0, le=90)]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class PayoutPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days in calendar days; `weekdays` by ISO 8601; a currency without a threshold is not paid out."""

    cooling_days: Days
    confirm_days: Days
    hold_days: Days
    weekdays: tuple[Weekday, ...]
    approvers: Annotated[int, msgspec.Meta(ge=1, le=5)]
    approve_days: Days
    confirmation_days: Days
    batch_max: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    threshold_minor: dict[str, int]


POLICY: Final = policy.load("payout", PayoutPolicy, "market.payouts")


@dataclass(frozen=True, slots=True)
class Due:
    """What of a balance may go, and what keeps the rest; `blocks` are the reasons why nothing goes."""

    balance_minor: int
    held_minor: int
    due_minor: int
    blocks: tuple[str, ...]


def is_payout_day(on: date, policy_: PayoutPolicy) -> bool:
    """Whether payouts fall due on a day: a weekday of the policy, or the next working day where that is none."""
    if not is_working_day(on)[0]:
        return False
    day = on
    while day.isoweekday() not in policy_.weekdays:
        day -= timedelta(days=1)
        if is_working_day(day)[0]:
            return False
    return True


def next_payout_day(on: date, policy_: PayoutPolicy) -> date:
    """The first payout day from a day on."""
    day = on
    while not is_payout_day(day, policy_):
        day += timedelta(days=1)
    return day


def due(balance: int, recent: int, currency: str, standing: Collection[str], policy_: PayoutPolicy) -> Due:
    """What is due of a balance of which `recent` came within the days of holding; `standing` are other obstacles."""
    held = max(0, min(balance, recent))
    free = max(0, balance - held)
    blocks = list(standing)
    threshold = policy_.threshold_minor.get(currency)
    if threshold is None:
        blocks.append("currency")
    elif free < threshold:
        blocks.append("below-threshold")
    return Due(balance, held, 0 if blocks else free, tuple(blocks))


def iban_holds(number: str) -> bool:
    """Whether an IBAN's check digits are right (ISO 13616: modulo 97)."""
    plain = number.replace(" ", "").upper()
    if not (15 <= len(plain) <= 34 and plain.isalnum() and plain.isascii() and plain[:2].isalpha()):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1
