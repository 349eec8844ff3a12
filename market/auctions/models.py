"""Auctions, their bidders, bids and sealed bids, and marks of what may be collusion."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.auctions.states import AuctionState, BidderState


class Auction(Base, Stateful):
    """An auction of a listing (竞价).

    `reserve` is secret until the end and holds {minor, nonce}; `reserve_digest` commits to it. `last_seq`
    counts the bids and `current_minor` is the highest of an open auction. `due_at` is when its present state ends by
    itself; no state that waits is without it. `closes_at` moves with each extension, `announced_closes_at` never; those
    that were extended before it was kept have none. `outcome` holds winner, price and runner-up once it is closed.
    """

    __tablename__ = "auction"
    __table_args__ = (
        Index("ix_auction_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        CheckConstraint("format IN ('english', 'sealed', 'vickrey')", name="format"),
        CheckConstraint("start_minor > 0 AND deposit_minor > 0", name="amounts"),
        CheckConstraint("(format = 'english') = (reveals_until IS NULL)", name="reveals_until"),
        CheckConstraint(
            "(status IN ('confirmed', 'failed', 'annulled', 'defaulted')) = (due_at IS NULL)", name="clock"
        ),
        CheckConstraint("(status = 'confirmed') = (order_id IS NOT NULL)", name="order"),
        CheckConstraint("last_seq >= 0 AND extensions >= 0", name="counts"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    title_zh: Mapped[str]
    title_en: Mapped[str]
    format: Mapped[str]
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    currency: Mapped[str]
    start_minor: Mapped[int]
    deposit_minor: Mapped[int]
    steps: Mapped[list[dict[str, Any]]]
    reserve_digest: Mapped[str]
    reserve: Mapped[dict[str, Any]]
    runner_up: Mapped[bool]
    displays_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    announced_closes_at: Mapped[datetime | None]
    reveals_until: Mapped[datetime | None]
    confirm_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    extensions: Mapped[int]
    last_seq: Mapped[int]
    current_minor: Mapped[int | None]
    current_bidder: Mapped[str | None]
    outcome: Mapped[dict[str, Any] | None]
    signatures: Mapped[list[dict[str, Any]]]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), index=True)
    end_reason: Mapped[str | None]
    confirmation_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    minutes_document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    status: Mapped[AuctionState] = status_column(AuctionState)
    created_at: Mapped[datetime]


class AuctionBidder(Base, Stateful):
    """A party that is registered for an auction, and its deposit (竞买人与保证金)."""

    __tablename__ = "auction_bidder"
    __table_args__ = (
        UniqueConstraint("auction_id", "party_id"),
        CheckConstraint("forfeited_minor >= 0", name="forfeited_minor"),
        Index("uq_auction_bidder_deposit_key", text("upper(deposit_reference)"), unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    purpose: Mapped[str]
    use_case: Mapped[str]
    deposit_reference: Mapped[str | None]
    return_reference: Mapped[str | None]
    forfeited_minor: Mapped[int]
    status: Mapped[BidderState] = status_column(BidderState)
    registered_at: Mapped[datetime]


class AuctionBid(Base):
    """An open bid that was accepted, in the order of the auction's lock; append-only by trigger."""

    __tablename__ = "auction_bid"
    __table_args__ = (
        UniqueConstraint("bidder_id", "key"),
        CheckConstraint("seq >= 1 AND amount_minor > 0", name="amounts"),
    )

    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bidder_id: Mapped[str] = mapped_column(ForeignKey("auction_bidder.id"))
    amount_minor: Mapped[int]
    at: Mapped[datetime]
    closes_at: Mapped[datetime]
    key: Mapped[str]
    fingerprint: Mapped[bytes]


class AuctionCommitment(Base):
    """A sealed bid: its signed digest, and what it was revealed to be."""

    __tablename__ = "auction_commitment"
    __table_args__ = (
        Index("ix_auction_commitment_order", "auction_id", "committed_at", "bidder_id"),
        CheckConstraint("(revealed_at IS NULL) = (amount_minor IS NULL)", name="revealed"),
    )

    bidder_id: Mapped[str] = mapped_column(ForeignKey("auction_bidder.id"), primary_key=True)
    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"))
    digest: Mapped[str]
    signing_key_id: Mapped[str]
    signature: Mapped[str]
    committed_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]
    amount_minor: Mapped[int | None]
    nonce: Mapped[str | None]


class AuctionMark(Base):
    """What an officer should look at (串通线索); append-only by trigger."""

    __tablename__ = "auction_mark"

    id: Mapped[str] = mapped_column(primary_key=True)
    auction_id: Mapped[str] = mapped_column(ForeignKey("auction.id"), index=True)
    bidder_id: Mapped[str] = mapped_column(ForeignKey("auction_bidder.id"))
    code: Mapped[str]
    others: Mapped[list[str]]
    at: Mapped[datetime]
