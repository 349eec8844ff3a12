"""The desk over HTTP: for every party and every office."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from centre.desk import queries
from centre.desk.schemas import DeskCount, DeskItem, Whom
from kernel.act import Act
from kernel.http.guards import allow
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

_READ = allow("kernel:event:read")
WaitsFor = Annotated[
    Whom, QueryParameter(name="waits_for", description="等我处理，或等他人处理 · for me, or for others")
]


@get("/v1/desk", opt=_READ)
async def list_desk(
    act: NamedDependency[Act],
    waits_for: WaitsFor = "me",
    kind: Annotated[str | None, QueryParameter(max_length=60, description="事项种类 · kind of thing")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DeskItem]:
    """待办 · What waits for the caller over all slices, or what the caller waits for; what is due first comes first."""
    return await queries.desk(act, waits_for, kind, limit, cursor)


@get("/v1/desk/counts", opt=_READ)
async def count_desk(act: NamedDependency[Act], waits_for: WaitsFor = "me") -> list[DeskCount]:
    """待办数量 · How much of each kind waits, and how much of it is late."""
    return await queries.counts(act, waits_for)


ROUTES = [list_desk, count_desk]
