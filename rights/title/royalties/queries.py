"""What a product owes to what it is made from, and who stands above whom in the chain of title."""

from collections.abc import Mapping
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from rights.title import queries
from rights.title.models import TitleGrant


async def owed(session: AsyncSession, asset_id: str) -> dict[str, TitleGrant]:
    """The grant that governs what an asset owes to each of its sources, by source.

    Where several grants of one source allowed it, the one in force with the largest royalty: a wider licence does not
    lower what was promised before, and whoever agrees on less gives the earlier one up.
    """
    governing: dict[str, TitleGrant] = {}
    for parent_id, rows in (await queries.lineage(session, asset_id)).items():
        standing = [await _standing(session, row.grant_id) for row in rows if row.grant_id is not None]
        grants = [grant for grant in standing if grant is not None]
        if grants:
            governing[parent_id] = max(grants, key=lambda grant: Fraction(grant.royalty_rate or 0))
    return governing


async def _standing(session: AsyncSession, grant_id: str) -> TitleGrant | None:
    """A grant, or what was written in its place, if it is in force."""
    links = await queries.current(session, grant_id)
    return await session.get_one(TitleGrant, links[-1].id) if links and links[-1].active else None


async def above(session: AsyncSession, grant: TitleGrant) -> TitleGrant:
    """The link out of which a licence was granted; raises ValueError for a root, which has none."""
    if grant.parent_id is None:
        raise ValueError(f"{grant.id} is a title and no licence")
    return await session.get_one(TitleGrant, grant.parent_id)


async def holders(session: AsyncSession, asset_id: str) -> Mapping[str, Fraction]:
    """Who holds an asset's registered title, and in what shares; empty where nobody does."""
    if shares := await queries.shares(session, asset_id):
        return shares
    roots = await queries.roots(session, asset_id)
    return {roots[0].grantee_id: Fraction(1)} if roots else {}


async def licence_of(session: AsyncSession, asset_id: str, party: str) -> TitleGrant | None:
    """The first licence of an asset that a party holds; None for whoever holds none."""
    query = select(TitleGrant).where(TitleGrant.id.in_(await queries.held_by(session, asset_id, party)))
    return (await session.scalars(query.where(TitleGrant.parent_id.is_not(None)).order_by(TitleGrant.id))).first()
