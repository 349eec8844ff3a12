"""Finding files."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.storage.rules import Purpose
from kernel.time.clock import day_in_china
from kernel.uploads.models import StoredFile
from kernel.uploads.quotas import QUOTAS, Quota, Usage
from kernel.uploads.schemas import FileView, Measured, StorageView
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown

AUDIENCE: Final = Audience("stored_file")
"""A file is its owner's alone; what is made of it has an audience of its own."""


def file_view(row: StoredFile) -> FileView:
    """A file as its owner sees it."""
    return shown(row, FileView)


async def file(session: AsyncSession, file_id: str) -> StoredFile:
    """A file by its id, whoever owns it; raises NotFound."""
    return await one(session, StoredFile, ids.require("fil", file_id))


async def owned_keys(session: AsyncSession) -> set[str]:
    """The storage keys of all files, whether their objects are there or not."""
    return set(await session.scalars(select(StoredFile.storage_key)))


async def holds(act: Act, sha256: str) -> bool:
    """Whether the actor's party has a file of this content."""
    query = select(StoredFile.id).where(StoredFile.owner == act.actor.party, StoredFile.sha256 == sha256)
    return await act.session.scalar(query.limit(1)) is not None


async def own_file(act: Act, file_id: str) -> StoredFile:
    """A file of the actor's party; raises NotFound for anybody else's."""
    row = await file(act.session, file_id)
    AUDIENCE.require_party(act.actor, file_id, row.owner)
    return row


async def list_own(act: Act, purpose: Purpose | None, limit: int, cursor: str | None) -> Page[FileView]:
    """The files of the actor's party, the newest first: what it may attach somewhere."""
    query = select(StoredFile).where(StoredFile.owner == act.actor.party)
    if purpose is not None:
        query = query.where(StoredFile.purpose == str(purpose))
    page = await fetch(act.session, query, StoredFile.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(file_view)


async def own_files(act: Act, file_ids: list[str]) -> list[StoredFile]:
    """Files of the actor's party in the order asked for; raises NotFound naming the first that is not."""
    rows = await act.session.scalars(
        select(StoredFile).where(StoredFile.id.in_(file_ids), StoredFile.owner == act.actor.party)
    )
    files = {row.id: row for row in rows}
    for file_id in file_ids:
        if file_id not in files:
            raise NotFound(kind=AUDIENCE.kind, id=file_id[:40])
    return [files[file_id] for file_id in file_ids]


def storage_view(usage: Usage, quota: Quota, at: datetime) -> StorageView:
    """What is used and what is left, with the policy that says so."""
    measured = {
        name: Measured(used := getattr(usage, name), limit := getattr(quota, f"{name}_max"), max(0, limit - used))
        for name in ("bytes", "files", "day_bytes", "day_files")
    }
    return StorageView(**measured, policy=QUOTAS.at(day_in_china(at)).ref)
