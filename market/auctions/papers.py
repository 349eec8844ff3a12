"""What an auction leaves on paper: the signed confirmation of the sale, and the minutes, which are kept for years."""

from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.agreements.commands import party_facts
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.documents.commands import issue
from kernel.time.clock import timestamp
from market.auctions import queries, rules
from market.auctions.models import Auction, AuctionBid

KEPT: Final = "LT-AUC-13"
"""The rule that the minutes of an auction are kept for five years."""

LAST_SHOWN: Final = 50
"""So many of the last bids are printed; the digest is over all of them."""


async def confirmation(act: Act, row: Auction) -> None:
    """Issue the confirmation (成交确认书) that seller and winner have signed."""
    assert row.outcome is not None
    claims = {
        **queries.sale(row),
        "seller": msgspec.to_builtins(await party_facts(act.session, row.provider)),
        "winner": msgspec.to_builtins(await party_facts(act.session, str(row.outcome["party"]))),
        "confirmed_at": timestamp(act.at),
        "order_id": row.order_id,
        "signing_text": queries.confirming(row),
        "signatures": row.signatures,
        "reserve_digest": row.reserve_digest,
    }
    parties = (row.provider, str(row.outcome["party"]))
    issued = await issue(act.by(SYSTEM), "auction-confirmation", row.id, claims, parties=parties)
    row.confirmation_document_id = issued.id


async def minutes(act: Act, row: Auction) -> None:
    """Issue the minutes (竞价笔录): how it was announced, who bid how often, how it ended; its seller reads them."""
    bids = await _bids(act.session, row)
    years = rules.RULES.at(act.today).body.minutes_years
    price = None if row.outcome is None else queries.money(row, int(row.outcome["pays_minor"])).view()
    claims: dict[str, Any] = {
        "auction_id": row.id,
        "format": row.format,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "listing_id": row.listing_id,
        "seller": msgspec.to_builtins(await party_facts(act.session, row.provider)),
        "displays_at": timestamp(row.displays_at),
        "opens_at": timestamp(row.opens_at),
        "closes_at": timestamp(row.closes_at),
        "extensions": row.extensions,
        "start_price": msgspec.to_builtins(queries.money(row, row.start_minor).view()),
        "reserve_digest": row.reserve_digest,
        "bid_count": len(bids),
        "bids_digest": canonical.digest({"bids": bids}),
        "last_bids": bids[-LAST_SHOWN:],
        "ended_as": str(row.status),
        "end_reason": row.end_reason,
        "price": msgspec.to_builtins(price),
        "keep_until": (act.today + timedelta(days=366 * years)).isoformat(),
        "rule": KEPT,
    }
    issued = await issue(act.by(SYSTEM), "auction-minutes", row.id, claims, parties=[row.provider])
    row.minutes_document_id = issued.id


async def _bids(session: AsyncSession, row: Auction) -> list[dict[str, str]]:
    """Every bid in its order, by the bidder's number, as plain facts; at most as many as the rules admit."""
    query = select(AuctionBid.seq, AuctionBid.bidder_id, AuctionBid.amount_minor, AuctionBid.at)
    opened = (await session.execute(query.where(AuctionBid.auction_id == row.id).order_by(AuctionBid.seq))).all()
    if opened:
        return [_line(row, str(seq), bidder, minor, timestamp(at)) for seq, bidder, minor, at in opened]
    sealed = await queries.all_commitments(session, row.id)
    return [
        _line(row, str(place), each.bidder_id, each.amount_minor, timestamp(each.committed_at))
        for place, each in enumerate(sealed, start=1)
    ]


def _line(row: Auction, seq: str, bidder: str, minor: int | None, at: str) -> dict[str, str]:
    amount = "-" if minor is None else queries.money(row, minor).view().amount
    return {"seq": seq, "bidder": bidder, "amount": amount, "currency": row.currency, "at": at}
