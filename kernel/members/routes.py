"""An organisation's people over HTTP, for its keys; its administrators do the same on pages."""

from typing import Any

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.guards import allow
from kernel.http.idempotency import IdempotencyKeyReused, Once
from kernel.http.problems import problems
from kernel.members import commands, errors, invitations, queries
from kernel.members.authority import require_manager
from kernel.members.schemas import (
    ChangeMember,
    InvitationView,
    InviteMember,
    MemberView,
    NewInvitation,
    NewReset,
    ResetPassword,
)
from kernel.runtime import Runtime
from kernel.signin import sessions
from kernel.signin.schemas import SessionView
from kernel.views.paging import LIMIT_DEFAULT, Cursor, Limit, Page

Http = Request[Actor, Any, Any]


@get("/v1/members", opt=allow("kernel:key:write"))
async def list_members(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[MemberView]:
    """本单位成员 · The people who act for one's own party, those who left too."""
    return await queries.members(act, limit, cursor)


@get("/v1/members/{member_id:str}", opt=allow("kernel:key:write"))
async def get_member(member_id: FromPath[str], act: NamedDependency[Act]) -> MemberView:
    """成员 · One member of one's own party."""
    return await queries.member(act, ids.require("mem", member_id))


@patch(
    "/v1/members/{member_id:str}",
    opt=allow("kernel:key:write"),
    responses=problems(
        errors.AdministratorOnly, errors.MemberBeyondAuthority, errors.MemberFaulty, errors.LastAdministrator
    ),
)
async def change_member(
    member_id: FromPath[str], data: JSONBody[ChangeMember], act: NamedDependency[Act]
) -> MemberView:
    """变更成员 · Change a member's name, roles or whether it is an administrator; it signs in anew after that."""
    return await commands.change(act, ids.require("mem", member_id), data)


@delete(
    "/v1/members/{member_id:str}",
    opt=allow("kernel:key:write"),
    status_code=204,
    responses=problems(errors.AdministratorOnly, errors.MemberBeyondAuthority, errors.LastAdministrator),
)
async def remove_member(member_id: FromPath[str], request: Http, act: NamedDependency[Act]) -> None:
    """移除成员 · Remove a member: its sessions and the keys that it made end now."""
    await commands.remove(act, ids.require("mem", member_id))
    request.app.state.authentication.forget()


@post(
    "/v1/members/{member_id:str}/password-resets",
    opt=allow("kernel:key:write"),
    responses=problems(errors.AdministratorOnly, errors.MemberBeyondAuthority, IdempotencyKeyReused),
)
async def reset_member_password(
    member_id: FromPath[str],
    data: JSONBody[ResetPassword],
    runtime: NamedDependency[Runtime],
    once: NamedDependency[Once],
) -> Response[NewReset]:
    """重置成员密码 · Make a link by which a member sets a new password within half an hour, shown this once."""
    public_url = runtime.settings.public_url
    return await once(commands.reset_password, ids.require("mem", member_id), data, public_url=public_url)


@get("/v1/member-invitations", opt=allow("kernel:key:write"))
async def list_member_invitations(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[InvitationView]:
    """成员邀请 · The invitations of one's own party, the newest first."""
    return await queries.invitations(act, limit, cursor)


@post(
    "/v1/member-invitations",
    opt=allow("kernel:key:write"),
    responses=problems(
        errors.AdministratorOnly, errors.MemberFaulty, errors.MemberExists, errors.MembersFull, IdempotencyKeyReused
    ),
)
async def invite_member(
    data: JSONBody[InviteMember], runtime: NamedDependency[Runtime], once: NamedDependency[Once]
) -> Response[NewInvitation]:
    """邀请成员 · Invite a person; the link is shown this once and sent by whoever invites: the centre sends no mail."""
    return await once(invitations.invite, data, public_url=runtime.settings.public_url)


@delete(
    "/v1/member-invitations/{invitation_id:str}",
    opt=allow("kernel:key:write"),
    status_code=204,
    responses=problems(errors.AdministratorOnly),
)
async def withdraw_member_invitation(invitation_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """撤回邀请 · Take an invitation back that nobody has accepted."""
    await invitations.withdraw(act, ids.require("min", invitation_id))


@get("/v1/member-sessions", opt=allow("kernel:key:write"), responses=problems(errors.AdministratorOnly))
async def list_member_sessions(
    act: NamedDependency[Act], limit: Limit = LIMIT_DEFAULT, cursor: Cursor = None
) -> Page[SessionView]:
    """成员登录会话 · Where members of one's own party are signed in, the newest first."""
    await require_manager(act)
    return await sessions.sessions_of(act, limit, cursor)


@delete(
    "/v1/member-sessions/{session_id:str}",
    opt=allow("kernel:key:write"),
    status_code=204,
    responses=problems(errors.AdministratorOnly, errors.MemberBeyondAuthority),
)
async def end_member_session(session_id: FromPath[str], act: NamedDependency[Act]) -> None:
    """结束登录会话 · Sign a member of one's own party out."""
    await commands.end_session(act, ids.require("ses", session_id))


ROUTES = [
    list_members,
    get_member,
    change_member,
    remove_member,
    reset_member_password,
    list_member_invitations,
    invite_member,
    withdraw_member_invitation,
    list_member_sessions,
    end_member_session,
]
