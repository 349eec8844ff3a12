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
from kernel.views.audience import Audience
from kernel.views.paging import Page, fetch
from kernel.views.projection import shown
from valuation.portfolio.engine import work
from valuation.portfolio.models import PortfolioItem, PortfolioRun
from valuation.portfolio.schemas import PortfolioAppraisalView, PortfolioItemView, PortfolioRunView
from valuation.portfolio.states import PORTFOLIO_RUN

AUDIENCE = Audience("portfolio_run", (Role.REGULATOR, Role.AUDITOR))
"""Who may read any run besides its valuer."""


async def run_row(act: Act, run_id: str) -> PortfolioRun:
    """A run for its valuer and for those who watch; raises NotFound for anybody else."""
    row = await one(act.session, PortfolioRun, ids.require("pfr", run_id))
    AUDIENCE.require(act.actor, run_id, row.valuer)
    return row


def run_view(row: PortfolioRun, actor: Actor, *, whole: bool = True) -> PortfolioRunView:
    """A run for the wire; a list shows no results."""
    actions = {action for role in actor.roles for action in PORTFOLIO_RUN.actions(row.status, role)}
    value = None if row.result is None else msgspec.convert(row.result["value"], MoneyView)
    return shown(
        row,
        PortfolioRunView,
        status=str(row.status),
        actions=sorted(str(action) for action in actions if actor.party == row.valuer),
        value=value,
        result=row.result if whole else None,
        problem=None if row.problem is None else msgspec.convert(row.problem, Text),
    )


async def portfolio_run(act: Act, run_id: str) -> PortfolioRunView:
    """One run; raises NotFound."""
    return run_view(await run_row(act, run_id), act.actor)


async def portfolio_runs(act: Act, limit: int, cursor: str | None) -> Page[PortfolioRunView]:
    """Runs, newest first: all for those who watch, otherwise one's own."""
    query = select(PortfolioRun).where(AUDIENCE.among(act.actor, PortfolioRun.valuer))
    runs = await fetch(act.session, query, PortfolioRun.id, limit=limit, cursor=cursor, newest_first=True)
    return runs.of(lambda row: run_view(row, act.actor, whole=False))


async def items(act: Act, run_id: str, limit: int, cursor: str | None) -> Page[PortfolioItemView]:
    """What a run valued, in the order in which it was asked."""
    run = await run_row(act, run_id)
    query = select(PortfolioItem).where(PortfolioItem.run_id == run.id)
    rows = await fetch(act.session, query, PortfolioItem.number, limit=limit, cursor=cursor)
    return rows.of(lambda row: _item_view(row, run.currency))


async def item_appraisal(act: Act, run_id: str, number: int) -> PortfolioAppraisalView:
    """The whole appraisal of one asset of a run, recomputed from its kept line; raises NotFound where it has none."""
    run = await run_row(act, run_id)
    row = await act.session.get(PortfolioItem, (run.id, number))
    if row is None or row.line is None:
        raise NotFound(kind="portfolio_item", id=f"{run_id}/{number}")
    document = work.stored_appraisal(row.line, work.stored_basis(run.basis))
    found = work.digest(document)
    return PortfolioAppraisalView(found, found == row.document_sha256, msgspec.json.decode(document))


def _item_view(row: PortfolioItem, currency: str) -> PortfolioItemView:
    amounts = (row.value_minor, row.low_minor, row.high_minor)
    value, low, high = (None if row.faults else Money(minor, currency).view() for minor in amounts)
    return shown(
        row, PortfolioItemView, group=row.group_name, value=value, low=low, high=high, upstream=dict(row.upstream)
    )
