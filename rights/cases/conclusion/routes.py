"""The conclusion of a case over HTTP: its public notice, its certificate, or its entry."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from rights.cases.conclusion import commands
from rights.cases.schemas import RegistrationView
from rights.cases.screening import commands as screening
from rights.certificates.errors import ContentAlreadyClaimed, SerialExhausted
from rights.duplicates.errors import SketchPending
from rights.registrations import errors
from rights.registrations.states import RegistrationAction

DECIDE = "rights:registration:decide"


@post(
    "/v1/registrations/{registration_id:str}/notice",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(
        NotFound,
        ContentAlreadyClaimed,
        errors.AlreadyRegistered,
        errors.NoticeNotHeld,
        errors.ObjectionOpen,
        SketchPending,
        IllegalTransition,
        WrongActor,
    ),
)
async def publish_notice(
    registration_id: FromPath[str], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> RegistrationView:
    """公示 · Open the public notice of a reviewed case."""
    await screening.before_step(runtime, registration_id, RegistrationAction.PUBLISH)
    return await commands.publish_notice(act, registration_id)


@post(
    "/v1/registrations/{registration_id:str}/certificate",
    opt=allow(DECIDE),
    responses=problems(
        NotFound,
        errors.NoticeStillOpen,
        errors.NoticeRequired,
        errors.ConcludedOtherwise,
        errors.ObjectionOpen,
        errors.CertificateNotInForce,
        errors.RightsEncumbered,
        errors.PublicRegistrationMissing,
        errors.AlreadyRegistered,
        ContentAlreadyClaimed,
        SerialExhausted,
        SketchPending,
        IllegalTransition,
        WrongActor,
        IdempotencyKeyReused,
    ),
)
async def issue_certificate(
    registration_id: FromPath[str], once: NamedDependency[Once], runtime: NamedDependency[Runtime]
) -> Response[RegistrationView]:
    """发证 · Issue the certificate once the notice has ended, or at once where none is held."""
    await screening.before_step(runtime, registration_id, RegistrationAction.CERTIFY)
    return await once(commands.issue_certificate, registration_id)


@post(
    "/v1/registrations/{registration_id:str}/entry",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(
        NotFound,
        errors.NoticeStillOpen,
        errors.NoticeRequired,
        errors.ConcludedOtherwise,
        errors.ObjectionOpen,
        errors.CertificateNotInForce,
        errors.RightsEncumbered,
        IllegalTransition,
        WrongActor,
    ),
)
async def enter_registration(registration_id: FromPath[str], act: NamedDependency[Act]) -> RegistrationView:
    """登簿 · Enter what leads to no certificate: a cancellation, or a licence."""
    return await commands.enter(act, registration_id)


ROUTES = [publish_notice, issue_certificate, enter_registration]
