"""Gathering the record of an auction from what is stored."""

from collections.abc import AsyncGenerator
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.documents import queries as documents
from kernel.documents.models import Document
from kernel.identity.models import SigningKey
from kernel.runtime import Runtime
from kernel.time.clock import timestamp
from market.auctions import queries
from market.auctions.errors import RecordNotReady
from market.auctions.models import Auction, AuctionBid, AuctionBidder, AuctionCommitment, AuctionMark
from market.auctions.record import content
from market.auctions.states import AuctionFormat

Pieces = AsyncGenerator[bytes]


def amount(row: Auction, minor: int) -> str:
    """An amount as a decimal string in the auction's currency."""
    return queries.money(row, minor).view().amount


def notice(row: Auction) -> content.AuctionNotice:
    """What was announced."""
    steps = [
        content.RecordedStep(amount(row, one.from_minor), amount(row, one.step_minor)) for one in queries.steps_of(row)
    ]
    return content.AuctionNotice(
        auction_id=row.id,
        format=row.format,
        seller=row.provider,
        listing_id=row.listing_id,
        title_zh=row.title_zh,
        title_en=row.title_en,
        terms_digest=row.terms_digest,
        currency=row.currency,
        start_price=amount(row, row.start_minor),
        deposit=amount(row, row.deposit_minor),
        steps=steps,
        reserve_digest=row.reserve_digest,
        runner_up=row.runner_up,
        displays_at=timestamp(row.displays_at),
        opens_at=timestamp(row.opens_at),
        closes_at=None if row.announced_closes_at is None else timestamp(row.announced_closes_at),
        reveals_until=None if row.reveals_until is None else timestamp(row.reveals_until),
    )


def outcome(row: Auction) -> content.AuctionOutcome | None:
    """Who won, of an auction that anybody won."""
    won = row.outcome
    if won is None:
        return None
    next_pays = won["runner_up_pays_minor"]
    return content.AuctionOutcome(
        bidder=won["bidder"],
        pays=amount(row, int(won["pays_minor"])),
        runner_up=won["runner_up"],
        runner_up_pays=None if next_pays is None else amount(row, int(next_pays)),
        instead_of=won.get("instead_of"),
        closed_at=won["closed_at"],
        terms_digest=won["terms_digest"],
    )


BATCH: Final = 1000
"""So many bids are read at once; there may be a hundred thousand, and nobody needs them all in memory."""


async def bids_after(session: AsyncSession, row: Auction, seq: int, size: int = BATCH) -> list[content.RecordedBid]:
    """The next bids of an auction that is open, in their order, by the bidder's number."""
    query = select(AuctionBid.seq, AuctionBid.bidder_id, AuctionBid.amount_minor, AuctionBid.at)
    query = query.where(AuctionBid.auction_id == row.id, AuctionBid.seq > seq).order_by(AuctionBid.seq).limit(size)
    return [_bid(row, n, bidder, minor, timestamp(at)) for n, bidder, minor, at in await session.execute(query)]


async def sealed_bids(session: AsyncSession, row: Auction) -> list[content.RecordedBid]:
    """The bids of a sealed auction in the order of their commitment: one of each bidder."""
    sealed = await queries.all_commitments(session, row.id)
    return [
        _bid(row, place, each.bidder_id, each.amount_minor, timestamp(each.committed_at))
        for place, each in enumerate(sealed, start=1)
    ]


def _bid(row: Auction, seq: int, bidder: str, minor: int | None, at: str) -> content.RecordedBid:
    bid = content.NOT_REVEALED if minor is None else amount(row, minor)
    return content.RecordedBid(str(seq), bidder, bid, row.currency, at)


async def commitments(session: AsyncSession, row: Auction) -> list[content.RecordedCommitment]:
    """The sealed bids in the order of their commitment, with all that their bidders signed."""
    query = (
        select(AuctionCommitment, AuctionBidder.party_id, SigningKey.public_key)
        .join(AuctionBidder, AuctionBidder.id == AuctionCommitment.bidder_id)
        .join(SigningKey, SigningKey.id == AuctionCommitment.signing_key_id)
        .where(AuctionCommitment.auction_id == row.id)
    )
    found = await session.execute(query.order_by(AuctionCommitment.committed_at, AuctionCommitment.bidder_id))
    return [
        content.RecordedCommitment(
            bidder=each.bidder_id,
            digest=each.digest,
            committed_at=timestamp(each.committed_at),
            revealed_at=None if each.revealed_at is None else timestamp(each.revealed_at),
            amount=None if each.amount_minor is None else amount(row, each.amount_minor),
            nonce=each.nonce,
            party=party,
            public_key=key,
            signature=each.signature,
        )
        for each, party, key in found
    ]


async def ties(session: AsyncSession, row: Auction) -> dict[str, content.RecordedTie]:
    """Who was taken as one hand with whom when the auction was decided, by the bidders' numbers."""
    held: dict[str, content.RecordedTie] = {}
    query = select(AuctionMark).where(AuctionMark.auction_id == row.id).order_by(AuctionMark.id)
    for mark in await session.scalars(query):
        before = held.get(mark.bidder_id, content.RecordedTie([], of_seller=False))
        of_seller = before.of_seller or not mark.others
        held[mark.bidder_id] = content.RecordedTie([*before.linked, *mark.others], of_seller)
    return held


async def record(act: Act, auction_id: str) -> tuple[Auction, content.AuctionRecord]:
    """The record of an auction that has ended, for its seller, its bidders and the offices, without open bids.

    Who committed to which sealed bid is told to the offices, and to each bidder of its own. Raises NotFound and
    RecordNotReady.
    """
    row = await queries.visible(act, auction_id)
    own = await queries.bidder_of(act.session, row.id, act.actor.party)
    queries.AUDIENCE.require(act.actor, row.id, row.provider, None if own is None else own.party_id)
    if row.minutes_document_id is None:
        raise RecordNotReady(auction=row.id, state=str(row.status))
    offices = queries.AUDIENCE.watches(act.actor)
    sealed = await commitments(act.session, row)
    return row, content.AuctionRecord(
        kind=content.KIND,
        notice=notice(row),
        reserve=_reserve(row),
        bids=[] if row.format == AuctionFormat.ENGLISH else await sealed_bids(act.session, row),
        commitments=[each if offices or (own and own.id == each.bidder) else _unnamed(each) for each in sealed],
        ties=await ties(act.session, row),
        outcome=outcome(row),
        closes_at=timestamp(row.closes_at),
        extensions=row.extensions,
        ended_as=str(row.status),
        minutes=await _paper(act.session, row.minutes_document_id),
        confirmation=await _confirmation(act, row),
    )


async def written(runtime: Runtime, row: Auction, head: content.AuctionRecord, size: int = BATCH) -> Pieces:
    """The record as one JSON file, piece by piece: bids are read in units of their own, since they never change.

    Whoever reads slowly holds no transaction, and a request holds one batch.
    """
    rest = {name: value for name, value in msgspec.to_builtins(head).items() if name != "bids"}
    yield msgspec.json.encode(rest)[:-1] + b',"bids":['
    if head.bids:
        yield msgspec.json.encode(head.bids)[1:-1]
    seq, more = 0, row.format == AuctionFormat.ENGLISH
    while more:
        async with runtime.act() as act:
            batch = await bids_after(act.session, row, seq, size)
        if batch:
            yield (b"," if seq else b"") + msgspec.json.encode(batch)[1:-1]
            seq = int(batch[-1].seq)
        more = len(batch) == size
    yield b"]}"


def _unnamed(each: content.RecordedCommitment) -> content.RecordedCommitment:
    return msgspec.structs.replace(each, party=None, public_key=None, signature=None)


def _reserve(row: Auction) -> content.RecordedReserve:
    minor = row.reserve["minor"]
    return content.RecordedReserve(None if minor is None else amount(row, int(minor)), str(row.reserve["nonce"]))


async def _paper(session: AsyncSession, document_id: str) -> dict[str, Any]:
    return await documents.envelope(session, await session.get_one(Document, document_id))


async def _confirmation(act: Act, row: Auction) -> dict[str, Any] | None:
    """The signed sale, for whoever may read it: it names the winner."""
    winner = None if row.outcome is None else str(row.outcome["party"])
    if row.confirmation_document_id is None or not queries.AUDIENCE.admits(act.actor, row.provider, winner):
        return None
    return await _paper(act.session, row.confirmation_document_id)
