"""What the two sides write to each other: never edited, bounded, with files by their digests."""

from typing import Any

from sqlalchemy import func, select

from kernel import ids
from kernel.act import Act
from kernel.db import locked, one
from kernel.errors import NotFound
from kernel.log.record import record
from kernel.uploads.models import StoredFile
from kernel.uploads.queries import own_files
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.negotiation import queries
from market.negotiation.errors import AttachmentsTooLarge, MessagesTooMany
from market.negotiation.models import Negotiation, NegotiationMessage
from market.negotiation.schemas import AttachmentView, MessageView, PostMessage
from market.offers.rules import RULES


async def post(act: Act, negotiation_id: str, data: PostMessage) -> MessageView:
    """Write to the other side, whatever became of the negotiation.

    Raises NotFound for strangers and for a file that is not one's own, MessagesTooMany and AttachmentsTooLarge.
    """
    seen = await queries.visible(act, negotiation_id)
    queries.AUDIENCE.require_party(act.actor, negotiation_id, seen.provider, seen.consumer)
    row = await locked(act.session, Negotiation, negotiation_id)
    table = RULES.at(act.today).body
    count = select(func.count()).where(NegotiationMessage.negotiation_id == row.id)
    if int(await act.session.scalar(count) or 0) >= table.messages_max:
        raise MessagesTooMany(limit=table.messages_max)
    files = await own_files(act, data.attachments)
    most, size = table.attachments_max, table.attachment_bytes_max
    if len(files) > most or any(file.size_bytes > size for file in files):
        raise AttachmentsTooLarge(limit=most, limit_bytes=size)
    message = NegotiationMessage(
        id=ids.new("msg"),
        negotiation_id=row.id,
        by=act.actor.party or "",
        text=data.text,
        attachments=[_attached(number, file) for number, file in enumerate(files, start=1)],
        at=act.at,
    )
    act.session.add(message)
    facts = {"message": message.id, "attachments": [file.sha256 for file in files]}
    record(act, "market.negotiation.written", row.id, parties=(row.provider, row.consumer), facts=facts)
    await act.session.flush()
    return _view(message)


def _attached(number: int, file: StoredFile) -> dict[str, Any]:
    facts = {name: getattr(file, name) for name in ("name", "sha256", "size_bytes", "media_type")}
    return {"n": number, "file_id": file.id, **facts}


def _view(row: NegotiationMessage) -> MessageView:
    names = AttachmentView.__struct_fields__
    attached = [AttachmentView(**{name: each[name] for name in names}) for each in row.attachments]
    return shown(row, MessageView, attachments=attached)


async def thread(act: Act, negotiation_id: str, limit: int, cursor: str | None) -> Page[MessageView]:
    """The messages in the order in which they were written, for both sides and those who watch."""
    row = await queries.visible(act, negotiation_id)
    query = select(NegotiationMessage).where(NegotiationMessage.negotiation_id == row.id)
    rows = await fetch(act.session, query, NegotiationMessage.id, limit=limit, cursor=cursor)
    return rows.of(_view)


async def attachment(act: Act, negotiation_id: str, message_id: str, n: int) -> StoredFile:
    """A file of a message, for both sides and those who watch; raises NotFound."""
    row = await queries.visible(act, negotiation_id)
    message = await one(act.session, NegotiationMessage, ids.require("msg", message_id))
    found = next((each["file_id"] for each in message.attachments if each["n"] == n), None)
    if message.negotiation_id != row.id or found is None:
        raise NotFound(kind="negotiation_message", id=message_id)
    return await one(act.session, StoredFile, found)
