"""What time does to an auction, under its lock and by the database's clock: display, opening, closing, default."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from contracts.terms.document import parsed
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import locked
from kernel.identity.models import Party
from kernel.identity.states import PartyState
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import SystemClock, day_in_china, timestamp
from market.auctions import deposits, papers, queries, rules
from market.auctions.models import Auction, AuctionBidder, AuctionMark
from market.auctions.states import AUCTION, AuctionAction, AuctionFormat, AuctionState
from market.listings.models import Listing
from market.listings.states import ListingState
from market.orders.rules import deadline
from valuation.market_evidence import relations
from valuation.market_evidence.policy import POLICY as EVIDENCE

VOID: Final = "LT-AUC-11"
"""The rule by which a collusive sale is void, and by which ties between bidders are marked for the officers."""

LINKED_BIDDERS: Final = "linked-bidders"
LINKED_TO_SELLER: Final = "linked-to-seller"
"""The codes of marks."""

_MACHINE_CLOCK: Final = SystemClock()


async def moment(act: Act) -> datetime:
    """Now, by the clock of the database, which rules in an auction; asked under the auction's lock.

    `now()` of a transaction is its beginning, so that what waited would look early. What the act's clock is ahead of
    the machine's is added: nothing in production, in the sandbox what its test clock was advanced by.
    """
    database: datetime = (await act.session.scalars(select(func.clock_timestamp()))).one()
    machine = _MACHINE_CLOCK.now()  # Read first: a pause before the next line makes nothing look early either.
    ahead: timedelta = act.after_waiting() - machine
    return database + ahead


async def held(act: Act, auction_id: str) -> tuple[Auction, datetime]:
    """An auction that the actor may see, locked, with what was due done, and the moment under its lock."""
    await queries.visible(act, auction_id)
    row = await locked(act.session, Auction, auction_id)
    at = await moment(act)
    await catch_up(act, row, at)
    return row, at


async def lapse(act: Act, auction_id: str) -> bool:
    """Write down what time has done to an auction; says whether it has done anything."""
    row = await locked(act.session, Auction, auction_id)
    before = row.version
    await catch_up(act, row, await moment(act))
    return row.version != before


async def catch_up(act: Act, row: Auction, at: datetime) -> None:
    """Take every step that was due by a moment; the auction is locked."""
    while row.due_at is not None and row.due_at <= at:
        await _STEPS[row.status](act.by(SYSTEM), row, row.due_at)


async def step(act: Act, row: Auction, action: AuctionAction, role: Role, **facts: Any) -> None:
    """Move an auction; its seller is told, and everybody reads it."""
    await lifecycle.advance(act, row, AUCTION, action, role, parties=[row.provider], **facts)


async def _drop(act: Act, row: Auction, _: datetime) -> None:
    """A draft that can no longer be announced in time."""
    await annul(act, row, Role.SYSTEM, "not announced in time")


async def _display(act: Act, row: Auction, _: datetime) -> None:
    row.due_at = row.opens_at
    await step(act, row, AuctionAction.DISPLAY, Role.SYSTEM)


async def _open(act: Act, row: Auction, _: datetime) -> None:
    row.due_at = row.closes_at
    await step(act, row, AuctionAction.OPEN, Role.SYSTEM)


async def _close(act: Act, row: Auction, at: datetime) -> None:
    """The end of the bidding: a sealed auction waits for its bids to be revealed, any other is decided."""
    if row.reveals_until is not None and row.status is AuctionState.OPEN:
        row.due_at = row.reveals_until
        await step(act, row, AuctionAction.REVEAL, Role.SYSTEM)
        return
    await _mark_ties(act, row)
    won = await _won(act, row)
    if won is None:
        await _fail(act, row)
        return
    await _name(act, row, won, at)
    await step(act, row, AuctionAction.CLOSE, Role.SYSTEM, **_told(row))
    kept = {won.bidder, won.runner_up if row.runner_up else None}
    await deposits.release_all(act, row, besides=kept)


async def _won(act: Act, row: Auction) -> rules.Won | None:
    reserve = queries.reserve_minor(row)
    if row.format == AuctionFormat.ENGLISH:
        if row.current_minor is None or row.current_bidder is None or row.current_minor < reserve:
            return None
        return await _english(act, row, row.current_bidder, row.current_minor, reserve)
    bids = await _revealed(act, row)
    return rules.decide(AuctionFormat(row.format), bids, row.start_minor, reserve)


async def _english(act: Act, row: Auction, bidder: str, minor: int, reserve: int) -> rules.Won:
    """The highest bid wins at its own price; the runner-up is the highest of anybody who is not one hand with it.

    Else one of two could bid out of reach and walk away, so that the other buys at what it bid below everybody.
    """
    kin = (await _ties(act, row)).get(bidder, frozenset())
    second = await deposits.highest_besides(act, row, {bidder, *kin})
    if second is None or second[1] < reserve:
        return rules.Won(bidder, minor)
    return rules.Won(bidder, minor, *second)


async def _revealed(act: Act, row: Auction) -> list[rules.SealedBid]:
    """The sealed bids that were opened; of those that were not, a part of the deposit is lost."""
    ties, sellers = await _ties(act, row), await _of_seller(act, row)
    found = []
    for order, each in enumerate(await queries.all_commitments(act.session, row.id)):
        if each.amount_minor is None:
            await deposits.lose_part(act, row, each.bidder_id)
            continue
        kin, of_seller = ties.get(each.bidder_id, frozenset()), each.bidder_id in sellers
        found.append(rules.SealedBid(each.bidder_id, each.amount_minor, order, kin, of_seller))
    return found


async def _ties(act: Act, row: Auction) -> dict[str, frozenset[str]]:
    """Which bidders are one hand with which, by the ties that were marked."""
    query = select(AuctionMark).where(AuctionMark.auction_id == row.id, AuctionMark.code == LINKED_BIDDERS)
    return {mark.bidder_id: frozenset(mark.others) for mark in await act.session.scalars(query)}


async def _of_seller(act: Act, row: Auction) -> set[str]:
    """Which bidders were marked as one hand with the seller."""
    query = select(AuctionMark.bidder_id).where(AuctionMark.auction_id == row.id, AuctionMark.code == LINKED_TO_SELLER)
    return set(await act.session.scalars(query))


async def _mark_ties(act: Act, row: Auction) -> None:
    """Mark for the officers who bid as one hand with another or the seller: contact, member or key in common."""
    bidding = [one for one in await queries.all_bidders(act.session, row.id) if await deposits.has_bid(act, row, one)]
    known = await relations.ties_among(act.session, [row.provider, *(one.party_id for one in bidding)])
    by_party = {one.party_id: one for one in bidding}
    for one in bidding:
        tied = known.get(one.party_id, set())
        if others := sorted(by_party[party].id for party in tied - {row.provider}):
            _mark(act, row, one, LINKED_BIDDERS, others)
        if row.provider in tied:
            _mark(act, row, one, LINKED_TO_SELLER, [])
    await act.session.flush()


def _mark(act: Act, row: Auction, bidder: AuctionBidder, code: str, others: list[str]) -> None:
    mark = AuctionMark(id=ids.new("amk"), auction_id=row.id, bidder_id=bidder.id, code=code, others=others, at=act.at)
    act.session.add(mark)
    facts = {"bidder": bidder.id, "others": others, "rule": VOID}
    record(act, "market.auction.marked", row.id, facts=facts)


async def near_seller(act: Act, row: Auction, parties: Sequence[str]) -> set[str]:
    """Which of several parties have a contact, a member or a key in common with the seller; all read at once."""
    return (await relations.ties_among(act.session, [row.provider, *parties]))[row.provider]


async def linked_to_seller(act: Act, row: Auction, party: str) -> list[str]:
    """By which ties a party is one hand with the seller; a repeated trade is none."""
    policy, asset = EVIDENCE.at(act.today).body, parsed(row.terms).licence.asset
    found = await relations.of_trade(act.session, (row.provider, party), asset, act.today, policy)
    return [code for code in found if code != "repeated"]


async def _name(act: Act, row: Auction, won: rules.Won, at: datetime) -> None:
    """Write down who has won, at which price, on which terms; it confirms within the days that there are."""
    bidder = await act.session.get_one(AuctionBidder, won.bidder)
    row.outcome = {
        "bidder": won.bidder,
        "party": bidder.party_id,
        "pays_minor": won.pays_minor,
        "runner_up": won.runner_up,
        "runner_up_pays_minor": won.runner_up_pays_minor,
        "terms_digest": queries.won_digest(row, bidder, won.pays_minor),
        "closed_at": timestamp(at),
    }
    days = rules.RULES.at(act.today).body.confirm_working_days
    row.confirm_due_at = row.due_at = deadline(day_in_china(at), days)
    row.signatures = []


def _told(row: Auction) -> dict[str, Any]:
    assert row.outcome is not None
    return {"bidder": row.outcome["bidder"], "price": str(queries.money(row, int(row.outcome["pays_minor"])))}


async def _fail(act: Act, row: Auction) -> None:
    row.due_at = None
    row.end_reason = "no bid reached the start price and the reserve"
    await step(act, row, AuctionAction.FAIL, Role.SYSTEM, reason=row.end_reason)
    await deposits.release_all(act, row)
    await papers.minutes(act, row)


async def _default(act: Act, row: Auction, at: datetime) -> None:
    """The sale was not confirmed in time: whoever did not sign answers for it, and the runner-up may be asked."""
    assert row.outcome is not None
    outcome, signed = row.outcome, {one["party"] for one in row.signatures}
    winner = await locked(act.session, AuctionBidder, str(outcome["bidder"]))
    on_sale = await _is_on_sale(act, row)
    seller_at_fault = not on_sale or (outcome["party"] in signed and row.provider not in signed)
    if seller_at_fault:
        await deposits.release(act, row, winner)
    else:
        await deposits.forfeit(act, row, winner)
    if row.runner_up and outcome["runner_up"] is not None and not seller_at_fault:
        await _name(act, row, rules.Won(outcome["runner_up"], int(outcome["runner_up_pays_minor"])), at)
        row.outcome = {**row.outcome, "instead_of": outcome["bidder"]}
        await step(act, row, AuctionAction.SUCCEED, Role.SYSTEM, **_told(row))
        return
    row.due_at = None
    row.end_reason = "the winner did not confirm"
    if seller_at_fault:
        row.end_reason = "the seller did not confirm" if on_sale else "the lot is not on sale any more"
    await step(act, row, AuctionAction.DEFAULT, Role.SYSTEM, reason=row.end_reason)
    await deposits.release_all(act, row)
    await papers.minutes(act, row)


async def _is_on_sale(act: Act, row: Auction) -> bool:
    """Whether the winner's signature could have made the order: the lot on the shelf, and its seller admitted."""
    listing = await act.session.get_one(Listing, row.listing_id)
    seller = await act.session.get_one(Party, row.provider)
    listed = listing.status is ListingState.LISTED and listing.held_by is None
    return listed and seller.status is PartyState.ADMITTED


async def annul(act: Act, row: Auction, role: Role, reason: str) -> None:
    """End an auction without a sale: given up before it opened, or void; every deposit that is held goes back."""
    AUCTION.next(row.status, AuctionAction.ANNUL, role)
    announced = row.status is not AuctionState.DRAFT
    row.due_at, row.end_reason = None, reason
    await step(act, row, AuctionAction.ANNUL, role, reason=reason, rule=VOID)
    await deposits.release_all(act, row)
    if announced:
        await papers.minutes(act, row)


_STEPS: Final = {
    AuctionState.DRAFT: _drop,
    AuctionState.NOTICED: _display,
    AuctionState.DISPLAYED: _open,
    AuctionState.OPEN: _close,
    AuctionState.CLOSING: _close,
    AuctionState.CLOSED: _default,
}
"""What a state that waits becomes at its time."""
