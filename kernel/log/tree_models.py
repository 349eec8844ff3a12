"""The tree of the transparency log as the database keeps it: tiles that only grow, heads that never change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class LogTile(Base):
    """A tile of the tree; while it is partial its hashes are a prefix of what it will be."""

    __tablename__ = "log_tile"
    __table_args__ = (CheckConstraint("width BETWEEN 1 AND 256 AND octet_length(hashes) = 32 * width", name="width"),)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tile_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    width: Mapped[int]
    hashes: Mapped[bytes]


class LogCheckpoint(Base):
    """A signed head (检查点); the primary key is why one size can never have two roots."""

    __tablename__ = "log_checkpoint"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("octet_length(root) = 32", name="root"),
    )

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str]
    at: Mapped[datetime]


class LogCosignature(Base):
    """A witness's line under a head (见证联署); append-only by trigger."""

    __tablename__ = "log_cosignature"

    size: Mapped[int] = mapped_column(ForeignKey("log_checkpoint.size"), primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    at_seconds: Mapped[int]
    line: Mapped[str]
    received_at: Mapped[datetime]


class LogWitness(Base):
    """How far a witness that we tell of new heads has followed (C2SP tlog-witness); one row a witness, by its key."""

    __tablename__ = "log_witness"
    __table_args__ = (CheckConstraint("size >= 0", name="size"),)

    witness: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    told_at: Mapped[datetime]
    fault: Mapped[str | None]
