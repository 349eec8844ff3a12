"""Money of lines that came in, moved where it belongs: to a payment, or to what its sender has prepaid."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import hold
from kernel.identity.models import Party
from kernel.money import Money
from kernel.states import Role
from market.banking.matching.rules import Awaited
from market.banking.models import BankEntry, BankMatch
from market.banking.states import MatchState
from market.ledger import bank_book
from market.ledger import commands as ledger
from market.ledger.book import suspense
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments import commands as payments
from market.payments.gateways.references import references_in
from market.payments.models import Payment
from market.payments.states import PaymentState
from market.payments.subjects import payment_with_subject


@dataclass(frozen=True, slots=True)
class LockedPayment:
    """A payment with what is known about it, its rows locked."""

    payment: Payment
    awaited: Awaited
    parts: tuple[BankMatch, ...]


async def referenced(act: Act, entry: BankEntry) -> list[LockedPayment]:
    """The payments by transfer whose reference a line quotes."""
    quoted = references_in(f"{entry.remittance} {entry.end_to_end_id or ''}")
    if not quoted:
        return []
    query = select(Payment.id).where(Payment.gateway_reference.in_(quoted), Payment.method == "bank_transfer")
    return [await locked_payment(act, payment_id, entry) for payment_id in sorted(await act.session.scalars(query))]


async def owed_by_payer(act: Act, entry: BankEntry, most: int) -> list[LockedPayment]:
    """The open payments of whoever the line's account, or its very name, is known to be."""
    parties = await payers(act.session, entry)
    if not parties:
        return []
    query = select(Payment.id).where(
        Payment.payer.in_(parties),
        Payment.status == PaymentState.OPENED,
        Payment.method == "bank_transfer",
        Payment.currency == entry.currency,
    )
    rows = await act.session.scalars(query.order_by(Payment.id).limit(most + 1))
    return [each for row in rows.all() if (each := await locked_payment(act, row, entry)).awaited.waiting]


async def payers(session: AsyncSession, entry: BankEntry) -> set[str]:
    """The parties that have paid from this account before, or bear the sender's name."""
    parties: set[str] = set()
    if entry.counterparty is not None:
        named = select(Party.id).where(Party.name == entry.counterparty, Party.status == "admitted")
        parties |= set(await session.scalars(named))
    if entry.counterparty_account is not None:
        known = (
            select(BankMatch.party_id)
            .join(BankEntry, BankEntry.id == BankMatch.id)
            .where(
                BankEntry.counterparty_account == entry.counterparty_account,
                BankEntry.credit,
                BankMatch.status == MatchState.MATCHED,
                BankMatch.party_id.is_not(None),
            )
        )
        parties |= {each for each in await session.scalars(known) if each is not None}
    return parties


async def locked_payment(act: Act, payment_id: str, entry: BankEntry) -> LockedPayment:
    """A payment, locked after what it is for, with the parts of it that came before; raises NotFound."""
    payment = await payment_with_subject(act, payment_id)
    order = None if payment.order_id is None else await act.session.get_one(Order, payment.order_id)
    query = select(BankMatch).where(
        BankMatch.payment_ids.contains([payment.id]), BankMatch.status == MatchState.PARTIAL, BankMatch.id != entry.id
    )
    parts = (await act.session.scalars(query.order_by(BankMatch.id).with_for_update())).all()
    for part in parts:
        hold(act.session, part)
    party = await act.session.get_one(Party, payment.payer)
    awaited = Awaited(
        payment_id=payment.id,
        payer_name=party.name,
        minor=payment.amount_minor,
        currency=payment.currency,
        held_minor=sum(part.held_minor for part in parts),
        waiting=payment.status is PaymentState.OPENED and (order is None or order.status is OrderState.PLACED),
        paid=payment.status in (PaymentState.SUCCEEDED, PaymentState.REFUNDED),
        of_payer=payment.payer in await payers(act.session, entry),
    )
    return LockedPayment(payment, awaited, tuple(parts))


async def join(act: Act, found_: LockedPayment, entry: BankEntry) -> None:
    """Put the earlier parts of a payment to the line that completes it."""
    for part in found_.parts:
        money = Money(part.held_minor, entry.currency)
        await ledger.post(act.by(SYSTEM), bank_book.joined(part.id, entry.id, money))
        part.held_minor, part.held_in, part.due_at = 0, None, None


async def pay(act: Act, role: Role, payment: Payment, entry: BankEntry) -> None:
    """The whole of a payment is in the line's suspense: it moves with what it is for by the one command there is."""
    await payment_with_subject(act, payment.id)
    payment.received_on = entry.booked_on
    await payments.succeed(act, role, payment, payment.money, suspense(entry.id))


async def keep(act: Act, entry: BankEntry, party: str, minor: int) -> None:
    """What is left over is kept for the party."""
    await ledger.post(act.by(SYSTEM), bank_book.prepaid_by(entry.id, party, Money(minor, entry.currency)))
