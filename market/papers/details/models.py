"""Invoicing details, one row for each party; every invoice keeps them as they were."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class InvoiceDetails(Base):
    """A party's invoicing details (开票信息), as they are now."""

    __tablename__ = "invoice_details"
    __table_args__ = (
        CheckConstraint("taxpayer IN ('general', 'small-scale')", name="taxpayer"),
        CheckConstraint("(bank_name IS NULL) = (bank_account IS NULL)", name="bank"),
    )

    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    title: Mapped[str]
    tax_number: Mapped[str]
    taxpayer: Mapped[str]
    country: Mapped[str]
    vat_id: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    bank_name: Mapped[str | None]
    bank_account: Mapped[str | None]
    updated_at: Mapped[datetime]

    def snapshot(self) -> dict[str, Any]:
        """What an invoice keeps of them."""
        names = (
            "party_id", "title", "tax_number", "taxpayer", "country", "vat_id", "address", "phone", "bank_name",
            "bank_account",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}
