"""Open bids: what arrives together is decided together, in its order, under one lock and by the database's clock.

One lock for each bid would hold ten thousand for a quarter of a minute. Here those that wait while a unit is under way
go with the next, so that each process holds an auction once for many.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.http.idempotency import IdempotencyKeyReused
from kernel.log.record import record
from kernel.money import Money
from kernel.runtime import Runtime
from kernel.states import Role
from kernel.time.clock import timestamp
from market.auctions import clock, queries, rules
from market.auctions.commands import not_open, require_apart
from market.auctions.errors import BidsTooMany, BidTooLow, CurrencyDiffers, DepositMissing
from market.auctions.models import Auction, AuctionBid, AuctionBidder
from market.auctions.schemas import BidView, PlaceBid
from market.auctions.states import BIDDING, AuctionAction, AuctionFormat, AuctionState, BidderState

FINAL: Final = "LT-AUC-07"
"""The rule that a bid stands: it is not withdrawn, and lapses when a higher one is accepted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A bid as it arrived."""

    actor: Actor
    money: Money
    key: str
    fingerprint: bytes


Answer = BidView | DomainError


class Bidding:
    """Gathers the bids of one process, by auction: one unit of work is under way for each."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._waiting: dict[str, list[tuple[Asked, asyncio.Future[BidView]]]] = defaultdict(list)
        self._flying: dict[str, asyncio.Task[None]] = {}

    async def ask(self, auction_id: str, asked: Asked) -> BidView:
        """Give the bid as it was accepted, or raise why not."""
        future: asyncio.Future[BidView] = asyncio.get_running_loop().create_future()
        self._waiting[auction_id].append((asked, future))
        if auction_id not in self._flying:
            self._flying[auction_id] = asyncio.create_task(self._fly(auction_id))
        return await future

    async def _fly(self, auction_id: str) -> None:
        try:
            while batch := self._waiting.pop(auction_id, None):
                await self._decide(auction_id, batch)
        finally:
            del self._flying[auction_id]

    async def _decide(self, auction_id: str, batch: list[tuple[Asked, "asyncio.Future[BidView]"]]) -> None:
        most = rules.RULES.versions[-1].body.batch_max
        now, later = batch[:most], batch[most:]
        if later:
            self._waiting[auction_id] = later + self._waiting.pop(auction_id, [])
        try:
            async with self._runtime.act() as act:
                answers = await decide(act, auction_id, [asked for asked, _ in now])
        except Exception as problem:  # Whatever it is, nothing is stored, and all who wait are told.
            for _, future in now:
                if not future.done():
                    future.set_exception(problem)
            return
        for (_, future), answer in zip(now, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, DomainError):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def bidding(runtime: Runtime) -> Bidding:
    """The gatherer of a process."""
    gatherer: Bidding = runtime.extras.setdefault("market.auctions.bidding", Bidding(runtime))
    return gatherer


async def place(runtime: Runtime, actor: Actor, auction_id: str, data: PlaceBid, key: str, print_: bytes) -> BidView:
    """Bid, or give the answer of the earlier bid with this key.

    Raises NotFound, AuctionNotOpen, BidderLinked, DepositMissing, CurrencyDiffers, BidTooLow, BidsTooMany and
    IdempotencyKeyReused.
    """
    return await bidding(runtime).ask(auction_id, Asked(actor, Money.of(data.amount, "/amount"), key, print_))


async def decide(act: Act, auction_id: str, batch: Sequence[Asked]) -> list[Answer]:
    """Decide bids in the order in which they came, all under the auction's lock; what is refused is given back.

    The moment is read once, under the lock: who had not reached it by then is not earlier. Raises NotFound.
    """
    row, at = await clock.held(act.by(batch[0].actor), auction_id)
    at = max(at, await _last_at(act, row) or at)  # A clock that is set back makes no later bid look earlier.
    known, earlier = await _bidders(act, row, batch), await _earlier(act, row, batch)
    near = await clock.near_seller(act, row, [one.party_id for one in known.values()])
    answers: list[Answer] = []
    for asked in batch:
        try:
            if asked.actor.party in near:
                await require_apart(act, row, asked.actor.party)
            answers.append(await _one(act, row, asked, known.get(asked.actor.party), earlier, at))
        except DomainError as refusal:
            answers.append(refusal)
    return answers


async def _last_at(act: Act, row: Auction) -> datetime | None:
    """When the bid that stands was accepted."""
    query = select(AuctionBid.at).where(AuctionBid.auction_id == row.id, AuctionBid.seq == row.last_seq)
    return (await act.session.scalars(query)).first()


Earlier = dict[tuple[str, str], AuctionBid]


async def _bidders(act: Act, row: Auction, batch: Sequence[Asked]) -> dict[str | None, AuctionBidder]:
    parties = {asked.actor.party for asked in batch}
    query = select(AuctionBidder).where(AuctionBidder.auction_id == row.id, AuctionBidder.party_id.in_(parties))
    return {one.party_id: one for one in await act.session.scalars(query)}


async def _earlier(act: Act, row: Auction, batch: Sequence[Asked]) -> Earlier:
    """The bids that were accepted with these keys before."""
    keys = {asked.key for asked in batch}
    query = select(AuctionBid).where(AuctionBid.auction_id == row.id, AuctionBid.key.in_(keys))
    return {(bid.bidder_id, bid.key): bid for bid in await act.session.scalars(query)}


async def _one(
    act: Act, row: Auction, asked: Asked, bidder: AuctionBidder | None, earlier: Earlier, at: datetime
) -> BidView:
    """One bid: a repeated one is answered as before, any other is the new highest or refused."""
    if bidder is not None and (before := earlier.get((bidder.id, asked.key))) is not None:
        if before.fingerprint != asked.fingerprint:
            raise IdempotencyKeyReused
        return queries.bid_view(row, before)
    _require(act, row, asked, bidder)
    assert bidder is not None
    least = rules.least(row.current_minor, row.start_minor, queries.steps_of(row))
    if asked.money.minor < least:
        current = "-" if row.current_minor is None else str(queries.money(row, row.current_minor))
        raise BidTooLow(bid=str(asked.money), least=str(queries.money(row, least)), current=current)
    bid = await _accept(act, row, asked, bidder, at)
    earlier[bidder.id, asked.key] = bid
    return queries.bid_view(row, bid)


def _require(act: Act, row: Auction, asked: Asked, bidder: AuctionBidder | None) -> None:
    """Raise unless the auction takes open bids now, and this bidder's in this currency."""
    table = rules.RULES.at(act.today).body
    if row.format != AuctionFormat.ENGLISH or row.status not in BIDDING:
        raise not_open(row)
    if bidder is None or bidder.status is not BidderState.HELD:
        state = "-" if bidder is None else str(bidder.status)
        raise DepositMissing(deposit=str(queries.money(row, row.deposit_minor)), state=state)
    if asked.money.currency != row.currency:
        raise CurrencyDiffers(currency=row.currency)
    if row.last_seq >= table.bids_max:
        raise BidsTooMany(limit=table.bids_max, what=row.id)


async def _accept(act: Act, row: Auction, asked: Asked, bidder: AuctionBidder, at: datetime) -> AuctionBid:
    """Write the new highest bid; one near the end extends the auction."""
    row.last_seq, row.current_minor, row.current_bidder = row.last_seq + 1, asked.money.minor, bidder.id
    closes_at = rules.extended(row.closes_at, at, rules.RULES.at(act.today).body.extension_minutes)
    if closes_at > row.closes_at:
        row.closes_at = row.due_at = closes_at
        row.extensions += 1
        if row.status is AuctionState.OPEN:
            await clock.step(act, row, AuctionAction.EXTEND, Role.SYSTEM, closes_at=timestamp(closes_at))
    bid = AuctionBid(
        auction_id=row.id,
        seq=row.last_seq,
        bidder_id=bidder.id,
        amount_minor=asked.money.minor,
        at=at,
        closes_at=row.closes_at,
        key=asked.key,
        fingerprint=asked.fingerprint,
    )
    act.session.add(bid)
    facts = {"seq": bid.seq, "bidder": bidder.id, "amount": str(asked.money), "rule": FINAL}
    record(act.by(asked.actor), "market.auction.bid", row.id, parties=[bidder.party_id], facts=facts)
    return bid
