"""Splits over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from market.splits import errors, freezing, queries
from market.splits.schemas import AgreementSplitView


@get(
    "/v1/agreements/{agreement_id:str}/split",
    opt=allow("market:settlement:read"),
    responses=problems(NotFound, errors.SplitNotFrozen),
)
async def get_split(agreement_id: FromPath[str], act: NamedDependency[Act]) -> AgreementSplitView:
    """收益分配 · Who shares in an agreement's money, frozen when both had signed; for its sides and all who share."""
    return await queries.split(act, ids.require("agr", agreement_id))


ROUTES = [get_split]
FREEZES = freezing.freeze
"""Registered by being imported: what follows from an agreement in force."""
