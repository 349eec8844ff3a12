"""What deliveries say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.delivery.states import DeliveryState

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="SHA-256, hexadecimal")]


class ReceivedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it arrived at the buyer's."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    sha256: Sha256


class ConfirmReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The buyer's word on what arrived: every file with its digest; none of data that is only computed on."""

    files: Annotated[list[ReceivedFile], Meta(max_length=100)]


class DeliveryFileView(msgspec.Struct, frozen=True):
    """A file of a delivery."""

    id: str
    name: str
    sha256: str
    size_bytes: int


class DeliveryView(msgspec.Struct, frozen=True):
    """A delivery as its parties see it."""

    id: str
    order_id: str
    agreement_id: str
    status: DeliveryState
    files: list[DeliveryFileView]
    receipt_id: str | None
    created_at: datetime
    received_at: datetime | None


class FileLinkView(msgspec.Struct, frozen=True):
    """A file and the link that opens it until it expires; the link takes GET with ranges, and HEAD."""

    id: str
    name: str
    sha256: str
    size_bytes: int
    url: str


class LinksView(msgspec.Struct, frozen=True):
    """Links for all files of a delivery."""

    delivery_id: str
    order_id: str
    expires_at: datetime
    files: list[FileLinkView]
