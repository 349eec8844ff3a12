"""The dated rules of market evidence."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from kernel.rules import policy


class EvidencePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """What the register keeps and how it is searched, and by which ties two parties count as related.

    The same two who trade the same data again within `repeat_days` make no second price.
    """

    trade_tax_basis: Literal["pre-tax", "post-tax"]
    considered_max: Annotated[int, Meta(ge=10, le=20_000)]
    words_max: Annotated[int, Meta(ge=20, le=2_000)]
    related_by: tuple[Literal["same-contact", "same-member", "same-key", "repeated"], ...] = ()
    repeat_days: Annotated[int, Meta(ge=0, le=366)] = 0


POLICY: Final = policy.load("market-evidence", EvidencePolicy, "valuation.market_evidence")
