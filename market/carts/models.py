"""Carts and their lines."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.carts.states import CartState


class Cart(Base, Stateful):
    """A buyer's cart (购物车); once it is placed, a purchase (合并采购) with one order a line.

    `due_at` is when one that nobody touches is cleared; `lines_added` numbers the lines, also of those taken out again.
    Of a purchase `total_minor` is what was due at the beginning of all its orders, and `transfer_reference` the one
    under which a single bank transfer pays whatever of it is to be paid.
    """

    __tablename__ = "cart"
    __table_args__ = (
        CheckConstraint("(status = 'open') = (due_at IS NOT NULL)", name="clock"),
        CheckConstraint(
            "(status = 'placed') = (placed_at IS NOT NULL) AND (status = 'placed') = (total_minor IS NOT NULL)"
            " AND (total_minor IS NULL) = (currency IS NULL)"
            " AND (status = 'placed') = (transfer_reference IS NOT NULL)",
            name="placed",
        ),
        Index("ix_cart_buyer_id", "buyer", "id"),
        Index("ix_cart_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    purchase_order_number: Mapped[str | None]
    cost_centre: Mapped[str | None]
    lines_added: Mapped[int]
    total_minor: Mapped[int | None]
    currency: Mapped[str | None]
    transfer_reference: Mapped[str | None] = mapped_column(unique=True)
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    status: Mapped[CartState] = status_column(CartState)


class CartLine(Base):
    """A listing for a purpose in a cart, with the price at which it was put there, and the order that it became."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "listing_id", "purpose"),
        CheckConstraint("n >= 1", name="n"),
    )

    cart_id: Mapped[str] = mapped_column(ForeignKey("cart.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"))
    purpose: Mapped[str]
    use_case: Mapped[str]
    price: Mapped[dict[str, Any]]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), unique=True)
    added_at: Mapped[datetime]
