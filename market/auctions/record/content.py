"""What a record holds, in one shape for whoever writes and whoever checks it; pure.

Amounts are decimal strings in the auction's currency and moments RFC 3339 in UTC with microseconds, as they are hashed.
"""

import hashlib
from typing import Any, Final

import msgspec

from kernel.crypto import canonical

KIND: Final = "auction-record"
NOT_REVEALED: Final = "-"
"""What stands in a list of bids for the amount of a sealed one that nobody opened."""


class RecordedStep(msgspec.Struct, frozen=True):
    """From a price on, by how much at least a bid is above it."""

    from_price: str
    step: str


class AuctionNotice(msgspec.Struct, frozen=True):
    """The notice (竞价公告): the figures that never change; `closes_at` is the closing before any extension."""

    auction_id: str
    format: str
    seller: str
    listing_id: str
    title_zh: str
    title_en: str
    terms_digest: str
    currency: str
    start_price: str
    deposit: str
    steps: list[RecordedStep]
    reserve_digest: str
    runner_up: bool
    displays_at: str
    opens_at: str
    closes_at: str | None
    reveals_until: str | None


class RecordedReserve(msgspec.Struct, frozen=True):
    """The secret reserve as it was committed to; no amount is none."""

    amount: str | None
    nonce: str


class RecordedBid(msgspec.Struct, frozen=True):
    """A bid in its place; of a sealed auction the place of its commitment, and its amount once it is opened."""

    seq: str
    bidder: str
    amount: str
    currency: str
    at: str


class RecordedCommitment(msgspec.Struct, frozen=True):
    """A sealed bid; party, key and signature are told to the offices and to its own bidder."""

    bidder: str
    digest: str
    committed_at: str
    revealed_at: str | None
    amount: str | None
    nonce: str | None
    party: str | None = None
    public_key: str | None = None
    signature: str | None = None


class RecordedTie(msgspec.Struct, frozen=True):
    """With which other bidders a bidder was taken as one hand, and whether with the seller."""

    linked: list[str]
    of_seller: bool


class AuctionOutcome(msgspec.Struct, frozen=True):
    """Who won at which price, and who comes next; `instead_of` is a winner before it that did not confirm."""

    bidder: str
    pays: str
    runner_up: str | None
    runner_up_pays: str | None
    instead_of: str | None
    closed_at: str
    terms_digest: str


class AuctionRecord(msgspec.Struct, frozen=True):
    """A record (竞价档案): `minutes` and `confirmation` are the signed papers with their proofs."""

    kind: str
    notice: AuctionNotice
    reserve: RecordedReserve
    bids: list[RecordedBid]
    commitments: list[RecordedCommitment]
    ties: dict[str, RecordedTie]
    outcome: AuctionOutcome | None
    closes_at: str
    extensions: int
    ended_as: str
    minutes: dict[str, Any]
    confirmation: dict[str, Any] | None


def bids_digest(bids: list[RecordedBid]) -> str:
    """The digest over all bids in their order, as the minutes bear it."""
    return canonical.digest({"bids": msgspec.to_builtins(bids)})


class BidsDigest:
    """The same digest, taken batch by batch: canonical JSON of a list is that of its items, one after the other."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256(b'{"bids":[')

    def add(self, bids: list[RecordedBid]) -> None:
        """Take the next bids in."""
        if bids:
            self._hash.update((b"," if self.count else b"") + canonical.dumps(bids)[1:-1])
            self.count += len(bids)

    def ended(self) -> str:
        """The digest of all that was taken in."""
        self._hash.update(b"]}")
        return f"sha256:{self._hash.hexdigest()}"


def commitments_digest(commitments: list[RecordedCommitment]) -> str:
    """The digest over what everybody may know of the sealed bids."""
    own = ("party", "public_key", "signature")
    told = [msgspec.structs.replace(each, **dict.fromkeys(own)) for each in commitments]
    return canonical.digest({"commitments": msgspec.to_builtins(told)})
