"""Which pages, forms and answers have a part of their own, by the operation that they are drawn of."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from litestar import Request

from centre.pages.console.special.drawn import Drawn, Draws, Viewing
from centre.pages.console.supply import assets, listings, quality, valuing
from centre.pages.console.trade import agreements, carts, complaints, forms, negotiations, orders, payments

Fills = Callable[[Request[Any, Any, Any], Any], Awaitable[Mapping[str, Any]]]


def _above(template: str, fills: Fills, *hides: str) -> Draws:
    """A part that stands above the facts of an object, filled from what the API told of it."""

    async def draw(asked: Viewing) -> Drawn:
        above = {"template": f"console/supply/{template}", "of": await fills(asked.request, asked.told)}
        return Drawn("console/supply/page.html", {"above": above}, hides=frozenset(hides))

    return draw


OBJECTS: Final[Mapping[str, Draws]] = {
    "get_order": orders.order,
    "get_cart": carts.cart,
    "get_complaint": complaints.complaint,
    "get_agreement": agreements.agreement,
    "get_amendment": agreements.amendment,
    "get_negotiation": negotiations.negotiation,
    "get_payment": payments.payment,
    "list_signing_keys": agreements.signing_keys,
    "get_asset": _above("asset.html", assets.fill, "latest_revision"),
    "get_quality_run": _above("quality.html", quality.of_run, "progress", "problem"),
    "get_scorecard": _above("quality.html", quality.of_card, "scorecard"),
    "get_listing": _above("listing.html", listings.fill, "gates", "licence", "plan", "sample_rows"),
    "get_engagement": _above("engagement.html", valuing.of_engagement, "valuers", "checks", "allowed_actions"),
    "get_appraisal": _above("appraisal.html", valuing.of_appraisal, "appraisal", "value", "low", "high"),
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
