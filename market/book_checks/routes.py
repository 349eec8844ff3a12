"""Checks of the books over HTTP, for the offices."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.book_checks import commands, queries
from market.book_checks.errors import BookCheckRunning
from market.book_checks.schemas import BookCheckView

READS = "market:ledger:read"


@post("/v1/ledger/checks", opt=allow(READS), responses=problems(BookCheckRunning, IdempotencyKeyReused))
async def ask_for_book_check(once: NamedDependency[Once]) -> Response[BookCheckView]:
    """发起账簿核对 · Ask for a check of the books; a worker runs it, and one runs at a time."""
    return await once(commands.ask)


@get("/v1/ledger/checks", opt=allow(READS))
async def list_book_checks(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[BookCheckView]:
    """账簿核对列表 · The checks that were asked for, the newest first."""
    return await queries.book_checks(act, limit, cursor)


@get("/v1/ledger/checks/{book_check_id:str}", opt=allow(READS), responses=problems(NotFound))
async def get_book_check(book_check_id: FromPath[str], act: NamedDependency[Act]) -> BookCheckView:
    """账簿核对详情 · One check: how far it is, and what it found."""
    return await queries.book_check(act, ids.require("bkc", book_check_id))


@post(
    "/v1/ledger/checks/{book_check_id:str}/cancellation",
    opt=allow(READS),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def cancel_book_check(book_check_id: FromPath[str], act: NamedDependency[Act]) -> BookCheckView:
    """取消账簿核对 · Call a check off that has not ended."""
    return await commands.cancel(act, ids.require("bkc", book_check_id))


ROUTES = [ask_for_book_check, list_book_checks, get_book_check, cancel_book_check]
