"""Every route says who may call it: a permission, or public in so many words; silence is a refusal."""

from collections.abc import Mapping
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


def allow(*permissions: str, admitted: bool = True) -> dict[str, Any]:
    """Open a route to keys that have any of the permissions, of admitted parties unless said otherwise."""
    return {"permissions": permissions, "admitted": admitted}


def public() -> dict[str, Any]:
    """Open a route to everybody."""
    return {"public": True}


def page() -> dict[str, Any]:
    """Open a route to everybody as a page for browsers, which is counted apart from the API."""
    return {**public(), "page": True}


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
        authorise(scope["user"], opt)
        if scope["query_string"] and ("permissions" in opt or "public" in opt):
            known_query(scope)
        await next_app(scope, receive, send)


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
