"""What an auction leaves on paper: the signed confirmation of the sale, and the minutes, which are kept for years."""

from datetime import timedelta
from typing import Any, Final

import msgspec

from contracts.agreements.commands import party_facts
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.documents.commands import issue
from kernel.time.clock import timestamp
from market.auctions import queries, rules
from market.auctions.models import Auction
from market.auctions.record import content, gathering
from market.auctions.states import AuctionFormat

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
    sealed, (bids, last) = await gathering.commitments(act.session, row), await _all_bids(act, row)
    outcome = gathering.outcome(row)
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
        "bid_count": bids.count,
        "bids_digest": bids.ended(),
        "last_bids": msgspec.to_builtins(last),
        "notice": msgspec.to_builtins(gathering.notice(row)),
        "commitments_digest": content.commitments_digest(sealed),
        "ties": msgspec.to_builtins(await gathering.ties(act.session, row)),
        "outcome": msgspec.to_builtins(outcome),
        "ended_as": str(row.status),
        "end_reason": row.end_reason,
        "price": msgspec.to_builtins(price),
        "keep_until": (act.today + timedelta(days=366 * years)).isoformat(),
        "rule": KEPT,
    }
    issued = await issue(act.by(SYSTEM), "auction-minutes", row.id, claims, parties=[row.provider])
    row.minutes_document_id = issued.id


async def _all_bids(act: Act, row: Auction) -> tuple[content.BidsDigest, list[content.RecordedBid]]:
    """The digest over all bids, read batch by batch, and the last of them."""
    taken = content.BidsDigest()
    if row.format != AuctionFormat.ENGLISH:
        sealed = await gathering.sealed_bids(act.session, row)
        taken.add(sealed)
        return taken, sealed[-LAST_SHOWN:]
    last: list[content.RecordedBid] = []
    while batch := await gathering.bids_after(act.session, row, int(last[-1].seq) if last else 0):
        taken.add(batch)
        last = [*last, *batch][-LAST_SHOWN:]
    return taken, last
