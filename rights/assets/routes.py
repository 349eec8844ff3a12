"""Assets over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.assets import commands, errors, queries
from rights.assets.schemas import AddRevision, AssetView, CreateAsset, RevisionView


@post(
    "/v1/assets",
    opt=allow("rights:asset:write"),
    responses=problems(errors.AssetFaulty, IdempotencyKeyReused),
)
async def create_asset(data: JSONBody[CreateAsset], once: NamedDependency[Once]) -> Response[AssetView]:
    """描述数据资产 · Describe a data asset."""
    return await once(commands.create, data)


@post(
    "/v1/assets/{asset_id:str}/revisions",
    opt=allow("rights:asset:write"),
    responses=problems(NotFound, errors.RevisionFaulty, errors.RevisionUnchanged, IdempotencyKeyReused),
)
async def add_revision(
    asset_id: FromPath[str], data: JSONBody[AddRevision], once: NamedDependency[Once]
) -> Response[RevisionView]:
    """新建数据版本 · Fix the asset's files as an immutable revision."""
    return await once(commands.add_revision, asset_id, data)


@get(
    "/v1/assets/{asset_id:str}/revisions",
    opt=allow("rights:asset:write", "rights:registration:decide"),
    responses=problems(NotFound),
)
async def list_revisions(
    asset_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[RevisionView]:
    """数据版本列表 · The revisions of an asset with their files, the newest first."""
    return await queries.revisions_seen(act, asset_id, limit, cursor)


@get("/v1/assets", opt=allow("rights:asset:write", "rights:registration:decide"))
async def list_assets(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[AssetView]:
    """数据资产列表 · Your own assets, newest first, each with its latest revision; the registrar sees all."""
    return await queries.assets(act, limit, cursor)


@get(
    "/v1/assets/{asset_id:str}",
    opt=allow("rights:asset:write", "rights:registration:decide"),
    responses=problems(NotFound),
)
async def get_asset(asset_id: FromPath[str], act: NamedDependency[Act]) -> AssetView:
    """数据资产 · One asset with its latest revision, for its provider and the registrar."""
    return await queries.asset_seen(act, asset_id)


ROUTES = [create_asset, add_revision, list_revisions, list_assets, get_asset]
