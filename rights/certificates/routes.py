"""Certificates over HTTP; reading them needs no account."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.documents import queries as documents
from kernel.documents.errors import GlyphMissing
from kernel.documents.prints.printing import pdf_of
from kernel.errors import NotFound
from kernel.http.description.media import gives
from kernel.http.guards import allow, public
from kernel.http.problems import lang_of, problems
from kernel.log.errors import ProofPending
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.certificates import commands, errors, queries, status_lists
from rights.certificates.schemas import CertificateView, EndCertificate
from rights.certificates.states import CertificateState

Session = NamedDependency[AsyncSession]


@get("/v1/certificates", opt=allow("rights:asset:write", "rights:registration:decide", "kernel:party:read"))
async def list_certificates(
    act: NamedDependency[Act],
    asset_id: Annotated[str | None, QueryParameter(max_length=40, description="仅该资产 · of one asset")] = None,
    status: Annotated[CertificateState | None, QueryParameter(description="状态 · state")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[CertificateView]:
    """登记证书列表 · The certificates that you hold or held, newest first; officers see all."""
    return await queries.certificates(act, asset_id, status, limit, cursor)


@get("/v1/certificates/{certificate:str}", opt=public(), responses=problems(NotFound))
async def get_certificate(certificate: FromPath[str], session: Session) -> CertificateView:
    """登记证书 · A certificate by its id or its 15-character number."""
    return await queries.certificate(session, certificate)


@get(
    "/v1/certificates/{certificate:str}/pdf",
    opt=public(),
    media_type="application/pdf",
    responses=problems(NotFound, ProofPending, GlyphMissing),
)
async def get_certificate_pdf(
    certificate: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> Response[bytes]:
    """证书 PDF · The certificate for print: PDF/A-3, sealed, its credential attached; `?lang=zh` or `?lang=en`."""
    view = await queries.certificate(act.session, certificate)
    document = await documents.document(act, view.document_id)
    lang = lang_of(request)
    address = f"{runtime.settings.public_url}/verify?certificate={view.number}"
    pdf = await pdf_of(act, runtime, document, lang, verify_url=address, last=True)
    name = f'inline; filename="{view.number}.{lang}.pdf"'
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})


@get("/v1/status-lists/{year:int}", opt=public() | gives("application/vc+json"), responses=problems(NotFound))
async def get_status_list(year: FromPath[int], session: Session) -> Response[dict[str, Any]]:
    """状态列表 · Which certificates of a year have ended (W3C Bitstring Status List); save it to check offline."""
    status_list = await status_lists.newest(session, year) if 2000 <= year <= 9999 else None
    if status_list is None:
        raise NotFound(kind="status list", id=str(year)[:20])
    headers = {"Cache-Control": "public, max-age=60", "ETag": f'"{status_list.sha256}"'}
    return Response(status_list.body, media_type="application/vc+json", headers=headers)


@post(
    "/v1/certificates/{certificate_id:str}/cancellation",
    opt=allow("rights:registration:decide"),
    status_code=200,
    responses=problems(NotFound, errors.GroundUnknown, IllegalTransition, WrongActor),
)
async def cancel_certificate(
    certificate_id: FromPath[str], data: JSONBody[EndCertificate], act: NamedDependency[Act]
) -> CertificateView:
    """依职权注销证书 · Cancel a certificate on the registrar's own initiative, on a published ground."""
    return await commands.cancel(act, certificate_id, data)


@post(
    "/v1/certificates/{certificate_id:str}/revocation",
    opt=allow("rights:registration:decide"),
    status_code=200,
    responses=problems(NotFound, errors.GroundUnknown, IllegalTransition, WrongActor),
)
async def revoke_certificate(
    certificate_id: FromPath[str], data: JSONBody[EndCertificate], act: NamedDependency[Act]
) -> CertificateView:
    """撤销登记 · Take back a certificate that was obtained or is used wrongly."""
    return await commands.revoke(act, certificate_id, data)


ROUTES = [
    list_certificates,
    get_certificate,
    get_certificate_pdf,
    get_status_list,
    cancel_certificate,
    revoke_certificate,
]
