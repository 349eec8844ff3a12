"""Agreements and their signatures."""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.agreements.states import AgreementState
from contracts.terms.errors import NothingLicensed
from kernel.db import Base, Stateful, status_column

BINDING: Final = "status IN ('in_force', 'suspended')"


class Licensed(NamedTuple):
    """What a licence is about, and the order that it came of."""

    order_id: str
    asset_id: str
    revision_id: str


class Agreement(Base, Stateful):
    """An agreement (数据提供协议): `content` is what both parties sign, `digest` stands for it.

    A contract on services licenses nothing: it has no order, asset, revision, files or links, and its last day is the
    one that it names. It waits for signatures until `sign_due_at`; a licence waits as its order does. The order lives
    in a higher package, so its id has no foreign key here. `files` repeats the content's files with their storage keys,
    which are the centre's own business and not part of what is signed; none where the licence is for controlled
    environments only, so that nothing can ever be handed out. `offer` is what the market told the gates when the
    agreement was drafted. `grant_id` is the licence in the chain of title, written when the agreement comes into force;
    it ends on `licence_ends_on` at the latest, and settlement makes that day exact. One that is suspended resumes at
    `suspended_until`, or earlier by whoever suspended it (`suspended_by`, a role). `amendments` are the changes that
    both have signed (contracts.agreements.licensing.Amended), in their order, so that whoever has the row knows what
    stands at any moment. `readers` may read it besides its parties: whoever provided before, and whoever is called to
    take it over; `ending_reason` is why it was asked to end. `settled_on` is the day from which windows count.
    `wire` says of one that was made over the Dataspace Protocol how each side made it there
    (contracts.signatures.messages), once both have. `scope_sha256` is the digest of that to which its files are made,
    which no amendment changes: the scope that its policy has, of which columns and rows it is, and the marks of its own
    copies; none where its files are those that were registered.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
        CheckConstraint("provider <> consumer", name="two_parties"),
        CheckConstraint("term_days > 0", name="term_days"),
        CheckConstraint(
            "(order_id IS NULL) = (asset_id IS NULL) AND (order_id IS NULL) = (revision_id IS NULL)", name="licensed"
        ),
        Index(
            "ix_agreement_licence_ends_on",
            "licence_ends_on",
            postgresql_where=text("status IN ('in_force', 'suspended')"),
        ),
        Index("ix_agreement_readers", "readers", postgresql_using="gin"),
        Index("ix_agreement_scope_sha256", "scope_sha256", postgresql_where=text("scope_sha256 IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str | None] = mapped_column(unique=True)
    provider: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    consumer: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    asset_id: Mapped[str | None] = mapped_column(index=True)
    revision_id: Mapped[str | None]
    scope_sha256: Mapped[str | None]
    files: Mapped[list[dict[str, Any]]]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    term_days: Mapped[int]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str]
    offer: Mapped[dict[str, Any] | None]
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("title_grant.id"))
    licence_ends_on: Mapped[date | None]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    wire: Mapped[dict[str, Any] | None]
    amendments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    settled_on: Mapped[date | None]
    sign_due_at: Mapped[datetime | None] = mapped_column(index=True)
    status: Mapped[AgreementState] = status_column(AgreementState)
    in_force_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]
    suspended_by: Mapped[str | None]
    readers: Mapped[list[str]] = mapped_column(default=list)
    ending_reason: Mapped[str | None]
    created_at: Mapped[datetime]

    @property
    def parties(self) -> tuple[str, str]:
        """Both, the provider first."""
        return (self.provider, self.consumer)

    @property
    def licensed(self) -> Licensed:
        """The order, the asset and the revision of one that licenses data; raises NothingLicensed for all else."""
        if self.order_id is None or self.asset_id is None or self.revision_id is None:
            raise NothingLicensed
        return Licensed(self.order_id, self.asset_id, self.revision_id)


class AgreementSignature(Base):
    """A party's electronic signature (电子签名) over the agreement's digest; one for each party, never changed."""

    __tablename__ = "agreement_signature"
    __table_args__ = (UniqueConstraint("agreement_id", "party_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"))
    signing_key_id: Mapped[str] = mapped_column(ForeignKey("signing_key.id"))
    public_key: Mapped[str]
    signature: Mapped[str]
    signed_at: Mapped[datetime]
