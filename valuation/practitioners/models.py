"""Practitioners."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class Practitioner(Base):
    """A valuer of a firm (评估专业人员): a natural person with a signing key that no other person uses.

    The person acts by an API key of their own, or as the firm's member who signs in.

    An API key and a signing key are of one registration for ever; a member whose practice has ended may begin anew.
    A registration number stands at one firm at a time (资产评估法 art. 14: nobody practises in two firms).
    """

    __tablename__ = "practitioner"
    __table_args__ = (
        Index(
            "uq_practitioner_registration_number_active",
            "registration_number",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("uq_practitioner_member_id", "member_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("num_nonnulls(api_key_id, member_id) = 1", name="acts_by_one"),
        CheckConstraint("length(registration_number) BETWEEN 6 AND 30", name="registration_number"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    firm: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    registration_number: Mapped[str]
    api_key_id: Mapped[str | None] = mapped_column(ForeignKey("api_key.id"), unique=True)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    signing_key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"), unique=True)
    interests: Mapped[list[str]]
    interests_declared_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
