"""The way in: what the centre is, how much is here, and what is new."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from centre.pages.portal import notices
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import page
from kernel.log import queries as log
from kernel.rules import rulebook
from market.catalogue.facets import queries as facets
from market.listings import queries as listings
from market.listings.finding.facets import closed
from market.listings.finding.query import ANYTHING
from rights.cases import queries as cases

Http = Request[Any, Any, Any]

NEWEST: Final = 5
NOTICES: Final = 5


@get(paths("/"), opt=page(), include_in_schema=False)
async def home(request: Http, act: NamedDependency[Act]) -> Response[bytes]:
    """首页 · Figures, the newest products, and the notices that are open."""
    newest = await listings.listings(act, ANYTHING, NEWEST, None)
    open_now = await cases.notices(act, NOTICES, None)
    head = await log.checkpoint(act.session)
    return draw(
        request,
        "home.html",
        counts=await facets.facets(act, ANYTHING),
        newest=newest.items,
        shown=notices.shown(open_now.items, act.today, lang_of(request)),
        more_notices=open_now.next is not None,
        entries=head.size if head else 0,
        rules=len(rulebook.in_force(act.today).rules),
        grades=closed(act.today)["grade"],
    )


ROUTES = [home]
