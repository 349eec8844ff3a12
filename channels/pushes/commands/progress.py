"""What is kept of a push on its way: uploads, parts, and objects that are there or were read back."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from channels.pushes.models import Push, PushObject, PushPart
from kernel.act import Act
from kernel.db import one
from market.delivery import commands as deliveries
from market.delivery.models import DeliveryFile

Parts = Mapping[int, tuple[str, str]]
"""By number, the entity tag of a part at the store and its SHA-256 in base64."""


async def parts_of(session: AsyncSession, object_id: str) -> dict[int, tuple[str, str]]:
    """The parts of an object that were sent."""
    query = select(PushPart).where(PushPart.object_id == object_id)
    return {part.number: (part.etag, part.sha256) for part in await session.scalars(query)}


async def note_aborted(act: Act, object_id: str) -> None:
    """The store holds nothing of an upload any more."""
    (await one(act.session, PushObject, object_id)).upload_id = None


async def note_upload(act: Act, object_id: str, upload_id: str) -> None:
    """Keep the id of an upload before its first part is sent, and that the file is on its way to the buyer.

    Who owns a bucket can complete an upload in it, so a part that is sent counts as fetched.
    """
    row = await one(act.session, PushObject, object_id)
    row.upload_id, row.parts_done = upload_id, 0
    await act.session.execute(delete(PushPart).where(PushPart.object_id == object_id))
    file = await one(act.session, DeliveryFile, row.delivery_file_id)
    deliveries.note_download(act, file, "GET", f"bytes=0-{min(row.part_bytes, row.size_bytes) - 1}", 206)


async def note_parts(act: Act, object_id: str, numbers: Sequence[int]) -> None:
    """Keep only those parts that lie at the store as they were sent."""
    others = PushPart.number.not_in(numbers)
    await act.session.execute(delete(PushPart).where(PushPart.object_id == object_id, others))
    (await one(act.session, PushObject, object_id)).parts_done = len(numbers)


async def note_part(act: Act, object_id: str, number: int, etag: str, sha256: str) -> None:
    """Keep a part that the store has taken."""
    act.session.add(PushPart(object_id=object_id, number=number, etag=etag, sha256=sha256))
    row = await one(act.session, PushObject, object_id)
    row.parts_done += 1
    await act.session.execute(update(Push).where(Push.id == row.push_id).values(attempts=0))


async def note_written(act: Act, object_id: str) -> None:
    """The object is there as a whole."""
    row = await one(act.session, PushObject, object_id)
    row.upload_id, row.written_at = None, act.at


async def note_verified(act: Act, object_id: str) -> None:
    """The object was read back and is the file; it counts as fetched, so that its receipt can be confirmed."""
    row = await one(act.session, PushObject, object_id)
    row.verified_at = act.at
    deliveries.note_download(act, await one(act.session, DeliveryFile, row.delivery_file_id), "GET", None, 200)
