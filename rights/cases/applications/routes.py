"""Applications over HTTP: the first for a revision, and the subsequent ones about a certificate."""

from litestar import Response, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from rights.assets.errors import AssetFaulty, DescriptionRegistered
from rights.assets.schemas import AssetView, EditAsset
from rights.cases.applications.commands import descriptions, initial, responses, subsequent
from rights.cases.applications.errors import RightsPassTogether
from rights.cases.applications.schemas import (
    AnswerTransfer,
    ApplyForRegistration,
    RegisterPublicResource,
    SubsequentApplication,
    WithdrawRegistration,
)
from rights.cases.schemas import RegistrationView
from rights.certificates.errors import ContentAlreadyClaimed, GroundUnknown
from rights.classification.errors import GATES, ClassificationMissing
from rights.registrations import errors
from rights.title.errors import HoldersMustConsent, RightRemarked, UpstreamExceeded

APPLY = "rights:registration:apply"


@post(
    "/v1/registrations",
    opt=allow(APPLY),
    responses=problems(
        NotFound,
        errors.RegistrationFaulty,
        errors.NotRegistrable,
        errors.BasisMismatch,
        errors.RightNotGiven,
        errors.EvidenceMissing,
        errors.FormIncomplete,
        errors.PublicRegistrationMissing,
        errors.AlreadyRegistered,
        ContentAlreadyClaimed,
        UpstreamExceeded,
        IdempotencyKeyReused,
    ),
)
async def apply_for_registration(
    data: JSONBody[ApplyForRegistration], once: NamedDependency[Once]
) -> Response[RegistrationView]:
    """申请登记 · Apply for the registration of rights in a revision of one's own asset."""
    return await once(initial.apply, data)


@post(
    "/v1/public-registrations",
    opt=allow(APPLY),
    responses=problems(
        NotFound,
        errors.RegistrationFaulty,
        errors.NotAPublicResource,
        errors.PublicRegistrationMissing,
        errors.EvidenceMissing,
        errors.AlreadyRegistered,
        ContentAlreadyClaimed,
        IdempotencyKeyReused,
    ),
)
async def register_public_resource(
    data: JSONBody[RegisterPublicResource], once: NamedDependency[Once]
) -> Response[RegistrationView]:
    """公共数据资源首次登记 · Apply for the first registration of a public data resource."""
    return await once(initial.apply_public, data)


@patch(
    "/v1/assets/{asset_id:str}",
    opt=allow("rights:asset:write"),
    responses=problems(NotFound, AssetFaulty, DescriptionRegistered),
)
async def edit_asset(asset_id: FromPath[str], data: JSONBody[EditAsset], act: NamedDependency[Act]) -> AssetView:
    """修改资产描述 · Mend the description of an asset that no registration rests on."""
    return await descriptions.edit(act, asset_id, data)


@post(
    "/v1/certificates/{certificate:str}/registrations",
    opt=allow(APPLY),
    responses=problems(
        NotFound,
        errors.NotTheHolder,
        errors.TypeNotOffered,
        errors.CertificateNotInForce,
        errors.RightsEncumbered,
        errors.RenewalOutsideWindow,
        errors.RegistrationFaulty,
        errors.EvidenceMissing,
        errors.ChangeFaulty,
        errors.FormIncomplete,
        errors.CorrectionUnproved,
        errors.LicenceFaulty,
        errors.TransferFaulty,
        errors.RightNotGiven,
        errors.AlreadyRegistered,
        ContentAlreadyClaimed,
        GroundUnknown,
        UpstreamExceeded,
        RightsPassTogether,
        HoldersMustConsent,
        RightRemarked,
        ClassificationMissing,
        *GATES.values(),
        IdempotencyKeyReused,
    ),
)
async def apply_about_certificate(
    certificate: FromPath[str], data: JSONBody[SubsequentApplication], once: NamedDependency[Once]
) -> Response[RegistrationView]:
    """转让、变更、续期、更正、注销、许可 · Apply for a later registration of a certificate, by its id or number."""
    return await once(subsequent.apply_about_certificate, certificate, data)


@post(
    "/v1/registrations/{registration_id:str}/transferee",
    opt=allow(APPLY),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def answer_transfer(
    registration_id: FromPath[str], data: JSONBody[AnswerTransfer], act: NamedDependency[Act]
) -> RegistrationView:
    """受让方同意 · The transferee joins the application with its own key, or declines."""
    return await responses.answer_transfer(act, registration_id, data)


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
    return await responses.withdraw(act, registration_id, data)


ROUTES = [
    apply_for_registration,
    register_public_resource,
    edit_asset,
    apply_about_certificate,
    answer_transfer,
    withdraw_registration,
]
