"""Classification over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.classification import commands, errors, queries, sheets
from rights.classification.schemas import (
    ClassificationView,
    DeclareClassification,
    GateSheetView,
    OverrideScan,
    OverrideView,
)


@post(
    "/v1/assets/{asset_id:str}/classification",
    opt=allow("rights:asset:write"),
    responses=problems(
        NotFound,
        errors.StateSecretRefused,
        errors.CoreDataRefused,
        errors.DeclarationFaulty,
        IdempotencyKeyReused,
    ),
)
async def declare_classification(
    asset_id: FromPath[str], data: JSONBody[DeclareClassification], once: NamedDependency[Once]
) -> Response[ClassificationView]:
    """声明分类分级 · Declare what an asset holds; a later declaration takes the place of an earlier one."""
    return await once(commands.declare, asset_id, data)


@post(
    "/v1/assets/{asset_id:str}/classification/overrides",
    opt=allow("market:listing:review"),
    responses=problems(NotFound, errors.OfficerNotIndependent, IdempotencyKeyReused),
)
async def override_scan(
    asset_id: FromPath[str], data: JSONBody[OverrideScan], once: NamedDependency[Once]
) -> Response[OverrideView]:
    """放行扫描结果 · Let findings of the scan stand against the declaration, by name and with the reason."""
    return await once(commands.override, asset_id, data)


@get(
    "/v1/assets/{asset_id:str}/classification",
    opt=allow("rights:asset:write", "rights:registration:decide", "rights:registration:read", "market:listing:review"),
    responses=problems(NotFound),
)
async def get_classification(asset_id: FromPath[str], act: NamedDependency[Act]) -> ClassificationView:
    """分类分级 · The newest declaration, for the provider, the registrar and the reviewer."""
    return await queries.classification(act, asset_id)


@get(
    "/v1/assets/{asset_id:str}/gate-sheets",
    opt=allow("rights:asset:write", "rights:registration:decide", "rights:registration:read", "market:listing:review"),
    responses=problems(NotFound),
)
async def list_gate_sheets(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[GateSheetView]:
    """闸门记录 · The gates' answers about an asset at listing, order, contract and transfer, the newest first."""
    return await sheets.of_asset(act, asset_id, limit, cursor)


ROUTES = [declare_classification, override_scan, get_classification, list_gate_sheets]
