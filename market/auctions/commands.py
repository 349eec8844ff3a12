"""What the seller, the bidders and the officers do around the bidding: draft, announce, void, register, sign."""

import secrets
from datetime import timedelta
from typing import Any, Final

import msgspec

from contracts.agreements.commands import signed_by_own
from contracts.approvals import commands as approvals
from contracts.terms.binding import bound
from contracts.terms.document import digest, parsed, plain
from contracts.terms.price.amounts import exposure
from contracts.terms.prices import OneOff
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.log.record import record
from kernel.money import Money
from kernel.states import Role
from kernel.text import Text
from kernel.time.clock import timestamp
from market.auctions import clock, deposits, papers, queries, rules
from market.auctions.errors import (
    AuctionFaulty,
    AuctionNotOpen,
    AuctionNotYours,
    BidderLinked,
    BidderRegistered,
    BidsTooMany,
    ConfirmedAlready,
)
from market.auctions.models import Auction, AuctionBidder
from market.auctions.schemas import (
    AuctionStep,
    AuctionView,
    BidderView,
    CreateAuction,
    EndAuction,
    RegisterBidder,
    SignConfirmation,
)
from market.auctions.states import AUCTION, BIDDER, AuctionAction, AuctionState
from market.listings.errors import NotYourListing
from market.offers import checks
from market.orders.open import open_order
from valuation.market_evidence.relations import WORDS


async def create(act: Act, data: CreateAuction) -> AuctionView:
    """Draft an auction of a listing of one's own; nobody else sees it before it is announced.

    Raises AuctionFaulty with every fault, NotYourListing, and whatever market.offers.checks refuses.
    """
    listing = await checks.product(act, data.terms.listing)
    if listing.provider != act.actor.party:
        raise NotYourListing
    plan = _plan(data)
    _require(act, plan)
    terms = msgspec.structs.replace(data.terms, price=OneOff(data.start_price))
    await checks.require(act, terms, listing, None)
    table, auction_id, nonce = rules.RULES.at(act.today).body, ids.new("auc"), secrets.token_hex(32)
    row = Auction(
        id=auction_id,
        provider=listing.provider,
        listing_id=listing.id,
        title_zh=data.title_zh,
        title_en=data.title_en,
        format=str(data.format),
        terms=plain(terms),
        terms_digest=digest(terms),
        currency=plan.start.currency,
        start_minor=plan.start.minor,
        deposit_minor=plan.deposit.minor,
        steps=[{"from_minor": each.from_minor, "step_minor": each.step_minor} for each in plan.steps],
        reserve_digest=rules.reserve_digest(auction_id, plan.reserve, nonce),
        reserve={"minor": None if plan.reserve is None else plan.reserve.minor, "nonce": nonce},
        runner_up=data.runner_up,
        displays_at=data.opens_at - timedelta(days=table.display_days_min),
        opens_at=data.opens_at,
        closes_at=data.closes_at,
        announced_closes_at=data.closes_at,
        reveals_until=data.reveals_until,
        due_at=data.opens_at - timedelta(days=table.notice_days_min),
        signatures=[],
        **_nothing_yet(),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, AUCTION, parties=[row.provider], listing=row.listing_id)
    return await queries.view(act, row)


def _nothing_yet() -> dict[str, Any]:
    """What an auction is without before anybody has bid."""
    unset = ("confirm_due_at", "current_minor", "current_bidder", "outcome", "order_id", "end_reason")
    papers = ("confirmation_document_id", "minutes_document_id")
    return {"extensions": 0, "last_seq": 0} | dict.fromkeys((*unset, *papers))


def _plan(data: CreateAuction) -> rules.Plan:
    """The figures of an auction as money; raises InvalidInput for what is no amount."""
    steps = tuple(_step(each, f"/steps/{at}") for at, each in enumerate(data.steps))
    return rules.Plan(
        format=data.format,
        start=Money.of(data.start_price, "/start_price"),
        deposit=Money.of(data.deposit, "/deposit"),
        reserve=None if data.reserve is None else Money.of(data.reserve, "/reserve"),
        steps=steps,
        opens_at=data.opens_at,
        closes_at=data.closes_at,
        reveals_until=data.reveals_until,
    )


def _step(each: AuctionStep, pointer: str) -> rules.Step:
    """A step in one currency; raises InvalidInput for what is no amount, or where its two differ."""
    since, step = Money.of(each.from_price, f"{pointer}/from_price"), Money.of(each.step, f"{pointer}/step")
    if since.currency != step.currency:
        text = Text(f"币种应为 {since.currency}", f"Give it in {since.currency}")
        raise InvalidInput(errors=[FieldError(f"{pointer}/step/currency", text)])
    return rules.Step(since.minor, step.minor, step.currency)


def _require(act: Act, plan: rules.Plan) -> None:
    faults = rules.faults(plan, act.at, rules.RULES.at(act.today).body)
    if faults:
        raise AuctionFaulty(errors=faults, count=len(faults))


def _require_seller(act: Act, row: Auction) -> None:
    if row.provider != act.actor.party:
        raise AuctionNotYours(auction=row.id)


async def announce(act: Act, auction_id: str) -> AuctionView:
    """Publish the notice; from here the figures never change. Raises AuctionNotYours and IllegalTransition."""
    row, _ = await clock.held(act, auction_id)
    _require_seller(act, row)
    AUCTION.next(row.status, AuctionAction.NOTICE, Role.PROVIDER)
    row.due_at = row.displays_at
    facts = {"opens_at": timestamp(row.opens_at), "terms": row.terms_digest, "reserve": row.reserve_digest}
    await clock.step(act, row, AuctionAction.NOTICE, Role.PROVIDER, format=row.format, **facts)
    return await queries.view(act, row)


async def withdraw(act: Act, auction_id: str, data: EndAuction) -> AuctionView:
    """The seller gives its auction up before it opens; raises AuctionNotYours, IllegalTransition and WrongActor."""
    row, _ = await clock.held(act, auction_id)
    _require_seller(act, row)
    await clock.annul(act, row, Role.PROVIDER, data.reason)
    return await queries.view(act, row)


async def annul(act: Act, auction_id: str, data: EndAuction) -> AuctionView:
    """An officer voids an auction, for collusion for one; raises NotFound, IllegalTransition and WrongActor."""
    row, _ = await clock.held(act, auction_id)
    role = next(role for role in (Role.REGULATOR, Role.OPERATOR, Role.REVIEWER) if role in act.actor.roles)
    await clock.annul(act, row, role, data.reason)
    return await queries.view(act, row)


_SELF: Final = Text("即出让方", "you are the seller")
_TAKEN: Final = (AuctionState.NOTICED, AuctionState.DISPLAYED, AuctionState.OPEN)


async def register(act: Act, auction_id: str, data: RegisterBidder) -> BidderView:
    """Register to bid, for a purpose that the terms permit; the deposit is then due.

    Raises NotFound, AuctionNotOpen, BidderLinked, BidderRegistered, BidsTooMany, and the refusals of terms for whom
    they are not meant.
    """
    row, _ = await clock.held(act, auction_id)
    if row.status not in _TAKEN:
        raise not_open(row)
    party, terms = act.actor.party or "", parsed(row.terms)
    await require_apart(act, row, party)
    known = await queries.bidder_of(act.session, row.id, party)
    if known is not None:
        raise BidderRegistered(bidder=known.id)
    most = rules.RULES.at(act.today).body.bidders_max
    if len(await queries.all_bidders(act.session, row.id)) >= most:
        raise BidsTooMany(limit=most, what=row.id)
    bound(terms, party, data.purpose, data.use_case)
    bidder = AuctionBidder(
        id=ids.new("bdr"),
        auction_id=row.id,
        party_id=party,
        purpose=data.purpose,
        use_case=data.use_case,
        deposit_reference=None,
        return_reference=None,
        forfeited_minor=0,
        registered_at=act.at,
    )
    await lifecycle.begin(act, bidder, BIDDER, parties=[party], auction=row.id)
    return queries.bidder_view(row, bidder)


async def require_apart(act: Act, row: Auction, party: str) -> None:
    """Raise BidderLinked for the seller and whoever is one hand with it, at its registration and at each bid."""
    ties = ["self"] if party == row.provider else await clock.linked_to_seller(act, row, party)
    if ties:
        said = [WORDS.get(one, _SELF) for one in ties]
        told = Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))
        raise BidderLinked(auction=row.id, ties=told)


def not_open(row: Auction) -> AuctionNotOpen:
    """The refusal of what an auction does not take now, with its state and its moments."""
    return AuctionNotOpen(
        auction=row.id,
        format=row.format,
        state=str(row.status),
        opens_at=timestamp(row.opens_at),
        closes_at=timestamp(row.closes_at),
    )


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
    await approvals.require(act, str(party), digest(terms), exposure(terms, act.today))
    key = await signed_by_own(act, data.signing_key_id, data.signature, queries.confirming(row))
    made = {
        "party": str(party),
        "signing_key_id": key.id,
        "public_key": key.public_key,
        "signature": data.signature,
        "at": timestamp(act.at),
    }
    row.signatures = [*row.signatures, made]
    parties = (row.provider, str(row.outcome["party"]))
    record(act, "market.auction.signed", row.id, parties=parties, facts={**made, "rule": SIGNED})
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
