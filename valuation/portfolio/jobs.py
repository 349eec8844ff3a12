"""Portfolio runs in the background: chunk by chunk in the process pool, so that a crash loses one chunk at most."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.db import one, unit
from kernel.errors import DomainError
from kernel.jobs import processes
from kernel.jobs.processes import Pool
from kernel.jobs.queue import job
from kernel.runtime import Runtime
from valuation.portfolio import commands, gathering
from valuation.portfolio.engine import change, summary, work
from valuation.portfolio.engine.inputs import Terms
from valuation.portfolio.engine.store import Store
from valuation.portfolio.engine.summary import Result
from valuation.portfolio.engine.work import Basis, Done
from valuation.portfolio.models import PortfolioItem, PortfolioRun
from valuation.portfolio.schemas import ValuePortfolio
from valuation.portfolio.states import PortfolioState

CHUNK = 100
CHUNK_SECONDS = 600.0
Link = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Past:
    """What a run found: its items, the lineage beyond them, and what it was valued under."""

    items: list[Done]
    links: list[Link]
    terms: Terms
    basis: Basis


@job(commands.JOB)
async def value_portfolio(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Value a run; after a crash it goes on where it was, and a cancelled run stops at the next chunk."""
    run_id = str(payload["run"])
    async with runtime.act() as act:
        row = await commands.begin(act, run_id)
        if row is None:
            return
        asked, basis = msgspec.convert(row.asked, ValuePortfolio), work.stored_basis(row.basis)
    while await _chunk(runtime, run_id, asked, basis):
        pass
    async with runtime.act() as act:
        row = await one(act.session, PortfolioRun, run_id)
        if row.status != PortfolioState.RUNNING:
            return
        items = await _items(act.session, run_id)
        own = {each.asset: dict(each.upstream) for each in items}
        try:
            links = await gathering.ancestry(act.session, asked, own, commands.rules(asked.base_date).body)
        except DomainError as problem:
            await commands.fail(act, run_id, problem)
            return
        before = None if row.previous_id is None else await _past(act.session, row.previous_id)
    this = Past(items, links, _terms(asked), basis)
    try:
        result = await asyncio.to_thread(_concluded, this, before, asked.base_date)
    except DomainError as problem:
        async with runtime.act() as act:
            await commands.fail(act, run_id, problem)
        return
    async with runtime.act() as act:
        await commands.finish(act, run_id, result, links)


async def _chunk(runtime: Runtime, run_id: str, asked: ValuePortfolio, basis: Basis) -> bool:
    """Value the next assets; False when there are none or the run has ended."""
    async with unit(runtime.sessions) as session:
        row = await one(session, PortfolioRun, run_id)
        chunk = asked.assets[row.done_assets : row.done_assets + CHUNK]
        if row.status != PortfolioState.RUNNING or not chunk:
            return False
        gathered = await gathering.lines(session, row.valuer, asked, chunk, row.done_assets + 1)
    lines = [(each.number, each.line) for each in gathered if each.line]
    done = await processes.call(runtime, work.valued, lines, basis, seconds=CHUNK_SECONDS, party=row.valuer)
    async with unit(runtime.sessions) as session:
        return await commands.keep(session, run_id, gathered, done)


def _terms(asked: ValuePortfolio) -> Terms:
    """The terms alone, without the assets that they were sent with."""
    return Terms(**{name: getattr(asked, name) for name in Terms.__struct_fields__})


async def _items(session: AsyncSession, run_id: str) -> list[Done]:
    query = select(PortfolioItem).where(PortfolioItem.run_id == run_id, PortfolioItem.line.is_not(None))
    return [
        Done(
            number=row.number,
            asset=row.asset_id,
            group=row.group_name,
            value=row.value_minor,
            low=row.low_minor,
            high=row.high_minor,
            inputs_sha256=row.inputs_sha256 or "",
            document_sha256=row.document_sha256 or "",
            upstream=tuple(sorted(row.upstream.items())),
            line=row.line or b"",
        )
        for row in await session.scalars(query.order_by(PortfolioItem.number))
    ]


async def _past(session: AsyncSession, run_id: str) -> Past:
    row = await one(session, PortfolioRun, run_id)
    links = [(child, parent, share) for child, parent, share in row.basis["links"]]
    terms = _terms(msgspec.convert(row.asked, ValuePortfolio))
    return Past(await _items(session, run_id), links, terms, work.stored_basis(row.basis))


def _concluded(this: Past, before: Past | None, base_date: date) -> Result:
    """The totals, and what changed since the earlier run; in a thread of its own, as SQLite wants it."""
    rules = commands.rules(base_date)
    with tempfile.TemporaryDirectory(prefix="portfolio-") as folder:
        store = _store(Path(folder) / "this.sqlite", this)
        try:
            result = summary.concluded(store, this.terms, this.basis, rules)
            if before is None:
                return result
            earlier = _store(Path(folder) / "before.sqlite", before)
            try:
                summary.concluded(earlier, before.terms, before.basis, commands.rules(before.basis.base_date))
                with Pool(1) as pool:
                    found = change.compare(
                        earlier, store, (before.basis, this.basis), processes=pool, workers=1, told=_nobody
                    )
            finally:
                earlier.close()
        finally:
            store.close()
    return msgspec.structs.replace(result, change=found)


def _nobody(_: int) -> None:
    return None


def _store(path: Path, past: Past) -> Store:
    store = Store(path)
    store.keep(past.items)
    store.link(past.links)
    return store
