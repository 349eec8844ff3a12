"""Reading title: chains, neighbours, remarks, shares and lineage."""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from kernel.act import Act
from kernel.db import several
from kernel.identity.models import Party
from kernel.states import Role
from kernel.views.audience import Audience
from rights.assets.models import Asset
from rights.assets.queries import asset
from rights.certificates.models import Certificate
from rights.certificates.states import CertificateState
from rights.grants import scope
from rights.grants.box import Grant, decode
from rights.grants.conditions import Condition
from rights.grants.rules import Members
from rights.title import policy
from rights.title.models import AssetLineage, TitleGrant, TitleRemark, TitleShare
from rights.title.rules import Link, Remark, party_term
from rights.title.states import GrantState, RemarkState

AUDIENCE: Final = Audience("asset", (Role.REGISTRAR, Role.REVIEWER, Role.REGULATOR, Role.AUDITOR))
"""Who may see all of an asset's title besides its holders; a registered title as such is for every member."""

GRANTS: Final = Audience("title_grant", (Role.REGISTRAR,))
"""Who may know of a link of the chain: its two sides, those who hold the asset, and the registrar."""


async def titled_asset(act: Act, asset_id: str) -> Asset:
    """An asset whose title the actor may ask for; raises NotFound for one that is unregistered and not its business."""
    owner = await asset(act.session, asset_id)
    party = act.actor.party
    if await roots(act.session, owner.id) or (party is not None and await was_granted(act.session, owner.id, party)):
        return owner
    AUDIENCE.require(act.actor, asset_id, owner.party_id, *await shares(act.session, owner.id))
    return owner


async def was_granted(session: AsyncSession, asset_id: str, party: str) -> bool:
    """Whether a party was ever granted anything of an asset."""
    query = select(TitleGrant.id).where(TitleGrant.asset_id == asset_id, TitleGrant.grantee_id == party)
    return await session.scalar(query.limit(1)) is not None


def link(row: TitleGrant, certificate: Certificate | None = None) -> Link:
    """A stored grant as rules see it; a registered title stands as long as its certificate is in force."""
    box = decode(row.box)
    root = certificate if row.parent_id is None else None
    return Link(
        id=row.id,
        asset_id=row.asset_id,
        parent_id=row.parent_id,
        grantor=row.grantor_id,
        grantee=row.grantee_id,
        grant=box,
        active=row.status == GrantState.ACTIVE
        and (certificate is None or certificate.status == CertificateState.IN_FORCE),
        outward=None if root is None else scope.outward(box, root.scope, root.valid_from),
        expired=row.status == GrantState.EXPIRED,
    )


async def chain(session: AsyncSession, grant_id: str) -> list[Link]:
    """A grant's chain, its root first; empty when there is no such grant."""
    up = select(TitleGrant.id, TitleGrant.parent_id).where(TitleGrant.id == grant_id).cte("up", recursive=True)
    above = aliased(TitleGrant)
    up = up.union(select(above.id, above.parent_id).join(up, above.id == up.c.parent_id))
    query = (
        select(TitleGrant, Certificate)
        .join(up, TitleGrant.id == up.c.id)
        .join(Certificate, Certificate.id == TitleGrant.certificate_id, isouter=True)
    )
    by_id = {row.id: link(row, certificate) for row, certificate in await session.execute(query)}
    links, at = [], by_id.get(grant_id)
    while at is not None:
        links.append(at)
        at = by_id.get(at.parent_id) if at.parent_id else None
    return links[::-1]


async def current(session: AsyncSession, grant_id: str) -> list[Link]:
    """The chain of a grant, or of what was written in its place for the same grantee; a transferor has lost it."""
    links = await chain(session, grant_id)
    while links and not links[-1].active:
        query = select(TitleGrant.id).where(
            TitleGrant.replaces_id == links[-1].id, TitleGrant.grantee_id == links[-1].grantee
        )
        following = await session.scalar(query)
        if following is None:
            break
        links = await chain(session, following)
    return links


async def held_by(
    session: AsyncSession, asset_id: str, party: str, co_holders: Collection[str] | None = None
) -> list[str]:
    """The active grants of an asset that a party holds, as grantee or as co-holder of the title, roots first.

    `co_holders` are the title's, where they were read already.
    """
    query = select(TitleGrant.id).where(
        TitleGrant.asset_id == asset_id, TitleGrant.status == GrantState.ACTIVE, TitleGrant.grantee_id == party
    )
    own = list(await session.scalars(query.order_by(TitleGrant.parent_id.is_not(None), TitleGrant.id)))
    if party in (await shares(session, asset_id) if co_holders is None else co_holders):
        own += [row.id for row in await roots(session, asset_id) if row.grantee_id != party]
    return own


async def roots(session: AsyncSession, asset_id: str) -> list[TitleGrant]:
    """The registered titles of an asset, one for each certificate in force."""
    query = (
        select(TitleGrant)
        .join(Certificate, Certificate.id == TitleGrant.certificate_id)
        .where(
            TitleGrant.asset_id == asset_id,
            TitleGrant.parent_id.is_(None),
            TitleGrant.status == GrantState.ACTIVE,
            Certificate.status == CertificateState.IN_FORCE,
        )
    )
    return list(await session.scalars(query.order_by(TitleGrant.id)))


async def holders(session: AsyncSession, asset_id: str) -> set[str]:
    """The parties that hold a registered title of an asset."""
    return {row.grantee_id for row in await roots(session, asset_id)}


async def active_licences(session: AsyncSession, asset_id: str, *, alone: bool) -> list[Link]:
    """The active licences of an asset, or those of them that stand alone in their field; roots are no licences."""
    query = select(TitleGrant).where(
        TitleGrant.asset_id == asset_id, TitleGrant.parent_id.is_not(None), TitleGrant.status == GrantState.ACTIVE
    )
    if alone:
        query = query.where(TitleGrant.alone)
    return [link(row) for row in await session.scalars(query.order_by(TitleGrant.id))]


async def out_of(session: AsyncSession, grant_id: str, but: Collection[str] = ()) -> list[Grant]:
    """What was granted out of a grant and has not been given back: a licence that ran out has used its volume.

    `but` are links that do not count, since another is to be written in their place.
    """
    counting = TitleGrant.status.in_((GrantState.ACTIVE, GrantState.EXPIRED))
    query = select(TitleGrant.box).where(TitleGrant.parent_id == grant_id, counting, TitleGrant.id.not_in(but))
    return [decode(box) for box in await session.scalars(query)]


async def remarks(session: AsyncSession, asset_id: str) -> list[Remark]:
    """The remarks that stand on an asset's rights, each under the policy it was entered under."""
    query = select(TitleRemark).where(TitleRemark.asset_id == asset_id, TitleRemark.status == RemarkState.ENTERED)
    return [remark(row) for row in await session.scalars(query.order_by(TitleRemark.id))]


def remark(row: TitleRemark) -> Remark:
    """A stored remark as rules see it."""
    kinds = {kind.code: kind for kind in policy.remarks().version(row.policy_version).body.remark}
    condition = None if row.condition is None else msgspec.convert(row.condition, Condition)
    return Remark(row.id, row.kind, kinds[row.kind].blocks, condition, row.until)


async def shares(session: AsyncSession, asset_id: str) -> dict[str, Fraction]:
    """The co-holders of an asset's title and their shares; empty when one party holds it."""
    query = select(TitleShare).where(TitleShare.asset_id == asset_id, TitleShare.ended_at.is_(None))
    return fractions((await session.scalars(query.order_by(TitleShare.id))).all())


def fractions(rows: Iterable[TitleShare]) -> dict[str, Fraction]:
    """Shares by their holders."""
    return {row.party_id: Fraction(row.numerator, row.denominator) for row in rows}


async def lineage(session: AsyncSession, asset_id: str) -> dict[str, list[AssetLineage]]:
    """What an asset is made from, as declared: by parent, the grants that allowed it."""
    query = select(AssetLineage).where(AssetLineage.child_id == asset_id)
    by_parent: dict[str, list[AssetLineage]] = {}
    for row in await session.scalars(query.order_by(AssetLineage.id)):
        by_parent.setdefault(row.parent_id, []).append(row)
    return by_parent


def lineage_kind(code: str, on: date) -> policy.LineageKind | None:
    """A way of making data from data under the policy of a day."""
    return next((kind for kind in policy.titles().at(on).body.lineage if kind.code == code), None)


async def members(session: AsyncSession, grants: Iterable[Grant], *parties: str | None) -> Members:
    """The classes of the parties that grants name: their kind, and the roles they were admitted to."""
    named = {term.removeprefix("party:") for grant in grants for term in grant.recipients if term.startswith("party:")}
    wanted = named.union(party for party in parties if party)
    if not wanted:
        return {}
    rows = await several(session, Party, sorted(wanted))
    return {party_term(row.id): frozenset({row.kind, *row.roles}) for row in rows.values()}
