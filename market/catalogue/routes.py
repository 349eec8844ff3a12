"""The catalogue over HTTP, as JSON-LD and as Turtle; open to everybody."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel.act import Act
from kernel.actor import Actor
from kernel.http.description.media import gives
from kernel.http.guards import public
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.views.paging import Cursor, Limit
from market.catalogue import queries
from market.catalogue.facets.routes import ROUTES as FACETS
from market.catalogue.facts.routes import ROUTES as FACTS
from market.catalogue.records import PREFIXES, Product, catalogue, dataset
from market.catalogue.searches.routes import ROUTES as SEARCHES
from market.catalogue.turtle import turtle
from market.listings.errors import ListingUnavailable

JSON_LD: Final = "application/ld+json"
TURTLE: Final = "text/turtle"
PAGE: Final = 100
MAX_AGE_SECONDS: Final = 60

Http = Request[Actor, Any, Any]


@get("/v1/catalogue", opt=public() | gives(JSON_LD, TURTLE))
async def get_catalogue(
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> Response[bytes]:
    """数据目录 · The products on the shelf in DCAT 3, as JSON-LD or, for `Accept: text/turtle`, as Turtle.

    Each page is a whole catalogue with its own data sets; `hydra:next` and the `Link` header lead to the next.
    """
    settings = runtime.settings
    centre = await queries.centre(act.session, settings.did, settings.public_url)
    products, following = await queries.page(act, limit, cursor)
    link = _page(centre.catalogue, limit, following) if following is not None else None
    document = catalogue(
        products,
        centre,
        page=_page(centre.catalogue, limit, cursor),
        following=link,
        modified_at=_newest(products, act),
    )
    return _answer(request, document, {"Link": f'<{link}>; rel="next"'} if link is not None else {})


@get(
    "/v1/catalogue/{listing_id:str}",
    opt=public() | gives(JSON_LD, TURTLE),
    responses=problems(ListingUnavailable),
)
async def get_catalogue_record(
    listing_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> Response[bytes]:
    """目录记录 · One product of the catalogue as a DCAT 3 data set, as JSON-LD or as Turtle."""
    settings = runtime.settings
    centre = await queries.centre(act.session, settings.did, settings.public_url)
    product = await queries.product(act, listing_id)
    return _answer(request, {"@context": PREFIXES, **dataset(product, centre, act.today)}, {})


def _newest(products: list[Product], act: Act) -> Any:
    return max((product.modified_at for product in products), default=act.at)


def _page(address: str, limit: int, cursor: str | None) -> str:
    asked = {"limit": limit, **({"cursor": cursor} if cursor is not None else {})}
    return f"{address}?{urlencode(asked)}"


def _answer(request: Http, document: Mapping[str, Any], headers: Mapping[str, str]) -> Response[bytes]:
    """The document in the form that is asked for, with a validator, so that a harvester asks again for nothing."""
    wants_turtle = request.accept.best_match([JSON_LD, TURTLE]) == TURTLE
    body = turtle(document).encode() if wants_turtle else msgspec.json.encode(document)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told = {"ETag": tag, "Vary": "Accept", "Cache-Control": f"public, max-age={MAX_AGE_SECONDS}", **headers}
    if tag in (request.headers.get("if-none-match") or ""):
        return Response(b"", status_code=304, headers=told, media_type=TURTLE if wants_turtle else JSON_LD)
    return Response(body, headers=told, media_type=TURTLE if wants_turtle else JSON_LD)


ROUTES = [get_catalogue, get_catalogue_record, *FACETS, *FACTS, *SEARCHES]
