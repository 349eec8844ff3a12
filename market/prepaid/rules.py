"""Pure rules of prepaid balances."""

from decimal import Decimal
from typing import Annotated, Final

import msgspec

from kernel.money import Money
from kernel.rules import policy
from market.prepaid.errors import TopUpOutOfBounds


class PrepaidRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that one top-up brings, in any currency."""

    top_up_max: Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,12}(\.[0-9]{2})?$")]


RULES: Final = policy.load("prepaid", PrepaidRules, "market.prepaid")


def require_amount(money: Money, rules: PrepaidRules) -> None:
    """Raise TopUpOutOfBounds for an amount that is not taken."""
    most = Money.round(Decimal(rules.top_up_max), money.currency)
    if not 0 < money.minor <= most.minor:
        raise TopUpOutOfBounds(most=str(most))
