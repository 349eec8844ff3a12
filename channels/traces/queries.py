"""Reading traces, and what a file is tried against."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.publishing.making.tables import names_of
from channels.publishing.models import Publication, PublishedTable
from channels.publishing.queries import contract_of
from channels.publishing.states import PublicationState
from channels.traces.models import Trace
from channels.traces.schemas import TraceResult, TraceView
from channels.traces.states import OFFICES, OPEN, TRACE
from contracts.agreements.models import Agreement
from contracts.policy.marks import Marks, TableMarks
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.rules.policy import PolicyRef
from kernel.uploads.models import StoredFile
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.quality.schemas import RunProblem

AUDIENCE: Final = Audience("trace", OFFICES)
"""Who may see a trace: whoever asked for it, and those who watch; no buyer, named or not."""


class MarkedCopy(NamedTuple):
    """The newest marked copy of a delivery: its table as it was made, and the marks that it bears."""

    agreement_id: str
    marks: TableMarks
    table: PublishedTable


class Product(NamedTuple):
    """What of an asset a file is tried against: the newest data contract, marked copies by table, and all deliveries.

    `deliveries` are all agreements under which it was ever delivered, with marks or without, fetched or not yet: never
    fewer than could have been accused.
    """

    document: dict[str, Any]
    copies: dict[str, list[MarkedCopy]]
    deliveries: int


async def product(session: AsyncSession, asset_id: str) -> Product | None:
    """An asset's marked copies; None where none was ever made."""
    made = select(Publication).where(Publication.asset_id == asset_id, Publication.marked_for.is_not(None))
    made = made.where(Publication.status == PublicationState.PUBLISHED).order_by(Publication.id.desc())
    newest: dict[str, Publication] = {}
    for row in await session.scalars(made):
        newest.setdefault(str(row.marked_for), row)
    if not newest:
        return None
    rows = list(newest.values())
    document = await contract_of(session, max(rows, key=lambda row: row.id).revision_id)
    assert document is not None  # They were made by it.
    names = names_of([str(each["name"]) for each in document["schema"]])
    tables = select(PublishedTable).where(PublishedTable.publication_id.in_([row.id for row in rows]))
    by_place = {(table.publication_id, table.name): table for table in await session.scalars(tables)}
    copies: dict[str, list[MarkedCopy]] = {}
    for row in rows:
        for marks in msgspec.convert(row.marks, Marks):
            table = by_place.get((row.id, names.get(marks.table, marks.table)))
            if table is not None:
                copies.setdefault(marks.table, []).append(MarkedCopy(str(row.marked_for), marks, table))
    ever = select(func.count()).where(Agreement.asset_id == asset_id, Agreement.in_force_at.is_not(None))
    return Product(document, copies, int(await session.scalar(ever) or 0))


async def count_open(session: AsyncSession, party: str) -> int:
    """How many traces of a party are under way."""
    query = select(func.count()).select_from(Trace).where(Trace.requested_by == party, Trace.status.in_(OPEN))
    return int(await session.scalar(query) or 0)


async def trace(act: Act, trace_id: str) -> TraceView:
    """A trace; raises NotFound for anybody but whoever asked for it and those who watch."""
    row = await one(act.session, Trace, trace_id)
    AUDIENCE.require(act.actor, row.id, row.requested_by)
    return await view(act.session, row, act.actor)


async def traces(act: Act, asset_id: str | None, limit: int, cursor: str | None) -> Page[TraceView]:
    """The traces that the actor may see, the newest first; of one asset where it is named."""
    query = select(Trace).where(AUDIENCE.among(act.actor, Trace.requested_by))
    if asset_id is not None:
        query = query.where(Trace.asset_id == asset_id)
    rows = await fetch(act.session, query, Trace.id, limit=limit, cursor=cursor, newest_first=True)
    return await rows.awaiting(lambda row: view(act.session, row, act.actor))


async def view(session: AsyncSession, row: Trace, actor: Actor) -> TraceView:
    """A trace for the wire, with what the actor may do about it."""
    file = await one(session, StoredFile, row.file_id)
    return shown(
        row,
        TraceView,
        file_name=file.name,
        file_sha256=file.sha256,
        file_size_bytes=file.size_bytes,
        allowed_actions=_allowed(row, actor),
        policy=msgspec.convert(row.policy, PolicyRef),
        result=None if row.result is None else msgspec.convert(row.result, TraceResult),
        problem=None if row.problem is None else msgspec.convert(row.problem, RunProblem),
    )


def _allowed(row: Trace, actor: Actor) -> Sequence[str]:
    """Whoever asked for a trace may call it off."""
    if actor.party != row.requested_by:
        return []
    return sorted({str(each) for role in actor.roles for each in TRACE.actions(row.status, role)})
