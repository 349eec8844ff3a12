"""The examination of a case over HTTP."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from rights.cases.examination import commands
from rights.cases.examination.schemas import (
    DecideAcceptance,
    DeterminePublicData,
    ExtendCase,
    RequestSupplement,
    ReviewRegistration,
    SupplyMaterials,
)
from rights.cases.schemas import RegistrationView
from rights.cases.screening import commands as screening
from rights.duplicates.errors import SketchPending
from rights.registrations import errors
from rights.registrations.states import RegistrationAction

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
    return await commands.request_supplement(act, registration_id, data)


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
    return await commands.supply_materials(act, registration_id, data)


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
    return await commands.extend_case(act, registration_id, data)


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
    return await commands.determine_public_data(act, registration_id, data)


ROUTES = [
    request_supplement,
    supply_materials,
    extend_case,
    decide_acceptance,
    review_registration,
    determine_public_data,
]
