"""Reading complaints, their record, files, documents, bundles and numbers."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.documents.errors import GlyphMissing
from kernel.documents.prints.printing import pdf_of
from kernel.errors import NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import public
from kernel.http.problems import lang_of, problems
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from market.complaints import errors, queries
from market.complaints.routes.access import READ
from market.complaints.schemas import (
    ComplaintBundleView,
    ComplaintStatisticsView,
    ComplaintStepView,
    ComplaintView,
)
from market.complaints.states import ComplaintState

OneState = Annotated[ComplaintState | None, QueryParameter(name="status", description="状态 · the state")]
OneOrder = Annotated[str | None, QueryParameter(name="order", max_length=40, description="订单编号 · id of the order")]
Since = Annotated[date | None, QueryParameter(name="since", description="起始日期 · filed on or after this day")]
Until = Annotated[date | None, QueryParameter(name="until", description="截止日期 · filed on or before this day")]


@get("/v1/complaints", opt=READ)
async def list_complaints(
    act: NamedDependency[Act],
    status: OneState = None,
    order: OneOrder = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[ComplaintView]:
    """投诉列表 · The complaints that one may see, the newest first."""
    return await queries.complaints(act, status, order, limit, cursor)


@get("/v1/complaints/{complaint_id:str}", opt=READ, responses=problems(NotFound))
async def get_complaint(complaint_id: FromPath[str], act: NamedDependency[Act]) -> ComplaintView:
    """投诉详情 · One complaint: where it stands, who has to act and until when."""
    return await queries.complaint(act, ids.require("cpl", complaint_id))


@get("/v1/complaints/{complaint_id:str}/steps", opt=READ, responses=problems(NotFound))
async def list_complaint_steps(
    complaint_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ComplaintStepView]:
    """案卷 · Everything that was said and done in the case, in its order."""
    return await queries.steps(act, ids.require("cpl", complaint_id), limit, cursor)


@get("/v1/complaints/{complaint_id:str}/files/{number:int}", opt=READ | gives(ANY_FILE), responses=problems(NotFound))
async def get_complaint_file(
    complaint_id: FromPath[str],
    number: FromPath[int],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """案卷材料 · Read a file of the case by its number."""
    file = await queries.file(act, ids.require("cpl", complaint_id), number)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@get(
    "/v1/complaints/{complaint_id:str}/documents/{document_id:str}/pdf",
    opt=READ,
    media_type="application/pdf",
    responses=problems(NotFound, ProofPending, GlyphMissing),
)
async def get_complaint_pdf(
    complaint_id: FromPath[str],
    document_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[bytes]:
    """投诉文书 PDF · A decision or settlement for print: PDF/A-3, sealed; `?lang=zh` or `?lang=en`."""
    document = await queries.document(act, ids.require("cpl", complaint_id), ids.require("doc", document_id))
    lang = lang_of(request)
    pdf = await pdf_of(act, runtime, document, lang, verify_url=f"{runtime.settings.public_url}/verify", last=True)
    name = f'inline; filename="{document_id}.{lang}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@get("/v1/complaints/{complaint_id:str}/bundles", opt=READ, responses=problems(NotFound))
async def list_complaint_bundles(
    complaint_id: FromPath[str], act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[ComplaintBundleView]:
    """移交包列表 · The bundles of the case, the newest first."""
    return await queries.bundles(act, ids.require("cpl", complaint_id), limit, cursor)


@get(
    "/v1/complaints/{complaint_id:str}/bundles/{bundle_id:str}",
    opt=READ | gives("application/zip"),
    responses=problems(NotFound, errors.BundleInTheMaking),
)
async def get_complaint_bundle(
    complaint_id: FromPath[str],
    bundle_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """移交包 · The bundle itself: a zip that `liutong verify` and `sha256sum -c` check offline."""
    made = await queries.bundle(act, ids.require("cpl", complaint_id), ids.require("cpb", bundle_id))
    download = Download(
        str(made.storage_key), int(made.size_bytes or 0), str(made.sha256), f"{made.id}.zip", "application/zip"
    )
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@get("/v1/complaint-statistics", opt=public())
async def get_complaint_statistics(
    act: NamedDependency[Act], since: Since = None, until: Until = None
) -> ComplaintStatisticsView:
    """投诉统计 · Complaints by reason and outcome, without names, for everybody."""
    return await queries.statistics(act, since, until)


ROUTES = [
    list_complaints,
    get_complaint,
    list_complaint_steps,
    get_complaint_file,
    get_complaint_pdf,
    list_complaint_bundles,
    get_complaint_bundle,
    get_complaint_statistics,
]
