"""Reading assets and revisions."""

from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.states import Role
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from rights.assets.models import Asset, AssetRevision
from rights.assets.schemas import AssetView, RevisionFileView, RevisionView


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """One file of a revision, with where its object lies."""

    name: str
    sha256: str
    size_bytes: int
    storage_key: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as higher packages read it."""

    id: str
    asset_id: str
    number: int
    content_sha256: str
    files: tuple[RevisionFile, ...]


AUDIENCE: Final = Audience("asset", (Role.REGISTRAR,))
"""Who may see a party's asset besides that party."""

REVISIONS: Final = Audience("asset_revision", AUDIENCE.offices)
"""The same for a revision of it."""


def _revision(row: AssetRevision) -> Revision:
    files = tuple(RevisionFile(f["name"], f["sha256"], f["size_bytes"], f["storage_key"]) for f in row.files)
    return Revision(row.id, row.asset_id, row.number, row.content_sha256, files)


def revision_view(row: AssetRevision) -> RevisionView:
    """A revision for the wire, without its storage keys."""
    return shown(row, RevisionView, files=msgspec.convert(row.files, list[RevisionFileView]))


def asset_view(row: Asset, latest: AssetRevision | None) -> AssetView:
    """An asset for the wire."""
    return shown(row, AssetView, latest_revision=revision_view(latest) if latest is not None else None)


async def asset(session: AsyncSession, asset_id: str) -> Asset:
    """An asset, whoever owns it; raises NotFound."""
    return await one(session, Asset, ids.require("ast", asset_id))


async def own_asset(act: Act, asset_id: str) -> Asset:
    """An asset of the actor's party; raises NotFound for anybody else's."""
    row = await asset(act.session, asset_id)
    AUDIENCE.require_party(act.actor, asset_id, row.party_id)
    return row


async def asset_seen(act: Act, asset_id: str) -> AssetView:
    """An asset for its provider and for the registrar; raises NotFound for anybody else."""
    row = await asset(act.session, asset_id)
    AUDIENCE.require(act.actor, asset_id, row.party_id)
    return asset_view(row, await latest_row(act.session, asset_id))


async def assets(act: Act, limit: int, cursor: str | None) -> Page[AssetView]:
    """The actor's own assets, and every asset for the registrar, each with its latest revision, newest first."""
    query = select(Asset).where(AUDIENCE.among(act.actor, Asset.party_id))
    page: Page[Asset] = await fetch(act.session, query, Asset.id, limit=limit, cursor=cursor, newest_first=True)
    newest = (
        select(AssetRevision)
        .where(AssetRevision.asset_id.in_([row.id for row in page.items]))
        .ext(distinct_on(AssetRevision.asset_id))
        .order_by(AssetRevision.asset_id, AssetRevision.number.desc())
    )
    latest = {row.asset_id: row for row in await act.session.scalars(newest)}
    return page.of(lambda row: asset_view(row, latest.get(row.id)))


async def revisions_seen(act: Act, asset_id: str, limit: int, cursor: str | None) -> Page[RevisionView]:
    """The revisions of an asset, the newest first, for its provider and the registrar; raises NotFound."""
    row = await asset(act.session, asset_id)
    AUDIENCE.require(act.actor, asset_id, row.party_id)
    query = select(AssetRevision).where(AssetRevision.asset_id == asset_id)
    page = await fetch(act.session, query, AssetRevision.number, limit=limit, cursor=cursor, newest_first=True)
    return page.of(revision_view)


async def revision(session: AsyncSession, revision_id: str) -> Revision:
    """A revision by its id; raises NotFound."""
    return _revision(await one(session, AssetRevision, ids.require("rev", revision_id)))


async def latest_row(session: AsyncSession, asset_id: str) -> AssetRevision | None:
    """The newest revision's row."""
    query = select(AssetRevision).where(AssetRevision.asset_id == asset_id).order_by(AssetRevision.number.desc())
    return (await session.scalars(query.limit(1))).first()


async def latest_revision(session: AsyncSession, asset_id: str) -> Revision | None:
    """The newest revision of an asset, if it has one."""
    row = await latest_row(session, asset_id)
    return _revision(row) if row is not None else None
