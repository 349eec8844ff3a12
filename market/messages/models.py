"""Messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Message(Base):
    """What somebody wrote in the thread of a negotiation or of an order, its `subject`, with files by digest.

    Append-only by trigger.
    """

    __tablename__ = "message"

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(ForeignKey("party.id"))
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]]
    at: Mapped[datetime]
