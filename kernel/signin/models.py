"""What members sign in with, the steps on the way, and what was tried."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class AuthenticatorApp(Base):
    """The secret that a member's authenticator app shares with the centre (TOTP), kept once a code has confirmed it.

    `used_step` is the last step of thirty seconds whose code was taken: none is taken twice.
    """

    __tablename__ = "authenticator_app"

    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    secret: Mapped[str]
    used_step: Mapped[int]
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code for whoever has lost the second factor, kept as its digest; it serves once."""

    __tablename__ = "recovery_code"

    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    code_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """The public half of a passkey (WebAuthn); the private half never leaves the member's device."""

    __tablename__ = "passkey"

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInStage(Base):
    """One step that awaits another: the second factor, its enrolment, or the answer to a passkey's challenge.

    It is no session and opens no page but its own; what leads to it is kept as a digest, and it serves once. Its
    `challenge` is what must be answered: the bytes that a passkey signs, or the secret that an app is to be shown.
    """

    __tablename__ = "signin_stage"
    __table_args__ = (
        CheckConstraint("purpose IN ('second-factor', 'enrolment', 'app', 'passkey', 'registration')", name="purpose"),
        CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    purpose: Mapped[str]
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"))
    challenge: Mapped[bytes | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """How often in a row signing in has failed for one account or from one address, and until when nobody may try."""

    __tablename__ = "signin_failure"

    name_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]


class PasswordReset(Base):
    """A link by which a member sets a new password, made by an administrator and shown once."""

    __tablename__ = "password_reset"

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), index=True)
    secret_sha256: Mapped[bytes] = mapped_column(unique=True)
    clears_factors: Mapped[bool]
    made_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
