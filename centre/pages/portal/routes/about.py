"""What the centre says of its service: whether it works, and who can use its pages."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import page
from kernel.log import queries as log
from market.service_levels import outages

Http = Request[Any, Any, Any]

OUTAGES = 20


@get(paths("/status"), opt=page(), include_in_schema=False)
async def status(request: Http, act: NamedDependency[Act]) -> Response[bytes]:
    """服务状态 · What works now, and what was announced or entered of outages."""
    known = (await outages.outages(act, OUTAGES, None)).items
    return draw(
        request,
        "status.html",
        now=[each for each in known if each.starts_at <= act.at < each.ends_at],
        ahead=[each for each in known if each.starts_at > act.at],
        past=[each for each in known if each.ends_at <= act.at],
        head=await log.checkpoint(act.session),
        at=act.at,
    )


@get(paths("/accessibility"), opt=page(), include_in_schema=False)
async def accessibility(request: Http) -> Response[bytes]:
    """无障碍声明 · What these pages keep of WCAG 2.2, how it was checked, and what is not known."""
    return draw(request, "accessibility.html")


ROUTES = [status, accessibility]
