"""Every route says who may call it: a permission, or public in so many words; silence is a refusal."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from kernel.errors import Forbidden, Unauthenticated
from kernel.identity.errors import PartyNotAdmitted


def allow(*permissions: str, admitted: bool = True) -> dict[str, Any]:
    """Open a route to keys that have any of the permissions, of admitted parties unless said otherwise."""
    return {"permissions": permissions, "admitted": admitted}


def public() -> dict[str, Any]:
    """Open a route to everybody."""
    return {"public": True}


def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Let the caller in or raise; runs before any session is opened."""
    if handler.opt.get("public") or handler.opt.get("exclude_from_auth"):
        return
    actor = connection.user
    if actor.party is None:
        raise Unauthenticated
    wanted = handler.opt.get("permissions", ())
    if handler.opt.get("admitted", True) and not actor.admitted:
        raise PartyNotAdmitted(state="not admitted")
    if not any(permission in actor.permissions for permission in wanted):
        raise Forbidden(permission=" / ".join(wanted) or "none")
