"""Products on the shelf: finding them, and judging one."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from centre.pages.portal import finding
from centre.pages.portal.calculator import CHARS_MAX, Entered, calculator
from centre.pages.portal.drawings import bars, counts_of
from centre.pages.portal.finding import FACET_NAMES, OPEN_AT_FIRST, SORTS, Question
from centre.pages.portal.offers import terms_words
from centre.pages.portal.product import ORDER, dictionary, licence_words, product
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of
from centre.pages.shell.rendering import page as draw
from contracts.terms.price.sentences import whole
from contracts.terms.prices import COMPONENTS_MAX
from kernel.act import Act
from kernel.http.guards import page
from kernel.runtime import Runtime
from market.catalogue.facets import queries as facets
from market.catalogue.facts import comparing
from market.listings import queries
from market.listings.finding.facets import closed
from market.offers import queries as offers
from valuation.charts import profile, scores

Http = Request[Any, Any, Any]

ON_A_PAGE: Final = 20
BUYING: Final = "market:order:place"
"""What somebody may do who orders."""
COLUMNS_MAX: Final = 60
"""So many columns of a table stand on the page of its dictionary; the API has them all."""


@get(
    paths("/listings"),
    opt=page(),
    include_in_schema=False,
    dependencies={"question": Provide(finding.provide_question, sync_to_thread=False)},
)
async def search(
    request: Http,
    act: NamedDependency[Act],
    question: NamedDependency[Question],
    cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
) -> Response[bytes]:
    """数据市场 · Find products by words and choices; every parameter is in the address."""
    wanted = question.asked.wanted(act.at)
    hits = await queries.listings(act, wanted, ON_A_PAGE, cursor or None)
    counts = await facets.facets(act, wanted)
    return draw(
        request,
        "listings.html",
        question=question,
        hits=hits,
        counts=counts,
        facets=finding.in_order(counts),
        chips=question.chips(finding.labels_of(counts)),
        facet_names=FACET_NAMES,
        open_at_first=OPEN_AT_FIRST,
        sorts=SORTS,
        grades=closed(act.today)["grade"],
        following=question.address(cursor=hits.next) if hits.next else "",
        first=question.address() or "?" if cursor else "",
    )


Many = Annotated[list[Annotated[str, Meta(max_length=CHARS_MAX)]] | None, QueryParameter(max_items=COMPONENTS_MAX)]
Short = Annotated[str, QueryParameter(max_length=CHARS_MAX)]


@get(paths("/listings/{listing_id:str}"), opt=page(), include_in_schema=False)
async def listing(
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    listing_id: FromPath[str],
    quantity: Many = None,
    revenue: Many = None,
    begin: Short = "",
    period: Short = "",
) -> Response[bytes]:
    """商品页 · One product: what it is, how good, under which licence, for how much, and on which proof."""
    asked = Entered(quantity or (), revenue or (), begin, period)
    computed = await calculator(runtime, request.user, listing_id, asked)
    shown = await product(act, listing_id)
    faults = computed.form.faults if computed else ()
    return draw(
        request,
        "listing.html",
        status=422 if faults else 200,
        errors=faults,
        of=shown,
        calculator=computed,
        it=shown.listing,
        grades=closed(act.today)["grade"],
        deliveries=closed(act.today)["delivery"],
        price_words=whole,
        bars=bars,
        counts_of=counts_of,
        type_name=profile.type_name,
        radar=scores.radar(shown.radar, lang_of(request)) if shown.radar else None,
        **_buying(request, shown.listing.provider.id, listing_id),
    )


def _buying(request: Http, provider: str, listing_id: str) -> dict[str, Any]:
    """Whether whoever looks may buy, and the pages on which one orders and asks for a quotation."""
    actor, console = request.user, f"/{lang_of(request)}/console"
    may = "own" if actor.party == provider else "may" if BUYING in actor.permissions else ""
    of = urlencode({"listing_id": listing_id})
    return {
        "buying": may,
        "order_path": f"{console}/orders?do=place_order&{of}",
        "ask_path": f"{console}/negotiations?do=request_negotiation&{of}",
    }


@get(paths("/listings/{listing_id:str}/fields"), opt=page(), include_in_schema=False)
async def fields(request: Http, act: NamedDependency[Act], listing_id: FromPath[str]) -> Response[bytes]:
    """数据字典 · Every column of a product: what it means, and how its values are spread."""
    columns = await dictionary(act, listing_id)
    return draw(
        request,
        "fields.html",
        it=await queries.visible(act, listing_id),
        tables=columns.objects if columns else [],
        columns_max=COLUMNS_MAX,
        bars=bars,
        counts_of=counts_of,
        type_name=profile.type_name,
    )


@get(paths("/listings/comparison"), opt=page(), include_in_schema=False)
async def comparison(
    request: Http,
    act: NamedDependency[Act],
    id_: Annotated[list[str] | None, QueryParameter(name="id", max_items=10)] = None,
) -> Response[bytes]:
    """商品比较 · Up to four products side by side; without any, how to choose them."""
    view = await comparing.compared(act, id_) if id_ else None
    lists = closed(act.today)
    return draw(
        request,
        "comparison.html",
        view=view,
        products=view.listings if view else [],
        differing=frozenset(view.differing) if view else frozenset(),
        licences=[licence_words(each.licence, act.today) for each in view.listings] if view else [],
        order=ORDER,
        grades=lists["grade"],
        deliveries=lists["delivery"],
    )


@get(paths("/offers/{offer_id:str}"), opt=page(), include_in_schema=False)
async def offer(request: Http, act: NamedDependency[Act], offer_id: FromPath[str]) -> Response[bytes]:
    """要约 · The terms of an offer, whole: whoever takes it agrees to these and to nothing else."""
    view = await offers.offer(act, offer_id)
    return draw(
        request,
        "offer.html",
        offer=view,
        it=await queries.visible(act, view.listing_id),
        terms=terms_words(view.terms, act.today),
        deliveries=closed(act.today)["delivery"],
    )


ROUTES = [search, listing, fields, comparison, offer]
