"""The price that a listing shows: an amount, that nothing is to be paid, or that it is told to who asks."""

from enum import StrEnum

from contracts.terms.prices import Free, OneOff, OnRequest, PriceTerms
from kernel.errors import FieldError, InvalidInput
from kernel.money import Money, MoneyView
from kernel.text import Text
from market.listings.models import Listing


class PriceKind(StrEnum):
    """What a listing shows as its price; plans of several components are published as offers."""

    ONE_OFF = "one-off"
    FREE = "free"
    ON_REQUEST = "on-request"


def price(row: Listing) -> Money | None:
    """The amount that a listing is sold at, where it shows one."""
    return Money(row.price_minor, row.currency) if row.price_minor is not None and row.currency else None


def price_terms(row: Listing) -> PriceTerms | None:
    """The price of a listing as terms have it; None for a draft that does not say yet."""
    if row.price_kind == PriceKind.FREE:
        return Free()
    if row.price_kind == PriceKind.ON_REQUEST:
        return OnRequest()
    amount = price(row)
    return None if amount is None else OneOff(amount.view())


def read_price(view: MoneyView | None, kind: PriceKind) -> Money | None:
    """What a provider asks for; raises InvalidInput for no amount of money, and for one beside a kind without."""
    if view is None:
        return None
    if kind is not PriceKind.ONE_OFF:
        text = Text(
            f"价格类型为 {kind} 时不填写金额；有价款的用 one-off",
            f"With the kind {kind} no amount is given; what has a price is one-off",
        )
        raise InvalidInput(errors=[FieldError("/price", text)])
    amount = Money.of(view)
    if amount.minor <= 0:
        text = Text("价格须大于零；无偿的用 price_kind: free", "A price is above zero; what costs nothing is free")
        raise InvalidInput(errors=[FieldError("/price/amount", text)])
    return amount
