"""Updates over HTTP: entering a revision, asking what would become of one, and the public list."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page
from rights.certificates.errors import ContentAlreadyClaimed
from rights.duplicates.errors import SketchPending
from rights.registrations.errors import AlreadyRegistered, CertificateNotInForce, NotTheHolder, ObjectionOpen
from rights.updates import commands, queries
from rights.updates.errors import RevisionOutsideScope
from rights.updates.schemas import EnteredRevisionView, EnterRevision, RevisionCheck

Session = NamedDependency[AsyncSession]
APPLY = "rights:registration:apply"


@post(
    "/v1/certificates/{certificate:str}/revisions",
    opt=allow(APPLY),
    responses=problems(
        NotFound,
        NotTheHolder,
        CertificateNotInForce,
        SketchPending,
        RevisionOutsideScope,
        ObjectionOpen,
        ContentAlreadyClaimed,
        AlreadyRegistered,
        IdempotencyKeyReused,
    ),
)
async def enter_revision(
    certificate: FromPath[str],
    data: JSONBody[EnterRevision],
    runtime: NamedDependency[Runtime],
    once: NamedDependency[Once],
) -> Response[EnteredRevisionView]:
    """更新入册 · Enter a newer revision by its digest, within what the certificate declares."""
    return await once(commands.enter, certificate, data, runtime)


@post(
    "/v1/certificates/{certificate:str}/revision-check",
    opt=allow(APPLY),
    status_code=200,
    responses=problems(NotFound, NotTheHolder, CertificateNotInForce, SketchPending),
)
async def check_revision(
    certificate: FromPath[str],
    data: JSONBody[EnterRevision],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> RevisionCheck:
    """入册预检 · Ask whether a revision enters or is a change, and what becomes of listings."""
    return await commands.check(act, certificate, data, runtime)


@get("/v1/certificates/{certificate:str}/revisions", opt=public(), responses=problems(NotFound))
async def list_entered_revisions(
    certificate: FromPath[str], session: Session, limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[EnteredRevisionView]:
    """入册版本 · The revisions that stand under a certificate, newest first."""
    return await queries.entered_revisions(session, certificate, limit, cursor)


ROUTES = [enter_revision, check_revision, list_entered_revisions]
