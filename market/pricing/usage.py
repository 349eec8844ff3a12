"""What was used in a period, as data: the uses themselves or their totals, and the revenue that was declared; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.prices import Aggregation, Amount
from kernel.crypto import canonical

QUANTITY_MAX = 10**15


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One use: how much, when, and for `unique` whose; a correction is another use with a signed quantity."""

    quantity: Annotated[int, Meta(ge=-QUANTITY_MAX, le=QUANTITY_MAX)]
    occurred_at: datetime | None = None
    subject: Annotated[str, Meta(max_length=100)] = ""


class Revenue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the user earned in the period, net of tax and refunds: as it declared it, and as an audit found it."""

    declared: Amount | None = None
    audited: Amount | None = None


class Usage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All uses of a period by the component that charges them, and its revenue by the component that shares it.

    `on_trial` is how many units of the trial were used up before the period.
    """

    uses: Mapping[str, tuple[Use, ...]] = {}
    revenue: Mapping[str, Revenue] = {}
    on_trial: Annotated[int, Meta(ge=0, le=QUANTITY_MAX)] = 0

    @staticmethod
    def totals(**quantities: int) -> "Usage":
        """So much of each component, when and whose being nothing that its price asks."""
        return Usage({name.replace("_", "-"): (Use(quantity),) for name, quantity in quantities.items()})

    def digest(self) -> str:
        """The digest that a bill keeps of what it was computed from (RFC 8785, SHA-256)."""
        return canonical.digest(msgspec.to_builtins(self))


NOTHING = Usage()


def aggregated(uses: tuple[Use, ...], by: Aggregation) -> int:
    """The uses as one quantity, never below nothing; a use that was corrected to nothing is not counted."""
    if by is Aggregation.SUM:
        return max(0, sum(use.quantity for use in uses))
    if by is Aggregation.COUNT:
        return max(0, sum((use.quantity > 0) - (use.quantity < 0) for use in uses))
    if by is Aggregation.MAX:
        return max((use.quantity for use in uses), default=0) if uses else 0
    held: dict[str, int] = {}
    for use in uses:
        held[use.subject] = held.get(use.subject, 0) + use.quantity
    return sum(quantity > 0 for quantity in held.values())
