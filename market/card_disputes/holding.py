"""What becomes of shared money while a payment is disputed, when the dispute is won, and when it is lost."""

from typing import Final

from sqlalchemy import select

from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from market.card_disputes.models import CardDispute
from market.ledger import book, dispute_book
from market.ledger import commands as ledger
from market.ledger import queries as books
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments.models import Payment
from market.prepaid.queries import available
from market.refunds import commands as refunds
from market.refunds import sharing
from market.refunds.paid import TAKEN
from market.splits import queries as splits
from market.splits import tree as trees
from market.splits.models import Distribution
from market.withholding import commands as withholding
from market.withholding.holding import hold_part
from market.withholding.queries import Ground

GROUND: Final = "card-dispute"
LOST: Final = "the payment was disputed at its gateway, and the dispute was lost"


async def keep_back(act: Act, row: CardDispute, payment: Payment) -> None:
    """Keep back what is still payable of each party's part of the disputed amount, or will be when it is settled."""
    why = Ground(GROUND, row.id, "该笔付款被持卡人争议 · the payment is disputed by its card's holder")
    shared, disputed = await _distributions(act, payment), row.amount_minor
    for of in shared:
        rows = await sharing.remaining(act.session, of)
        left = [each.minor for each in rows]
        money = Money(min(disputed, sum(left)), row.currency)
        disputed -= money.minor
        await hold_part(act.by(SYSTEM), of, [each.leg for each in rows], left, money, why)
    if payment.order_id is not None and disputed:
        order = await act.session.get_one(Order, payment.order_id)
        unsettled = not shared or order.status is not OrderState.SETTLED
        if unsettled and order.status is not OrderState.REFUNDED and order.agreement_id is not None:
            tree = await splits.tree_of(act.session, await one(act.session, Agreement, order.agreement_id))
            for party in sorted(trees.parties(tree)):
                await withholding.keep_back_later(act.by(SYSTEM), order, party, why)


async def _distributions(act: Act, payment: Payment) -> list[Distribution]:
    """What a payment was shared out by: once, or part by part out of its order's escrow, the last one first."""
    of = Distribution.subject == payment.subject_id
    if payment.order_id is not None:
        of |= (Distribution.order_id == payment.order_id) & (Distribution.account == book.escrow(payment.order_id))
    return list(await act.session.scalars(select(Distribution).where(of).order_by(Distribution.id.desc())))


async def release(act: Act, row: CardDispute) -> None:
    """What was kept back for the dispute goes to whose it is."""
    await withholding.release_for(act.by(SYSTEM), GROUND, row.id)


async def give_up(act: Act, row: CardDispute, payment: Payment) -> None:
    """The buyer has its money back for good: it comes from where a refund would come from; what nobody has, the centre
    bears."""
    parts = await _sources(act, row, payment)
    taken = sum((part.money.minor for part in parts), 0)
    if taken < row.amount_minor:
        parts.append(book.Part(book.LOSS, Money(row.amount_minor - taken, row.currency)))
    await ledger.post(act.by(SYSTEM), dispute_book.lost(row.id, row.subject_id, parts))
    for follow in TAKEN:
        await follow(act, row.id)
    await release(act, row)
    if payment.order_id is not None and await _nothing_left(act, payment):
        order = await act.session.get_one(Order, payment.order_id)
        if order.status in (OrderState.PAID, OrderState.DELIVERED):
            await refunds.end_order(act.by(SYSTEM), order, Role.SYSTEM, LOST)


async def _nothing_left(act: Act, payment: Payment) -> bool:
    """Whether the card has all back that it paid: what a deposit paid beside it is no price, and goes back too."""
    lost = await books.lost_to_disputes(act.session, payment.subject_id, payment.currency)
    return lost.minor + payment.refunded_minor >= payment.amount_minor


async def _sources(act: Act, row: CardDispute, payment: Payment) -> list[book.Part]:
    if payment.subject_id != payment.order_id and not await _distributions(act, payment):
        return await _of_balance(act, row, payment)
    disputed, parts = row.amount_minor, []
    if payment.order_id is not None:
        account = book.escrow(payment.order_id)
        held = (await ledger.held(act.session, [account], row.currency))[account]
        parts += _parts((account, min(held.minor, disputed)), currency=row.currency)
        disputed -= min(held.minor, disputed)
    for of in await _distributions(act, payment):
        left = sum(each.minor for each in await sharing.remaining(act.session, of))
        money = Money(min(disputed, left), row.currency)
        disputed -= money.minor
        if money.minor:
            parts += await sharing.take_back(act, of, money, row.id)
    return parts


async def _of_balance(act: Act, row: CardDispute, payment: Payment) -> list[book.Part]:
    free = min((await available(act.session, payment.payer, row.currency)).minor, row.amount_minor)
    owed = row.amount_minor - free
    return _parts((book.prepaid(payment.payer), free), (book.clawback(payment.payer), owed), currency=row.currency)


def _parts(*parts: tuple[str, int], currency: str) -> list[book.Part]:
    return [book.Part(account, Money(minor, currency)) for account, minor in parts if minor]
