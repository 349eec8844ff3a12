"""Finding table conversions: for the two sides of their order, for those who watch, and for whoever has a link."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.formats.models import ConversionDownload, TableConversion
from channels.formats.schemas import ConversionDownloadView, TableConversionView
from channels.formats.states import CONVERSION, STANDING, ConversionState
from channels.keys.queries import seen_order
from contracts.agreements.models import Agreement
from contracts.obligations.deletions.handed_over import CHANNELS, Handed
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.states import Role
from kernel.storage.errors import LinkInvalid
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from market.delivery.queries import FILE_READINGS, READINGS, Handover, handover_of, with_handover
from market.destructions.queries import COPIES, DERIVATIONS, MadeObject
from valuation.quality.schemas import RunProblem

AUDIENCE: Final = Audience("table_conversion", (Role.REGULATOR, Role.AUDITOR))
"""Who may see a conversion and who has fetched it, besides the two parties of its order."""


def view(row: TableConversion, actor: Actor) -> TableConversionView:
    """A conversion with what the actor may do about it; raises NotFound for strangers."""
    AUDIENCE.require(actor, row.id, row.buyer, row.provider)
    own = actor.party == row.buyer
    return shown(
        row,
        TableConversionView,
        table=row.table_name,
        problem=None if row.problem is None else msgspec.convert(row.problem, RunProblem),
        allowed_actions=sorted(map(str, CONVERSION.actions(row.status, Role.BUYER))) if own else [],
    )


async def conversion(act: Act, conversion_id: str) -> TableConversionView:
    """One conversion; raises NotFound for strangers."""
    return view(await one(act.session, TableConversion, conversion_id), act.actor)


async def of_order(act: Act, order_id: str, limit: int, cursor: str | None) -> Page[TableConversionView]:
    """The conversions of an order, newest first; raises NotFound for strangers."""
    await seen_order(act, order_id)
    query = select(TableConversion).where(TableConversion.order_id == order_id)
    page = await fetch(act.session, query, TableConversion.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda row: view(row, act.actor))


async def downloads(act: Act, conversion_id: str, limit: int, cursor: str | None) -> Page[ConversionDownloadView]:
    """Every answered request for a conversion's file, newest first; raises NotFound for strangers."""
    row = await one(act.session, TableConversion, conversion_id)
    AUDIENCE.require(act.actor, row.id, row.buyer, row.provider)
    query = select(ConversionDownload).where(ConversionDownload.conversion_id == row.id)
    page = await fetch(act.session, query, ConversionDownload.id, limit=limit, cursor=cursor, newest_first=True)
    return page.of(lambda each: shown(each, ConversionDownloadView))


async def active_of(session: AsyncSession, order_id: str) -> Sequence[TableConversion]:
    """The conversions of an order that are under way or made."""
    query = select(TableConversion).where(TableConversion.order_id == order_id, TableConversion.status.in_(STANDING))
    return (await session.scalars(query)).all()


async def handed_out(session: AsyncSession, conversion_id: str) -> tuple[TableConversion, Handover]:
    """A file that was made with what entitles its buyer to it; raises LinkInvalid, since no other has a link."""
    query = select(TableConversion).where(
        TableConversion.id == conversion_id, TableConversion.status == ConversionState.MADE
    )
    row = (await session.execute(with_handover(query, TableConversion.agreement_id))).first()
    if row is None:
        raise LinkInvalid
    return handover_of(row)


def removed() -> Select[str]:
    """Conversions whose files are to go from the store."""
    over = TableConversion.status == ConversionState.REMOVED
    return select(TableConversion.id).where(over, TableConversion.storage_key.is_not(None)).order_by(TableConversion.id)


async def was_fetched(session: AsyncSession, order_id: str, names: Collection[str] | None = None) -> bool:
    """Whether any table of an order, or of these files of it, was fetched in another format.

    Whoever has read the data cannot give it back.
    """
    query = select(ConversionDownload.id).join(TableConversion, TableConversion.id == ConversionDownload.conversion_id)
    got = (ConversionDownload.method == "GET", ConversionDownload.http_status < 300)
    query = query.where(TableConversion.order_id == order_id, *got)
    if names is not None:
        query = query.where(TableConversion.source_name.in_(names))
    return bool(await session.scalar(select(query.exists())))


READINGS.append(was_fetched)
FILE_READINGS.append(was_fetched)


async def made_from(session: AsyncSession, revisions: Sequence[str]) -> list[MadeObject]:
    """The files that were converted from revisions."""
    query = select(TableConversion).where(
        TableConversion.revision_id.in_(revisions), TableConversion.storage_key.is_not(None)
    )
    return [
        MadeObject(f"{row.table_name}.{row.format}", str(row.sha256), row.size_bytes or 0, str(row.storage_key))
        for row in await session.scalars(query.order_by(TableConversion.id))
    ]


DERIVATIONS.append(made_from)


async def copies(session: AsyncSession, keys: Sequence[str]) -> list[tuple[str, str, int]]:
    """The orders and buyers that have fetched converted files, with how many."""
    query = (
        select(TableConversion.order_id, TableConversion.buyer, func.count(TableConversion.id.distinct()))
        .join(ConversionDownload, ConversionDownload.conversion_id == TableConversion.id)
        .where(TableConversion.storage_key.in_(keys))
        .where(ConversionDownload.method == "GET", ConversionDownload.http_status < 300)
        .group_by(TableConversion.order_id, TableConversion.buyer)
    )
    return [(order, buyer, count) for order, buyer, count in await session.execute(query)]


COPIES.append(copies)


async def handed_over(session: AsyncSession, agreement: Agreement) -> list[Handed]:
    """What left under an agreement in other formats, by revision."""
    at = ConversionDownload.at
    query = (
        select(TableConversion.revision_id, func.count(), func.min(at), func.max(at))
        .join(ConversionDownload, ConversionDownload.conversion_id == TableConversion.id)
        .where(TableConversion.agreement_id == agreement.id)
        .where(ConversionDownload.method == "GET", ConversionDownload.http_status < 300)
        .group_by(TableConversion.revision_id)
    )
    return [Handed("formats", *row) for row in await session.execute(query)]


CHANNELS.append(handed_over)
