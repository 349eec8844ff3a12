"""Every route says who may call it: a permission, or public in so many words; silence is a refusal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from kernel.actor import Actor
from kernel.errors import Forbidden, Unauthenticated
from kernel.http.requests import known_query, readable_path
from kernel.text import Text


class PartyNotAdmitted(Forbidden):
    """The organisation has not been admitted, or has been suspended."""

    title = Text("主体尚未获准入", "The party is not admitted")
    detail = Text(
        "主体当前状态为“{state}”。请等待准入审核通过，或联系中心运营人员。",
        "The party is {state}. Wait for its admission, or ask the centre's operator.",
    )
    rule = "LT-ADM-01"


class SignInRequired(Unauthenticated):
    """The page is one for members, and nobody is signed in in this browser."""

    title = Text("请先登录", "Sign in first")
    detail = Text(
        "此页面供成员使用；登录会话不存在、已结束或已过期。",
        "This page is for members; there is no sign-in in this browser, or it is over.",
    )
    rule = "LT-SGN-05"


class StepUpRequired(Forbidden):
    """What is asked weighs so much that the member proves anew who it is."""

    title = Text("请再次确认身份", "Prove anew who you are")
    detail = Text(
        "涉及资金、签署与暂停的操作须刚刚确认过身份；请以密码与验证码或通行密钥再次确认。",
        "Money, signing and suspending ask for a proof of who you are that is minutes old: the password with a code, or"
        " a passkey.",
    )
    rule = "LT-SGN-08"


def allow(*permissions: str, admitted: bool = True) -> dict[str, Any]:
    """Open a route to keys that have any of the permissions, of admitted parties unless said otherwise."""
    return {"permissions": permissions, "admitted": admitted}


def public() -> dict[str, Any]:
    """Open a route to everybody."""
    return {"public": True}


def page() -> dict[str, Any]:
    """Open a route to everybody as a page for browsers, which is counted apart from the API."""
    return {**public(), "page": True}


def members(*permissions: str, step_up: bool = False) -> dict[str, Any]:
    """Open a page to members who are signed in and have any of the permissions, or to all of them where none is named.

    With `step_up` it asks for a proof within the last minutes: what pays, signs or suspends.
    """
    return {"page": True, "members": True, "permissions": permissions, "step_up": step_up}


def members_whose_query_is_passed_on() -> dict[str, Any]:
    """Open a page to members that hands its query to an operation of the API, which says what may be in it."""
    return {**members(), "passes_query_on": True}


def uncounted() -> dict[str, Any]:
    """Open a route to everybody and count no request: files that every page needs and every browser keeps."""
    return {**public(), "uncounted": True}


def connector() -> dict[str, Any]:
    """Open a route to connectors of the dataspace, which its handler knows by tokens of their own and not by API keys.

    They are counted by address, as many as a key may ask.
    """
    return {**public(), "connector": True}


class Admission(ASGIMiddleware):
    """Lets the caller in or raises, before any session is opened.

    A middleware and not a Litestar guard: a guard is given a copy of its handler at every request, and a plain
    function even a thread.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Check the actor against the route, and the query against what the route knows."""
        opt = scope["route_handler"].opt
        readable_path(scope)
        if opt.get("members"):
            authorise_member(scope["user"], opt, scope["litestar_app"].state.runtime.clock.now())
        else:
            authorise(scope["user"], opt)
        if scope["query_string"] and ("permissions" in opt or "public" in opt) and not opt.get("passes_query_on"):
            known_query(scope)
        await next_app(scope, receive, send)


def authorise_member(actor: Actor, opt: Mapping[str, Any], at: datetime) -> None:
    """Raise SignInRequired, Forbidden or StepUpRequired unless the page is open to the member, at this moment."""
    if actor.sign_in is None:
        raise SignInRequired
    wanted = opt["permissions"]
    if wanted and not any(permission in actor.permissions for permission in wanted):
        raise Forbidden(permission=" / ".join(wanted))
    if opt["step_up"] and at >= actor.sign_in.proven_until:
        raise StepUpRequired


def authorise(actor: Actor, opt: Mapping[str, Any]) -> None:
    """Raise Unauthenticated, PartyNotAdmitted or Forbidden unless the route is open to the actor."""
    if opt.get("public") or opt.get("exclude_from_auth"):
        return
    if actor.party is None:
        raise Unauthenticated
    wanted = opt.get("permissions", ())
    if opt.get("admitted", True) and not actor.admitted:
        raise PartyNotAdmitted(state="not admitted")
    if not any(permission in actor.permissions for permission in wanted):
        raise Forbidden(permission=" / ".join(wanted) or "none")
