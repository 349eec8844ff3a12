"""Channel keys on the wire."""

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

Days = Annotated[int, Meta(ge=1, le=365, description="有效天数，缺省按中心公布 · days in force, else as published")]


class TakeChannelKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom or what a key is: a person, a team or a machine of the buyer's, by a name of its own choosing."""

    recipient: Annotated[str, Meta(min_length=1, max_length=100, examples=["风控模型 · risk model"])]
    days: Days | None = None


class ShareProfile(msgspec.Struct, frozen=True, rename="camel"):
    """A profile file of the Delta Sharing protocol, as clients read it: save it as `….share`."""

    share_credentials_version: int
    endpoint: str
    bearer_token: str | None
    expiration_time: datetime


class ChannelKeyView(msgspec.Struct, frozen=True):
    """A channel key without its secret."""

    id: str
    order_id: str
    agreement_id: str
    recipient: str
    prefix: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    replaced_by: str | None


class NewChannelKeyView(msgspec.Struct, frozen=True):
    """A key as it is shown this once, with the profile by which clients of Delta Sharing use it."""

    SHOWN_ONCE: ClassVar = ("secret", "profile")

    key: ChannelKeyView
    secret: Annotated[str | None, Meta(description="仅显示一次 · shown once")]
    profile: Annotated[ShareProfile | None, Meta(description="仅显示一次 · shown once")]


class ChannelUseView(msgspec.Struct, frozen=True):
    """One answered request by a channel key: `operation` is what was asked, `subject` of what, `address` from where.

    `response_bytes` is how much data the answer was begun with, null where it held none.
    """

    id: str
    channel_key_id: str
    operation: str
    subject: str | None
    byte_range: str | None
    address: str
    http_status: int
    release_id: str | None
    response_bytes: int | None
    at: datetime
