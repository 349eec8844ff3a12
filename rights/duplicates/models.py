"""Stored sketches."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AssetSketch(Base):
    """The encrypted sketch of a revision, and the keyed hashes by which it is looked up.

    `faults` names the files (by digest) of which there is no sketch, with the reason.
    """

    __tablename__ = "asset_sketch"
    __table_args__ = (
        Index("ix_asset_sketch_keys", "keys", postgresql_using="gin"),
        CheckConstraint("sketch_version > 0", name="sketch_version"),
    )

    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), primary_key=True)
    sketch: Mapped[bytes]
    sketch_version: Mapped[int]
    key_id: Mapped[str]
    keys: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    faults: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]
