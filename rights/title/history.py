"""An asset's title as it stood at a moment (回溯): rows end and are never erased, so every moment can be read again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql import ColumnElement

from kernel.act import Act
from kernel.errors import NotFound
from kernel.time.clock import day_in_china
from kernel.views.paging import LIMIT_MAX
from rights.assets.models import Asset
from rights.assets.queries import asset
from rights.certificates.models import Certificate
from rights.certificates.states import CertificateState
from rights.title import queries
from rights.title.models import AssetLineage, TitleGrant, TitleRemark, TitleShare
from rights.title.queries import AUDIENCE
from rights.title.schemas import TitleView
from rights.title.states import GrantState, RemarkState
from rights.title.views import grant_view, lineage_view, remark_view, share_views


def stood(at: datetime) -> ColumnElement[bool]:
    """Whether a grant had been made, had not ended, and its last day had not passed, whoever marked it when."""
    term: ColumnElement[bool] = TitleGrant.box["ends"].astext > day_in_china(at).isoformat()
    return (
        (TitleGrant.created_at <= at)
        & term
        & or_(TitleGrant.status == GrantState.ACTIVE, TitleGrant.status_changed_at > at)
    )


async def roots(session: AsyncSession, asset_id: str, at: datetime) -> Sequence[TitleGrant]:
    """The registered titles under the certificates that were in force."""
    in_force = (Certificate.created_at <= at) & or_(
        Certificate.status == CertificateState.IN_FORCE, Certificate.status_changed_at > at
    )
    query = (
        select(TitleGrant)
        .join(Certificate, Certificate.id == TitleGrant.certificate_id)
        .where(TitleGrant.asset_id == asset_id, TitleGrant.parent_id.is_(None), stood(at), in_force)
    )
    return (await session.scalars(query.order_by(TitleGrant.id))).all()


async def remarks(session: AsyncSession, asset_id: str, at: datetime) -> Sequence[TitleRemark]:
    """The remarks that were entered and not released."""
    standing = or_(TitleRemark.status == RemarkState.ENTERED, TitleRemark.status_changed_at > at)
    query = select(TitleRemark).where(TitleRemark.asset_id == asset_id, TitleRemark.created_at <= at, standing)
    return (await session.scalars(query.order_by(TitleRemark.id))).all()


async def shares(session: AsyncSession, asset_id: str, at: datetime) -> Sequence[TitleShare]:
    """The co-holders' shares."""
    standing = or_(TitleShare.ended_at.is_(None), TitleShare.ended_at > at)
    query = select(TitleShare).where(TitleShare.asset_id == asset_id, TitleShare.created_at <= at, standing)
    return (await session.scalars(query.order_by(TitleShare.id))).all()


async def sources(
    session: AsyncSession, asset_id: str, at: datetime, seen: ColumnElement[bool]
) -> Sequence[AssetLineage]:
    """What it was known to be made from, as far as it is `seen`."""
    query = select(AssetLineage).where(AssetLineage.child_id == asset_id, AssetLineage.created_at <= at, seen)
    return (await session.scalars(query.order_by(AssetLineage.id))).all()


async def products(
    session: AsyncSession, asset_id: str, at: datetime, seen: ColumnElement[bool], limit: int
) -> Sequence[AssetLineage]:
    """What was known to be made from it, as far as it is `seen`."""
    query = select(AssetLineage).where(AssetLineage.parent_id == asset_id, AssetLineage.created_at <= at, seen)
    return (await session.scalars(query.order_by(AssetLineage.id).limit(limit))).all()


def visible_lineage(act: Act, other: InstrumentedAttribute[str], *, sees_all: bool) -> ColumnElement[bool]:
    """Lineage whose other asset the actor may know of: a registered one, its own, or any where it sees all."""
    if sees_all:
        return true()
    own = select(Asset.id).where(Asset.party_id == act.actor.party)
    return other.in_(select(Certificate.asset_id)) | other.in_(own)


async def parents(session: AsyncSession, licences: Sequence[TitleGrant], at: datetime) -> dict[str, str]:
    """On which link each grant hung then: where its present one was written later, on what that one replaced."""
    links = {row.parent_id for row in licences if row.parent_id is not None}
    back = (
        select(TitleGrant.id.label("now"), TitleGrant.id, TitleGrant.replaces_id, TitleGrant.created_at)
        .where(TitleGrant.id.in_(links))
        .cte("back", recursive=True)
    )
    before = aliased(TitleGrant)
    back = back.union(
        select(back.c.now, before.id, before.replaces_id, before.created_at).join(
            back, (before.id == back.c.replaces_id) & (back.c.created_at > at)
        )
    )
    links_then = await session.execute(select(back.c.now, back.c.id).where(back.c.created_at <= at))
    then = {row.now: row.id for row in links_then}
    return {row.id: then[row.parent_id] for row in licences if row.parent_id in then}


async def title(act: Act, asset_id: str, *, at: datetime) -> TitleView:
    """An asset's title at a moment: holders, sources and remarks are for every member of the centre.

    Licences are shown to their own parties, to the asset's holders and to the centre's officers, the newest first; so
    are sources and products that nobody has registered. Raises NotFound where no title was registered then.
    """
    owner = await asset(act.session, asset_id)
    titles = await roots(act.session, owner.id, at)
    holders = await queries.holders(act.session, owner.id)
    sees_all = AUDIENCE.admits(act.actor, owner.party_id, *holders, *await queries.shares(act.session, owner.id))
    if not titles and not sees_all:
        raise NotFound(kind=AUDIENCE.kind, id=asset_id)
    licences = select(TitleGrant).where(TitleGrant.asset_id == owner.id, TitleGrant.parent_id.is_not(None), stood(at))
    total = await act.session.scalar(select(func.count()).select_from(licences.subquery())) or 0
    if not sees_all:
        licences = licences.where(AUDIENCE.among(act.actor, TitleGrant.grantee_id, TitleGrant.grantor_id))
    newest = list(await act.session.scalars(licences.order_by(TitleGrant.id.desc()).limit(LIMIT_MAX)))
    links = await parents(act.session, newest, at)
    above = visible_lineage(act, AssetLineage.parent_id, sees_all=sees_all)
    below = visible_lineage(act, AssetLineage.child_id, sees_all=sees_all)
    return TitleView(
        asset_id=owner.id,
        at=at,
        titles=[grant_view(row, then=at) for row in titles],
        shares=share_views(queries.fractions(await shares(act.session, owner.id, at))),
        licences=[grant_view(row, then=at, parent=links.get(row.id)) for row in newest],
        licences_not_shown=total - len(newest),
        made_from=[lineage_view(row) for row in await sources(act.session, owner.id, at, above)],
        made_into=[lineage_view(row) for row in await products(act.session, owner.id, at, below, LIMIT_MAX)],
        remarks=[remark_view(row, then=at) for row in await remarks(act.session, owner.id, at)],
    )
