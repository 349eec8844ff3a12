"""Publications and versions over HTTP."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from channels.keys.routes import READS
from channels.publishing import views
from channels.publishing.schemas import SharedTablesView, SharedVersionView
from kernel import ids
from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.problems import problems
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page


@get("/v1/orders/{order_id:str}/share", opt=READS, responses=problems(NotFound))
async def get_order_share(order_id: FromPath[str], act: NamedDependency[Act]) -> SharedTablesView:
    """数据共享 · The share of an order: its name, and how far the shared form of each delivered revision is."""
    return await views.share(act, ids.require("ord", order_id))


@get("/v1/orders/{order_id:str}/share/versions", opt=READS, responses=problems(NotFound))
async def list_shared_versions(
    order_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SharedVersionView]:
    """共享版本 · The versions of an order's shared tables, newest first, with registered and published digests."""
    return await views.versions(act, ids.require("ord", order_id), limit, cursor)


ROUTES = [get_order_share, list_shared_versions]
