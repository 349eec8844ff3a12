"""Safekeeping over HTTP: wrapping keys, nights of reading back, and what was found."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.safekeeping import commands, queries, rotation
from kernel.safekeeping.schemas import DeclareLost, IntegrityFindingView, IntegrityNightView, WrappingKeysView
from kernel.states import IllegalTransition, WrongActor
from kernel.storage.encryption.errors import KeysUnavailable
from kernel.storage.objects import in_thread
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_KEEP: Final = allow("kernel:storage:keep")
_READ: Final = allow("kernel:storage:read", "kernel:storage:keep")
_STEP: Final = (NotFound, IllegalTransition, WrongActor)


@get("/v1/wrapping-keys", opt=_READ, responses=problems(KeysUnavailable))
async def get_wrapping_keys(runtime: NamedDependency[Runtime]) -> WrappingKeysView:
    """包裹密钥 · The versions of the keys that wrap data keys; the keys themselves are shown to nobody."""
    return await in_thread(rotation.wrapping_keys, runtime.storage.keys)


@post(
    "/v1/wrapping-keys/rotations", opt=_KEEP, status_code=202, responses=problems(KeysUnavailable, IdempotencyKeyReused)
)
async def rotate_wrapping_keys(
    once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[WrappingKeysView]:
    """轮换密钥 · Have every data key wrapped by a new version; no file is rewritten, and older versions die."""
    return await once(rotation.ask, runtime.storage.keys)


@get("/v1/integrity-nights", opt=_READ)
async def list_integrity_nights(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[IntegrityNightView]:
    """夜间复核 · What each night read back, and how surely it would have found what was altered."""
    return await queries.nights(act, limit, cursor)


@get("/v1/integrity-findings", opt=_READ)
async def list_integrity_findings(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[IntegrityFindingView]:
    """完整性问题 · Files that are not as they were stored; nobody is given them until they are dealt with."""
    return await queries.findings(act, limit, cursor)


@get("/v1/integrity-findings/{finding_id:str}", opt=_READ, responses=problems(NotFound))
async def get_integrity_finding(finding_id: FromPath[str], act: NamedDependency[Act]) -> IntegrityFindingView:
    """问题详情 · One finding."""
    return await queries.finding(act, ids.require("ifn", finding_id))


@post("/v1/integrity-findings/{finding_id:str}/restoration", opt=_KEEP, status_code=200, responses=problems(*_STEP))
async def restore_integrity_finding(finding_id: FromPath[str], act: NamedDependency[Act]) -> IntegrityFindingView:
    """恢复复核 · Say that a file was restored: it is read through again, and handed out if it is as it was."""
    return await commands.check_again(act, ids.require("ifn", finding_id))


@post("/v1/integrity-findings/{finding_id:str}/loss", opt=_KEEP, status_code=200, responses=problems(*_STEP))
async def lose_integrity_finding(
    finding_id: FromPath[str], data: JSONBody[DeclareLost], act: NamedDependency[Act]
) -> IntegrityFindingView:
    """确认灭失 · Say that a file cannot be restored."""
    return await commands.lose(act, ids.require("ifn", finding_id), data)


ROUTES = [
    get_wrapping_keys,
    rotate_wrapping_keys,
    list_integrity_nights,
    list_integrity_findings,
    get_integrity_finding,
    restore_integrity_finding,
    lose_integrity_finding,
]
