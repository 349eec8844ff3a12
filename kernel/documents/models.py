"""Issued documents; a row never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Document(Base):
    """An issued document (签发文书): a W3C Verifiable Credential 2.0 with its proof, and its entry in the log."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_parties", "parties", postgresql_using="gin"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    parties: Mapped[list[str]]
    public: Mapped[bool]
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    entry_id: Mapped[str] = mapped_column(ForeignKey("log_entry.id"))
    created_at: Mapped[datetime]
