"""The way in: what the centre is and what is new in it."""

from typing import Any

from litestar import Request, Response, get

from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.http.guards import page

Http = Request[Any, Any, Any]


@get(paths("/"), opt=page(), include_in_schema=False)
async def home(request: Http) -> Response[bytes]:
    """首页 · What the centre is and what is new in it."""
    return draw(request, "home.html")


ROUTES = [home]
