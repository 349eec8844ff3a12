"""Writing in a thread and reading it: never edited, bounded, with files by their digests.

Whoever has a thread says who may see it, and asks that before it comes here.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from kernel import ids
from kernel.act import Act
from kernel.db import lock_name, one
from kernel.errors import NotFound
from kernel.log.record import record
from kernel.uploads.models import StoredFile
from kernel.uploads.queries import own_files
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.messages.errors import AttachmentsTooLarge, MessagesTooMany
from market.messages.models import Message
from market.messages.rules import ThreadLimits
from market.messages.schemas import AttachmentView, MessageView, PostMessage


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of an object: its id, what its entries in the log are called, and both parties, who read them."""

    subject: str
    machine: str
    parties: tuple[str, str]


async def post(act: Act, thread: Thread, limits: ThreadLimits, data: PostMessage) -> MessageView:
    """Write in a thread, for whom the caller has found to be of it.

    Raises NotFound for a file that is not one's own, MessagesTooMany and AttachmentsTooLarge.
    """
    await lock_name(act.session, "thread", thread.subject)
    count = select(func.count()).where(Message.subject == thread.subject)
    if int(await act.session.scalar(count) or 0) >= limits.messages_max:
        raise MessagesTooMany(limit=limits.messages_max)
    files = await own_files(act, data.attachments)
    most, size = limits.attachments_max, limits.attachment_bytes_max
    if len(files) > most or any(file.size_bytes > size for file in files):
        raise AttachmentsTooLarge(limit=most, limit_bytes=size)
    message = Message(
        id=ids.new("msg"),
        subject=thread.subject,
        by=act.actor.party or "",
        text=data.text,
        attachments=[_attached(number, file) for number, file in enumerate(files, start=1)],
        at=act.at,
    )
    act.session.add(message)
    facts = {"message": message.id, "attachments": [file.sha256 for file in files]}
    record(act, f"{thread.machine}.written", thread.subject, parties=thread.parties, facts=facts)
    await act.session.flush()
    return _view(message)


def _attached(number: int, file: StoredFile) -> dict[str, Any]:
    facts = {name: getattr(file, name) for name in ("name", "sha256", "size_bytes", "media_type")}
    return {"n": number, "file_id": file.id, **facts}


def _view(row: Message) -> MessageView:
    names = AttachmentView.__struct_fields__
    attached = [AttachmentView(**{name: each[name] for name in names}) for each in row.attachments]
    return shown(row, MessageView, attachments=attached)


async def read(act: Act, subject: str, limit: int, cursor: str | None) -> Page[MessageView]:
    """The messages in the order in which they were written."""
    query = select(Message).where(Message.subject == subject)
    rows = await fetch(act.session, query, Message.id, limit=limit, cursor=cursor)
    return rows.of(_view)


async def attachment(act: Act, subject: str, message_id: str, n: int) -> StoredFile:
    """A file of a message; raises NotFound."""
    message = await one(act.session, Message, ids.require("msg", message_id))
    found = next((each["file_id"] for each in message.attachments if each["n"] == n), None)
    if message.subject != subject or found is None:
        raise NotFound(kind="message", id=message_id)
    return await one(act.session, StoredFile, found)
