"""Stripe's published test cards, as far as the double tells them apart."""

from dataclasses import dataclass
from typing import Any

from .errors import StripeRefusal


@dataclass(frozen=True)
class TestCard:
    """How a payment with this card goes."""

    __test__ = False  # pytest would otherwise try to collect a class with this name.

    number: str
    decline_code: str | None = None
    needs_authentication: bool = False
    available_at_once: bool = False

    def details(self) -> dict[str, Any]:
        """Give the part of a card that a charge shows."""
        return {"type": "card", "card": {"brand": "visa", "last4": self.number[-4:]}}


_CARDS = {
    "pm_card_visa": TestCard("4242424242424242"),
    "pm_card_bypassPending": TestCard("4000000000000077", available_at_once=True),
    "pm_card_visa_chargeDeclined": TestCard("4000000000000002", decline_code="generic_decline"),
    "pm_card_chargeDeclined": TestCard("4000000000000002", decline_code="generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": TestCard("4000000000009995", decline_code="insufficient_funds"),
    "pm_card_authenticationRequired": TestCard("4000002500003155", needs_authentication=True),
}
_BY_NUMBER = {card.number: card for card in _CARDS.values()}


def card(token_or_number: str) -> TestCard:
    """Find a test card by its `pm_card_…` token or, for the checkout page, by its number."""
    found = _CARDS.get(token_or_number) or _BY_NUMBER.get(token_or_number.replace(" ", ""))
    if found is None:
        raise StripeRefusal(
            "resource_missing",
            f"No such PaymentMethod: '{token_or_number}'",
            status=400,
            param="payment_method",
        )
    return found
