"""What transfers say in the management API."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from market.dataspace.negotiations.schemas import Id, SentView
from market.dataspace.participants.schemas import Address, Token
from market.dataspace.states import DataspaceSide, TransferState


class OpenTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the provider of an agreement for its data."""

    agreement_id: Id
    format: Annotated[str, Meta(min_length=1, max_length=100, examples=["HttpData-PULL"])] = "HttpData-PULL"


class OwnDataAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a provider serves the data itself, and the token that opens it."""

    endpoint: Address
    token: Token | None = None


class StartTransfer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Start or resume; the address is needed only where the centre does not hold the data."""

    data_address: OwnDataAddress | None = None


class DataspaceTransferView(msgspec.Struct, frozen=True):
    """A transfer as its participant sees it; the consumer is shown where it fetches the data."""

    id: str
    counterparty_id: str
    side: DataspaceSide
    status: TransferState
    allowed_actions: list[str]
    provider_pid: str | None
    consumer_pid: str | None
    callback_address: str | None
    dataset_id: str
    agreement_id: str
    agreement_external_id: str
    format: str
    data_address: dict[str, Any] | None
    address_due: bool
    sending: SentView | None
    failure: str | None
    code: str | None
    reasons: list[str]
    due_at: datetime | None
    created_at: datetime
