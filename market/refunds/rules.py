"""Pure rules of refunds: what each share gives back, who has to agree, and how long a step may wait."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec

from kernel.money import Money
from kernel.rules import policy

Days = Annotated[int, msgspec.Meta(ge=1, le=90)]


class RefundPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days in calendar days; in a currency without an amount every refund is approved by a second officer."""

    approve_days: Days
    send_days: Days
    confirmation_days: Days
    approve_above_minor: dict[str, int]


POLICY: Final = policy.load("refunds", RefundPolicy, "market.refunds")


def needs_approval(money: Money, policy_: RefundPolicy) -> bool:
    """Whether a second officer has to approve."""
    return money.minor > policy_.approve_above_minor.get(money.currency, 0)


def portions(money: Money, remaining_minor: Sequence[int]) -> list[Money]:
    """What each share gives back, by what remains of it: never less than nothing, and never more than remains.

    The weights are what remains, and not the first shares: the largest remainder is not monotone in the amount, so
    differences of two splits can fall below nothing. Raises ValueError for more than remains in all.
    """
    total = sum(remaining_minor)
    if not 0 < money.minor <= total:
        raise ValueError(f"{money.minor} cannot be taken of {total} minor units")
    return money.split(*remaining_minor)
