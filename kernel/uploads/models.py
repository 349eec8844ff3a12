"""Whose file an object is, and for how long."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class StoredFile(Base):
    """A file of a party (文件): the object it is, its digest, and until when it must be kept; a row never changes."""

    __tablename__ = "stored_file"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    storage_key: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    retention_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
