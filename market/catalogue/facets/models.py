"""What was counted in of each product, the sets that came of it, and what changed since."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ListingFind(Base):
    """What words and a price are compared with, apart from the wide row of its product; kept by a trigger.

    `filler` makes every row so long that its text is put aside: what is left of a hundred rows is one page.
    """

    __tablename__ = "listing_find"
    __table_args__ = (
        Index("ix_listing_find_search", "search", postgresql_using="gin"),
        Index("ix_listing_find_amount", "amount"),
    )

    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    search: Mapped[str] = mapped_column(TSVECTOR)
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    filler: Mapped[str] = mapped_column(server_default=text("repeat(' ', 2000)"))


class FacetChange(Base):
    """A product of which something changed that its facets or its standing rest on; written by triggers."""

    __tablename__ = "facet_change"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    listing_id: Mapped[str]


class FacetPlace(Base):
    """How a product was last counted in; at `next_at` time alone may change it, without anybody doing anything."""

    __tablename__ = "facet_place"
    __table_args__ = (Index("ix_facet_place_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),)

    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    stands: Mapped[bool]
    values: Mapped[dict[str, Any]]
    price: Mapped[str]
    next_at: Mapped[datetime | None]


class FacetSet(Base):
    """The places of one chunk of 65,536 that have one value, as `counting.sets` writes them."""

    __tablename__ = "facet_set"

    facet: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    places: Mapped[bytes]
    version: Mapped[int] = mapped_column(BigInteger, index=True)


class FacetCount(Base):
    """Which sets hold: the version rises with every count, and the epoch says of which beginning."""

    __tablename__ = "facet_count"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
