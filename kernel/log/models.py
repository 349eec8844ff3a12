"""One row for each change that the centre made; its payload is a leaf of the transparency log."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class LogEntry(Base):
    """An entry (存证条目): append-only but for the index that the sequencer gives it once.

    `payload` is the public leaf, RFC 8785 JSON of {v, id, at, kind, subject, commitment, document?}; the commitment
    is SHA-256(salt ‖ RFC 8785(facts)), so private facts stay private and can still be proved later.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_unsequenced", "id", postgresql_where=text("log_index IS NULL")),
        Index("ix_log_entry_parties", "parties", postgresql_using="gin"),
        CheckConstraint("octet_length(leaf_hash) = 32", name="leaf_hash"),
        # The log's bundles have two bytes for a length: a longer entry must fail its own change, not the log.
        CheckConstraint("octet_length(payload) <= 65535", name="payload"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_party: Mapped[str | None]
    actor_key: Mapped[str | None]
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    parties: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    payload: Mapped[bytes]
    leaf_hash: Mapped[bytes]
    log_index: Mapped[int | None] = mapped_column(unique=True)
