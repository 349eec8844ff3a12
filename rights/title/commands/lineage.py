"""What data is made from (来源链): declaring it, finding it later, and holding a title within what upstream allows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel import ids
from kernel.act import Act
from kernel.db import lock_name
from kernel.errors import FieldError
from kernel.log.record import record
from kernel.text import Text
from kernel.time.clock import day_in_china
from rights.assets.models import Asset
from rights.assets.queries import asset, own_asset
from rights.changes import announce
from rights.grants.box import Grant
from rights.grants.conditions import narrowed
from rights.grants.vocabulary import words_at
from rights.terms import Right
from rights.title import checks, policy, queries, rules
from rights.title.errors import LineageFaulty, RoyaltiesExceed, UpstreamExceeded, refuse
from rights.title.models import AssetLineage, TitleGrant
from rights.title.policy import LineageKind
from rights.title.royalties import queries as royalties
from rights.title.rules import Finding, FindingKind
from rights.title.schemas import DeclareParent, LineageView, RecordParent
from rights.title.views import lineage_view


async def declare(act: Act, asset_id: str, data: DeclareParent) -> LineageView:
    """Declare that one's asset is made from another, resting on the grant over it that allows the most.

    Raises NotFound for a source that is not the party's business, and UpstreamExceeded when the party holds no grant
    under which such data may be made.
    """
    await lock_name(act.session, "lineage")  # Two declarations at once could close a circle.
    child = await own_asset(act, asset_id)
    await queries.titled_asset(act, data.parent_asset_id)
    parent, kind = await _source(act.session, child, data.parent_asset_id, data.kind, at=act.at)
    grant_id = await _best_grant(act.session, child.party_id, parent.id, kind, at=act.at)
    await _require_affordable(act.session, child.id, parent.id, grant_id)
    return await _keep(act, child, parent, kind, grant_id=grant_id)


async def _require_affordable(session: AsyncSession, child_id: str, parent_id: str, grant_id: str) -> None:
    """Raise RoyaltiesExceed where a product would owe its sources more than it earns."""
    owed = await royalties.owed(session, child_id)
    before = sum((Decimal(one.royalty_rate or 0) for parent, one in owed.items() if parent != parent_id), Decimal(0))
    grant = await session.get_one(TitleGrant, grant_id)
    if before + Decimal(grant.royalty_rate or 0) > 1:
        raise RoyaltiesExceed(asset=child_id, owed=f"{before:f}", rate=grant.royalty_rate)


async def enter(act: Act, asset_id: str, data: RecordParent) -> LineageView:
    """Enter a source that the holder did not declare: from now on nothing is done with the asset beyond that source.

    It rests on a grant that the holder has over the source, if there is one; without any it carries nothing, and the
    asset is neither used, licensed nor sold until its holder has been licensed and has declared it.
    """
    await lock_name(act.session, "lineage")
    child = await asset(act.session, asset_id)
    parent, kind = await _source(act.session, child, data.parent_asset_id, data.kind, at=act.at)
    try:
        grant_id = await _best_grant(act.session, child.party_id, parent.id, kind, at=act.at)
    except UpstreamExceeded:
        grant_id = None
    view = await _keep(act, child, parent, kind, grant_id=grant_id, basis=data.basis)
    await announce(act.session, child.id)
    return view


async def _source(
    session: AsyncSession, child: Asset, parent_id: str, kind_code: str, *, at: datetime
) -> tuple[Asset, LineageKind]:
    """The source and the way it was made from, if they can be; raises LineageFaulty."""
    parent = await asset(session, parent_id)
    kind = queries.lineage_kind(kind_code, day_in_china(at))
    if kind is None:
        listed = ", ".join(declarable.code for declarable in policy.titles().at(day_in_china(at)).body.lineage)
        raise _faulty("/kind", f"应为：{listed}", f"Use one of: {listed}")
    if child.id == parent.id or child.id in await _ancestors(session, parent.id):
        raise _faulty(
            "/parent_asset_id", "数据不能来源于自身或其产品", "No data is made from itself or its own product"
        )
    return parent, kind


async def _keep(
    act: Act, child: Asset, parent: Asset, kind: LineageKind, *, grant_id: str | None, basis: str | None = None
) -> LineageView:
    declared = (await queries.lineage(act.session, child.id)).get(parent.id, [])
    if any(row.grant_id == grant_id and row.kind == kind.code for row in declared):
        raise _faulty("/parent_asset_id", "已按同一授权声明", "This is declared already, resting on the same grant")
    row = AssetLineage(
        id=ids.new("lin"),
        child_id=child.id,
        parent_id=parent.id,
        kind=kind.code,
        grant_id=grant_id,
        basis=basis,
        created_at=act.at,
    )
    act.session.add(row)
    facts = {"parent": parent.id, "kind": kind.code, "grant": grant_id, "basis": basis}
    parties = [child.party_id, parent.party_id]
    name = "declared" if basis is None else "entered"
    record(act, f"rights.lineage.{name}", child.id, parties=parties, facts=facts)
    await act.session.flush()  # A title opened in this unit reads it.
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
            finding = rules.chain_finding(parent_id, chain, wish, parties)
            if finding is None:
                return grant_id
            refused = finding
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
        if row.grant_id is None:
            continue  # It carries nothing, and the check tells so.
        chain = await queries.current(session, row.grant_id)
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
