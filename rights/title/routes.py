"""Title over HTTP: reading it, asking of it, granting out of it, and what the registrar enters."""

from datetime import datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel.act import Act
from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.states import IllegalTransition, WrongActor
from rights.grants.errors import GrantInexpressible
from rights.moments import MomentInFuture, past_moment
from rights.title import checks, errors, history
from rights.title.commands import grants, lineage, remarks, shares
from rights.title.schemas import (
    CheckTitle,
    DeclareParent,
    EndGrant,
    EnterRemark,
    GrantView,
    LineageView,
    MakeGrant,
    RecordGrant,
    RecordParent,
    ReleaseRemark,
    RemarkView,
    SetShares,
    ShareView,
    TitleAnswer,
    TitleView,
    TransferTitle,
)

Moment = Annotated[datetime | None, QueryParameter(description="当时的权利链 · as it stood at this moment, RFC 3339")]

READ, INSPECT = "rights:title:read", "rights:title:inspect"
GRANT, REGISTER, ASSET = "rights:title:grant", "rights:title:register", "rights:asset:write"
REFUSALS = (
    NotFound,
    GrantInexpressible,
    errors.GrantExceedsTitle,
    errors.ExclusiveFieldTaken,
    errors.RightRemarked,
    errors.UpstreamExceeded,
    errors.HoldersMustConsent,
    IdempotencyKeyReused,
)


@get("/v1/assets/{asset_id:str}/title", opt=allow(READ, INSPECT), responses=problems(NotFound, MomentInFuture))
async def get_title(asset_id: FromPath[str], act: NamedDependency[Act], at: Moment = None) -> TitleView:
    """权利链 · An asset's title, now or at a moment: holders, sources, remarks, and the licences that one may see."""
    return await history.title(act, asset_id, at=past_moment(at, act.at))


@post(
    "/v1/assets/{asset_id:str}/title/check",
    opt=allow(READ, INSPECT),
    status_code=200,
    responses=problems(NotFound, GrantInexpressible),
)
async def check_title(asset_id: FromPath[str], data: JSONBody[CheckTitle], act: NamedDependency[Act]) -> TitleAnswer:
    """确权校验 · Ask whether a wish is within the title: yes, or the violated edge and side with the rule."""
    return await checks.check(act, asset_id, data)


@post("/v1/assets/{asset_id:str}/grants", opt=allow(GRANT), responses=problems(*REFUSALS))
async def make_grant(
    asset_id: FromPath[str], data: JSONBody[MakeGrant], once: NamedDependency[Once]
) -> Response[GrantView]:
    """授权 · Grant out of what one's party holds."""
    return await once(grants.grant, asset_id, data)


@post("/v1/assets/{asset_id:str}/recorded-grants", opt=allow(REGISTER), responses=problems(*REFUSALS))
async def record_grant(
    asset_id: FromPath[str], data: JSONBody[RecordGrant], once: NamedDependency[Once]
) -> Response[GrantView]:
    """许可备案 · Enter a grant for its grantor, with the co-holders' written consents."""
    return await once(grants.record_grant, asset_id, data)


@post(
    "/v1/grants/{grant_id:str}/end",
    opt=allow(GRANT, REGISTER),
    status_code=200,
    responses=problems(NotFound, errors.NotYoursToGrant, IllegalTransition, WrongActor),
)
async def end_grant(grant_id: FromPath[str], data: JSONBody[EndGrant], act: NamedDependency[Act]) -> GrantView:
    """终止授权 · Give up a grant that one holds, or take it from the register."""
    return await grants.end(act, grant_id, data)


@post(
    "/v1/assets/{asset_id:str}/title/transfer",
    opt=allow(REGISTER),
    responses=problems(*REFUSALS, errors.NotYoursToGrant, errors.TitlePassesByRegistration),
)
async def transfer_title(
    asset_id: FromPath[str], data: JSONBody[TransferTitle], once: NamedDependency[Once]
) -> Response[list[GrantView]]:
    """转让许可 · Move the licences that a party holds in an asset to another; a registered title passes otherwise."""
    return await once(grants.transfer, asset_id, data)


@post(
    "/v1/assets/{asset_id:str}/parents",
    opt=allow(ASSET),
    responses=problems(
        NotFound, errors.LineageFaulty, errors.UpstreamExceeded, errors.RoyaltiesExceed, IdempotencyKeyReused
    ),
)
async def declare_parent(
    asset_id: FromPath[str], data: JSONBody[DeclareParent], once: NamedDependency[Once]
) -> Response[LineageView]:
    """声明来源 · Declare that one's asset is made from another."""
    return await once(lineage.declare, asset_id, data)


@post(
    "/v1/assets/{asset_id:str}/found-parents",
    opt=allow(REGISTER),
    responses=problems(NotFound, errors.LineageFaulty, IdempotencyKeyReused),
)
async def record_parent(
    asset_id: FromPath[str], data: JSONBody[RecordParent], once: NamedDependency[Once]
) -> Response[LineageView]:
    """登记未声明的来源 · Enter a source that the holder did not declare; unlicensed, it stops the asset."""
    return await once(lineage.enter, asset_id, data)


@post(
    "/v1/assets/{asset_id:str}/shares",
    opt=allow(REGISTER),
    responses=problems(NotFound, errors.SharesFaulty, IdempotencyKeyReused),
)
async def set_shares(
    asset_id: FromPath[str], data: JSONBody[SetShares], once: NamedDependency[Once]
) -> Response[list[ShareView]]:
    """共有份额 · Enter who holds a title together, and in what shares."""
    return await once(shares.enter, asset_id, data)


@post(
    "/v1/assets/{asset_id:str}/remarks",
    opt=allow(REGISTER),
    responses=problems(NotFound, GrantInexpressible, errors.RemarkFaulty, errors.RightRemarked, IdempotencyKeyReused),
)
async def enter_remark(
    asset_id: FromPath[str], data: JSONBody[EnterRemark], once: NamedDependency[Once]
) -> Response[RemarkView]:
    """备注 · Enter a pledge, a seizure, a temporary control or an agreed condition on an asset's rights."""
    return await once(remarks.enter, asset_id, data)


@post(
    "/v1/remarks/{remark_id:str}/release",
    opt=allow(REGISTER),
    status_code=200,
    responses=problems(NotFound, IllegalTransition, WrongActor),
)
async def release_remark(
    remark_id: FromPath[str], data: JSONBody[ReleaseRemark], act: NamedDependency[Act]
) -> RemarkView:
    """解除备注 · Take a remark off."""
    return await remarks.release(act, remark_id, data)


ROUTES = [
    get_title,
    check_title,
    make_grant,
    record_grant,
    end_grant,
    transfer_title,
    declare_parent,
    record_parent,
    set_shares,
    enter_remark,
    release_remark,
]
