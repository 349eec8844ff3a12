"""Co-holders of a title and their shares (按份共有)."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.identity.models import Party
from kernel.log.record import record
from rights.changes import announce, lock_title
from rights.title import queries, rules
from rights.title.errors import SharesFaulty
from rights.title.models import TitleShare
from rights.title.schemas import SetShares, ShareView
from rights.title.views import share_views


async def enter(act: Act, asset_id: str, data: SetShares) -> list[ShareView]:
    """Enter the shares of an asset's title; they replace those that stood, and make up a whole."""
    await lock_title(act.session, ids.require("ast", asset_id))
    roots = await queries.roots(act.session, asset_id)
    if not roots:
        raise NotFound(kind="title", id=asset_id)
    shares = [(share.party_id, share.numerator, share.denominator) for share in data.shares]
    if faults := rules.share_faults(roots[0].grantee_id, shares):
        raise SharesFaulty(errors=faults)
    for party, _, _ in shares:
        await one(act.session, Party, ids.require("pty", party))
    parties = {*await queries.shares(act.session, asset_id), *(party for party, _, _ in shares)}
    await _replace(act.session, asset_id, {party: Fraction(n, d) for party, n, d in shares}, at=act.at)
    facts = {"shares": {party: f"{n}/{d}" for party, n, d in shares}, "basis": data.basis}
    record(act, "rights.share.entered", asset_id, parties=sorted(parties), facts=facts)
    await announce(act.session, asset_id)
    return share_views(await queries.shares(act.session, asset_id))


async def move(session: AsyncSession, asset_id: str, leaving: str, coming: str, *, at: datetime) -> None:
    """Give a transferor's share to the transferee; whoever then holds the whole holds it alone."""
    standing = await queries.shares(session, asset_id)
    if leaving not in standing:
        return
    share = standing.pop(leaving)
    standing[coming] = standing.get(coming, Fraction(0)) + share
    await _replace(session, asset_id, {} if standing[coming] == 1 else standing, at=at)


async def _replace(session: AsyncSession, asset_id: str, shares: dict[str, Fraction], *, at: datetime) -> None:
    """End what stood and enter these; the history stays."""
    standing = (TitleShare.asset_id == asset_id, TitleShare.ended_at.is_(None))
    await session.execute(update(TitleShare).where(*standing).values(ended_at=at))
    for party, share in shares.items():
        session.add(
            TitleShare(
                id=ids.new("shr"),
                asset_id=asset_id,
                party_id=party,
                numerator=share.numerator,
                denominator=share.denominator,
                created_at=at,
                ended_at=None,
            )
        )
    await session.flush()  # The next reading in this unit sees them.
