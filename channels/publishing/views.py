"""What is shown of publications and versions to the two parties of an order, and to those who watch."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.keys.queries import seen_order
from channels.publishing import queries
from channels.publishing.models import Publication, SharedVersion
from channels.publishing.schemas import (
    FilePublishedView,
    PublicationView,
    SharedTablesView,
    SharedVersionView,
    TablePublishedView,
)
from contracts.agreements.queries import of_order
from kernel.act import Act
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.quality.schemas import RunProblem


async def share(act: Act, order_id: str) -> SharedTablesView:
    """The share of an order; raises NotFound for strangers. Nothing is prepared before a key is taken."""
    order = await seen_order(act, order_id)
    agreement = await of_order(act.session, order.id)
    if agreement is None:
        return SharedTablesView(order_id=order.id, share=None, publications=[])
    there = await queries.by_revision(
        act.session, await queries.delivered(act.session, agreement), agreement.scope_sha256
    )
    return SharedTablesView(
        order_id=order.id, share=agreement.id, publications=[_publication_view(row) for row in there.values()]
    )


def _publication_view(row: Publication) -> PublicationView:
    problem = None if row.problem is None else msgspec.convert(row.problem, RunProblem)
    return shown(row, PublicationView, problem=problem)


async def versions(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[SharedVersionView]:
    """The versions of an order's tables with every digest, newest first; raises NotFound for strangers."""
    order = await seen_order(act, order_id)
    query = (
        select(SharedVersion, Publication)
        .join(Publication, Publication.id == SharedVersion.publication_id)
        .where(SharedVersion.agreement_id == order.agreement_id)
    )
    page = await fetch(act.session, query, SharedVersion.version, limit=limit, cursor=cursor, newest_first=True)
    return await page.awaiting(lambda row: _version_view(act.session, row[0], row[1]))


async def _version_view(session: AsyncSession, row: SharedVersion, publication: Publication) -> SharedVersionView:
    tables = [
        shown(
            table,
            TablePublishedView,
            files=[shown(f, FilePublishedView) for f in await queries.files_of(session, table.id)],
        )
        for table in await queries.tables_of(session, publication.id)
    ]
    return SharedVersionView(
        version=row.version,
        available_at=row.available_at,
        publication_id=publication.id,
        revision_id=publication.revision_id,
        content_sha256=publication.content_sha256,
        manifest_sha256=publication.manifest_sha256 or "",
        tables=tables,
    )
