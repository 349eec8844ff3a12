"""Sealed bids: committed to by a signed digest while the auction is open, revealed after its closing."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from contracts.agreements.commands import signed_by_own
from kernel.act import Act
from kernel.db import find_locked
from kernel.log.record import record
from kernel.money import Money
from kernel.time.clock import timestamp
from market.auctions import clock, queries, rules
from market.auctions.commands import not_open, require_apart
from market.auctions.errors import BidStands, CurrencyDiffers, DepositMissing, RevealWrong
from market.auctions.models import Auction, AuctionBidder, AuctionCommitment
from market.auctions.schemas import CommitBid, CommitmentView, RevealBid
from market.auctions.states import AuctionFormat, AuctionState, BidderState

COMMITTED: Final = "LT-AUC-08"
"""The rule of what a sealed bid commits to, and when it is revealed."""


async def _bidder(act: Act, row: Auction) -> AuctionBidder:
    """The actor's registration, whose deposit is held; raises DepositMissing."""
    bidder = await queries.bidder_of(act.session, row.id, act.actor.party)
    if bidder is None or bidder.status is not BidderState.HELD:
        state = "-" if bidder is None else str(bidder.status)
        raise DepositMissing(deposit=str(queries.money(row, row.deposit_minor)), state=state)
    return bidder


async def commit(act: Act, auction_id: str, data: CommitBid) -> CommitmentView:
    """Commit to a sealed bid, once and for good; no lock is taken, since only ties ask for the order.

    The moment is the database's when the row is written. Raises NotFound, AuctionNotOpen, BidderLinked, DepositMissing,
    BidStands, SigningKeyForeign and SignatureInvalid.
    """
    row = await queries.visible(act, auction_id)
    at = await clock.moment(act)
    if row.format == AuctionFormat.ENGLISH or not row.opens_at <= at < row.closes_at or not _running(row):
        raise not_open(row)
    bidder = await _bidder(act, row)
    await require_apart(act, row, bidder.party_id)
    key = await signed_by_own(act, data.signing_key_id, data.signature, rules.committing_text(row.id, data.digest))
    values = {"bidder_id": bidder.id, "auction_id": row.id, "digest": data.digest, "signing_key_id": key.id}
    statement = insert(AuctionCommitment).values(**values, signature=data.signature, committed_at=at)
    written = await act.session.scalar(
        statement.on_conflict_do_nothing(index_elements=["bidder_id"]).returning(AuctionCommitment.bidder_id)
    )
    made = await act.session.get_one(AuctionCommitment, bidder.id)
    if written is None:
        raise BidStands(at=timestamp(made.committed_at))
    facts = {"bidder": bidder.id, "digest": data.digest}
    record(act, "market.auction.committed", row.id, parties=[bidder.party_id], facts=facts)
    return queries.commitment_view(row, made, told=True)


def _running(row: Auction) -> bool:
    """Whether an auction goes on: its moments rule, whether or not a sweep has written its state down."""
    return row.status in (AuctionState.NOTICED, AuctionState.DISPLAYED, AuctionState.OPEN)


async def reveal(act: Act, auction_id: str, data: RevealBid) -> CommitmentView:
    """Open a sealed bid in the time to reveal: it must come to the digest that was committed to.

    Raises NotFound, AuctionNotOpen, DepositMissing, CurrencyDiffers, BidStands, and RevealWrong.
    """
    row, at = await clock.held(act, auction_id)
    if row.status is not AuctionState.CLOSING or row.format == AuctionFormat.ENGLISH:
        raise not_open(row)
    bidder = await _bidder(act, row)
    made = await find_locked(act.session, select(AuctionCommitment).where(AuctionCommitment.bidder_id == bidder.id))
    if made is None:
        raise not_open(row)
    if made.revealed_at is not None:
        raise BidStands(at=timestamp(made.revealed_at))
    money = Money.of(data.amount, "/amount")
    if money.currency != row.currency:
        raise CurrencyDiffers(currency=row.currency)
    given = rules.commitment(row.id, bidder.party_id, money, data.nonce)
    if given != made.digest or money.minor <= 0:
        raise RevealWrong(given=given, committed=made.digest)
    made.revealed_at, made.amount_minor, made.nonce = at, money.minor, data.nonce
    facts = {"bidder": bidder.id, "amount": str(money), "rule": COMMITTED}
    record(act, "market.auction.revealed", row.id, parties=[bidder.party_id], facts=facts)
    await act.session.flush()
    return queries.commitment_view(row, made, told=True)
