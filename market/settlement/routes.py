"""Settlements over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from market.settlement import errors, queries
from market.settlement.schemas import SettlementView


@get(
    "/v1/orders/{order_id:str}/settlement",
    opt=allow("market:settlement:read"),
    responses=problems(NotFound, errors.NotSettled),
)
async def get_settlement(order_id: FromPath[str], act: NamedDependency[Act]) -> SettlementView:
    """结算 · How an order's money was divided, and the statement that says so."""
    return await queries.settlement(act, ids.require("ord", order_id))


ROUTES = [get_settlement]
