"""Offers to renew agreements."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from market.renewals.states import RenewalState


class Renewal(Base, Stateful):
    """An offer to renew (续订要约): terms for the time after an agreement's last day, frozen by their digest.

    An agreement has one that waits or was accepted. `ends_on` is the last day of the licence that it follows, as it was
    when it was offered; `price_change` compares it with the price that stood then.
    """

    __tablename__ = "renewal"
    __table_args__ = (
        CheckConstraint("terms_digest ~ '^sha256:[0-9a-f]{64}$'", name="terms_digest"),
        CheckConstraint("starts_on > ends_on", name="starts_on"),
        CheckConstraint("price_change IN ('lower', 'same', 'higher')", name="price_change"),
        Index(
            "uq_renewal_open",
            "agreement_id",
            unique=True,
            postgresql_where=text("status IN ('offered', 'accepted')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"))
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"))
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    price_change: Mapped[str]
    ends_on: Mapped[date]
    starts_on: Mapped[date]
    expires_at: Mapped[datetime]
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"))
    end_reason: Mapped[str | None]
    status: Mapped[RenewalState] = status_column(RenewalState)
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the provider first."""
        return (self.provider, self.consumer)
