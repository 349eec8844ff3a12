"""What auctions say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from contracts.terms.document import Terms
from kernel.money import MoneyView
from market.auctions.states import AuctionFormat, AuctionState, BidderState

Moment = Annotated[datetime, Meta(tz=True)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]
Id = Annotated[str, Meta(max_length=40)]
Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$(?!\n)")]
Nonce = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="32 字节随机数（十六进制） · 32 random bytes in hex")
]
Signature = Annotated[str, Meta(max_length=200, description="Ed25519 签名（base64） · Ed25519 signature in base64")]
BankReference = Annotated[str, Meta(min_length=4, max_length=64, pattern=r"^[0-9A-Za-z._/-]+$(?!\n)")]


class AuctionStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From a price on, by how much at least a bid is above it."""

    from_price: Annotated[MoneyView, Meta(description="自此价格起 · from this price on")]
    step: Annotated[MoneyView, Meta(description="最小加价 · the least that a bid adds")]


class CreateAuction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Draft an auction of a listing: public terms, whose price the winning bid takes the place of.

    The reserve stays secret until the end; `runner_up` says that the next bidder is asked if the winner does not sign.
    """

    title_zh: Annotated[str, Meta(min_length=2, max_length=80)]
    title_en: Annotated[str, Meta(min_length=2, max_length=80)]
    format: AuctionFormat
    terms: Terms
    start_price: MoneyView
    deposit: MoneyView
    opens_at: Moment
    closes_at: Moment
    reveals_until: Moment | None = None
    reserve: MoneyView | None = None
    steps: Annotated[list[AuctionStep], Meta(max_length=100)] = []
    runner_up: bool = False


class EndAuction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Give an auction up before it opens, or void it."""

    reason: Reason


class RegisterBidder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Register for an auction, for one of the purposes that its terms permit."""

    purpose: Annotated[str, Meta(min_length=1, max_length=60)]
    use_case: Annotated[str, Meta(max_length=400)] = ""


class ConfirmDeposit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clearing officer saw a deposit on the centre's account, to the minor unit."""

    bank_reference: BankReference
    amount: MoneyView


class ReturnDeposit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clearing officer sent a deposit back by bank."""

    bank_reference: BankReference


class PlaceBid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bid in an open auction; a bid is never withdrawn."""

    amount: MoneyView


class CommitBid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Commit to a sealed bid by its digest, signed with a registered key of one's party; once, and for good."""

    digest: Digest
    signing_key_id: Id
    signature: Signature


class RevealBid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Open a sealed bid after the closing: what was committed to must come of it."""

    amount: MoneyView
    nonce: Nonce


class SignConfirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sign the confirmation of the sale with a registered key of one's party."""

    signing_key_id: Id
    signature: Signature


class ReserveView(msgspec.Struct, frozen=True):
    """The reserve as it was committed to; null is none."""

    amount: MoneyView | None
    nonce: str


class AuctionView(msgspec.Struct, frozen=True):
    """An auction.

    `next_bid` is the least that an open bid may be now. `reserve` is told at the end, beside the digest that was
    published before. `confirming_text` is what seller and winner sign.
    """

    id: str
    provider: str
    listing_id: str
    title_zh: str
    title_en: str
    format: AuctionFormat
    terms: Terms
    terms_digest: str
    start_price: MoneyView
    deposit: MoneyView
    steps: list[AuctionStep]
    reserve_digest: str
    reserve: ReserveView | None
    runner_up: bool
    status: AuctionState
    allowed_actions: list[str]
    displays_at: datetime
    opens_at: datetime
    closes_at: datetime
    reveals_until: datetime | None
    confirm_due_at: datetime | None
    extensions: int
    bid_count: int
    current: MoneyView | None
    next_bid: MoneyView | None
    price: MoneyView | None
    winner: str | None
    confirming_text: str | None
    order_id: str | None
    end_reason: str | None
    confirmation_document_id: str | None
    minutes_document_id: str | None


class BidderView(msgspec.Struct, frozen=True):
    """A bidder and its deposit."""

    id: str
    auction_id: str
    party_id: str
    purpose: str
    use_case: str
    deposit: MoneyView
    forfeited: MoneyView
    status: BidderState
    registered_at: datetime


class BidView(msgspec.Struct, frozen=True):
    """A bid by its number; `bidder` is the bidder's id in this auction and not its name."""

    auction_id: str
    seq: int
    bidder: str
    amount: MoneyView
    at: datetime
    closes_at: datetime


class CommitmentView(msgspec.Struct, frozen=True):
    """A sealed bid; its amount is told once it is revealed, to its bidder and at the end to all."""

    auction_id: str
    bidder: str
    digest: str
    committed_at: datetime
    revealed_at: datetime | None
    amount: MoneyView | None


class MarkView(msgspec.Struct, frozen=True):
    """What an officer should look at, since it may be collusion."""

    auction_id: str
    bidder: str
    code: str
    others: list[str]
    at: datetime
