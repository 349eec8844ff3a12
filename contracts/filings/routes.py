"""Filings over HTTP."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from contracts.filings import commands, errors, queries
from contracts.filings.schemas import EndFiling, FileContract, FilingView
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ: Final = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")
_WRITE: Final = allow("contracts:agreement:sign")
_STEP: Final = problems(NotFound, errors.FilingOthersToDo, IllegalTransition)


@post(
    "/v1/filings",
    opt=_WRITE,
    responses=problems(NotFound, errors.FilingFaulty, errors.FilingRepeated, IdempotencyKeyReused),
)
async def file_contract(data: JSONBody[FileContract], once: NamedDependency[Once]) -> Response[FilingView]:
    """合同备案 · File a contract concluded elsewhere: it grants nothing, and is one-sided until it is confirmed."""
    return await once(commands.file_contract, data)


@get("/v1/filings", opt=_READ)
async def list_filings(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[FilingView]:
    """备案合同清单 · Filed contracts: for a party its own, for those who watch all, the newest first."""
    return await queries.filings(act, limit, cursor)


@get("/v1/filings/{filing_id:str}", opt=_READ, responses=problems(NotFound))
async def get_filing(filing_id: FromPath[str], act: NamedDependency[Act]) -> FilingView:
    """备案合同 · One filed contract, for its two parties and those who watch."""
    return await queries.filing(act, ids.require("flg", filing_id))


@get("/v1/filings/{filing_id:str}/document", opt=_READ | gives(ANY_FILE), responses=problems(NotFound))
async def get_filed_document(
    filing_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """备案合同文本 · The text that was filed, for whoever may see the filing."""
    file = await queries.document(act, ids.require("flg", filing_id))
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@post("/v1/filings/{filing_id:str}/confirmation", opt=_WRITE, status_code=200, responses=_STEP)
async def confirm_filing(filing_id: FromPath[str], act: NamedDependency[Act]) -> FilingView:
    """确认备案 · The other party confirms what was filed."""
    return await commands.confirm(act, ids.require("flg", filing_id))


@post("/v1/filings/{filing_id:str}/contest", opt=_WRITE, status_code=200, responses=_STEP)
async def contest_filing(filing_id: FromPath[str], data: JSONBody[EndFiling], act: NamedDependency[Act]) -> FilingView:
    """对备案提出异议 · The other party says that it did not conclude this."""
    return await commands.contest(act, ids.require("flg", filing_id), data)


@post("/v1/filings/{filing_id:str}/withdrawal", opt=_WRITE, status_code=200, responses=_STEP)
async def withdraw_filing(filing_id: FromPath[str], data: JSONBody[EndFiling], act: NamedDependency[Act]) -> FilingView:
    """撤回备案 · Who filed takes it back, until it is confirmed."""
    return await commands.withdraw(act, ids.require("flg", filing_id), data)


ROUTES = [
    file_contract,
    list_filings,
    get_filing,
    get_filed_document,
    confirm_filing,
    contest_filing,
    withdraw_filing,
]
