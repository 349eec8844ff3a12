"""What data is made from (来源链): declaring it, and holding a title within what upstream allows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel import ids
from kernel.clock import day_in_china
from kernel.db import lock_name
from kernel.errors import FieldError
from kernel.identity.actor import Actor
from kernel.log.record import record
from kernel.text import Text
from rights.assets.queries import asset, own_asset
from rights.grants.box import Grant
from rights.grants.conditions import narrowed
from rights.grants.words import words_at
from rights.terms import Right
from rights.title import checks, policy, queries, rules
from rights.title.errors import LineageFaulty
from rights.title.models import AssetLineage
from rights.title.policy import LineageKind
from rights.title.refusals import refuse
from rights.title.rules import Finding, FindingKind
from rights.title.schemas import DeclareParent, LineageView
from rights.title.views import lineage_view


async def declare(
    session: AsyncSession, actor: Actor, asset_id: str, data: DeclareParent, *, at: datetime
) -> LineageView:
    """Declare that one's asset is made from another, resting on the grant over it that allows the most.

    Raises UpstreamExceeded when the party holds no grant under which such data may be made.
    """
    await lock_name(session, "lineage")  # Two declarations at once could close a circle.
    child = await own_asset(session, actor, asset_id)
    parent = await asset(session, data.parent_asset_id)
    kind = queries.lineage_kind(data.kind, day_in_china(at))
    if kind is None:
        listed = ", ".join(known.code for known in policy.titles().at(day_in_china(at)).body.lineage)
        raise _faulty("/kind", f"应为：{listed}", f"Use one of: {listed}")
    if child.id == parent.id or child.id in await _ancestors(session, parent.id):
        raise _faulty(
            "/parent_asset_id", "数据不能来源于自身或其产品", "No data is made from itself or its own product"
        )
    grant_id = await _best_grant(session, child.party_id, parent.id, kind, at=at)
    told = (await queries.lineage(session, child.id)).get(parent.id, [])
    if any(row.grant_id == grant_id and row.kind == kind.code for row in told):
        raise _faulty("/parent_asset_id", "已按同一授权声明", "This is declared already, resting on the same grant")
    row = AssetLineage(
        id=ids.new("lin"), child_id=child.id, parent_id=parent.id, kind=kind.code, grant_id=grant_id, created_at=at
    )
    session.add(row)
    facts = {"parent": parent.id, "kind": kind.code, "grant": grant_id}
    parties = [child.party_id, parent.party_id]
    record(session, actor, "rights.lineage.declared", child.id, at=at, parties=parties, facts=facts)
    await session.flush()  # A title opened in this unit reads it.
    return lineage_view(row)


def _faulty(pointer: str, zh: str, en: str) -> LineageFaulty:
    return LineageFaulty(errors=[FieldError(pointer, Text(zh, en), "LT-TTL-06")])


async def _ancestors(session: AsyncSession, asset_id: str) -> set[str]:
    up = select(AssetLineage.parent_id).where(AssetLineage.child_id == asset_id).cte("up", recursive=True)
    further = aliased(AssetLineage)
    up = up.union(select(further.parent_id).join(up, further.child_id == up.c.parent_id))
    return set(await session.scalars(select(up.c.parent_id)))


async def _best_grant(session: AsyncSession, party: str, parent_id: str, kind: LineageKind, *, at: datetime) -> str:
    """The party's grant over the upstream that allows making the data for all rights, or at least to hold and use."""
    refused = Finding(FindingKind.CHAIN, parent_id)
    on = day_in_china(at)
    for rights in (tuple(Right), (Right.HOLD, Right.USE)):
        for grant_id in await queries.held_by(session, parent_id, party):
            chain = await queries.chain(session, grant_id)
            held = chain[-1].grant
            today = msgspec.structs.replace(held, rights=rights, starts=on, ends=on + timedelta(days=1))
            wish = msgspec.structs.replace(rules.upstream_wish(held, today, kind), starts=today.starts, ends=today.ends)
            parties = await queries.members(session, [link.grant for link in chain])
            found = rules.chain_finding(parent_id, chain, wish, parties)
            if found is None:
                return grant_id
            refused = found
    raise refuse([replace(refused, kind=FindingKind.UPSTREAM)])


async def within_upstream(session: AsyncSession, asset_id: str, box: Grant, *, at: datetime) -> Grant:
    """A title as far as the upstream grants carry it; raises UpstreamExceeded when they do not carry its rights."""
    for rows in (await queries.lineage(session, asset_id)).values():
        box = await _within_one_of(session, rows, box, at=at)
    if findings := await checks.upstream_findings(session, asset_id, box, at=at):
        raise refuse(findings)
    return box


async def _within_one_of(session: AsyncSession, rows: Iterable[AssetLineage], box: Grant, *, at: datetime) -> Grant:
    """The box cut to the first of one parent's grants that carries it; else to the last, for the check to refuse."""
    nearest = box
    for row in rows:
        chain = await queries.chain(session, row.grant_id)
        kind = queries.lineage_kind(row.kind, day_in_china(row.created_at))
        assert kind is not None
        cut = narrowed(box, chain[-1].grant, kind.narrows)
        if cut is not None and not await checks.upstream_of(session, row, cut, at=at):
            return cut
        nearest = cut or nearest
    return nearest


async def require_upstream(
    session: AsyncSession, asset_id: str, rights: Iterable[Right], starts: date, until: date, *, at: datetime
) -> None:
    """Raise UpstreamExceeded unless a title of these rights could be opened now; for applications of registration."""
    box = rules.root_box(rights, starts, until, words_at(day_in_china(at)), exclusive=False)
    await within_upstream(session, asset_id, box, at=at)
