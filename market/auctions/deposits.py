"""The deposits of bidders: held before the first bid, given back to whoever has not won, forfeited by a no-show, and
set off against the price by a winner that pays."""

from typing import Final

from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.queries import signatures
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked, one
from kernel.log.models import LogEntry
from kernel.money import Money
from kernel.states import Role
from market.auctions import queries, rules
from market.auctions.errors import DepositMismatch
from market.auctions.models import Auction, AuctionBid, AuctionBidder, AuctionCommitment
from market.auctions.schemas import BidderView, ConfirmDeposit, ReturnDeposit
from market.auctions.states import BIDDER, ENDED, BidderAction, BidderState
from market.banking.lines.recognition import BY_HAND, Recognised, ids_in, recognises, was_shown
from market.banking.models import BankEntry
from market.ledger import bank_book, book
from market.ledger import commands as ledger
from market.orders.models import Order
from market.orders.states import OrderState
from market.payments.commands import REFERENCE_USERS, claim_bank_reference
from market.payments.rules import reference_key
from market.payments.set_off import DEPOSITS, Deposits

FATE: Final = "LT-AUC-12"
"""The rule of what becomes of a deposit."""


async def _held(act: Act, bidder_id: str) -> tuple[Auction, AuctionBidder]:
    seen = await one(act.session, AuctionBidder, bidder_id)
    queries.BIDDERS.require(act.actor, bidder_id, seen.party_id)
    row = await locked(act.session, Auction, seen.auction_id)
    return row, await locked(act.session, AuctionBidder, bidder_id)


async def confirm(act: Act, bidder_id: str, data: ConfirmDeposit) -> BidderView:
    """The clearing officer says that a deposit has arrived: it is held, and its bidder may bid.

    Raises NotFound, IllegalTransition, DepositMismatch and BankReferenceUsed.
    """
    row, bidder = await _held(act, bidder_id)
    BIDDER.next(bidder.status, BidderAction.DEPOSIT, Role.CLEARING)
    deposit, received = queries.money(row, row.deposit_minor), Money.of(data.amount, "/amount")
    if received != deposit:
        raise DepositMismatch(expected=str(deposit), received=str(received))
    await claim_bank_reference(act.session, data.bank_reference)
    bidder.deposit_reference = data.bank_reference
    await _hold(act, row, bidder, Role.CLEARING, book.Source.BANK)
    return queries.bidder_view(row, bidder)


async def _hold(act: Act, row: Auction, bidder: AuctionBidder, role: Role, source: str) -> None:
    deposit, late = queries.money(row, row.deposit_minor), bidder.status is BidderState.LAPSED
    await _step(act, bidder, BidderAction.DEPOSIT, role, amount=str(deposit))
    await ledger.post(act, book.deposit_held(bidder.id, deposit, source))
    if late or row.status in ENDED:  # It came too late to bid with.
        await release(act, row, bidder)


async def confirm_return(act: Act, bidder_id: str, data: ReturnDeposit) -> BidderView:
    """The clearing officer says that the bank has sent a deposit back; raises NotFound and IllegalTransition."""
    row, bidder = await _held(act, bidder_id)
    BIDDER.next(bidder.status, BidderAction.RETURN, Role.CLEARING)
    await claim_bank_reference(act.session, data.bank_reference)
    bidder.return_reference = data.bank_reference
    await _give_back(act, row, bidder, Role.CLEARING, book.Source.BANK)
    return queries.bidder_view(row, bidder)


def _rest(row: Auction, bidder: AuctionBidder) -> Money:
    """What is to go back of a deposit."""
    return queries.money(row, row.deposit_minor - bidder.forfeited_minor)


async def _give_back(act: Act, row: Auction, bidder: AuctionBidder, role: Role, source: str) -> None:
    await _step(act, bidder, BidderAction.RETURN, role)
    await ledger.post(act, book.deposit_returned(bidder.id, _rest(row, bidder), source))


async def is_of_deposit(session: AsyncSession, reference: str) -> bool:
    """Whether a bank's reference stands for a deposit that came or went back, in whichever case."""
    key = reference_key(reference)
    mine = (func.upper(AuctionBidder.deposit_reference) == key) | (func.upper(AuctionBidder.return_reference) == key)
    return bool(await session.scalar(select(exists().where(mine))))


REFERENCE_USERS.append(is_of_deposit)


@recognises
async def seen_by_hand(act: Act, entry: BankEntry) -> Recognised | None:
    """An officer had confirmed a deposit, or its return, by this reference: the account of the books gets its name."""
    if entry.bank_reference is None:
        return None
    key = reference_key(entry.bank_reference)
    column = AuctionBidder.deposit_reference if entry.credit else AuctionBidder.return_reference
    bidder = (await act.session.scalars(select(AuctionBidder).where(func.upper(column) == key))).first()
    if bidder is None or await was_shown(act, entry):
        return None
    row = await act.session.get_one(Auction, bidder.auction_id)
    if entry.money != (queries.money(row, row.deposit_minor) if entry.credit else _rest(row, bidder)):
        return None
    seen = bank_book.seen_at_bank(entry.id, entry.account_id, entry.money, credit=entry.credit)
    await ledger.post(act.by(SYSTEM), seen)
    return Recognised("exact", BY_HAND, party=bidder.party_id)


@recognises
async def quoted(act: Act, entry: BankEntry) -> Recognised | None:
    """A line that quotes a bidder: its whole deposit has come, or what was to go back has left.

    What comes after the auction has let the bidder lapse is booked and goes back; another amount waits for an officer
    like any other line.
    """
    for bidder_id in ids_in(entry, "bdr"):
        seen = await act.session.get(AuctionBidder, bidder_id)
        if seen is None:
            continue
        row, clock = await locked(act.session, Auction, seen.auction_id), act.by(SYSTEM)
        bidder, account = await locked(act.session, AuctionBidder, bidder_id), book.bank(entry.account_id)
        if entry.credit and bidder.status in (BidderState.REGISTERED, BidderState.LAPSED):
            if entry.money == queries.money(row, row.deposit_minor):
                await _hold(clock, row, bidder, Role.SYSTEM, account)
                return Recognised("exact", "deposit", party=bidder.party_id)
        elif not entry.credit and bidder.status is BidderState.RELEASING and entry.money == _rest(row, bidder):
            await _give_back(clock, row, bidder, Role.SYSTEM, account)
            return Recognised("returned", "deposit", party=bidder.party_id)
    return None


async def _step(act: Act, bidder: AuctionBidder, action: BidderAction, role: Role, **facts: str) -> None:
    parties = [bidder.party_id]
    await lifecycle.advance(act, bidder, BIDDER, action, role, parties=parties, rule=FATE, **facts)


async def release(act: Act, row: Auction, bidder: AuctionBidder) -> None:
    """Set a deposit aside for its bidder; one that never came lapses. What is settled already stays as it is."""
    clock = act.by(SYSTEM)
    if bidder.status is BidderState.REGISTERED:
        await _step(clock, bidder, BidderAction.LAPSE, Role.SYSTEM)
    elif bidder.status is BidderState.HELD:
        await _step(clock, bidder, BidderAction.RELEASE, Role.SYSTEM)
        money = queries.money(row, row.deposit_minor)
        await ledger.post(clock, book.deposit_released(bidder.id, money))


async def release_all(act: Act, row: Auction, besides: set[str | None] | None = None) -> None:
    """Set every deposit aside that is not needed any more; the auction is locked."""
    for bidder in await queries.all_bidders(act.session, row.id):
        if bidder.id not in (besides or ()):
            await release(act, row, await locked(act.session, AuctionBidder, bidder.id))


async def forfeit(act: Act, row: Auction, bidder: AuctionBidder) -> None:
    """A winner that does not go through with it loses its deposit to the seller."""
    if bidder.status is not BidderState.HELD:
        return
    money, clock = queries.money(row, row.deposit_minor), act.by(SYSTEM)
    bidder.forfeited_minor = money.minor
    await _step(clock, bidder, BidderAction.FORFEIT, Role.SYSTEM, amount=str(money))
    await ledger.post(clock, book.deposit_forfeited(bidder.id, row.provider, money, Money(0, money.currency)))


async def lose_part(act: Act, row: Auction, bidder_id: str) -> None:
    """Whoever does not reveal its sealed bid loses the stated part, and gets the rest back."""
    bidder, clock = await locked(act.session, AuctionBidder, bidder_id), act.by(SYSTEM)
    rate = rules.RULES.at(act.today).body.unrevealed_forfeit_rate
    lost, rest = rules.forfeited(queries.money(row, row.deposit_minor), rate)
    if bidder.status is not BidderState.HELD or lost.minor == 0:
        return
    bidder.forfeited_minor = lost.minor
    action = BidderAction.RELEASE if rest.minor else BidderAction.FORFEIT
    await _step(clock, bidder, action, Role.SYSTEM, forfeited=str(lost))
    await ledger.post(clock, book.deposit_forfeited(bidder.id, row.provider, lost, rest))


async def _held_for(act: Act, order: Order) -> tuple[Auction, AuctionBidder] | None:
    """The auction that an order came of and its winner, whose deposit is held."""
    row = await act.session.scalar(select(Auction).where(Auction.order_id == order.id))
    if row is None or row.outcome is None:
        return None
    bidder = await locked(act.session, AuctionBidder, str(row.outcome["bidder"]))
    return (row, bidder) if bidder.status is BidderState.HELD else None


async def _held_money(act: Act, order: Order) -> Money | None:
    """What the deposit of an order's winner pays of its price: it is a part of the start price, and so less than it."""
    held = await _held_for(act, order)
    return None if held is None else queries.money(held[0], held[0].deposit_minor)


async def _set_off(act: Act, order: Order, money: Money) -> None:
    """The winner has paid the rest: its deposit becomes a part of the price, in the order's escrow."""
    held, clock = await _held_for(act, order), act.by(SYSTEM)
    if held is None:
        return
    await _step(clock, held[1], BidderAction.SET_OFF, Role.SYSTEM, order=order.id, amount=str(money))
    await ledger.post(clock, book.deposit_set_off(held[1].id, order.id, money))


DEPOSITS.append(Deposits(_held_money, _set_off))


async def after_order(act: Act, auction_id: str) -> bool:
    """What becomes of the winner's deposit once its order is over; says whether anything did.

    One whose payment was begun for the whole price, before deposits were set off, is given back once that is paid.
    """
    row = await locked(act.session, Auction, auction_id)
    if row.order_id is None or row.outcome is None:
        return False
    order = await act.session.get_one(Order, row.order_id)
    bidder = await locked(act.session, AuctionBidder, str(row.outcome["bidder"]))
    if bidder.status is not BidderState.HELD or order.status is OrderState.PLACED:
        return False
    if await _gave_up(act, order):
        await forfeit(act, row, bidder)
    else:
        await release(act, row, bidder)
    return True


async def _gave_up(act: Act, order: Order) -> bool:
    """Whether it was the winner that did not go through with an order that is over without payment.

    It was, where it gave the order up or declined the agreement, and where the time to pay went by; but not where it
    had signed and its seller had not, since nothing can be paid before both have.
    """
    agreement = order.agreement_id or ""
    if order.status is OrderState.CANCELLED:
        steps = ((order.id, "market.order.cancelled"), (agreement, "contracts.agreement.declined"))
        found = tuple_(LogEntry.subject, LogEntry.kind).in_(steps)
        by = select(LogEntry.id).where(found, LogEntry.actor_party == order.buyer)
        return (await act.session.scalars(by.limit(1))).first() is not None
    signed = {one.party_id for one in await signatures(act.session, agreement)}
    return order.status is OrderState.EXPIRED and (order.buyer not in signed or order.provider in signed)


async def has_bid(act: Act, row: Auction, bidder: AuctionBidder) -> bool:
    """Whether a bidder has bid, openly or sealed."""
    opened = exists().where(AuctionBid.auction_id == row.id, AuctionBid.bidder_id == bidder.id)
    sealed = exists().where(AuctionCommitment.bidder_id == bidder.id)
    return bool(await act.session.scalar(select(opened | sealed)))


async def highest_besides(act: Act, row: Auction, besides: set[str]) -> tuple[str, int] | None:
    """The highest open bid of anybody but some bidders, with its bidder."""
    highest = func.max(AuctionBid.amount_minor)
    query = select(AuctionBid.bidder_id, highest).where(AuctionBid.auction_id == row.id)
    query = query.where(AuctionBid.bidder_id.not_in(besides)).group_by(AuctionBid.bidder_id)
    found = (await act.session.execute(query.order_by(highest.desc()).limit(1))).first()
    return None if found is None else (found[0], int(found[1]))
