"""Questions to tables over HTTP, by a channel key of the agreement as Bearer token."""

from typing import Annotated, Any, Final

from litestar import Request, get, post
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from channels.keys.callers import calling
from channels.keys.errors import ChannelClosed, ChannelKeyExpired, ChannelKeyUnknown
from channels.publishing import errors as publishing
from channels.querying import commands, errors, queries
from channels.querying.commands import OPERATION, RowRequest
from channels.querying.filters import CHARS_MAX
from channels.querying.rules import ADDRESS, BODY
from channels.querying.schemas import (
    CURSOR_CHARS_MAX,
    ROWS_DEFAULT,
    ROWS_MAX,
    VERSION_MAX,
    QueryTableView,
    RowQuery,
    RowsView,
    Selected,
)
from channels.shares.errors import SharedThingMissing
from channels.shares.wire import Speaking
from contracts.usage.errors import AccessRefused
from kernel import ids
from kernel.actor import Actor
from kernel.http.guards import connector
from kernel.http.idempotency import KEY_LENGTH_MAX, IdempotencyKeyReused
from kernel.http.problems import problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.storage.encryption.errors import FileDestroyed
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.delivery_plans.errors import PartNotReleased
from market.metering.errors import PrepaidTooLow, QuotaUsedUp, SpendLimitReached, SubscriptionClosed

Http = Request[Actor, Any, Any]

BODY_BYTES_MAX: Final = 65_536
_TABLES: Final = "/v1/agreements/{agreement_id:str}/tables"
_TABLE: Final = f"{_TABLES}/{{table:str}}"
_KEY: Final = (ChannelKeyUnknown, ChannelKeyExpired, ChannelClosed)
_SEEN: Final = (
    *_KEY,
    SharedThingMissing,
    publishing.TablesInPreparation,
    publishing.PublicationFailed,
    publishing.ScopeNotMade,
    PartNotReleased,
)
_VERSION: Final = (publishing.VersionMissing, publishing.TableDropped)
_ROWS: Final = problems(
    *_SEEN,
    *_VERSION,
    errors.QuestionFaulty,
    errors.QueryCursorInvalid,
    errors.QueryCursorExpired,
    errors.TableVersionWithdrawn,
    errors.TooManyQueries,
    errors.RowTooLarge,
    AccessRefused,
    QuotaUsedUp,
    SpendLimitReached,
    PrepaidTooLow,
    SubscriptionClosed,
    IdempotencyKeyReused,
    FileDestroyed,
    ProcessingBusy,
    ProcessingTooCostly,
)

Numbered = Annotated[
    int | None,
    QueryParameter(
        name="version", ge=0, le=VERSION_MAX, description="版本号，不填为最新 · the version, else the newest"
    ),
]
EventKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        description="本次使用的名称，同名重复只计量一次 · its name: a query repeated under it is counted once",
    ),
]


@get(_TABLES, opt=connector(), responses=problems(*_SEEN))
async def list_query_tables(
    request: Http, agreement_id: FromPath[str], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[QueryTableView]:
    """可查询的数据表 · The tables that a channel key may ask, with their columns, types, key and versions."""
    agreement = ids.require("agr", agreement_id)
    async with calling(request, "list-tables", agreement) as caller, caller.unit() as (act, holder):
        commands.require_agreement(holder, agreement)
        page = await queries.tables(Speaking(act, holder, caller.runtime), limit, cursor)
        caller.note(act, 200)
        return page


@get(_TABLE, opt=connector(), responses=problems(*_SEEN, *_VERSION))
async def get_query_table(
    request: Http, agreement_id: FromPath[str], table: FromPath[str], version: Numbered = None
) -> QueryTableView:
    """数据表说明 · A table in its newest version, or the one named: its columns with types, its key, its rows."""
    agreement = ids.require("agr", agreement_id)
    async with calling(request, "describe-table", table) as caller, caller.unit() as (act, holder):
        commands.require_agreement(holder, agreement)
        view = await queries.table(Speaking(act, holder, caller.runtime), table, version)
        caller.note(act, 200)
        return view


@post(
    f"{_TABLE}/query",
    opt=connector(),
    status_code=200,
    request_max_body_size=BODY_BYTES_MAX,
    responses=_ROWS,
)
async def query_rows(
    request: Http,
    agreement_id: FromPath[str],
    table: FromPath[str],
    data: JSONBody[RowQuery],
    event_key: EventKey = None,
) -> RowsView:
    """查询数据表 · Rows of a table that fulfil a filter, page by page in the order of its key; a use of so many.

    The same query within a minute, or under the same Idempotency-Key, is counted once.
    """
    asked = RowRequest(ids.require("agr", agreement_id), table, data, BODY, event_key=event_key)
    async with calling(request, OPERATION, table) as caller:
        return await commands.answer(caller, asked)


@get(f"{_TABLE}/rows", opt=connector(), responses=_ROWS)
async def get_rows(
    request: Http,
    agreement_id: FromPath[str],
    table: FromPath[str],
    line: Annotated[
        str | None,
        QueryParameter(
            name="filter",
            max_length=CHARS_MAX,
            description='过滤条件，如 城市 = "上海" AND (金额 >= 10.50 OR day = 2026-01-03)；AND 与 OR 混用须加括号 · '
            "a filter; whoever mixes AND and OR writes parentheses",
        ),
    ] = None,
    select: Annotated[Selected, QueryParameter(name="select", description="列，可重复 · a column, once for each")] = (),
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=ROWS_MAX)] = ROWS_DEFAULT,
    cursor: Annotated[str | None, QueryParameter(name="cursor", max_length=CURSOR_CHARS_MAX)] = None,
    version: Numbered = None,
    event_key: EventKey = None,
) -> RowsView:
    """查询数据表（单行条件） · The same by an address: the filter is one line, and each column is one `select`."""
    query = RowQuery(select=select, limit=limit, cursor=cursor, version=version)
    asked = RowRequest(ids.require("agr", agreement_id), table, query, ADDRESS, line, event_key)
    async with calling(request, OPERATION, table) as caller:
        return await commands.answer(caller, asked)


ROUTES = [list_query_tables, get_query_table, query_rows, get_rows]
