"""Public notices of registration: what anybody may object to now."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from centre.pages.portal import notices
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import page
from kernel.views.paging import Cursor, Limit
from rights.cases import queries as cases

Http = Request[Any, Any, Any]

ON_A_PAGE = 20


@get(paths("/notices"), opt=page(), include_in_schema=False)
async def open_notices(
    request: Http, act: NamedDependency[Act], limit: Limit = ON_A_PAGE, cursor: Cursor = None
) -> Response[bytes]:
    """登记公示 · What anybody may object to now, those that end first coming first."""
    open_now = await cases.notices(act, limit, cursor)
    return draw(
        request,
        "notices.html",
        shown=notices.shown(open_now.items, act.today, lang_of(request)),
        following=f"?limit={limit}&cursor={open_now.next}" if open_now.next else "",
        first=f"?limit={limit}" if cursor else "",
    )


ROUTES = [open_notices]
