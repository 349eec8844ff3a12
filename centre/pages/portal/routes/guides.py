"""What is read before the API is used: guides by role, its changes, and the list of links for programs."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from centre.pages.portal.guides.drawing import ROLES, guide
from centre.pages.portal.guides.links import llms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import by_language, lang_of
from centre.pages.shell.rendering import page as draw
from centre.publications.changelog.rules import table
from kernel.errors import NotFound
from kernel.http.guards import page
from kernel.runtime import Runtime

Http = Request[Any, Any, Any]
PLAIN: Final = "text/plain"


@get(paths("/guides"), opt=page(), include_in_schema=False)
async def guides(request: Http) -> Response[bytes]:
    """使用指南 · A quick start for each role."""
    return draw(request, "guides.html", roles=ROLES)


@get(paths("/guides/{role:str}"), opt=page(), include_in_schema=False)
async def guide_of(request: Http, role: FromPath[str]) -> Response[bytes]:
    """使用指南 · The quick start of one role, with the client and curl side by side."""
    if role not in ROLES:
        raise NotFound(kind="path", id=f"/guides/{role}"[:80])
    return draw(request, "guide.html", guide=guide(role, lang_of(request)))


@get("/llms.txt", opt=page(), include_in_schema=False)
async def links(runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """链接清单 · What is here, as a list of links in Markdown (llmstxt.org), for programs that read for people."""
    return Response(llms(runtime.settings.public_url).encode(), media_type=PLAIN)


@get(paths("/changelog"), opt=page(), include_in_schema=False)
async def changelog(request: Http) -> Response[bytes]:
    """接口变更记录 · What was added, changed, deprecated and removed, the newest first."""
    return draw(request, "changelog.html", changes=table())


@get("/changelog", opt=page(), include_in_schema=False, status_code=303)
async def changelog_by_language(request: Http) -> Redirect:
    """接口变更记录 · Where the headers of deprecated operations lead."""
    return by_language(request, "/changelog")


ROUTES = [guides, guide_of, changelog, changelog_by_language, links]
