"""The pure decision about a line that came in (money.md, matching): reference first, then payer and amount.

The reference decides where it is there. Whoever pays for another is always looked at by an officer. Without a
reference nothing is booked by guess: what fits without doubt is proposed, the rest waits in suspense.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from market.banking.matching.names import same_name

Days = Annotated[int, msgspec.Meta(ge=1, le=365)]


class Banking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days by which lines are settled, and how small a shortfall is a bank's fee."""

    partial_days: Days
    review_days: Days
    suspense_days: Days
    return_days: Days
    explain_days: Days
    open_orders_max: Annotated[int, msgspec.Meta(ge=1, le=12)]
    fee_tolerance_minor: dict[str, int]


POLICY: Final = policy.load("banking", Banking, "market.banking")


class Outcome(StrEnum):
    """What a line is found to be."""

    EXACT = "exact"
    PARTIAL = "partial"
    SURPLUS = "surplus"
    DOUBLE = "double"
    PROPOSED = "proposed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why, in a word that people look up."""

    REFERENCE = "reference"
    PAID_ALREADY = "paid-already"
    GIVEN_UP = "given-up"
    OTHER_PAYER = "other-payer"
    OTHER_CURRENCY = "other-currency"
    SEVERAL_REFERENCES = "several-references"
    KNOWN_PAYER = "known-payer"
    SUM_OF_ORDERS = "sum-of-orders"
    NOTHING_FITS = "nothing-fits"


@dataclass(frozen=True, slots=True)
class Incoming:
    """Money that came in: who sent it, as the bank says."""

    minor: int
    currency: str
    payer: str | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A payment by transfer: `held_minor` has come in parts; `of_payer`: the account is known as the buyer's."""

    payment_id: str
    payer_name: str
    minor: int
    currency: str
    held_minor: int
    waiting: bool
    paid: bool
    of_payer: bool

    @property
    def missing(self) -> int:
        """What has still to come."""
        return self.minor - self.held_minor


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line is, of which payments, why, and how much is too much."""

    outcome: Outcome
    reason: Reason
    payments: tuple[str, ...] = ()
    surplus_minor: int = 0
    shortfall_minor: int = 0


def decide(
    incoming: Incoming, referenced: Sequence[Awaited], of_payer: Sequence[Awaited], banking: Banking
) -> Decision:
    """Say what a line is; `referenced` are the payments whose reference it quotes, `of_payer` those its payer owes."""
    if len(referenced) > 1:
        return Decision(Outcome.PROPOSED, Reason.SEVERAL_REFERENCES, tuple(each.payment_id for each in referenced))
    if referenced:
        return _by_reference(incoming, referenced[0], banking)
    return _by_payer(incoming, [each for each in of_payer if each.currency == incoming.currency], banking)


def _by_reference(incoming: Incoming, awaited: Awaited, banking: Banking) -> Decision:
    named = (awaited.payment_id,)
    if awaited.currency != incoming.currency:
        return Decision(Outcome.UNKNOWN, Reason.OTHER_CURRENCY, named)
    if not awaited.waiting:
        return Decision(Outcome.DOUBLE, Reason.PAID_ALREADY if awaited.paid else Reason.GIVEN_UP, named)
    if not (awaited.of_payer or same_name(incoming.payer, awaited.payer_name)):
        return Decision(Outcome.PROPOSED, Reason.OTHER_PAYER, named)
    return compared(incoming.minor, awaited, banking)


def compared(minor: int, awaited: Awaited, banking: Banking) -> Decision:
    """Whether an amount is what is missing, less or more."""
    named, left = (awaited.payment_id,), minor - awaited.missing
    if left > 0:
        return Decision(Outcome.SURPLUS, Reason.REFERENCE, named, surplus_minor=left)
    if -left <= banking.fee_tolerance_minor.get(awaited.currency, 0):
        return Decision(Outcome.EXACT, Reason.REFERENCE, named, shortfall_minor=-left)
    return Decision(Outcome.PARTIAL, Reason.REFERENCE, named)


def _by_payer(incoming: Incoming, owed: Sequence[Awaited], banking: Banking) -> Decision:
    """One open payment of exactly this amount, or the only set that makes it, is proposed; nothing is booked."""
    fitting = [each for each in owed if each.missing == incoming.minor]
    if len(fitting) == 1:
        return Decision(Outcome.PROPOSED, Reason.KNOWN_PAYER, (fitting[0].payment_id,))
    if not fitting and len(owed) <= banking.open_orders_max:
        sets = [
            chosen
            for size in range(2, len(owed) + 1)
            for chosen in combinations(owed, size)
            if sum(each.missing for each in chosen) == incoming.minor
        ]
        if len(sets) == 1:
            return Decision(Outcome.PROPOSED, Reason.SUM_OF_ORDERS, tuple(each.payment_id for each in sets[0]))
    return Decision(Outcome.UNKNOWN, Reason.NOTHING_FITS)
