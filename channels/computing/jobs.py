"""Computing in the background: the work in a fresh process, the result in one unit of work."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from channels.computing import rules
from channels.computing.commands import running, templates
from channels.computing.commands.asking import JOB
from channels.computing.commands.running import Work
from channels.computing.engine.answers import Answer, aggregates, from_template
from channels.computing.engine.files import NotComputed
from channels.computing.engine.locked import LIMITS
from channels.computing.grammar.query import Query
from channels.computing.loading import Loading, computed
from channels.computing.models import ComputingRun, ComputingTemplate
from channels.computing.watching import watched
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from valuation.quality.jobs import turns


@job(JOB)
async def compute(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Compute a run; after a crash it is computed again, and only one answer ever leaves."""
    run_id = str(payload["run"])
    async with runtime.act() as act:
        work = await running.begin(act, run_id)
    if work is None:
        return
    async with turns(runtime).one(work.party):
        answer = await _computed(runtime, run_id, work)
    async with runtime.act() as act:
        if answer is None:
            await running.fail(act, run_id)
        else:
            await running.finish(act, run_id, msgspec.to_builtins(answer))


async def _computed(runtime: Runtime, run_id: str, work: Work) -> Answer | None:
    """What the process answers; None where nothing came of it, or nobody may have it, and its process is ended."""
    body = rules.RULES.at(day_in_china(runtime.clock.now())).body

    async def is_wanted() -> bool:
        async with runtime.act() as act:
            return await running.is_wanted(act, run_id)

    with Loading(runtime.storage, body.loaded_mib_max << 20) as loading:
        return await watched(_asked(work, loading, body.run_seconds_max), is_wanted, run_id)


async def _asked(work: Work, loading: Loading, seconds: int) -> Answer:
    source = await loading.table(work.files)
    if work.offer is not None:
        query = msgspec.convert(work.question["query"], Query)
        table, promise = rules.table(work.offer), rules.promise(work.offer)
        arguments: tuple[Any, ...] = (source, table, query, promise, work.offer.rows_max)
        return await computed(loading, aggregates, *arguments, seconds=seconds, limits=LIMITS)
    template = work.template
    if template is None:
        raise NotComputed
    arguments = (source, template.sql, work.question["parameters"], template.units_column)
    arguments += (template.units_min or 0, template.rows_max)
    return await computed(loading, from_template, *arguments, seconds=seconds, limits=LIMITS)


@sweep("channels.computing.time-over", every=timedelta(minutes=1))
async def time_over(runtime: Runtime) -> None:
    """See to runs and drafts whose time is over."""
    now = runtime.clock.now()
    runs = select(ComputingRun.id).where(ComputingRun.due_at <= now).order_by(ComputingRun.due_at)
    await each(runtime, runs, running.time_over)
    drafts = select(ComputingTemplate.id).where(ComputingTemplate.due_at <= now).order_by(ComputingTemplate.due_at)
    await each(runtime, drafts, templates.lapse)
