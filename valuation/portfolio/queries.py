"""Reading portfolio runs."""

import msgspec
from sqlalchemy import select

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.db import one
from kernel.errors import NotFound
from kernel.money import Money, MoneyView
from kernel.states import Role
from kernel.text import Text
from kernel.views import paging
from kernel.views.paging import CursorOf, Page
from valuation.portfolio.engine import work
from valuation.portfolio.models import PortfolioItem, PortfolioRun
from valuation.portfolio.schemas import PortfolioAppraisalView, PortfolioItemView, PortfolioRunView
from valuation.portfolio.states import PORTFOLIO_RUN

READERS = (Role.REGULATOR, Role.AUDITOR)
"""Who may read any run: those who watch."""


async def run_row(act: Act, run_id: str) -> PortfolioRun:
    """A run for its valuer and for those who watch; raises NotFound for anybody else."""
    row = await one(act.session, PortfolioRun, ids.require("pfr", run_id))
    if act.actor.party != row.valuer and not act.actor.has(*READERS):
        raise NotFound(kind="portfolio_run", id=run_id)
    return row


def run_view(row: PortfolioRun, actor: Actor, *, whole: bool = True) -> PortfolioRunView:
    """A run for the wire; a list shows no results."""
    actions = {action for role in actor.roles for action in PORTFOLIO_RUN.actions(row.status, role)}
    value = None if row.result is None else msgspec.convert(row.result["value"], MoneyView)
    return PortfolioRunView(
        id=row.id,
        valuer=row.valuer,
        name=row.name,
        base_date=row.base_date,
        currency=row.currency,
        previous_id=row.previous_id,
        status=str(row.status),
        actions=sorted(str(action) for action in actions if actor.party == row.valuer),
        asked_assets=row.asked_assets,
        done_assets=row.done_assets,
        faulty_assets=row.faulty_assets,
        value=value,
        result=row.result if whole else None,
        problem=None if row.problem is None else msgspec.convert(row.problem, Text),
        created_at=row.created_at,
        status_changed_at=row.status_changed_at,
    )


async def portfolio_run(act: Act, run_id: str) -> PortfolioRunView:
    """One run; raises NotFound."""
    return run_view(await run_row(act, run_id), act.actor)


async def portfolio_runs(act: Act, limit: int, cursor: str | None) -> Page[PortfolioRunView]:
    """Runs, newest first: all for those who watch, otherwise one's own."""
    query = select(PortfolioRun).order_by(PortfolioRun.id.desc())
    if not act.actor.has(*READERS):
        query = query.where(PortfolioRun.valuer == act.actor.party)
    if (position := paging.decode(cursor, 1)) is not None:
        query = query.where(PortfolioRun.id < position[0])
    rows = await act.session.scalars(query.limit(limit + 1))
    views = [run_view(row, act.actor, whole=False) for row in rows]
    return paging.page(views, limit, CursorOf[PortfolioRunView](("id",)))


async def items(act: Act, run_id: str, limit: int, cursor: str | None) -> Page[PortfolioItemView]:
    """What a run valued, in the order in which it was asked."""
    run = await run_row(act, run_id)
    after = paging.number_of(cursor, 0)
    query = select(PortfolioItem).where(PortfolioItem.run_id == run.id, PortfolioItem.number > after)
    rows = await act.session.scalars(query.order_by(PortfolioItem.number).limit(limit + 1))
    views = [_item_view(row, run.currency) for row in rows]
    return paging.page(views, limit, CursorOf[PortfolioItemView](("number",)))


async def item_appraisal(act: Act, run_id: str, number: int) -> PortfolioAppraisalView:
    """The whole appraisal of one asset of a run, recomputed from its kept line; raises NotFound where it has none."""
    run = await run_row(act, run_id)
    row = await act.session.get(PortfolioItem, (run.id, number))
    if row is None or row.line is None:
        raise NotFound(kind="portfolio_item", id=f"{run_id}/{number}")
    document = work.again(row.line, work.known(run.basis))
    found = work.digest(document)
    return PortfolioAppraisalView(found, found == row.document_sha256, msgspec.json.decode(document))


def _item_view(row: PortfolioItem, currency: str) -> PortfolioItemView:
    amounts = (row.value_minor, row.low_minor, row.high_minor)
    value, low, high = (None if row.faults else Money(minor, currency).view() for minor in amounts)
    return PortfolioItemView(
        number=row.number,
        asset_id=row.asset_id,
        appraisal_id=row.appraisal_id,
        group=row.group_name,
        value=value,
        low=low,
        high=high,
        upstream=dict(row.upstream),
        inputs_sha256=row.inputs_sha256,
        document_sha256=row.document_sha256,
        faults=row.faults,
    )
