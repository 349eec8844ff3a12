"""The rules by which organisations bind themselves, and the approvals that were given under them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ApprovalRule(Base):
    """A version of a party's own rule (内部授权规则); the newest holds, and none is ever changed."""

    __tablename__ = "approval_rule"
    __table_args__ = (CheckConstraint("n >= 1", name="n"),)

    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[dict[str, Any]]
    reason: Mapped[str]
    key_id: Mapped[str]
    at: Mapped[datetime]


class Approval(Base):
    """One person's yes to one party's being bound by certain terms; void once other terms have taken their place, and
    used up by the signature that it was for: `superseded_by` is the digest of the one or the id of the other. Where the
    order that it was for ended before, it is the id of that.

    `seat` is the key or the member by which the party's rule names the person, who says yes once; `key_id` the one that
    was used.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "uq_approval_standing",
            "party_id",
            "terms_digest",
            "seat",
            unique=True,
            postgresql_where=text("voided_at IS NULL"),
        ),
        CheckConstraint("(voided_at IS NULL) = (superseded_by IS NULL)", name="voided"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    terms_digest: Mapped[str] = mapped_column(index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str | None]
    rule_n: Mapped[int]
    seat: Mapped[str]
    key_id: Mapped[str]
    approved_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    superseded_by: Mapped[str | None] = mapped_column(index=True)
