"""Admission, API keys and signing keys over HTTP."""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.guards import allow, public
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.identity import commands, credentials, errors, queries
from kernel.identity.schemas import (
    AdmissionView,
    ApplyForAdmission,
    CreateKey,
    DecideAdmission,
    KeyView,
    NewKeyView,
    PartyView,
    RedeemInvitation,
    RegisterSigningKey,
    ReissueKey,
    SigningKeyView,
    WhoAmI,
)
from kernel.runtime import Runtime
from kernel.states import IllegalTransition, WrongActor
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

Http = Request[Actor, Any, Any]


@post("/v1/parties", opt=public(), responses=problems(errors.ApplicationFaulty))
async def apply_for_admission(
    data: JSONBody[ApplyForAdmission], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> AdmissionView:
    """申请准入 · Apply for admission; the answer holds the party's first key, shown this once."""
    return await commands.apply_for_admission(act, data, sandbox=runtime.settings.sandbox)


@post(
    "/v1/parties/{party_id:str}/admission",
    opt=allow("kernel:party:decide", "kernel:party:suspend"),
    status_code=200,
    responses=problems(
        IllegalTransition, WrongActor, errors.CentreNotDecided, errors.PartyExists, errors.IdentityUnproven
    ),
)
async def decide_admission(
    party_id: FromPath[str], data: JSONBody[DecideAdmission], request: Http, act: NamedDependency[Act]
) -> PartyView:
    """准入审核 · Admit, refuse, suspend or restore a party."""
    view = await commands.decide(act, ids.require("pty", party_id), data)
    request.app.state.authentication.forget()
    return view


@get("/v1/parties/{party_id:str}", opt=allow("kernel:key:write", admitted=False))
async def get_party(party_id: FromPath[str], act: NamedDependency[Act]) -> PartyView:
    """参与主体 · One party."""
    return await queries.party(act, ids.require("pty", party_id))


@get("/v1/parties", opt=allow("kernel:party:read"))
async def list_parties(
    act: NamedDependency[Act],
    status: Annotated[str | None, QueryParameter(pattern=r"^(applied|admitted|refused|suspended)$(?!\n)")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Page[PartyView]:
    """参与主体名录 · All parties."""
    return await queries.parties(act, status, limit, cursor)


@post(
    "/v1/api-keys",
    opt=allow("kernel:key:write"),
    responses=problems(errors.RoleNotHeld, errors.OfficesApart, errors.OfficeInvitesItself, errors.KeyOutlivesMaker),
)
async def create_key(
    data: JSONBody[CreateKey], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> NewKeyView:
    """新建接口密钥 · Make a key; its secret is shown this once and cannot be shown again, so a repeat makes another."""
    return await credentials.create_key(act, data, sandbox=runtime.settings.sandbox)


@post(
    "/v1/parties/{party_id:str}/api-keys",
    opt=allow("kernel:party:decide"),
    responses=problems(errors.CentreNotDecided),
)
async def reissue_key(
    party_id: FromPath[str],
    data: JSONBody[ReissueKey],
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
) -> NewKeyView:
    """补发密钥 · Give a party that lost its keys a new one, shown this once; all its earlier keys end."""
    party = ids.require("pty", party_id)
    view = await credentials.reissue_key(act, party, data.reason, sandbox=runtime.settings.sandbox)
    request.app.state.authentication.forget()
    return view


@get("/v1/whoami", opt=allow("kernel:key:write", admitted=False))
async def get_caller(act: NamedDependency[Act]) -> WhoAmI:
    """我是谁 · The party and key that call, with the roles and permissions that the key carries now."""
    return await queries.whoami(act)


@get("/v1/api-keys", opt=allow("kernel:key:write", admitted=False))
async def list_keys(act: NamedDependency[Act]) -> list[KeyView]:
    """本方密钥 · The party's own keys with their last use."""
    return await queries.keys_of(act)


@delete(
    "/v1/api-keys/{key_id:str}",
    opt=allow("kernel:key:write", admitted=False),
    status_code=204,
    responses=problems(errors.RoleNotHeld, errors.OfficeInvitesItself, errors.KeyReplaced),
)
async def revoke_key(key_id: FromPath[str], request: Http, act: NamedDependency[Act]) -> None:
    """吊销密钥 · Revoke a key and those that it made."""
    await credentials.revoke_key(act, ids.require("key", key_id))
    request.app.state.authentication.forget()


@post("/v1/api-keys/{key_id:str}/renewal", opt=allow("kernel:key:write"))
async def renew_key(
    key_id: FromPath[str], request: Http, runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> NewKeyView:
    """更换密钥 · Put a new key in the place of the one that asks, shown this once; what it made goes on."""
    view = await credentials.renew_key(act, ids.require("key", key_id), sandbox=runtime.settings.sandbox)
    request.app.state.authentication.forget()
    return view


@post("/v1/office-keys", opt=public(), responses=problems(errors.InvitationUnusable))
async def redeem_invitation(
    data: JSONBody[RedeemInvitation], runtime: NamedDependency[Runtime], act: NamedDependency[Act]
) -> NewKeyView:
    """凭邀请领取岗位密钥 · A watching office takes its first key by the centre's invitation; it is shown this once."""
    return await credentials.redeem_invitation(act, data, sandbox=runtime.settings.sandbox)


SIGNERS = allow("contracts:agreement:sign", "valuation:appraisal:write", "valuation:quality:run")


@get("/v1/signing-keys", opt=SIGNERS)
async def list_signing_keys(act: NamedDependency[Act]) -> list[SigningKeyView]:
    """本方签名公钥 · The party's own signing keys, revoked ones too."""
    return await queries.signing_keys_of(act)


@delete("/v1/signing-keys/{key_id:str}", opt=SIGNERS, status_code=204)
async def revoke_signing_key(key_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """吊销签名公钥 · End a signing key; what it signed stays signed."""
    await commands.revoke_signing_key(act, ids.require("pky", key_id))


@post(
    "/v1/signing-keys",
    opt=SIGNERS,
    responses=problems(errors.SigningKeyUnproven, errors.SigningKeyTaken, IdempotencyKeyReused),
)
async def register_signing_key(
    data: JSONBody[RegisterSigningKey], once: NamedDependency[Once]
) -> Response[SigningKeyView]:
    """登记签名公钥 · Register a public key for electronic signatures."""
    return await once(commands.register_signing_key, data)


ROUTES = [
    apply_for_admission,
    decide_admission,
    get_caller,
    get_party,
    list_parties,
    create_key,
    reissue_key,
    list_keys,
    revoke_key,
    renew_key,
    redeem_invitation,
    list_signing_keys,
    register_signing_key,
    revoke_signing_key,
]
