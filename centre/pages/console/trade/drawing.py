"""Which pages, forms and answers of a trade have a part of their own, by the operation that they are drawn of."""

from collections.abc import Mapping
from typing import Final

from centre.pages.console.trade import agreements, carts, complaints, forms, negotiations, orders, payments
from centre.pages.console.trade.drawn import Drawn, Draws, Viewing

OBJECTS: Final[Mapping[str, Draws]] = {
    "get_order": orders.order,
    "get_cart": carts.cart,
    "get_complaint": complaints.complaint,
    "get_agreement": agreements.agreement,
    "get_amendment": agreements.amendment,
    "get_negotiation": negotiations.negotiation,
    "get_payment": payments.payment,
    "list_signing_keys": agreements.signing_keys,
}
FORMS: Final[Mapping[str, Draws]] = {
    "place_order": forms.placing,
    "put_cart_line": forms.placing,
    "place_cart": carts.placing,
    "approve_cart": carts.approving,
    "accept_order": forms.accepting,
    "confirm_receipt": forms.receipt,
    "file_complaint": forms.complaint,
    "confirm_transfer": payments.confirming,
    "sign_agreement": agreements.signing,
    "sign_amendment": agreements.signing,
    "register_signing_key": agreements.registering,
    "accept_negotiation": negotiations.accepting,
    "counter_negotiation": negotiations.countering,
    "request_negotiation": negotiations.requesting,
}
BACK: Final = frozenset(
    {"confirm_receipt", "put_cart_line", "take_cart_line_out", "give_rating", "prepare_delivery", "revoke_signing_key"}
)
"""Steps that lead back to what they are of, not to what they made."""
ONTO: Final = frozenset({"accept_negotiation", "award_quote", "sign_agreement", "take_offer"})
"""Steps after which an order is what goes on."""
RESULTS: Final[Mapping[str, Draws]] = {"open_links": forms.links}


async def of_object(name: str, asked: Viewing) -> Drawn | None:
    """The page of what an operation shows."""
    return await OBJECTS[name](asked) if name in OBJECTS else None


async def of_form(name: str, asked: Viewing) -> Drawn | None:
    """The form of a step."""
    return await FORMS[name](asked) if name in FORMS else None


async def of_result(name: str, asked: Viewing) -> Drawn | None:
    """The page of what a step answered that is kept nowhere."""
    return await RESULTS[name](asked) if name in RESULTS else None
