"""Reading auctions: what is announced is for every member, a draft for its seller; a reserve is told at the end."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.terms.binding import bound
from contracts.terms.document import Terms, digest, parsed
from contracts.terms.prices import OneOff
from kernel import ids
from kernel.act import Act
from kernel.crypto import canonical
from kernel.db import one
from kernel.money import Money
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.auctions import rules
from market.auctions.models import Auction, AuctionBid, AuctionBidder, AuctionCommitment, AuctionMark
from market.auctions.schemas import (
    AuctionStep,
    AuctionView,
    BidderView,
    BidView,
    CommitmentView,
    MarkView,
    ReserveView,
)
from market.auctions.states import AUCTION, BIDDING, ENDED, AuctionFormat, AuctionState

_OFFICES: Final = (Role.OPERATOR, Role.REGULATOR, Role.AUDITOR)
AUDIENCE: Final = Audience("auction", _OFFICES)
"""Who may see an auction that is not announced, besides its seller."""
BIDDERS: Final = Audience("auction_bidder", (*_OFFICES, Role.CLEARING))
"""Who may see a bidder and its deposit besides itself: nobody else learns who bids."""


async def visible(act: Act, auction_id: str) -> Auction:
    """An auction, for every member once it is announced, else for its seller; raises NotFound."""
    row = await one(act.session, Auction, ids.require("auc", auction_id))
    if row.status is AuctionState.DRAFT or (row.status is AuctionState.ANNULLED and row.last_seq == 0):
        AUDIENCE.require(act.actor, row.id, row.provider, await _party_in(act, row.id))
    return row


async def _party_in(act: Act, auction_id: str) -> str | None:
    """The actor's party, if it is registered for the auction."""
    row = await bidder_of(act.session, auction_id, act.actor.party)
    return None if row is None else row.party_id


async def bidder_of(session: AsyncSession, auction_id: str, party: str | None) -> AuctionBidder | None:
    """A party's registration for an auction."""
    query = select(AuctionBidder).where(AuctionBidder.auction_id == auction_id, AuctionBidder.party_id == party)
    return (await session.scalars(query)).first()


def steps_of(row: Auction) -> list[rules.Step]:
    """The steps of an auction."""
    return [rules.Step(**each, currency=row.currency) for each in row.steps]


def reserve_minor(row: Auction) -> int:
    """The secret reserve, nothing where there is none."""
    return int(row.reserve["minor"] or 0)


def money(row: Auction, minor: int) -> Money:
    """An amount of an auction's."""
    return Money(minor, row.currency)


async def auction(act: Act, auction_id: str) -> AuctionView:
    """One auction."""
    return await view(act, await visible(act, auction_id))


async def auctions(act: Act, limit: int, cursor: str | None) -> Page[AuctionView]:
    """What is announced, newest first, and the actor's own drafts."""
    hidden = (AuctionState.DRAFT, AuctionState.ANNULLED)
    seen = or_(Auction.status.not_in(hidden), AUDIENCE.among(act.actor, Auction.provider))
    rows = await fetch(
        act.session, select(Auction).where(seen), Auction.id, limit=limit, cursor=cursor, newest_first=True
    )
    return await rows.awaiting(lambda row: view(act, row))


async def view(act: Act, row: Auction) -> AuctionView:
    """An auction as the actor sees it."""
    role = AUDIENCE.role(act.actor, provider=row.provider)
    winner = None if row.outcome is None else str(row.outcome["party"])
    mine = winner is not None and AUDIENCE.admits(act.actor, row.provider, winner)
    english = row.format == AuctionFormat.ENGLISH
    current = money(row, row.current_minor).view() if row.current_minor is not None else None
    least = rules.least(row.current_minor, row.start_minor, steps_of(row)) if english else None
    ended = row.status in (*ENDED, AuctionState.CLOSED)
    return shown(
        row,
        AuctionView,
        format=AuctionFormat(row.format),
        terms=parsed(row.terms),
        start_price=money(row, row.start_minor).view(),
        deposit=money(row, row.deposit_minor).view(),
        steps=[_step(row, each) for each in steps_of(row)],
        reserve=_reserve(row) if ended else None,
        allowed_actions=[str(action) for action in AUCTION.actions(row.status, role)] if role else [],
        bid_count=row.last_seq,
        current=current,
        next_bid=money(row, least).view() if least is not None and row.status in BIDDING else None,
        price=None if row.outcome is None else money(row, int(row.outcome["pays_minor"])).view(),
        winner=winner if mine else None,
        confirming_text=confirming(row) if mine and row.status is AuctionState.CLOSED else None,
        confirmation_document_id=row.confirmation_document_id if mine else None,
    )


def _reserve(row: Auction) -> ReserveView:
    minor = row.reserve["minor"]
    return ReserveView(None if minor is None else money(row, int(minor)).view(), str(row.reserve["nonce"]))


def _step(row: Auction, each: rules.Step) -> AuctionStep:
    return AuctionStep(money(row, each.from_minor).view(), money(row, each.step_minor).view())


def sale(row: Auction) -> dict[str, Any]:
    """What winner and seller confirm: plain facts, whose digest both sign."""
    outcome: Mapping[str, Any] = row.outcome or {}
    price = money(row, int(outcome["pays_minor"])).view()
    return {
        "auction_id": row.id,
        "format": row.format,
        "listing_id": row.listing_id,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "seller": row.provider,
        "winner": outcome["party"],
        "price": msgspec.to_builtins(price),
        "closed_at": outcome["closed_at"],
        "terms_digest": outcome["terms_digest"],
    }


def confirming(row: Auction) -> str:
    """The text that winner and seller sign."""
    return rules.confirming_text(row.id, canonical.digest(sale(row)))


def won_terms(row: Auction, party: str, purpose: str, use_case: str, pays: int) -> Terms:
    """The auction's terms as terms with the winner at its price."""
    terms = bound(parsed(row.terms), party, purpose, use_case)
    return msgspec.structs.replace(terms, price=OneOff(money(row, pays).view()))


def won_digest(row: Auction, bidder: AuctionBidder, pays: int) -> str:
    """The digest of those terms."""
    return digest(won_terms(row, bidder.party_id, bidder.purpose, bidder.use_case, pays))


async def bidders(act: Act, auction_id: str, limit: int, cursor: str | None) -> Page[BidderView]:
    """The registrations that the actor may see: its own, or all for the offices."""
    row = await visible(act, auction_id)
    query = select(AuctionBidder).where(AuctionBidder.auction_id == row.id)
    query = query.where(BIDDERS.among(act.actor, AuctionBidder.party_id))
    rows = await fetch(act.session, query, AuctionBidder.id, limit=limit, cursor=cursor)
    return rows.of(lambda each: bidder_view(row, each))


def bidder_view(row: Auction, bidder: AuctionBidder) -> BidderView:
    """A registration for the wire."""
    lost = money(row, bidder.forfeited_minor).view()
    return shown(bidder, BidderView, deposit=money(row, row.deposit_minor).view(), forfeited=lost)


async def bids(act: Act, auction_id: str, limit: int, cursor: str | None) -> Page[BidView]:
    """The open bids of an auction in their order; who bids is told by a number only."""
    row = await visible(act, auction_id)
    query = select(AuctionBid).where(AuctionBid.auction_id == row.id)
    rows = await fetch(act.session, query, AuctionBid.seq, limit=limit, cursor=cursor)
    return rows.of(lambda each: bid_view(row, each))


def bid_view(row: Auction, bid: AuctionBid) -> BidView:
    """A bid for the wire."""
    return shown(bid, BidView, bidder=bid.bidder_id, amount=money(row, bid.amount_minor).view())


async def commitments(act: Act, auction_id: str, limit: int, cursor: str | None) -> Page[CommitmentView]:
    """The sealed bids of an auction; amounts are told at the end, before it to their bidders alone."""
    row = await visible(act, auction_id)
    own = await bidder_of(act.session, row.id, act.actor.party)
    query = select(AuctionCommitment).where(AuctionCommitment.auction_id == row.id)
    rows = await fetch(act.session, query, AuctionCommitment.bidder_id, limit=limit, cursor=cursor)
    ended = row.status not in (*BIDDING, AuctionState.DRAFT)
    return rows.of(lambda each: commitment_view(row, each, told=ended or (own and own.id) == each.bidder_id))


def commitment_view(row: Auction, each: AuctionCommitment, *, told: bool) -> CommitmentView:
    """A sealed bid for the wire."""
    amount = money(row, each.amount_minor).view() if told and each.amount_minor is not None else None
    return shown(each, CommitmentView, bidder=each.bidder_id, amount=amount)


async def marks(act: Act, auction_id: str) -> list[MarkView]:
    """What may be collusion, for the offices alone; there are at most as many as bidders, by code."""
    row = await visible(act, auction_id)
    AUDIENCE.require(act.actor, row.id)
    found = await act.session.scalars(
        select(AuctionMark).where(AuctionMark.auction_id == row.id).order_by(AuctionMark.id).limit(1000)
    )
    return [shown(each, MarkView, bidder=each.bidder_id) for each in found]


async def all_commitments(session: AsyncSession, auction_id: str) -> Sequence[AuctionCommitment]:
    """The sealed bids in the order of their commitment."""
    query = select(AuctionCommitment).where(AuctionCommitment.auction_id == auction_id)
    return (await session.scalars(query.order_by(AuctionCommitment.committed_at, AuctionCommitment.bidder_id))).all()


async def all_bidders(session: AsyncSession, auction_id: str) -> Sequence[AuctionBidder]:
    """Everybody who is registered; there are at most as many as the rules admit."""
    query = select(AuctionBidder).where(AuctionBidder.auction_id == auction_id)
    return (await session.scalars(query.order_by(AuctionBidder.id))).all()
