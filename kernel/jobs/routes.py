"""The queue as the operator sees it: what waits, what runs, what is held after its last attempt, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta
from sqlalchemy import BigInteger, column, select, text
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import Conflict, NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.jobs.queue import discard, release
from kernel.log.record import record
from kernel.logging import without_secrets
from kernel.text import Text
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page, fetch

ERROR_LENGTH_MAX: Final = 500
ID_MAX: Final = 2**63 - 1


class JobView(msgspec.Struct, frozen=True):
    """A job; its payload stays inside."""

    id: int
    name: str
    status: Literal["queued", "picked", "successful", "canceled", "deleted", "exception", "failed"]
    attempts: int
    created_at: datetime
    updated_at: datetime
    next_attempt_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None


class JobNotHeld(Conflict):
    """Only a job that is held after its last attempt can be tried again."""

    title = Text("任务不在失败状态", "The job is not held")
    detail = Text("任务 {id} 仍在排队或执行，无需重试。", "Job {id} is queued or running and needs no retry.")


class JobNotFailed(Conflict):
    """What has not failed yet is not given up, and what runs is not stopped."""

    title = Text("任务尚未失败或正在执行", "The job has not failed, or it runs")
    detail = Text(
        "只能放弃至少失败过一次且未在执行的任务；任务 {id} 不在此列，请待其执行后再看。",
        "A job is discarded when it has failed at least once and does not run; job {id} does not meet that. Look again "
        "once it has run.",
    )


class DiscardJob(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a job is given up."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, examples=["数据文件已不存在"])]


_JOB: Final = (
    text("""
    SELECT job.id, job.status::text AS status, job.entrypoint, job.attempts, job.created, job.updated,
           job.execute_after, last.created AS failed_at,
           last.traceback->>'exception_type' AS kind, last.traceback->>'exception_message' AS message
    FROM pgqueuer AS job
    LEFT JOIN LATERAL (
        SELECT created, traceback FROM pgqueuer_log AS diary
        WHERE diary.job_id = job.id AND diary.traceback IS NOT NULL ORDER BY diary.id DESC LIMIT 1
    ) AS last ON TRUE
    """)
    .columns(
        column("id", BigInteger),
        column("status", SqlText),
        *(column(name) for name in ("entrypoint", "attempts", "created", "updated", "execute_after")),
        *(column(name) for name in ("failed_at", "kind", "message")),
    )
    .subquery("job")
)

Status = Annotated[
    Literal["queued", "picked", "failed"] | None,
    QueryParameter(name="status", description="failed = 已停止重试 · held after the last attempt"),
]


def _view(row: Sequence[Any]) -> JobView:
    job_id, status, name, attempts, created_at, updated_at, execute_after, last_error_at, kind, message = row
    error = message if kind == "RetryRequested" else f"{kind}: {message}"
    return JobView(
        id=job_id,
        name=name,
        status=status,
        attempts=attempts + (status == "failed"),
        created_at=created_at,
        updated_at=updated_at,
        next_attempt_at=execute_after if status == "queued" else None,
        last_error=None if message is None else without_secrets(error)[:ERROR_LENGTH_MAX],
        last_error_at=last_error_at,
    )


@get("/v1/jobs", opt=allow("kernel:job:read"))
async def list_jobs(
    session: NamedDependency[AsyncSession],
    status: Status = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[JobView]:
    """后台任务 · The queue, newest first; `status=failed` shows what is held and why."""
    query = select(_JOB) if status is None else select(_JOB).where(_JOB.c.status == status)
    jobs = await fetch(session, query, _JOB.c.id, limit=limit, cursor=cursor, newest_first=True)
    return jobs.of(_view)


@get("/v1/jobs/{job_id:int}", opt=allow("kernel:job:read"))
async def get_job(job_id: FromPath[int], session: NamedDependency[AsyncSession]) -> JobView:
    """后台任务 · One job."""
    return await _one(session, job_id)


async def _one(session: AsyncSession, job_id: int) -> JobView:
    if not 0 < job_id <= ID_MAX:
        raise NotFound(kind="job", id=str(job_id)[:40])
    row = (await session.execute(select(_JOB).where(_JOB.c.id == job_id))).first()
    if row is None:
        raise NotFound(kind="job", id=str(job_id))
    return _view(row)


@post("/v1/jobs/{job_id:int}/retry", opt=allow("kernel:job:retry"), status_code=200, responses=problems(JobNotHeld))
async def retry_job(job_id: FromPath[int], act: NamedDependency[Act]) -> JobView:
    """重试任务 · Queue a held job again, after its cause was mended."""
    job = await _one(act.session, job_id)
    if not await release(act.session, job_id):
        raise JobNotHeld(id=job_id)
    record(act, "kernel.job.retried", f"job_{job_id}", facts={"name": job.name})
    return await _one(act.session, job_id)


@post(
    "/v1/jobs/{job_id:int}/discard",
    opt=allow("kernel:job:retry"),
    status_code=200,
    responses=problems(JobNotFailed),
)
async def discard_job(job_id: FromPath[int], data: JSONBody[DiscardJob], act: NamedDependency[Act]) -> JobView:
    """放弃任务 · Take a job that has failed off the queue for good, with the reason."""
    job = await _one(act.session, job_id)
    if not await discard(act.session, job_id):
        raise JobNotFailed(id=job_id)
    facts = {"name": job.name, "reason": data.reason, "attempts": job.attempts}
    record(act, "kernel.job.discarded", f"job_{job_id}", facts=facts)
    return msgspec.structs.replace(job, status="deleted", next_attempt_at=None)


ROUTES = [list_jobs, get_job, retry_job, discard_job]
