"""What messages say on the wire."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta


class PostMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Write to the other side; it is never edited, and its files are those that one has uploaded."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    attachments: Annotated[
        list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20, description="附件的文件编号 · ids of own files")
    ] = []


class AttachmentView(msgspec.Struct, frozen=True):
    """A file of a message, by what it is; `n` is its number for fetching it."""

    n: int
    name: str
    sha256: str
    size_bytes: int
    media_type: str


class MessageView(msgspec.Struct, frozen=True):
    """What one side wrote."""

    id: str
    by: str
    text: str
    attachments: list[AttachmentView]
    at: datetime
