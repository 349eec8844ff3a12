"""Traces over HTTP."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from channels.traces import commands, errors, queries
from channels.traces.schemas import AskForTrace, TraceView
from kernel import ids
from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

READS: Final = allow("channels:trace:read")
ASKS: Final = allow("channels:trace:write")
Asset = Annotated[str | None, QueryParameter(name="asset_id", max_length=40, description="资产编号 · of one asset")]


@post(
    "/v1/traces",
    opt=ASKS,
    responses=problems(
        NotFound,
        InvalidInput,
        errors.NothingMarked,
        errors.TracedFileTooLarge,
        errors.TracesRunning,
        IdempotencyKeyReused,
    ),
)
async def ask_for_trace(data: JSONBody[AskForTrace], once: NamedDependency[Once]) -> Response[TraceView]:
    """发起溯源 · Have a found file tried against every marked delivery of an asset; a worker does it."""
    return await once(commands.ask, data)


@get("/v1/traces", opt=READS)
async def list_traces(
    act: NamedDependency[Act], asset_id: Asset = None, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[TraceView]:
    """溯源列表 · The traces that one may see, the newest first."""
    return await queries.traces(act, asset_id, limit, cursor)


@get("/v1/traces/{trace_id:str}", opt=READS, responses=problems(NotFound))
async def get_trace(trace_id: FromPath[str], act: NamedDependency[Act]) -> TraceView:
    """溯源详情 · One trace: how far it is, and what it found."""
    return await queries.trace(act, ids.require("trc", trace_id))


@post(
    "/v1/traces/{trace_id:str}/cancellation",
    opt=ASKS,
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def cancel_trace(trace_id: FromPath[str], act: NamedDependency[Act]) -> TraceView:
    """取消溯源 · Call a trace off that has not ended."""
    return await commands.cancel(act, ids.require("trc", trace_id))


ROUTES = [ask_for_trace, list_traces, get_trace, cancel_trace]
