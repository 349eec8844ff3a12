"""An asset's title as it stood at a moment (回溯): rows end and are never erased, so every moment can be read again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from rights.certificates.models import Certificate
from rights.certificates.states import CertificateState
from rights.title.models import AssetLineage, TitleGrant, TitleRemark, TitleShare
from rights.title.states import GrantState, RemarkState


def stood(at: datetime) -> ColumnElement[bool]:
    """Whether a grant had been made and had not ended."""
    return (TitleGrant.created_at <= at) & or_(
        TitleGrant.status == GrantState.ACTIVE, TitleGrant.status_changed_at > at
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


async def sources(session: AsyncSession, asset_id: str, at: datetime) -> Sequence[AssetLineage]:
    """What it was known to be made from."""
    query = select(AssetLineage).where(AssetLineage.child_id == asset_id, AssetLineage.created_at <= at)
    return (await session.scalars(query.order_by(AssetLineage.id))).all()


async def products(session: AsyncSession, asset_id: str, at: datetime, limit: int) -> Sequence[AssetLineage]:
    """What was known to be made from it."""
    query = select(AssetLineage).where(AssetLineage.parent_id == asset_id, AssetLineage.created_at <= at)
    return (await session.scalars(query.order_by(AssetLineage.id).limit(limit))).all()


async def parents(session: AsyncSession, shown: Sequence[TitleGrant], at: datetime) -> dict[str, str]:
    """On which link each grant hung then: where its present one was written later, on what that one replaced."""
    links = {row.parent_id for row in shown if row.parent_id is not None}
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
    found = await session.execute(select(back.c.now, back.c.id).where(back.c.created_at <= at))
    then = {row.now: row.id for row in found}
    return {row.id: then[row.parent_id] for row in shown if row.parent_id in then}
