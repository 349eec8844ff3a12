"""Verification over HTTP: one endpoint for programs, and pages for people, none with an account."""

from typing import Annotated, Any

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter

from centre.verification import notices
from centre.verification.budget import VerificationsExceeded
from centre.verification.errors import (
    DocumentTooLarge,
    DocumentUnreadable,
    RecomputationDeclined,
    VerificationBusy,
)
from centre.verification.inspection import FILE_BYTES_MAX, inspect
from centre.verification.schemas import VerificationView
from kernel.act import Act
from kernel.documents import render
from kernel.errors import DomainError, NotFound
from kernel.http.addresses import caller
from kernel.http.description.media import takes
from kernel.http.guards import page, public
from kernel.http.problems import lang_of, problems
from kernel.runtime import Runtime
from kernel.text import Lang
from kernel.time.clock import day_in_china
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit
from rights.cases import queries as cases
from rights.certificates import queries
from rights.objections.queries import open_on_asset
from rights.terms import RIGHT_LABELS, Right
from rights.title import policy as title_policy
from rights.title.queries import remarks

Http = Request[Any, Any, Any]


@post(
    "/v1/verification",
    opt=public() | takes("application/json", "application/pdf", "application/zip", "application/octet-stream"),
    status_code=200,
    request_max_body_size=None,
    responses=problems(
        DocumentUnreadable, DocumentTooLarge, RecomputationDeclined, VerificationsExceeded, VerificationBusy
    ),
)
async def verify_document(request: Http, runtime: NamedDependency[Runtime]) -> VerificationView:
    """核验文书 · Verify a document (JSON, PDF or evidence bundle) sent as the body; nothing of it is kept.

    The checks are those of `liutong verify`, with this centre's keys and its present status lists. What no signature
    of this centre stands behind is computed again only if it is small.
    """
    return await inspect(runtime, _address(request, runtime), await _body(request))


def _address(request: Http, runtime: Runtime) -> str:
    """Whom a check counts for: the same address as any request's, behind trusted proxies and of IPv6 the /64."""
    return caller(request.scope, runtime.settings.trusted_proxies)


async def _body(request: Http) -> bytes:
    """The body, read no further than a document may be large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FILE_BYTES_MAX:
            raise DocumentTooLarge(limit_bytes=FILE_BYTES_MAX)
    return bytes(body)


@get("/verify", opt=page(), media_type=MediaType.HTML, include_in_schema=False)
async def verification_page(
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    certificate: Annotated[str | None, QueryParameter(max_length=60)] = None,
) -> Response[str]:
    """核验页 · A certificate's present state, where a QR code leads, and a form to verify a file."""
    if certificate is None:
        return _page(request, runtime)
    try:
        certified = await queries.certificate(act.session, certificate)
    except NotFound:
        return _page(request, runtime, status=404, missing=certificate)
    in_force = await queries.certificate_in_force(act.session, certified.asset_id, act.at)
    stands = in_force is not None and in_force.id == certified.id
    kinds = {kind.code: kind for kind in title_policy.remarks().at(day_in_china(act.at)).body.remark}
    return _page(
        request,
        runtime,
        certificate=certified,
        stands=stands,
        rights=[(RIGHT_LABELS[Right(code)].zh, RIGHT_LABELS[Right(code)].en) for code in certified.rights],
        disputed=bool(await open_on_asset(act.session, certified.asset_id)),
        remarks=[(kinds[each.kind].zh, kinds[each.kind].en) for each in await remarks(act.session, certified.asset_id)],
    )


@post(
    "/verify",
    opt=public(),
    status_code=200,
    media_type=MediaType.HTML,
    include_in_schema=False,
    request_max_body_size=FILE_BYTES_MAX + 65_536,
)
async def verify_upload(
    request: Http, runtime: NamedDependency[Runtime], data: MultipartBody[dict[str, UploadFile]]
) -> Response[str]:
    """核验结果页 · What was proved of the file that the form sent."""
    file = data.get("file")
    try:
        if not isinstance(file, UploadFile):
            raise DocumentUnreadable(why="file ?")
        view = await inspect(runtime, _address(request, runtime), await file.read())
    except DomainError as problem:
        refusal = problem.sentence.of(lang_of(request))
        return _page(request, runtime, status=problem.status, refusal=refusal)
    return _page(request, runtime, view=view, name=file.filename[:120])


@get("/notices", opt=page(), media_type=MediaType.HTML, include_in_schema=False)
async def notices_page(
    request: Http, act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Response[str]:
    """登记公示 · What anybody may object to now, those that end first coming first."""
    lang = lang_of(request)
    found = await cases.notices(act, limit, cursor)
    shown = notices.shown(found.items, day_in_china(act.at), lang)
    html = render.environment().get_template("notices.html").render(lang=lang, shown=shown, next=found.next)
    return Response(html, media_type=MediaType.HTML, headers=_headers(lang, "no-cache"))


def _page(request: Http, runtime: Runtime, *, status: int = 200, **facts: Any) -> Response[str]:
    lang = lang_of(request)
    context: dict[str, Any] = {
        "lang": lang,
        "view": None,
        "certificate": None,
        "stands": False,
        "rights": [],
        "disputed": False,
        "remarks": [],
        "missing": None,
        "refusal": None,
        "name": "",
        "public_url": runtime.settings.public_url,
        "limit_mib": FILE_BYTES_MAX // 1024**2,
        **facts,
    }
    html = render.environment().get_template("verification.html").render(**context)
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=_headers(lang, "no-store"))


def _headers(lang: Lang, kept: str) -> dict[str, str]:
    return {"Cache-Control": kept, "Content-Language": lang, "Vary": "Accept-Language"}


ROUTES = [verify_document, verification_page, verify_upload, notices_page]
