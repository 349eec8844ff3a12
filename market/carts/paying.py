"""Paying a purchase by one transfer: each order keeps its own payment, and one reference stands for all of them."""

from collections.abc import Sequence

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.errors import DomainError, FieldError
from kernel.identity.models import Party
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from market.banking.lines import settling
from market.banking.lines.recognition import Recognised, recognises
from market.banking.matching.names import same_name
from market.banking.models import BankEntry
from market.carts.errors import CartNotPayable
from market.carts.models import Cart, CartLine
from market.carts.queries import AUDIENCE
from market.carts.schemas import PurchasePaymentsView
from market.carts.states import CartState
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments import commands as payments
from market.payments.gateways.references import references_in
from market.payments.models import Payment
from market.payments.schemas import OpenPayment, PaymentView
from market.payments.states import PaymentState

REASON = "purchase-reference"
"""Why a line was booked: it quotes the reference of a purchase."""


async def intend(act: Act, cart_id: str) -> PurchasePaymentsView:
    """Open a bank transfer for each order of a purchase that is still to be paid; those that are open are given again.

    Raises CartNotPayable, naming each order that is not ready, or where there is nothing to be paid any more.
    """
    row = await locked(act.session, Cart, cart_id)
    AUDIENCE.require_party(act.actor, cart_id, row.buyer)
    waiting, faults, views = await _unpaid(act, row), list[FieldError](), list[PaymentView]()
    for order in waiting:
        try:
            views.append(await payments.intend(act, order.id, OpenPayment()))
        except DomainError as refusal:
            faults.append(FieldError(f"/orders/{order.id}", refusal.sentence, refusal.rule))
    if row.status is not CartState.PLACED or not waiting:
        text = Text("没有待付款的订单", "No order of it waits for payment")
        faults.append(FieldError("/orders", text, CartNotPayable.rule))
    if faults:
        raise CartNotPayable(errors=faults, count=len(faults))
    return purchase_view(row, views)


def purchase_view(row: Cart, views: Sequence[PaymentView]) -> PurchasePaymentsView:
    """The payments of a purchase with their sum and their one reference."""
    moneys = [Money.of(each.amount) for each in views]
    total = Money(sum(each.minor for each in moneys), row.currency or "")
    return PurchasePaymentsView(row.id, total.view(), row.transfer_reference or "", list(views))


async def _unpaid(act: Act, row: Cart) -> Sequence[Order]:
    query = (
        select(Order)
        .join(CartLine, CartLine.order_id == Order.id)
        .where(CartLine.cart_id == row.id, Order.status == OrderState.PLACED, Order.amount_minor > 0)
    )
    return (await act.session.scalars(query.order_by(Order.id))).all()


@recognises
async def paid_together(act: Act, entry: BankEntry) -> Recognised | None:
    """Money that quotes the reference of a purchase and is what all of its open transfers come to pays them all.

    It comes from an account or a name that is the buyer's; whatever else waits for an officer, as any other line.
    """
    row = await _quoted(act, entry)
    if row is None:
        return None
    query = (
        select(Payment.id)
        .join(CartLine, CartLine.order_id == Payment.order_id)
        .where(CartLine.cart_id == row.id, Payment.status == PaymentState.OPENED, Payment.method == "bank_transfer")
    )
    waiting = [await settling.locked_payment(act, each, entry) for each in sorted(await act.session.scalars(query))]
    buyer = await one(act.session, Party, row.buyer)
    own = row.buyer in await settling.payers(act.session, entry) or same_name(entry.counterparty, buyer.name)
    complete = bool(waiting) and all(each.awaited.waiting and not each.parts for each in waiting)
    if not own or not complete or sum(each.awaited.minor for each in waiting) != entry.amount_minor:
        return None
    await ledger.post(act.by(SYSTEM), bank_book.received(entry.id, entry.account_id, entry.money))
    for each in waiting:
        await settling.pay(act.by(SYSTEM), Role.SYSTEM, each.payment, entry)
    return Recognised("exact", REASON, tuple(each.payment.id for each in waiting), row.buyer)


async def _quoted(act: Act, entry: BankEntry) -> Cart | None:
    """The one purchase whose reference a credit quotes, in its currency; several are nobody's."""
    if not entry.credit:
        return None
    quoted = references_in(f"{entry.remittance} {entry.end_to_end_id or ''}")
    if not quoted:
        return None
    rows = (await act.session.scalars(select(Cart).where(Cart.transfer_reference.in_(quoted)))).all()
    return rows[0] if len(rows) == 1 and rows[0].currency == entry.currency else None
