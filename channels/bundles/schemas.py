"""What bundles say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from market.delivery.schemas import AgreedFile


class BundleLinkView(msgspec.Struct, frozen=True):
    """A link to all files of one revision of a delivery as one ZIP archive, until it expires."""

    delivery_id: str
    order_id: str
    expires_at: datetime
    serves: Annotated[
        str,
        Meta(description="供谁使用：buyer 仅供 to 所列主体，须附其密钥；holder 供任何持有者 · whom the link serves"),
    ]
    to: Annotated[
        str | None, Meta(description="链接所服务的主体 · the party whose key opens it; null: no key is asked")
    ]
    revision_id: str
    files: list[AgreedFile]
    url: str
