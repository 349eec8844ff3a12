"""What carts say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.prices import PriceTerms
from kernel.money import MoneyView
from kernel.text import Text
from market.carts.states import CartState
from market.orders.schemas import CostCentre, PurchaseOrderNumber
from market.payments.schemas import PaymentView


class OpenCart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Open a cart, with the buyer's own references for every order that comes of it."""

    purchase_order_number: PurchaseOrderNumber | None = None
    cost_centre: CostCentre | None = None


class PutLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Put a listing into a cart for a purpose at its price of now; once more, it takes the line's place."""

    listing_id: Annotated[str, Meta(max_length=40)]
    purpose: Annotated[str, Meta(min_length=1, max_length=40, examples=["internal-analysis"])]
    use_case: Annotated[str, Meta(max_length=400, description="应用场景 · what the data will be used for")] = ""


class PlaceCart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Place the purchase at the total that the buyer saw."""

    total: MoneyView


class LineFault(msgspec.Struct, frozen=True):
    """Why a line cannot be bought as it stands, by which rule, and what mends it."""

    pointer: str
    detail: Text
    rule: str | None


class ApproveCart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say yes, as one whom the buyer's own rule names, to a cart as it stands, by its digest."""

    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]


class CartLineView(msgspec.Struct, frozen=True):
    """A line of a cart, priced now; `faults` are what ordering it would be refused for.

    `price_then` is the price at which it was put into the cart. Of a purchase `order_id` is the order that it became,
    and both prices are those at which it was placed.
    """

    n: int
    listing_id: str
    provider: str | None
    title_zh: str
    title_en: str
    purpose: str
    use_case: str
    price_then: Annotated[PriceTerms, Meta(description="加入时的价格 · its price when it was put into the cart")]
    price: Annotated[PriceTerms | None, Meta(description="现价 · its price now")]
    due: Annotated[MoneyView | None, Meta(description="开始时应付 · what is due at the beginning")]
    order_id: str | None
    faults: list[LineFault]


class CartSummary(msgspec.Struct, frozen=True):
    """A cart as a list shows it; of a purchase with its total."""

    id: str
    status: CartState
    allowed_actions: list[str]
    purchase_order_number: str | None
    cost_centre: str | None
    total: MoneyView | None
    due_at: Annotated[datetime | None, Meta(description="无人改动则清空的时间 · when it is cleared if left untouched")]
    opened_at: datetime
    placed_at: datetime | None


class CartView(CartSummary, frozen=True):
    """A cart with its lines, priced now, or a purchase with the orders that they became.

    `digest` is what approval inside the buyer's organisation is given to, `exposure` the most that all the lines can
    come to together while they last, by which it is measured.
    """

    lines: list[CartLineView]
    digest: str
    exposure: MoneyView | None
    transfer_reference: Annotated[
        str | None, Meta(description="合并付款的转账附言 · the reference under which one transfer pays all of it")
    ]


class PurchasePaymentsView(msgspec.Struct, frozen=True):
    """The open payments of a purchase, and the one reference under which a single transfer of `total` pays them all."""

    cart_id: str
    total: MoneyView
    transfer_reference: str
    payments: list[PaymentView]
