"""Pure rules of Stripe's balance: what a kind of transaction is of the books, and whether an entry is what it says."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from kernel.money import EXPONENTS, Money
from kernel.rules import policy

Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 30)]
Days = Annotated[int, msgspec.Meta(ge=1, le=90)]


class StripeBalancePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours that a reading looks back and that books and balance may lag; days to explain, and of a payout."""

    overlap_hours: Hours
    lag_hours: Hours
    explain_days: Days
    transit_days: Days


POLICY: Final = policy.load("stripe-balance", StripeBalancePolicy, "market.stripe_balance")


class Movement(StrEnum):
    """What a balance transaction is of the books."""

    PAID = "paid"
    REFUNDED = "refunded"
    REFUND_BACK = "refund-back"
    DISPUTED = "disputed"
    TRANSFERRED = "transferred"
    TRANSFER_BACK = "transfer-back"
    LEFT = "left"
    LEFT_BACK = "left-back"
    CHARGED = "charged"
    RESERVED = "reserved"


_KINDS: Final = {
    Movement.PAID: ("charge", "payment"),
    Movement.REFUNDED: ("refund", "payment_refund"),
    Movement.REFUND_BACK: ("refund_failure", "payment_failure_refund"),
    Movement.DISPUTED: ("adjustment",),
    Movement.TRANSFERRED: ("transfer",),
    Movement.TRANSFER_BACK: ("transfer_refund", "transfer_cancel", "transfer_failure"),
    Movement.LEFT: ("payout",),
    Movement.LEFT_BACK: ("payout_failure", "payout_cancel"),
    Movement.CHARGED: ("stripe_fee", "stripe_fx_fee", "tax_fee"),
    Movement.RESERVED: ("reserve_hold", "reserve_release", "reserve_transaction", "reserved_funds"),
}
MOVEMENTS: Final = {kind: movement for movement, kinds in _KINDS.items() for kind in kinds}
"""Stripe's words for what moved (API 2026-10-28); any other goes to the clearing officer."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transaction moved on the balance: `amount_minor` less `fee_minor`, at a rate where it was converted."""

    amount_minor: int
    fee_minor: int
    currency: str
    exchange_rate: Decimal | None = None

    @property
    def net(self) -> Money:
        """What the balance grew by."""
        return Money(self.amount_minor - self.fee_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An entry is what a transaction says; its fee may still have to be booked, and a conversion."""

    fee: Money
    converted: bool = False


def agreed(moved: Moved, booked: Money) -> Agreed | None:
    """Whether an entry that added `booked` to the account at Stripe is this transaction; nothing where it is not.

    It was booked with the fee, or without. In another currency it is the amount at Stripe's rate, to a minor unit:
    how Stripe rounds is not published.
    """
    none, fee = Money(0, moved.currency), Money(moved.fee_minor, moved.currency)
    if booked == moved.net:
        return Agreed(none)
    if booked == Money(moved.amount_minor, moved.currency):
        return Agreed(fee)
    if booked.currency == moved.currency or moved.exchange_rate is None:
        return None
    at_rate = (booked.decimal * moved.exchange_rate).scaleb(EXPONENTS[moved.currency])
    off = int(at_rate.to_integral_value(ROUND_HALF_EVEN)) - moved.amount_minor
    return Agreed(fee, converted=True) if abs(off) <= 1 else None


_TRACE_LENGTH_MIN: Final = 5


def quotes(text: str, traces: tuple[str, ...] | list[str]) -> bool:
    """Whether a line of a bank's statement quotes a payout: its id or trace, or the name that Stripe pays under."""
    plain = "".join(text.split()).upper()
    told = ["".join(each.split()).upper() for each in traces]
    return "STRIPE" in plain or any(len(each) >= _TRACE_LENGTH_MIN and each in plain for each in told)
