"""Papers over HTTP, and everything that makes them."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.documents.errors import GlyphMissing
from kernel.errors import NotFound
from kernel.http.description.media import gives
from kernel.http.guards import allow
from kernel.http.problems import lang_of, problems
from kernel.jobs.errors import ProcessingBusy, ProcessingTooCostly
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.papers import queries
from market.papers.credits import routes as credits_routes
from market.papers.details import routes as details_routes
from market.papers.invoices import routes as invoices_routes
from market.papers.queries import MEDIA
from market.papers.schemas import IssuedPaperView, PaperForm, PaperKind
from market.papers.statements import routes as statements_routes

READS = allow("market:settlement:read")


@get("/v1/papers", opt=READS)
async def list_papers(
    act: NamedDependency[Act],
    kind: Annotated[PaperKind | None, QueryParameter(description="单据种类 · the kind of paper")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[IssuedPaperView]:
    """单据列表 · The papers that name the caller's party, newest first; all of them for those who watch."""
    return await queries.papers(act, kind, limit, cursor)


@get("/v1/papers/{paper_id:str}", opt=READS, responses=problems(NotFound))
async def get_paper(paper_id: FromPath[str], act: NamedDependency[Act]) -> IssuedPaperView:
    """单据 · One numbered paper; what it says is its document."""
    return await queries.paper(act, ids.require("ppr", paper_id))


@get(
    "/v1/papers/{paper_id:str}/file",
    opt=READS | gives(*MEDIA.values()),
    responses=problems(NotFound, ProofPending, GlyphMissing, ProcessingBusy, ProcessingTooCostly),
)
async def get_paper_file(
    paper_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    form: Annotated[PaperForm, QueryParameter(name="format", description="格式 · the form of the file")] = "json",
) -> Response[bytes]:
    """下载单据 · A paper as JSON with its proof, as PDF, XLSX or CSV; `?lang=zh` or `?lang=en`."""
    lang = lang_of(request)
    number, data = await queries.file(act, runtime, ids.require("ppr", paper_id), form, lang)
    shown = "inline" if form in ("json", "pdf") else "attachment"
    name = f"{number}.json" if form == "json" else f"{number}.{lang}.{form}"
    headers = {"Content-Disposition": f'{shown}; filename="{name}"'}
    return Response(data, media_type=MEDIA[form], headers=headers)


ROUTES = [
    *details_routes.ROUTES,
    *invoices_routes.ROUTES,
    *credits_routes.ROUTES,
    *statements_routes.ROUTES,
    list_papers,
    get_paper,
    get_paper_file,
]
