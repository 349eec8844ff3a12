"""What a run leaves behind while it works: its step, and every part that is finished, each in a unit of its own."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.db import one
from kernel.errors import NotFound
from kernel.text import Text
from valuation.quality.access import inside
from valuation.quality.models import DataContract, QualityRun, RunPart, RunProgress
from valuation.quality.policy import policies
from valuation.quality.schemas import ObjectProblem, PartialResultView, RunProblem, RunProgressView
from valuation.quality.scoring import outside, weighing
from valuation.quality.scoring.parts import Part, StoredPart
from valuation.quality.states import RunState
from valuation.quality.understanding import understood

_STEPS = {
    "open": Text("打开文件", "Opening the files"),
    "check": Text("检查 {object}", "Checking {object}"),
    "profile": Text("统计 {object} 的字段", "Profiling the columns of {object}"),
    "done": Text("汇总得分", "Weighing the score"),
}

_NOTE = Text(
    "部分结果：评分未完成，以下仅为已完成对象的结果；不构成评分卡，不得用于挂牌或评估。",
    "A partial result: the run did not finish, and this is what is known of the objects that were finished. "
    "It is no scorecard and supports neither a listing nor an appraisal.",
)


def step_name(step: str) -> Text:
    """The words of a step such as `check orders`."""
    kind, _, name = step.partition(" ")
    zh, en = (_STEPS[kind].of(lang, object=name) for lang in ("zh", "en"))
    return Text(zh, en)


async def note(
    session: AsyncSession, run_id: str, number: int, steps: int, step: str, *, at: datetime, restart: bool = False
) -> None:
    """Write down the step that begins; the last one that was written is the one that counts."""
    known = {"step_number": number, "steps": steps, "step": step, "updated_at": at}
    query = insert(RunProgress).values(run_id=run_id, row_count=0, restarts=int(restart), **known)
    changes = {**known, "restarts": RunProgress.restarts + 1} if restart else known
    await session.execute(query.on_conflict_do_update(index_elements=["run_id"], set_=changes))


async def keep(session: AsyncSession, run_id: str, name: str, rows: int, body: bytes, *, at: datetime) -> None:
    """Keep a finished part, once; its rows count from now on."""
    query = insert(RunPart).values(run_id=run_id, object=name, row_count=rows, body=body, created_at=at)
    await session.execute(query.on_conflict_do_nothing())
    total = select(func.coalesce(func.sum(RunPart.row_count), 0)).where(RunPart.run_id == run_id).scalar_subquery()
    changes = {"row_count": total, "updated_at": at}
    row = insert(RunProgress).values(
        run_id=run_id, step_number=0, steps=0, step="open", restarts=0, row_count=rows, updated_at=at
    )
    await session.execute(row.on_conflict_do_update(index_elements=["run_id"], set_=changes))


async def parts(session: AsyncSession, run_id: str) -> dict[str, bytes]:
    """The parts that a run has finished, in whichever attempt."""
    rows = await session.scalars(select(RunPart).where(RunPart.run_id == run_id).order_by(RunPart.object))
    return {row.object: row.body for row in rows}


async def forget(session: AsyncSession, *, before: datetime) -> None:
    """Drop the parts of runs that succeeded long ago."""
    done = select(QualityRun.id).where(QualityRun.status == RunState.SUCCEEDED)
    await session.execute(delete(RunPart).where(RunPart.created_at < before, RunPart.run_id.in_(done)))


async def view(session: AsyncSession, run_id: str) -> RunProgressView | None:
    """How far a run has come; None before it begins."""
    row = await session.get(RunProgress, run_id, populate_existing=True)
    if row is None:
        return None
    done = await session.scalars(select(RunPart.object).where(RunPart.run_id == run_id).order_by(RunPart.object))
    return RunProgressView(
        step=row.step_number,
        steps=row.steps,
        name=step_name(row.step),
        rows=row.row_count,
        objects_done=list(done),
        restarts=row.restarts,
        updated_at=row.updated_at,
    )


async def partial_result(act: Act, run: QualityRun) -> PartialResultView:
    """What a run that ended early has found out; raises NotFound where there is none, or the whole result instead."""
    session, found = act.session, await _seen(act, run)
    if not found or run.status not in (RunState.FAILED, RunState.CANCELLED):
        raise NotFound(kind="partial_result", id=run.id)
    contract = await understood((await one(session, DataContract, run.data_contract_id)).document, run.scored_by)
    problem = run.problem or {}
    by_object = {name: msgspec.convert(each, RunProblem) for name, each in problem.get("objects", {}).items()}
    checks = [check for part in found.values() for check in part.checks]
    indicators, ratios = weighing.indicators(checks, {})
    dimensions, _ = weighing.dimensions(ratios, policies().versions[-1].body)
    return PartialResultView(
        run_id=run.id,
        partial=True,
        note=_NOTE,
        problem=msgspec.convert(problem, RunProblem) if problem else None,
        objects_missing=[ObjectProblem(o.name, by_object.get(o.name)) for o in contract.objects if o.name not in found],
        rows=sum(part.file.rows for part in found.values()),
        dimensions=msgspec.to_builtins(dimensions),
        indicators=msgspec.to_builtins(indicators),
        parts={name: msgspec.to_builtins(part) for name, part in found.items()},
    )


async def _seen(act: Act, run: QualityRun) -> dict[str, Part]:
    """The parts that a run has finished, as the actor may see them: of others' data only what is public of values."""
    allowed = await inside.sight(act, run.asset_id, run.provider, run.scored_by)
    found = {name: StoredPart.decode(body) for name, body in (await parts(act.session, run.id)).items()}
    if allowed is inside.Sight.VALUES:
        return {name: kept.part for name, kept in found.items()}
    return {name: outside.of_part(kept.part, _public(kept)) for name, kept in found.items()}


def _public(kept: StoredPart) -> outside.Shows:
    return lambda _name, column: column in (kept.public or ())
