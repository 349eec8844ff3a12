"""What a caller may read of an asset's title, and the answers it may ask for."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.sql import ColumnElement

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.time.clock import day_in_china
from kernel.views.paging import LIMIT_MAX
from rights.assets.models import Asset
from rights.assets.queries import asset
from rights.grants.reading import read
from rights.grants.words import words_at
from rights.title import checks, history, queries
from rights.title.checks import Wish
from rights.title.models import TitleGrant
from rights.title.schemas import CheckTitle, TitleAnswer, TitleView
from rights.title.views import answer_view, grant_view, lineage_view, remark_view, share_views

INSPECT = "rights:title:inspect"


async def title(act: Act, asset_id: str, *, at: datetime) -> TitleView:
    """An asset's title at a moment: holders, sources and remarks are for every member of the centre.

    Licences are shown to their own parties, to the asset's holder and to the centre's officers; the newest first.
    """
    of = await asset(act.session, asset_id)
    roots = await history.roots(act.session, of.id, at)
    now = {root.grantee_id for root in await queries.roots(act.session, of.id)} | set(
        await queries.shares(act.session, of.id)
    )
    if not roots and not _sees_all(act.actor, of, now):
        raise NotFound(kind="title", id=asset_id)
    licences = (TitleGrant.asset_id == of.id, TitleGrant.parent_id.is_not(None), history.stood(at))
    seen: list[ColumnElement[bool]] = []
    if not _sees_all(act.actor, of, now):
        seen.append(or_(TitleGrant.grantee_id == act.actor.party, TitleGrant.grantor_id == act.actor.party))
    newest = select(TitleGrant).where(*licences, *seen).order_by(TitleGrant.id.desc()).limit(LIMIT_MAX)
    shown = list(await act.session.scalars(newest))
    parents = await history.parents(act.session, shown, at)
    total = await act.session.scalar(select(func.count()).select_from(TitleGrant).where(*licences)) or 0
    return TitleView(
        asset_id=of.id,
        at=at,
        titles=[grant_view(row, then=at) for row in roots],
        shares=share_views(queries.fractions(await history.shares(act.session, of.id, at))),
        licences=[grant_view(row, then=at, parent=parents.get(row.id)) for row in shown],
        licences_not_shown=total - len(shown),
        made_from=[lineage_view(row) for row in await history.sources(act.session, of.id, at)],
        made_into=[lineage_view(row) for row in await history.products(act.session, of.id, at, LIMIT_MAX)],
        remarks=[remark_view(row, then=at) for row in await history.remarks(act.session, of.id, at)],
    )


def _sees_all(actor: Actor, of: Asset, holders: set[str]) -> bool:
    return INSPECT in actor.permissions or actor.party == of.party_id or actor.party in holders


async def check(act: Act, asset_id: str, data: CheckTitle) -> TitleAnswer:
    """Answer whether a holder may do something: about one's own party, about one's own asset, or as an officer."""
    of = await asset(act.session, asset_id)
    holder = data.holder_id or act.actor.party
    assert holder is not None
    holders = {root.grantee_id for root in await queries.roots(act.session, of.id)}
    if holder != act.actor.party and not _sees_all(act.actor, of, holders):
        raise NotFound(kind="title", id=asset_id)
    on = day_in_china(act.at)
    wanted = read(data.wanted, words_at(on), "/wanted")
    wish = Wish(data.act, holder, wanted, data.grantee_id)
    found = await checks.answer(act.session, of.id, wish, at=act.at, under=data.under)
    return answer_view(of.id, holder, str(data.act), wanted, found.chain, found.findings, on)
