"""Policies and meters of agreements over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.metering import queries
from contracts.metering.schemas import AgreementPolicyView, ReleaseView
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ = allow("contracts:agreement:sign", "market:order:read", "market:ledger:read")


@get("/v1/agreements/{agreement_id:str}/policy", opt=_READ, responses=problems(NotFound))
async def get_agreement_policy(agreement_id: FromPath[str], act: NamedDependency[Act]) -> AgreementPolicyView:
    """协议的使用控制策略 · The policy that every access is decided by, in ODRL and in words, with what was used."""
    return await queries.policy(act, ids.require("agr", agreement_id))


@get("/v1/agreements/{agreement_id:str}/releases", opt=_READ, responses=problems(NotFound))
async def list_usage_releases(
    agreement_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ReleaseView]:
    """放行记录 · Every access under the agreement that the gate permitted, newest first."""
    return await queries.releases(act, ids.require("agr", agreement_id), limit, cursor)


ROUTES = [get_agreement_policy, list_usage_releases]
