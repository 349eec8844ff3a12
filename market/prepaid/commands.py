"""Topping a prepaid balance up: a payment like any other, whose money the party's own account holds."""

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.money import Money
from kernel.text import Text
from kernel.views.audience import own_party
from market.ledger import book
from market.ledger import commands as ledger
from market.payments.models import Payment
from market.payments.queries import payment_view
from market.payments.schemas import PaymentView
from market.payments.states import PAYMENT
from market.payments.subjects import SUBJECTS, Subject
from market.prepaid import rules
from market.prepaid.schemas import TopUp


async def intend(act: Act, data: TopUp) -> PaymentView:
    """Store that a party means to pay in advance; the gateway comes after. Raises TopUpOutOfBounds."""
    party, money = own_party(act.actor), Money.of(data.amount, "/amount")
    rules.require_amount(money, rules.RULES.at(act.today).body)
    payment = Payment(
        id=ids.new("pay"),
        subject="top-up",
        order_id=None,
        bill_id=None,
        payer=party,
        method=data.method,
        amount_minor=money.minor,
        currency=money.currency,
        return_url=data.return_url,
        created_at=act.at,
    )
    await lifecycle.begin(act, payment, PAYMENT, parties=[party], subject="top-up", method=data.method)
    return payment_view(payment, act.actor)


async def _lock(act: Act, payment: Payment) -> None:
    """A top-up is its own subject, and the payment's lock is all there is."""


async def _paid(act: Act, payment: Payment, received: Money, source: str) -> None:
    await ledger.post(act, book.topped_up(payment.id, payment.payer, received, source))


SUBJECTS["top-up"] = Subject(Text("预付充值", "Top-up"), _lock, _paid)
