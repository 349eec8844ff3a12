"""Classification over HTTP."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.time.clock import Clock
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.classification import commands, errors, queries, sheets
from rights.classification.schemas import ClassificationView, DeclareClassification, GateSheetView

Session = NamedDependency[AsyncSession]


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
    asset_id: FromPath[str],
    data: JSONBody[DeclareClassification],
    once: NamedDependency[Once],
    session: Session,
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> Response[ClassificationView]:
    """声明分类分级 · Declare what an asset holds; a later declaration takes the place of an earlier one."""
    return await once(
        lambda: commands.declare(session, actor, asset_id, data, clock=clock),
    )


@get(
    "/v1/assets/{asset_id:str}/classification",
    opt=allow("rights:asset:write", "rights:registration:decide", "market:listing:review"),
    responses=problems(NotFound),
)
async def get_classification(
    asset_id: FromPath[str], session: Session, actor: NamedDependency[Actor]
) -> ClassificationView:
    """分类分级 · The newest declaration, for the provider, the registrar and the reviewer."""
    return await queries.classification(session, actor, asset_id)


@get(
    "/v1/assets/{asset_id:str}/gate-sheets",
    opt=allow("rights:asset:write", "rights:registration:decide", "market:listing:review"),
    responses=problems(NotFound),
)
async def list_gate_sheets(
    asset_id: FromPath[str],
    session: Session,
    actor: NamedDependency[Actor],
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[GateSheetView]:
    """闸门记录 · The gates' answers about an asset at listing, order, contract and transfer, the newest first."""
    return await sheets.of_asset(session, actor, asset_id, limit, cursor)


ROUTES = [declare_classification, get_classification, list_gate_sheets]
