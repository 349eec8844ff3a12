"""The books over HTTP."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.ledger import book, queries
from market.ledger.schemas import BalanceView, StatementLine, TrialBalanceView

Session = NamedDependency[AsyncSession]


@get("/v1/ledger/accounts", opt=allow("market:ledger:read"))
async def list_accounts(
    session: Session,
    prefix: Annotated[str, QueryParameter(max_length=60)] = "",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[BalanceView]:
    """账户余额 · Balances of all accounts, or of those under a prefix such as `escrow:`."""
    return await queries.balances(session, prefix, limit, cursor)


@get("/v1/ledger/accounts/{path:str}/statement", opt=allow("market:ledger:read"))
async def get_statement(
    path: FromPath[str], session: Session, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[StatementLine]:
    """账户明细 · The postings of one account, oldest first."""
    return await queries.statement(session, path[:80], limit, cursor)


@get("/v1/ledger/trial-balance", opt=allow("market:ledger:read"))
async def get_trial_balance(session: Session) -> list[TrialBalanceView]:
    """试算平衡 · The trial balance by currency; every difference is zero."""
    return await queries.trial_balance(session)


@get("/v1/ledger/own-balance", opt=allow("market:settlement:read"))
async def get_own_balance(act: NamedDependency[Act]) -> list[BalanceView]:
    """本方应收余额 · What the centre owes the caller's own party, by currency."""
    path = _own(act.actor)
    return [BalanceView(account=path, balance=money.view()) for money in await queries.balances_of(act.session, path)]


@get("/v1/ledger/own-statement", opt=allow("market:settlement:read"))
async def get_own_statement(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[StatementLine]:
    """本方账户明细 · The postings of the caller's own account, oldest first."""
    return await queries.statement(act.session, _own(act.actor), limit, cursor)


def _own(actor: Actor) -> str:
    if actor.party is None:
        raise NotFound(kind="account", id="")
    return book.payable(actor.party)


ROUTES = [list_accounts, get_statement, get_trial_balance, get_own_balance, get_own_statement]
