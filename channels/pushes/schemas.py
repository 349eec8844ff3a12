"""Targets and pushes on the wire."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from channels.pushes.states import PushState, PushTargetState
from valuation.quality.schemas import RunProblem

_BUCKET: Final = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$(?!\n)"
_KEY_ID: Final = r"^[A-Za-z0-9._@:+=-]{3,128}$(?!\n)"
_SECRET: Final = r"^[\x21-\x7e]{8,256}$(?!\n)"  # noqa: S105 - the shape of one

Addressing = Literal["path", "virtual"]


class SetPushTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where what was bought is to be written: a store that speaks S3's protocol, and a key that may write there.

    `addressing` is `virtual` where the store wants the bucket's name before its host's. With `follows`, each later
    revision that reaches the buyer is pushed by itself, for use at `place`. The secret is kept sealed and never shown.
    """

    endpoint: Annotated[str, Meta(min_length=8, max_length=300, examples=["https://oss-cn-hangzhou.aliyuncs.com"])]
    bucket: Annotated[str, Meta(pattern=_BUCKET, examples=["liutong-in"])]
    region: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)", examples=["cn-hangzhou"])]
    access_key_id: Annotated[str, Meta(pattern=_KEY_ID, examples=["LTAI5tExample"])]
    secret_access_key: Annotated[str, Meta(pattern=_SECRET, examples=["a-secret-of-the-buyer"])]
    prefix: Annotated[str, Meta(max_length=100, examples=["liutong/"])] = ""
    addressing: Addressing = "path"
    follows: bool = False
    place: Annotated[str, Meta(max_length=60)] | None = None

    def __repr__(self) -> str:
        return f"SetPushTarget({self.endpoint}, {self.bucket}, {self.access_key_id}, ***)"


class BeginPush(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which revision is to be pushed, the newest unless one is named, and where it is used."""

    revision_id: Annotated[str, Meta(max_length=40)] | None = None
    place: Annotated[str, Meta(max_length=60)] | None = None


class PushTargetView(msgspec.Struct, frozen=True):
    """A target without its secret; `problem` says why it was refused."""

    id: str
    order_id: str
    agreement_id: str
    endpoint: str
    bucket: str
    prefix: str
    region: str
    addressing: Addressing
    access_key_id: str
    follows: bool
    place: str | None
    status: PushTargetState
    problem: RunProblem | None
    due_at: datetime | None
    created_at: datetime
    allowed_actions: list[str]


class PushObjectView(msgspec.Struct, frozen=True):
    """An object of a push: how many of its parts the store has, whether it is whole, and whether it was read back."""

    key: str
    name: str
    sha256: str
    size_bytes: int
    parts_done: int
    parts: int
    written_at: datetime | None
    verified_at: datetime | None


class PushView(msgspec.Struct, frozen=True):
    """A push with its progress; the manifest is written last, and while it is not there nothing is promised."""

    id: str
    target_id: str
    order_id: str
    agreement_id: str
    revision_id: str
    release_id: str | None
    status: PushState
    attempts: int
    next_attempt_at: datetime | None
    problem: RunProblem | None
    manifest_key: str
    manifest_sha256: str | None
    objects: list[PushObjectView]
    due_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    allowed_actions: list[str]
