"""Closing and corrections over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.closing import commands, corrections, errors, queries
from market.closing.schemas import (
    AskReopening,
    FigureView,
    LedgerCorrectionView,
    MonthClosingView,
    ProposeCorrection,
)
from market.ledger.errors import MonthClosed, Overdraft

_READ = allow("market:ledger:read")
_CLOSE = allow("market:ledger:close")
_STEP = (NotFound, IllegalTransition, WrongActor)


@get("/v1/ledger/months", opt=_READ)
async def list_month_closings(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[MonthClosingView]:
    """月结列表 · The closings of months, the newest month first; one that was opened again has a successor."""
    return await queries.months(act, limit, cursor)


@get("/v1/ledger/months/{month_closing_id:str}", opt=_READ, responses=problems(NotFound))
async def get_month_closing(month_closing_id: FromPath[str], act: NamedDependency[Act]) -> MonthClosingView:
    """月结 · One closing with the figures that were compared, and the digest of all balances."""
    return await queries.month(act, ids.require("mcl", month_closing_id))


@get("/v1/ledger/months/{month_closing_id:str}/figures", opt=_READ, responses=problems(NotFound))
async def get_month_figures(month_closing_id: FromPath[str], act: NamedDependency[Act]) -> list[FigureView]:
    """月结核对 · What would be compared if the month were closed now, and what does not agree yet."""
    return await queries.figures(act, ids.require("mcl", month_closing_id))


@post(
    "/v1/ledger/months/{month_closing_id:str}/closing",
    opt=_CLOSE,
    status_code=200,
    responses=problems(errors.BooksDisagree, errors.NotTheNextMonth, *_STEP),
)
async def close_month(month_closing_id: FromPath[str], act: NamedDependency[Act]) -> MonthClosingView:
    """结账 · Close a month whose books agree; every fault is told at once."""
    return await commands.close(act, ids.require("mcl", month_closing_id))


@post(
    "/v1/ledger/months/{month_closing_id:str}/reopening-request",
    opt=_CLOSE,
    status_code=200,
    responses=problems(errors.NotTheNextMonth, *_STEP),
)
async def ask_month_reopening(
    month_closing_id: FromPath[str], data: JSONBody[AskReopening], act: NamedDependency[Act]
) -> MonthClosingView:
    """申请反结账 · Ask with a reason that the last closed month be opened again; another officer decides."""
    return await commands.ask(act, ids.require("mcl", month_closing_id), data)


@post(
    "/v1/ledger/months/{month_closing_id:str}/reopening",
    opt=_CLOSE,
    status_code=200,
    responses=problems(errors.SecondPersonNeeded, *_STEP),
)
async def reopen_month(month_closing_id: FromPath[str], act: NamedDependency[Act]) -> MonthClosingView:
    """反结账 · Open the month again; its closing stays, and a new one that names it is owed."""
    return await commands.grant(act, ids.require("mcl", month_closing_id))


@post(
    "/v1/ledger/months/{month_closing_id:str}/reopening-refusal",
    opt=_CLOSE,
    status_code=200,
    responses=problems(*_STEP),
)
async def refuse_month_reopening(month_closing_id: FromPath[str], act: NamedDependency[Act]) -> MonthClosingView:
    """不予反结账 · The month stays closed."""
    return await commands.refuse(act, ids.require("mcl", month_closing_id))


@post(
    "/v1/ledger/corrections",
    opt=_CLOSE,
    responses=problems(
        NotFound, InvalidInput, errors.NotToBeCorrected, errors.DayToCome, errors.CorrectedAlready, MonthClosed,
        IdempotencyKeyReused,
    ),
)  # fmt: skip
async def propose_correction(
    data: JSONBody[ProposeCorrection], once: NamedDependency[Once]
) -> Response[LedgerCorrectionView]:
    """提出更正 · Ask that an entry be put right in an open month; another officer books it."""
    return await once(corrections.propose, data)


@get("/v1/ledger/corrections", opt=_READ)
async def list_corrections(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[LedgerCorrectionView]:
    """更正列表 · The corrections, the newest first."""
    return await queries.corrections(act, limit, cursor)


@get("/v1/ledger/corrections/{correction_id:str}", opt=_READ, responses=problems(NotFound))
async def get_correction(correction_id: FromPath[str], act: NamedDependency[Act]) -> LedgerCorrectionView:
    """更正 · One correction with what it puts right and what it became."""
    return await queries.correction(act, ids.require("lco", correction_id))


@post(
    "/v1/ledger/corrections/{correction_id:str}/approval",
    opt=_CLOSE,
    status_code=200,
    responses=problems(errors.SecondPersonNeeded, MonthClosed, Overdraft, IdempotencyKeyReused, *_STEP),
)
async def approve_correction(
    correction_id: FromPath[str], once: NamedDependency[Once]
) -> Response[LedgerCorrectionView]:
    """更正入账 · Book a correction that another officer proposed."""
    wanted = ids.require("lco", correction_id)
    return await once(corrections.approve, wanted)


@post("/v1/ledger/corrections/{correction_id:str}/refusal", opt=_CLOSE, status_code=200, responses=problems(*_STEP))
async def refuse_correction(correction_id: FromPath[str], act: NamedDependency[Act]) -> LedgerCorrectionView:
    """不予更正 · The entry stays as it is."""
    return await corrections.refuse(act, ids.require("lco", correction_id))


ROUTES = [
    list_month_closings,
    get_month_closing,
    get_month_figures,
    close_month,
    ask_month_reopening,
    reopen_month,
    refuse_month_reopening,
    propose_correction,
    list_corrections,
    get_correction,
    approve_correction,
    refuse_correction,
]
