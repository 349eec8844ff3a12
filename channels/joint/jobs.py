"""Joining in the background: the files of both from storage, the work in a fresh process, its result in one unit."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from channels.computing import rules as computing
from channels.computing.engine.answers import Answer
from channels.computing.engine.files import NotComputed
from channels.computing.grammar.query import Query
from channels.computing.loading import Loading, computed
from channels.computing.watching import watched
from channels.joint import queries
from channels.joint.commands import agreeing, running
from channels.joint.commands.asking import JOB
from channels.joint.commands.running import SideWork, Work
from channels.joint.engine.joining import (
    LIMITS,
    Joined,
    Rows,
    Sets,
    joint_aggregates,
    joint_template,
    require_other_set,
)
from channels.joint.models import JointAgreement, JointRun
from channels.joint.rules import RULES, JointRules, joint_offer
from kernel.jobs.batches import each
from kernel.jobs.queue import job, sweep
from kernel.runtime import Runtime
from kernel.time.clock import day_in_china
from valuation.quality.jobs import turns


@job(JOB)
async def compute(runtime: Runtime, payload: dict[str, Any]) -> None:
    """Compute a joint run; after a crash it is computed again, and only one answer ever leaves."""
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
    """What the process answers; None where nothing came of it, or it was ended, and its process is ended."""

    async def is_wanted() -> bool:
        async with runtime.act() as act:
            return await running.is_wanted(act, run_id)

    return await watched(_asked(runtime, work), is_wanted, run_id)


def _loading(runtime: Runtime) -> Loading:
    """For the tables of one process."""
    mib = computing.RULES.at(day_in_china(runtime.clock.now())).body.loaded_mib_max
    return Loading(runtime.storage, mib << 20)


async def _joined(loading: Loading, side: SideWork) -> Joined:
    rows = side.offer.rows_per_unit if side.offer is not None else 1
    return Joined(await loading.table(side.files), side.key_column, rows)


async def _require_other_sets(runtime: Runtime, work: Work, rules: JointRules) -> None:
    """Compare both sets with all earlier ones, some at a time in a process of their own; raises NotComputed.

    All are compared whatever the first ones showed, so that how long it takes does not say which it was. With one that
    cannot be read any more nothing can be compared, so that nothing is joined either.
    """
    is_alike, at_once = False, rules.compared_at_once
    for side in (work.a, work.b):
        for start in range(0, len(side.earlier), at_once):
            try:
                with _loading(runtime) as loading:
                    joined = await _joined(loading, side)
                    earlier = [await loading.table(files) for files in side.earlier[start : start + at_once]]
                    arguments = (joined, work.content.normalisation, earlier, work.content.units_min)
                    seconds = rules.run_seconds_max
                    await computed(loading, require_other_set, *arguments, seconds=seconds, limits=LIMITS)
            except NotComputed:
                is_alike = True
    if is_alike:
        raise NotComputed


async def _asked(runtime: Runtime, work: Work) -> Answer:
    content, rules = work.content, RULES.at(day_in_china(runtime.clock.now())).body
    seconds = rules.run_seconds_max
    if work.template is not None:
        await _require_other_sets(runtime, work, rules)
    with _loading(runtime) as loading:
        a, b = [await _joined(loading, side) for side in (work.a, work.b)]
        if work.template is not None:
            template = next(each for each in content.templates if each.code == work.template)
            sets = Sets(content.units_min, rules.joined_rows_max)
            arguments: tuple[Any, ...] = (a, b, content.normalisation, template.sql, work.question["parameters"], sets)
            rows_out = Rows(template.rows_max, template.units_column)
            return await computed(loading, joint_template, *arguments, rows_out, seconds=seconds, limits=LIMITS)
        if work.a.offer is None or work.b.offer is None:
            raise NotComputed
        offer = joint_offer(work.a.offer, work.b.offer, content.units_min)
        query = msgspec.convert(work.question["query"], Query)
        table, promise = computing.table(offer), computing.promise(offer)
        arguments = (a, b, content.normalisation, table, query, promise, offer.rows_max)
        return await computed(loading, joint_aggregates, *arguments, seconds=seconds, limits=LIMITS)


@sweep("channels.joint.time-over", every=timedelta(minutes=1))
async def time_over(runtime: Runtime) -> None:
    """See to joint agreements and runs whose time is over, and to agreements that have passed to another provider."""
    now = runtime.clock.now()
    agreements = select(JointAgreement.id).where(JointAgreement.due_at <= now).order_by(JointAgreement.due_at)
    await each(runtime, agreements, agreeing.time_over)
    await each(runtime, queries.passed_on(), agreeing.provider_changed)
    runs = select(JointRun.id).where(JointRun.due_at <= now).order_by(JointRun.due_at)
    await each(runtime, runs, running.time_over)
