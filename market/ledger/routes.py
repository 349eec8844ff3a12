"""The books over HTTP."""

from datetime import date
from typing import Annotated

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import ids
from kernel.act import Act
from kernel.errors import InvalidInput, NotFound
from kernel.http.description.media import gives
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.views.audience import own_party
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.ledger import book, exports, queries
from market.ledger.errors import JournalTooLarge
from market.ledger.queries import Period
from market.ledger.schemas import AccountLine, BalanceView, EntryView, TrialBalanceView

Session = NamedDependency[AsyncSession]
_READ = allow("market:ledger:read")
Since = Annotated[date | None, QueryParameter(description="记账日不早于 · entries that count for this day or later")]
Until = Annotated[date | None, QueryParameter(description="记账日不晚于 · entries that count for this day or earlier")]
OfAccount = Annotated[
    str, QueryParameter(max_length=80, description="仅涉及该账户 · only those that move this account")
]
OfSubject = Annotated[
    str, QueryParameter(max_length=40, description="仅关于该对象 · only those about this order, party or line")
]


@get("/v1/ledger/accounts", opt=_READ)
async def list_accounts(
    session: Session,
    prefix: Annotated[str, QueryParameter(max_length=60)] = "",
    until: Until = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[BalanceView]:
    """账户余额 · Balances of all accounts, or of those under a prefix such as `escrow:`, now or at the end of a day."""
    return await queries.balances(session, prefix, limit, cursor, until)


@get("/v1/ledger/accounts/{path:str}/statement", opt=_READ, responses=problems(InvalidInput))
async def get_statement(
    path: FromPath[str],
    session: Session,
    since: Since = None,
    until: Until = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[AccountLine]:
    """账户明细 · The postings of one account by the days that they count for, with what it holds after each."""
    return await queries.statement(session, path[:80], limit, cursor, Period(since, until))


@get("/v1/ledger/trial-balance", opt=_READ)
async def get_trial_balance(session: Session, until: Until = None) -> list[TrialBalanceView]:
    """试算平衡 · The trial balance by currency, now or at the end of a day; every difference is zero."""
    return await queries.trial_balance(session, until)


@get("/v1/ledger/entries", opt=_READ, responses=problems(InvalidInput))
async def list_entries(
    session: Session,
    since: Since = None,
    until: Until = None,
    account: OfAccount = "",
    subject: OfSubject = "",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[EntryView]:
    """序时账 · The journal of a period: every entry with its postings, by the days that they count for."""
    return await queries.journal(session, Period(since, until), limit, cursor, account=account, subject=subject)


@get("/v1/ledger/entries/{ledger_entry_id:str}", opt=_READ, responses=problems(NotFound))
async def get_entry(ledger_entry_id: FromPath[str], session: Session) -> EntryView:
    """记账凭证 · One entry with its postings."""
    return await queries.entry(session, ids.require("lgr", ledger_entry_id))


@get(
    "/v1/ledger/journal",
    opt=_READ | gives(*exports.MEDIA.values()),
    responses=problems(InvalidInput, JournalTooLarge),
)
async def export_journal(
    session: Session,
    form: Annotated[
        exports.Form,
        QueryParameter(name="format", description="hledger 日记账或 CSV · a journal that hledger reads, or CSV"),
    ] = "hledger",
    since: Since = None,
    until: Until = None,
) -> Response[bytes]:
    """账簿导出 · The books of a period as one file; too many postings are refused, never cut."""
    period = Period(since, until)
    await exports.from_one_moment(session)
    await exports.require_bounded(session, period)
    text = "".join([part async for part in exports.parts(session, form, period)])
    name = f"journal.{'csv' if form == 'csv' else 'journal'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=exports.MEDIA[form], headers=headers)


@get("/v1/ledger/own-balance", opt=allow("market:settlement:read"))
async def get_own_balance(act: NamedDependency[Act]) -> list[BalanceView]:
    """本方应收余额 · What the centre owes the caller's own party, by currency."""
    path = book.payable(own_party(act.actor))
    return [BalanceView(account=path, balance=money.view()) for money in await queries.balances_of(act.session, path)]


@get("/v1/ledger/own-statement", opt=allow("market:settlement:read"))
async def get_own_statement(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AccountLine]:
    """本方账户明细 · The postings of the caller's own account, oldest first, with what it holds after each."""
    return await queries.statement(act.session, book.payable(own_party(act.actor)), limit, cursor)


ROUTES = [
    list_accounts,
    get_statement,
    get_trial_balance,
    list_entries,
    get_entry,
    export_journal,
    get_own_balance,
    get_own_statement,
]
