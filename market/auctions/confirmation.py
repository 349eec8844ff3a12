"""The confirmation of the sale: seller and winner sign its digest, and the terms become order and agreement."""

from typing import Final

from contracts.agreements.commands import signed_by_own
from contracts.approvals import commands as approvals
from contracts.approvals.rules import exposure
from contracts.terms.document import digest
from kernel.act import Act
from kernel.states import Role
from kernel.time.clock import timestamp
from market.auctions import clock, deposits, papers, queries
from market.auctions.commands import not_open
from market.auctions.errors import AuctionNotYours, ConfirmedAlready
from market.auctions.models import AuctionBidder
from market.auctions.schemas import AuctionView, SignConfirmation
from market.auctions.states import AuctionAction, AuctionState
from market.orders.open import open_order

SIGNED: Final = "LT-AUC-10"
"""The rule that both sign the confirmation within the days that there are."""


async def sign(act: Act, auction_id: str, data: SignConfirmation) -> AuctionView:
    """Sign the confirmation; with the second signature the order and its agreement are there, and the papers issued.

    Raises NotFound, AuctionNotOpen, AuctionNotYours, ConfirmedAlready, SigningKeyForeign, SignatureInvalid,
    ApprovalMissing or ApprovalVoid, and the refusals of the order.
    """
    row, _ = await clock.held(act, auction_id)
    if row.status is not AuctionState.CLOSED or row.outcome is None:
        raise not_open(row)
    party = act.actor.party
    if party not in (row.provider, row.outcome["party"]):
        raise AuctionNotYours(auction=row.id)
    mine = next((each for each in row.signatures if each["party"] == party), None)
    if mine is not None:
        raise ConfirmedAlready(at=mine["at"])
    bidder = await act.session.get_one(AuctionBidder, str(row.outcome["bidder"]))
    pays = int(row.outcome["pays_minor"])
    terms = queries.won_terms(row, bidder.party_id, bidder.purpose, bidder.use_case, pays)
    await approvals.require(act, str(party), digest(terms), exposure(terms))
    key = await signed_by_own(act, data.signing_key_id, data.signature, queries.confirming(row))
    made = {
        "party": str(party),
        "signing_key_id": key.id,
        "public_key": key.public_key,
        "signature": data.signature,
        "at": timestamp(act.at),
    }
    row.signatures = [*row.signatures, made]
    if len(row.signatures) < 2:
        await act.session.flush()
        return await queries.view(act, row)
    order = await open_order(act, terms, negotiation_id=row.id)
    row.order_id, row.due_at = order.id, None
    role = Role.PROVIDER if party == row.provider else Role.BUYER
    await clock.step(act, row, AuctionAction.CONFIRM, role, order=order.id, rule=SIGNED)
    await papers.confirmation(act, row)
    await papers.minutes(act, row)
    await deposits.release_all(act, row, besides={bidder.id})
    return await queries.view(act, row)
