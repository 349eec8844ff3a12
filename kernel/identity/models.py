"""Parties, their members, API keys, invitations and signing keys, and what the installation was founded as."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, Stateful, status_column
from kernel.identity.states import PartyState


class Party(Base, Stateful):
    """An organisation that takes part (参与主体)."""

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint("uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name="uscc"),
        # Anybody may apply with any code; only what the centre has admitted may stand for it.
        Index("uq_party_standing", "uscc", unique=True, postgresql_where=text("status IN ('admitted', 'suspended')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    uscc: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    roles: Mapped[list[str]]
    pledges: Mapped[list[str]]
    contact: Mapped[dict[str, Any]]
    centre: Mapped[bool]
    status: Mapped[PartyState] = status_column(PartyState)
    decision_reason: Mapped[str | None]
    admitted_until: Mapped[date | None]
    created_at: Mapped[datetime]

    def is_member(self, on: date) -> bool:
        """Whether the membership has not run out on a day; the centre's own has no term."""
        return self.admitted_until is None or on <= self.admitted_until


class Member(Base):
    """A natural person who acts for a party on pages; the password is kept as argon2id only.

    `made_by` is the key or the member that invited the person, None for the first of a party.
    """

    __tablename__ = "member"
    __table_args__ = (
        UniqueConstraint("party_id", "email"),
        Index("ix_member_email", "email"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    administrator: Mapped[bool]
    made_by: Mapped[str | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class MemberSession(Base):
    """A browser in which a member is signed in; what its cookie holds is kept as a digest only.

    It ends by itself where nobody uses it until `idle_at`, and at `expires_at` in any case.
    """

    __tablename__ = "member_session"
    __table_args__ = (
        CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256"),
        CheckConstraint("strength IN ('password', 'second-factor', 'passkey')", name="strength"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="ended"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    strength: Mapped[str]
    address: Mapped[str]
    agent: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proven_at: Mapped[datetime]
    idle_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class ApiKey(Base):
    """A key of a party: shown once, stored as its digest, found by its prefix.

    `made_by` is the key or the member that made it, with which it ends.
    """

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_sha256: Mapped[bytes]
    roles: Mapped[list[str]]
    made_by: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None] = mapped_column(ForeignKey("api_key.id"))
    last_used_at: Mapped[datetime | None]


class SigningKey(Base):
    """A party's public key for electronic signatures (电子签名); the private half never reaches the centre."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    public_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OfficeInvitation(Base):
    """An invitation by which a watching office takes its first key itself: made at the centre's machine, used once."""

    __tablename__ = "office_invitation"

    id: Mapped[str] = mapped_column(primary_key=True)
    office: Mapped[str]
    name: Mapped[str]
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    redeemed_at: Mapped[datetime | None]
    key_id: Mapped[str | None] = mapped_column(ForeignKey("api_key.id"))


class Installation(Base):
    """What this database was founded as; one row, written with the centre and never changed."""

    __tablename__ = "installation"
    __table_args__ = (
        CheckConstraint("id = 'ins'", name="single"),
        CheckConstraint("mode IN ('sandbox', 'production')", name="mode"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    mode: Mapped[str]
    founded_at: Mapped[datetime]
