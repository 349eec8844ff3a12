"""Stored sketches, and the hashes by which they are looked up."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AssetSketch(Base):
    """The encrypted sketch of a revision. `faults` names the files (by digest) that could not be sketched, and why.

    `fields` has the names of the fields of each file that is a table, by its digest; a sketch of an earlier release has
    none until it is made anew.
    """

    __tablename__ = "asset_sketch"
    __table_args__ = (CheckConstraint("sketch_version > 0", name="sketch_version"),)

    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"), primary_key=True)
    sketch: Mapped[bytes]
    sketch_version: Mapped[int]
    key_id: Mapped[str]
    faults: Mapped[list[dict[str, Any]]]
    fields: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


class AssetSketchKey(Base):
    """A keyed hash that a sketch holds; sketches that share some are compared."""

    __tablename__ = "asset_sketch_key"
    __table_args__ = (Index("ix_asset_sketch_key_revision_id", "revision_id"),)

    key: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_sketch.revision_id"), primary_key=True)
