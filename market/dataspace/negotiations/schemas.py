"""What negotiations say in the management API."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from market.dataspace.participants.schemas import Identifier
from market.dataspace.states import DataspaceNegotiationState, DataspaceSide

Offer = Annotated[
    dict[str, Any],
    Meta(
        max_length=20,
        description="要约：ODRL Offer，协议格式；缺省为公开要约 · an Offer as the protocol has it, else the public one",
        examples=[{"@id": "urn:offer:1", "permission": [{"action": "use"}]}],
    ),
]
Id = Annotated[str, Meta(max_length=40)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]


class OpenNegotiation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Begin a negotiation with a counterparty: ask for its data set as `consumer`, or offer one's own as `provider`."""

    counterparty_id: Id
    side: DataspaceSide
    dataset_id: Identifier
    offer: Offer | None = None


class MakeOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Offer or ask anew; without an offer, the last one again."""

    offer: Offer | None = None


class SignDataspaceAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A side's signature over the agreement's `signing_text`, made where its private key is."""

    signing_key_id: Id
    signature: Annotated[str, Meta(max_length=200)]


class VerifyDataspaceAgreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Confirm the agreement: with a signature, or without one by the connector's word alone."""

    signing_key_id: Id | None = None
    signature: Annotated[str, Meta(max_length=200)] | None = None


class EndProcess(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """End or pause it, and tell the other side why."""

    code: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    reasons: Annotated[list[Reason], Meta(max_length=10)] = []


class SentView(msgspec.Struct, frozen=True):
    """A message on its way: how often it was tried, and what became of the last attempt."""

    message_id: str
    kind: str
    attempts: int
    next_attempt_at: datetime | None
    last_status: int | None
    last_failure: str | None


class DataspaceAgreementView(msgspec.Struct, frozen=True):
    """An agreement as the protocol carries it, with what shows that each side made it.

    `evidence` says of each side whether it signed with a registered key or agreed by its connector's message; the
    document (`document_id`) shows it to outsiders, or that of the centre's own agreement does.
    """

    id: str
    external_id: str
    counterparty_id: str
    side: DataspaceSide
    dataset_id: str
    body: dict[str, Any]
    digest: str
    signing_text: str
    evidence: list[dict[str, Any]]
    house_agreement_id: str | None
    order_id: str | None
    document_id: str | None
    concluded_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


class DataspaceNegotiationView(msgspec.Struct, frozen=True):
    """A negotiation as its participant sees it; `sending` is what is on its way, one message at a time."""

    id: str
    counterparty_id: str
    side: DataspaceSide
    status: DataspaceNegotiationState
    allowed_actions: list[str]
    provider_pid: str | None
    consumer_pid: str | None
    callback_address: str | None
    dataset_id: str
    offer: dict[str, Any]
    offered_by: str
    negotiation_id: str | None
    agreement: DataspaceAgreementView | None
    sending: SentView | None
    failure: str | None
    code: str | None
    reasons: list[str]
    due_at: datetime | None
    created_at: datetime
