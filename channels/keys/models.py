"""Channel keys, and every use that was made of them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ChannelKey(Base):
    """A recipient's key under an agreement (通道密钥): shown once, kept as its digest, found by its prefix.

    Whether what it rests on still stands is never written here: it is asked at each use.
    """

    __tablename__ = "channel_key"
    __table_args__ = (CheckConstraint("created_at < expires_at", name="life"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("order.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    buyer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    recipient: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_sha256: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("channel_key.id"))


class ChannelUse(Base):
    """One answered request by a channel key (通道使用记录): who, when, from where, for what; append-only by trigger.

    Readers ask many times for one table, so nothing is billed by it; `release_id` names the access that was metered,
    `response_bytes` is how much data the answer was begun with, none where it held no data.
    """

    __tablename__ = "channel_use"

    id: Mapped[str] = mapped_column(primary_key=True)
    channel_key_id: Mapped[str] = mapped_column(ForeignKey("channel_key.id"), index=True)
    operation: Mapped[str]
    subject: Mapped[str | None]
    byte_range: Mapped[str | None]
    address: Mapped[str]
    http_status: Mapped[int]
    release_id: Mapped[str | None] = mapped_column(ForeignKey("usage_release.id"))
    response_bytes: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
