"""Interfaces of API products, the calls of them, and what each day's calls came to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class GatewayInterface(Base):
    """A version of a product's interface (产品接口); the newest whose `effective_at` has come is called.

    `document` is the provider's OpenAPI without what names its servers and keys, `original_sha256` the digest of what
    was sent. `credential_sealed` is sent to the upstream in the header `credential_header`, and shown to nobody.
    `changes` is what a caller of the version before would notice. Append-only by trigger.
    """

    __tablename__ = "gateway_interface"
    __table_args__ = (
        UniqueConstraint("asset_id", "n"),
        CheckConstraint("(credential_header IS NULL) = (credential_sealed IS NULL)", name="credential"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    n: Mapped[int]
    base_url: Mapped[str]
    document: Mapped[dict[str, Any]]
    original_sha256: Mapped[str]
    document_sha256: Mapped[str]
    credential_header: Mapped[str | None]
    credential_sealed: Mapped[bytes | None]
    changes: Mapped[list[dict[str, Any]]]
    tests_per_day: Mapped[int]
    created_at: Mapped[datetime]
    effective_at: Mapped[datetime]


class GatewayCall(Base):
    """One call under an agreement (接口调用): who called what, when and from where, and what became of it.

    `state` is `reserved` until the answer was given, then `committed`, or `released` where nothing is charged; what
    nobody settled in time is `expired`, and not charged. `call_id` is the caller's own name for it, or ours: at most
    one call of a name is reserved or committed. `digest` stands for what was asked. Its facts never change.
    """

    __tablename__ = "gateway_call"
    __table_args__ = (
        CheckConstraint("state IN ('reserved', 'committed', 'released', 'expired')", name="state"),
        CheckConstraint("(state = 'reserved') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'committed') = (release_id IS NOT NULL)", name="release"),
        Index(
            "uq_gateway_call_standing",
            "agreement_id",
            "call_id",
            unique=True,
            postgresql_where=text("state IN ('reserved', 'committed')"),
        ),
        Index("ix_gateway_call_name", text("((agreement_id || ' '::text) || call_id)")),
        Index("ix_gateway_call_page", "agreement_id", "id"),
        Index("ix_gateway_call_ended", "agreement_id", "ended_at"),
        Index(
            "ix_gateway_call_free",
            "agreement_id",
            "ended_at",
            postgresql_where=text("state = 'released' AND failure = 'request'"),
        ),
        Index("ix_gateway_call_expires_at", "expires_at", postgresql_where=text("state = 'reserved'")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    call_id: Mapped[str]
    channel_key_id: Mapped[str] = mapped_column(ForeignKey("channel_key.id"))
    interface_id: Mapped[str] = mapped_column(ForeignKey("gateway_interface.id"))
    operation: Mapped[str]
    digest: Mapped[bytes]
    address: Mapped[str]
    request_bytes: Mapped[int]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    ended_at: Mapped[datetime | None]
    http_status: Mapped[int | None]
    failure: Mapped[str | None]
    response_bytes: Mapped[int | None]
    release_id: Mapped[str | None] = mapped_column(ForeignKey("usage_release.id"))


class GatewayTest(Base):
    """A call before anything was bought (购前试用): few a day, and nothing is charged; append-only by trigger."""

    __tablename__ = "gateway_test"
    __table_args__ = (Index("ix_gateway_test_day", "party_id", "interface_id", "day"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), index=True)
    interface_id: Mapped[str] = mapped_column(ForeignKey("gateway_interface.id"))
    operation: Mapped[str]
    day: Mapped[date]
    at: Mapped[datetime]


class GatewayDay(Base):
    """What the calls of an agreement came to on a day in China (日用量回执), drawn once; append-only by trigger.

    `calls_sha256` is the digest of the ids and outcomes of all that ended on the day, in the order of their ids.
    """

    __tablename__ = "gateway_day"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    committed: Mapped[int]
    released: Mapped[int]
    expired: Mapped[int]
    calls_sha256: Mapped[str]
    made_at: Mapped[datetime]
