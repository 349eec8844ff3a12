"""What was metered of a share."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class ShareQuery(Base):
    """A query of a share that was metered (计量的查询); the same one sent again is found by its event.

    `event` is the digest of who asked, for which version of which table, how, and under which id or in which minute.
    Append-only by trigger.
    """

    __tablename__ = "share_query"

    event: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    table_id: Mapped[str] = mapped_column(ForeignKey("published_table.id"))
    version: Mapped[int]
    rows: Mapped[int]
    release_id: Mapped[str] = mapped_column(ForeignKey("usage_release.id"))
    at: Mapped[datetime]
