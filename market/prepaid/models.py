"""What parties have paid in advance."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class PrepaidBalance(Base):
    """A prepaid balance (预付余额) as the books have it, kept by a trigger of the postings and by nothing else.

    `held_minor` is what uses that are not billed yet have taken of it: the account never falls below that.
    """

    __tablename__ = "prepaid_balance"
    __table_args__ = (
        CheckConstraint("held_minor >= 0", name="held_minor"),
        CheckConstraint("balance_minor >= held_minor", name="covered"),
    )

    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    balance_minor: Mapped[int]
    held_minor: Mapped[int]
