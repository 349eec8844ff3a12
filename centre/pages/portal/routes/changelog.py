"""The changes of the API for people."""

from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import by_language
from centre.pages.shell.rendering import page as draw
from centre.publications.changelog.rules import table
from kernel.http.guards import page

Http = Request[Any, Any, Any]


@get(paths("/changelog"), opt=page(), include_in_schema=False)
async def changelog(request: Http) -> Response[bytes]:
    """接口变更记录 · What was added, changed, deprecated and removed, the newest first."""
    return draw(request, "changelog.html", changes=table())


@get("/changelog", opt=page(), include_in_schema=False, status_code=303)
async def changelog_by_language(request: Http) -> Redirect:
    """接口变更记录 · Where the headers of deprecated operations lead."""
    return by_language(request, "/changelog")


ROUTES = [changelog, changelog_by_language]
