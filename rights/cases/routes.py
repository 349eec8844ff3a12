"""Registration over HTTP: what is read of cases, and the routes of each of their stages."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage.download import Conditions, Download, range_response
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.cases import queries
from rights.cases.applications.routes import ROUTES as APPLICATIONS
from rights.cases.conclusion.routes import ROUTES as CONCLUSION
from rights.cases.examination.routes import ROUTES as EXAMINATION
from rights.cases.schemas import DeskItemView, NoticeView, RegistrationView

APPLY, DECIDE, READ = "rights:registration:apply", "rights:registration:decide", "rights:registration:read"
Http = Request[Actor, Any, Any]


@get("/v1/registrations/{registration_id:str}", opt=allow(APPLY, DECIDE, READ), responses=problems(NotFound))
async def get_registration(registration_id: FromPath[str], act: NamedDependency[Act]) -> RegistrationView:
    """登记案件 · One case, for its applicant, its transferee and the registrar."""
    return await queries.registration(act, registration_id)


@get("/v1/registrations", opt=allow(APPLY, DECIDE, READ))
async def list_registrations(
    act: NamedDependency[Act],
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="数据资产 · id of the asset")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[DeskItemView]:
    """登记工作台 · The registrar's desk, overdue first; for an applicant, its own cases."""
    return await queries.registrations(act, asset_id, limit, cursor)


@get(
    "/v1/registrations/{registration_id:str}/evidence/{evidence_id:str}",
    opt=allow(APPLY, DECIDE, READ) | gives(ANY_FILE),
    responses=problems(NotFound),
)
async def get_evidence(
    registration_id: FromPath[str],
    evidence_id: FromPath[str],
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[Any]:
    """证明材料 · Read a piece of evidence, for the applicant and the registrar."""
    file = await queries.evidence_file(act, registration_id, evidence_id)
    download = Download(file.storage_key, file.size_bytes, file.sha256, file.name, file.media_type)
    return await range_response(runtime.storage, download, Conditions.of(request.headers))


@get("/v1/notices", opt=public())
async def list_notices(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[NoticeView]:
    """登记公示 · The open public notices; whoever is admitted may object to one, with evidence."""
    return await queries.notices(act, limit, cursor)


ROUTES = [
    *APPLICATIONS,
    *EXAMINATION,
    *CONCLUSION,
    get_registration,
    list_registrations,
    get_evidence,
    list_notices,
]
