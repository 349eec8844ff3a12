"""Certificates over HTTP; reading them needs no account."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.identity.actor import Actor
from kernel.states import IllegalTransition, WrongActor
from rights.certificates import commands, errors, queries
from rights.certificates.schemas import CancelCertificate, CertificateView

Session = NamedDependency[AsyncSession]


@get("/v1/certificates/{certificate:str}", opt=public(), responses=problems(NotFound))
async def get_certificate(certificate: FromPath[str], session: Session) -> CertificateView:
    """登记证书 · A certificate by its id or its 15-character number."""
    return await queries.certificate(session, certificate)


@post(
    "/v1/certificates/{certificate_id:str}/cancellation",
    opt=allow("rights:registration:decide"),
    status_code=200,
    responses=problems(NotFound, errors.GroundUnknown, IllegalTransition, WrongActor),
)
async def cancel_certificate(
    certificate_id: FromPath[str],
    data: JSONBody[CancelCertificate],
    session: Session,
    clock: NamedDependency[Clock],
    actor: NamedDependency[Actor],
) -> CertificateView:
    """注销证书 · Cancel a certificate on a published ground."""
    return await commands.cancel(session, actor, certificate_id, data, clock=clock)


ROUTES = [get_certificate, cancel_certificate]
