"""Invitations; members themselves stand with the parties in kernel.identity."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class MemberInvitation(Base):
    """A link by which a person becomes a member of a party, shown once to whoever made it; it serves once."""

    __tablename__ = "member_invitation"

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    email: Mapped[str]
    name: Mapped[str]
    roles: Mapped[list[str]]
    administrator: Mapped[bool]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
