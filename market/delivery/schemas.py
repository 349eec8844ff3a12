"""What deliveries say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.delivery.states import DeliveryState

Sha256 = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="SHA-256 摘要：十六进制 · SHA-256, hexadecimal")
]


class ReceivedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it arrived at the buyer's."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    sha256: Sha256


class ConfirmedUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A use whose result arrived at the buyer's."""

    id: Annotated[str, Meta(max_length=40)]
    result_sha256: Sha256


class ConfirmReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The buyer's word on what arrived: every file with its digest, or of data that stays, the uses by results."""

    files: Annotated[list[ReceivedFile], Meta(max_length=100)] = []
    uses: Annotated[list[ConfirmedUse], Meta(max_length=100)] = []


class RecordUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One use of data that stays: where it ran, what it was, when, and the digest of the result handed over."""

    environment: Annotated[str, Meta(max_length=40, examples=["trusted-space"])]
    description: Annotated[str, Meta(min_length=1, max_length=400, description="计算内容 · what was computed")]
    result_sha256: Sha256
    started_at: datetime
    ended_at: datetime
    rows: Annotated[int, Meta(ge=0, le=10**15, description="读取行数，缺省为全部 · rows read, else all")] | None = None


class UseView(msgspec.Struct, frozen=True):
    """A recorded use."""

    id: str
    environment: str
    description: str
    result_sha256: str
    started_at: datetime
    ended_at: datetime
    rows: int | None
    created_at: datetime


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
    uses: list[UseView]
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
    """Links for the files of one revision of a delivery: the newest that reached the buyer, or the one asked for."""

    delivery_id: str
    order_id: str
    expires_at: datetime
    serves: Annotated[
        str,
        Meta(description="供谁使用：buyer 仅供 to 所列主体，须附其密钥；holder 供任何持有者 · whom the links serve"),
    ]
    to: Annotated[
        str | None, Meta(description="链接所服务的主体 · the party whose key opens them; null: no key is asked")
    ]
    revision_id: Annotated[str, Meta(description="链接所属的数据版本 · the revision that the links open")]
    files: list[FileLinkView]


class AgreedFile(msgspec.Struct, frozen=True):
    """A file by its name, digest and size."""

    name: str
    sha256: str
    size_bytes: int


class DeliveryUpdateView(msgspec.Struct, frozen=True):
    """A later revision that reached the buyer, with the scorecard by which it was released."""

    id: str
    order_id: str
    revision_id: str
    number: int
    content_sha256: str
    scorecard_id: str
    files: list[AgreedFile]
    available_at: datetime
