"""The queue as the operator sees it: what waits, what runs, what is held after its last attempt, and why."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import Conflict, NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.jobs import queue as jobs
from kernel.log.record import record
from kernel.logging import without_secrets
from kernel.text import Text
from kernel.views.paging import LIMIT_DEFAULT, Cursor, CursorOf, Limit, Page, number_of, page

ERROR_LENGTH_MAX: Final = 500
ID_MAX: Final = 2**63 - 1


class JobView(msgspec.Struct, frozen=True):
    """A job; its payload stays inside."""

    id: int
    name: str
    status: str
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


_SELECT: Final = """
    SELECT job.id, job.entrypoint, job.status::text AS status, job.attempts, job.created, job.updated,
           job.execute_after, last.created AS failed_at,
           last.traceback->>'exception_type' AS kind, last.traceback->>'exception_message' AS message
    FROM pgqueuer AS job
    LEFT JOIN LATERAL (
        SELECT created, traceback FROM pgqueuer_log AS diary
        WHERE diary.job_id = job.id AND diary.traceback IS NOT NULL ORDER BY diary.id DESC LIMIT 1
    ) AS last ON TRUE
"""

Status = Annotated[
    Literal["queued", "picked", "failed"] | None,
    QueryParameter(name="status", description="failed = 已停止重试 · held after the last attempt"),
]


def _view(row: Any) -> JobView:
    named = row.message if row.kind == "RetryRequested" else f"{row.kind}: {row.message}"
    error = None if row.message is None else without_secrets(named)[:ERROR_LENGTH_MAX]
    return JobView(
        id=row.id,
        name=row.entrypoint,
        status=row.status,
        attempts=row.attempts + (row.status == "failed"),
        created_at=row.created,
        updated_at=row.updated,
        next_attempt_at=row.execute_after if row.status == "queued" else None,
        last_error=error,
        last_error_at=row.failed_at,
    )


@get("/v1/jobs", opt=allow("kernel:job:read"))
async def list_jobs(
    session: NamedDependency[AsyncSession],
    status: Status = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[JobView]:
    """后台任务 · The queue, newest first; `status=failed` shows what is held and why."""
    rows = await session.execute(
        text(
            f"{_SELECT} WHERE job.id < :before AND (CAST(:status AS text) IS NULL OR job.status::text = :status)"
            " ORDER BY job.id DESC LIMIT :limit"
        ),
        {"before": number_of(cursor, ID_MAX), "status": status, "limit": limit + 1},
    )
    return page([_view(row) for row in rows], limit, CursorOf[JobView](("id",)))


@get("/v1/jobs/{job_id:int}", opt=allow("kernel:job:read"))
async def get_job(job_id: FromPath[int], session: NamedDependency[AsyncSession]) -> JobView:
    """后台任务 · One job."""
    return await _one(session, job_id)


async def _one(session: AsyncSession, job_id: int) -> JobView:
    if not 0 < job_id <= ID_MAX:
        raise NotFound(kind="job", id=str(job_id)[:40])
    row = (await session.execute(text(f"{_SELECT} WHERE job.id = :id"), {"id": job_id})).first()
    if row is None:
        raise NotFound(kind="job", id=str(job_id))
    return _view(row)


@post("/v1/jobs/{job_id:int}/retry", opt=allow("kernel:job:read"), status_code=200, responses=problems(JobNotHeld))
async def retry_job(job_id: FromPath[int], act: NamedDependency[Act]) -> JobView:
    """重试任务 · Queue a held job again, after its cause was mended."""
    found = await _one(act.session, job_id)
    if not await jobs.release(act.session, job_id):
        raise JobNotHeld(id=job_id)
    record(act, "kernel.job.retried", f"job_{job_id}", facts={"name": found.name})
    return await _one(act.session, job_id)


ROUTES = [list_jobs, get_job, retry_job]
