"""The people of an organisation: who they are, what each may do, whom it has invited.

Whoever manages them has proven who it is a moment ago.
"""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.once import first_time
from centre.pages.shell.rendering import onward
from centre.pages.shell.rendering import page as draw
from centre.pages.signin import answers
from centre.pages.signin.names import role_names
from kernel import ids
from kernel.act import Act
from kernel.http.guards import members as for_members
from kernel.identity.models import Party
from kernel.members import commands, invitations, queries
from kernel.members.schemas import ChangeMember, InviteMember, ResetPassword
from kernel.views.audience import own_party
from kernel.views.paging import Cursor

Http = Request[Any, Any, Any]

PAGE_ROWS: Final = 50
INVITE: Final = forms.Fields(("email", "name", "roles", "administrator"), frozenset({"roles"}))
CHANGE: Final = forms.Fields(("name", "roles", "administrator"), frozenset({"roles"}))
RESET: Final = forms.Fields(("clears_factors",))


async def _roles(act: Act) -> list[tuple[str, Any]]:
    """The roles that the actor's party has."""
    party = await act.session.get_one(Party, own_party(act.actor))
    return role_names(party.roles)


@get(paths("/members"), opt=for_members(), include_in_schema=False)
async def members_page(request: Http, act: NamedDependency[Act], cursor: Cursor = None) -> Response[Any]:
    """成员 · The people of one's organisation and its open invitations."""
    people = await queries.members(act, PAGE_ROWS, cursor)
    return draw(
        request,
        "signin/members.html",
        people=people,
        waiting=await queries.open_invitations(act),
        names=dict(await _roles(act)),
        manages=act.actor.sign_in is not None and act.actor.sign_in.administrator,
        form=forms.blank(request, answers.NONE),
    )


@get(paths("/members/new"), opt=for_members(step_up=True), include_in_schema=False)
async def invite_page(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """邀请成员 · The form of an invitation."""
    return draw(request, "signin/invite.html", form=forms.blank(request, INVITE), roles=await _roles(act))


@answers.form_route("/members/new", for_members(step_up=True))
async def invite(request: Http, act: NamedDependency[Act]) -> Response[Any]:
    """邀请成员 · Make the invitation and show its link this once."""
    submitted = await forms.read(request, INVITE)
    with forms.answering(submitted, "signin/invite.html", roles=await _roles(act)):
        data = submitted.into(InviteMember)
        if not await first_time(submitted, act):
            return onward(request, "/members")
        made = await invitations.invite(act, data, public_url=answers.url(request))
    return draw(request, "signin/link.html", purpose="invitation", link=made.link, until=made.invitation.expires_at)


@answers.form_route("/member-invitations/{invitation_id:str}/withdrawal", for_members(step_up=True))
async def withdraw(request: Http, invitation_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """撤回邀请 · Take an invitation back."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await invitations.withdraw(act, ids.require("min", invitation_id))
    return onward(request, "/members")


@get(paths("/members/{member_id:str}"), opt=for_members(step_up=True), include_in_schema=False)
async def member_page(request: Http, member_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """成员 · What a member may do, and the forms that change it."""
    context = await _member(act, ids.require("mem", member_id))
    row = context["member"]
    values = {"name": row.name, "roles": row.roles, "administrator": "true" if row.administrator else "false"}
    return draw(request, "signin/member.html", form=forms.blank(request, CHANGE, values), **context)


async def _member(act: Act, member_id: str) -> dict[str, Any]:
    return {"member": await queries.member(act, member_id), "roles": await _roles(act)}


@answers.form_route("/members/{member_id:str}", for_members(step_up=True))
async def change(request: Http, member_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """变更成员 · Change name, roles and whether the person manages others; it signs in anew after that."""
    submitted = await forms.read(request, CHANGE)
    with forms.answering(submitted, "signin/member.html", **await _member(act, ids.require("mem", member_id))):
        await commands.change(act, member_id, submitted.into(ChangeMember))
    return onward(request, "/members")


@answers.form_route("/members/{member_id:str}/password-reset", for_members(step_up=True))
async def reset(request: Http, member_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """重置密码 · Make a link for a new password and show it this once."""
    submitted = await forms.read(request, RESET)
    context = await _member(act, ids.require("mem", member_id))
    with forms.answering(submitted, "signin/notice.html"):
        if not await first_time(submitted, act):
            return onward(request, "/members")
        data = submitted.into(ResetPassword)
        made = await commands.reset_password(act, context["member"].id, data, public_url=answers.url(request))
    return draw(request, "signin/link.html", purpose="reset", link=made.link, until=made.expires_at)


@answers.form_route("/members/{member_id:str}/removal", for_members(step_up=True))
async def remove(request: Http, member_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """移除成员 · Remove a member; its sessions and the keys that it made end now."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await commands.remove(act, ids.require("mem", member_id))
    request.app.state.authentication.forget()
    return onward(request, "/members")


@answers.form_route("/members/{member_id:str}/sign-out", for_members(step_up=True))
async def sign_out_everywhere(request: Http, member_id: FromPath[str], act: NamedDependency[Act]) -> Response[Any]:
    """结束全部会话 · Sign a member out everywhere."""
    with forms.answering(await forms.read(request, answers.NONE), "signin/notice.html"):
        await commands.sign_out(act, ids.require("mem", member_id))
    return onward(request, "/members")


ROUTES = [
    members_page,
    invite_page,
    invite,
    withdraw,
    member_page,
    change,
    reset,
    remove,
    sign_out_everywhere,
]
