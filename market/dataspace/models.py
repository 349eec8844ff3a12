"""Counterparties, processes, agreements and messages of the protocol."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from kernel.db import Base, Stateful, status_column
from market.dataspace.states import Authentication, DataspaceNegotiationState, DataspaceSide, TransferState


def _side() -> Any:
    return mapped_column(
        Enum(
            DataspaceSide,
            native_enum=False,
            create_constraint=True,
            length=20,
            name="side",
            values_callable=lambda members: [str(member) for member in members],
        )
    )


class DataspaceParticipant(Base):
    """What a party lets happen by itself as a participant; without a row, nothing does."""

    __tablename__ = "dataspace_participant"

    party_id: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    standing: Mapped[list[str]]
    changed_at: Mapped[datetime]


class DataspaceCounterparty(Base):
    """A connector that a participant speaks with; `party_id` where it is a member's own.

    `token_out`, which the participant sends, is sealed with the installation's secrets; those that it takes are known
    by their digests alone (`dataspace_token`). One that shows itself by self-issued tokens has neither, but `did_keys`:
    what its DID document said when it was read last (market.dataspace.credentials.documents).
    """

    __tablename__ = "dataspace_counterparty"
    __table_args__ = (
        UniqueConstraint("participant", "did"),
        CheckConstraint("participant <> party_id", name="two_parties"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    did: Mapped[str]
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"), index=True)
    address: Mapped[str]
    authentication: Mapped[Authentication] = mapped_column(
        Enum(
            Authentication,
            native_enum=False,
            create_constraint=True,
            length=20,
            name="authentication",
            values_callable=lambda members: [str(member) for member in members],
        )
    )
    token_out: Mapped[bytes | None]
    did_keys: Mapped[dict[str, Any] | None]
    did_read_at: Mapped[datetime | None]
    did_tried_at: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime]


class DataspaceToken(Base):
    """A token that a counterparty sends us, by its digest; a replaced one is taken until `expires_at`."""

    __tablename__ = "dataspace_token"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    counterparty_id: Mapped[str] = mapped_column(ForeignKey("dataspace_counterparty.id"), index=True)
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DataspaceTokenName(Base):
    """A self-issued token that was taken, by the digest of its name (`jti`), until it would be too old anyway."""

    __tablename__ = "dataspace_token_name"

    counterparty_id: Mapped[str] = mapped_column(ForeignKey("dataspace_counterparty.id"), primary_key=True)
    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class DataspaceConnectorKey(Base):
    """A key that signs a participant's self-issued tokens, sealed; it binds its party to nothing.

    It stands in the DID document from its making, signs from `signs_from` on, and is listed until `listed_until`.
    """

    __tablename__ = "dataspace_connector_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("party.id"), index=True)
    public_jwk: Mapped[dict[str, Any]]
    private: Mapped[bytes]
    signs_from: Mapped[datetime]
    listed_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class DataspaceDataset(Base):
    """A data set under a given name, for a participant in the sandbox; listings are data sets without a row."""

    __tablename__ = "dataspace_dataset"

    participant: Mapped[str] = mapped_column(ForeignKey("party.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    offers: Mapped[list[dict[str, Any]]]
    created_at: Mapped[datetime]


class DataspaceAgreement(Base):
    """An agreement as the protocol carries it, with what shows that each side made it.

    `external_id` is its name on the wire, verbatim. `evidence` holds one entry for each side: a signature by a
    registered key, or the authenticated message by which a foreign connector agreed; once it is concluded, a document
    says so (`document_id`), or the document of the centre's own agreement does. Where both are members there is
    an order with its agreement too (`order_id`, `house_agreement_id`).
    """

    __tablename__ = "dataspace_agreement"
    __table_args__ = (
        UniqueConstraint("participant", "external_id"),
        CheckConstraint("digest ~ '^sha256:[0-9a-f]{64}$'", name="digest"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("party.id"))
    counterparty_id: Mapped[str] = mapped_column(ForeignKey("dataspace_counterparty.id"), index=True)
    side: Mapped[DataspaceSide] = _side()
    external_id: Mapped[str]
    dataset_id: Mapped[str]
    body: Mapped[dict[str, Any]]
    digest: Mapped[str]
    signing_text: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]]
    house_agreement_id: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    order_id: Mapped[str | None] = mapped_column(ForeignKey("order.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    concluded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Process(Stateful):
    """What both kinds of processes keep.

    Each side mints its own pid; the other's is null until its first answer. `sending` is the message of ours that is
    on its way, one at a time; `last_message_id` the last that came in. `due_at` is the clock of the present state.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    provider_pid: Mapped[str | None]
    consumer_pid: Mapped[str | None]
    callback_address: Mapped[str | None]
    dataset_id: Mapped[str]
    last_message_id: Mapped[str | None]
    sending: Mapped[str | None]
    failure: Mapped[str | None]
    code: Mapped[str | None]
    reasons: Mapped[list[str]]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @declared_attr
    @classmethod
    def participant(cls) -> Mapped[str]:
        """Whose process it is here."""
        return mapped_column(ForeignKey("party.id"), index=True)

    @declared_attr
    @classmethod
    def counterparty_id(cls) -> Mapped[str]:
        """Who is at the other end."""
        return mapped_column(ForeignKey("dataspace_counterparty.id"), index=True)

    @declared_attr
    @classmethod
    def side(cls) -> Mapped[DataspaceSide]:
        """What the participant is in it."""
        column: Mapped[DataspaceSide] = _side()
        return column

    @property
    def own_pid(self) -> str:
        """The pid that this side minted, by which the other addresses it."""
        pid = self.provider_pid if self.side is DataspaceSide.PROVIDER else self.consumer_pid
        assert pid is not None  # Minted with the row.
        return pid

    @property
    def other_pid(self) -> str | None:
        """The other side's pid, once it is known."""
        return self.consumer_pid if self.side is DataspaceSide.PROVIDER else self.provider_pid


def _keys(table: str) -> tuple[Any, ...]:
    return (
        UniqueConstraint("participant", "counterparty_id", "side", "provider_pid"),
        UniqueConstraint("participant", "counterparty_id", "side", "consumer_pid"),
        Index(f"ix_{table}_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )


class DataspaceNegotiation(Base, Process):
    """A contract negotiation; `offer` is the last one made, by `offered_by`.

    `negotiation_id` is the centre's own negotiation that it is, where both sides are members (decision 0127).
    """

    __tablename__ = "dataspace_negotiation"
    __table_args__ = _keys("dataspace_negotiation")

    offer: Mapped[dict[str, Any]]
    offered_by: Mapped[str]
    negotiation_id: Mapped[str | None] = mapped_column(ForeignKey("negotiation.id"), index=True)
    agreement_id: Mapped[str | None] = mapped_column(ForeignKey("dataspace_agreement.id"), index=True)
    status: Mapped[DataspaceNegotiationState] = status_column(DataspaceNegotiationState)


class DataspaceTransfer(Base, Process):
    """A transfer under an agreement.

    The provider keeps the digest of the token that opens its data (`token_sha256`), the consumer the address that it
    was given, sealed. `address_due`: the consumer resumed, and the provider owes it a fresh address.
    """

    __tablename__ = "dataspace_transfer"
    __table_args__ = _keys("dataspace_transfer")

    agreement_id: Mapped[str] = mapped_column(ForeignKey("dataspace_agreement.id"), index=True)
    format: Mapped[str]
    token_sha256: Mapped[bytes | None] = mapped_column(unique=True)
    data_address: Mapped[bytes | None]
    address_due: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[TransferState] = status_column(TransferState)


class DataspaceReceived(Base):
    """A message that came in and had its effect, whole, with the credential it was sent with; append-only by trigger.

    Those from before credentials were noted have none.
    """

    __tablename__ = "dataspace_received"
    __table_args__ = (UniqueConstraint("participant", "counterparty_id", "message_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    participant: Mapped[str] = mapped_column(ForeignKey("party.id"))
    counterparty_id: Mapped[str] = mapped_column(ForeignKey("dataspace_counterparty.id"))
    message_id: Mapped[str | None]
    kind: Mapped[str]
    process_id: Mapped[str] = mapped_column(index=True)
    body: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    credential: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]


class DataspaceSent(Base):
    """A message of ours with the bytes that are sent at every attempt, until `outcome` is no longer pending."""

    __tablename__ = "dataspace_sent"
    __table_args__ = (
        CheckConstraint("outcome IN ('pending', 'acknowledged', 'refused', 'given_up')", name="outcome"),
        Index(
            "uq_dataspace_sent_pending",
            "process_id",
            unique=True,
            postgresql_where=text("outcome = 'pending' AND action IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    process_kind: Mapped[str]
    process_id: Mapped[str] = mapped_column(index=True)
    counterparty_id: Mapped[str] = mapped_column(ForeignKey("dataspace_counterparty.id"), index=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    action: Mapped[str | None]
    url: Mapped[str]
    body: Mapped[bytes | None]
    sha256: Mapped[str]
    outcome: Mapped[str]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_failure: Mapped[str | None]
    created_at: Mapped[datetime]
