"""Which revisions a listing has offered since it was listed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ListingRevision(Base):
    """A revision that a listing went on with (更新上架), by its number in the asset; append-only by trigger.

    Of a listing that was taken off the shelf it says what still reaches the buyers whose licences include updates.
    """

    __tablename__ = "listing_revision"

    listing_id: Mapped[str] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision_id: Mapped[str] = mapped_column(ForeignKey("asset_revision.id"))
    scorecard_id: Mapped[str] = mapped_column(ForeignKey("scorecard.id"))
    certificate_id: Mapped[str] = mapped_column(ForeignKey("certificate.id"))
    released_at: Mapped[datetime]
