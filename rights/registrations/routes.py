"""Registration over HTTP: the applicant's steps, the registrar's desk, and the public notices."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.time.clock import Clock
from rights.certificates.errors import ContentAlreadyClaimed, SerialExhausted
from rights.duplicates.errors import SketchPending
from rights.registrations import certify, commands, errors, publicness, supplements
from rights.registrations.schemas import (
    DecideAcceptance,
    DeterminePublicData,
    ExtendCase,
    RequestSupplement,
    ReviewRegistration,
    SupplyMaterials,
    WithdrawRegistration,
)
from rights.registrations.states import RegistrationAction
from rights.registrations.views import RegistrationView
from rights.screening import commands as screening

Session = NamedDependency[AsyncSession]
Time = NamedDependency[Clock]
Who = NamedDependency[Actor]

APPLY = "rights:registration:apply"
DECIDE = "rights:registration:decide"


@post(
    "/v1/registrations/{registration_id:str}/acceptance",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, errors.DecisionFaulty, errors.AcceptanceDeemed, IllegalTransition, WrongActor),
)
async def decide_acceptance(
    registration_id: FromPath[str], data: JSONBody[DecideAcceptance], act: NamedDependency[Act]
) -> RegistrationView:
    """受理 · Accept the application for review, or reject it."""
    return await commands.decide_acceptance(act, registration_id, data)


@post(
    "/v1/registrations/{registration_id:str}/supplement-request",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, errors.DecisionFaulty, IllegalTransition, WrongActor),
)
async def request_supplement(
    registration_id: FromPath[str], data: JSONBody[RequestSupplement], act: NamedDependency[Act]
) -> RegistrationView:
    """补正通知 · Ask for everything that is missing at once; the clocks stand still until it is there."""
    return await supplements.request(act, registration_id, data)


@post(
    "/v1/registrations/{registration_id:str}/supplement",
    opt=allow(APPLY),
    status_code=200,
    responses=problems(NotFound, errors.EvidenceMissing, errors.RegistrationFaulty, IllegalTransition, WrongActor),
)
async def supply_materials(
    registration_id: FromPath[str], data: JSONBody[SupplyMaterials], act: NamedDependency[Act]
) -> RegistrationView:
    """补正 · Bring the materials that were asked for."""
    return await supplements.supply(act, registration_id, data)


@post(
    "/v1/registrations/{registration_id:str}/extension",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, errors.AlreadyExtended, errors.ExtensionImpossible, IllegalTransition, WrongActor),
)
async def extend_case(
    registration_id: FromPath[str], data: JSONBody[ExtendCase], act: NamedDependency[Act]
) -> RegistrationView:
    """延长办理期限 · Extend the case once, with a reason."""
    return await supplements.extend(act, registration_id, data)


@post(
    "/v1/registrations/{registration_id:str}/review",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(
        NotFound,
        errors.DecisionFaulty,
        errors.WaiverNotAsked,
        errors.ObjectionOpen,
        errors.PublicRegistrationMissing,
        errors.NotRegistrable,
        errors.NotAPublicResource,
        errors.RegistrationFaulty,
        SketchPending,
        IllegalTransition,
        WrongActor,
    ),
)
async def review_registration(
    registration_id: FromPath[str],
    data: JSONBody[ReviewRegistration],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> RegistrationView:
    """审查 · Approve the case for public notice, or refuse it; a refusal is possible until the certificate.

    Before an approval the content is compared with earlier claims; for each one found the centre objects.
    """
    if data.decision == "approve":
        await screening.before_step(runtime, registration_id, RegistrationAction.APPROVE)
    return await commands.review(act, registration_id, data)


@post(
    "/v1/registrations/{registration_id:str}/public-data",
    opt=allow(DECIDE),
    status_code=200,
    responses=problems(NotFound, errors.DeterminationTooLate),
)
async def determine_public_data(
    registration_id: FromPath[str], data: JSONBody[DeterminePublicData], act: NamedDependency[Act]
) -> RegistrationView:
    """核定公共数据属性 · Settle whether the case's data is public data, whatever the provider declared."""
    return await publicness.determine(act, registration_id, data)


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
    return await certify.publish(act, registration_id)


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
    return await once(certify.certify, registration_id)


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
    return await certify.enter(act, registration_id)


@post(
    "/v1/registrations/{registration_id:str}/withdrawal",
    opt=allow(APPLY),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def withdraw_registration(
    registration_id: FromPath[str], data: JSONBody[WithdrawRegistration], act: NamedDependency[Act]
) -> RegistrationView:
    """撤回 · Take one's own application back."""
    return await commands.withdraw(act, registration_id, data)


ROUTES = [
    request_supplement,
    supply_materials,
    extend_case,
    enter_registration,
    decide_acceptance,
    review_registration,
    determine_public_data,
    publish_notice,
    issue_certificate,
    withdraw_registration,
]
