"""How often a reversal is asked for, and how long the desk has; dated."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.rules import policy


class ReversalTable(Struct, frozen=True, forbid_unknown_fields=True):
    """How often Stripe is asked again before the desk sees to it, and after how many working days it is told again."""

    asked_max: Annotated[int, Meta(ge=1, le=1000)]
    desk_working_days: Annotated[int, Meta(ge=1, le=60)]


RULES: Final = policy.load("transfer-reversals", ReversalTable, "market.transfer_reversals")

REVERSED: Final = "LT-PYO-07"
"""The rule by which transfers are taken back; the log cites it."""

REFERRED: Final = "LT-PYO-08"
"""The rule by which the clearing officer sees to what the gateway does not take back."""
