"""The protocol over HTTP: who speaks, how refusals are told, and what is noted of every request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from channels.keys.callers import calling
from channels.keys.errors import ChannelKeyExpired
from channels.keys.queries import Holder
from kernel.act import Act
from kernel.actor import Actor
from kernel.errors import DomainError
from kernel.http import problems
from kernel.http.guards import connector
from kernel.runtime import Runtime

Http = Request[Actor, Any, Any]

BODY_BYTES_MAX: Final = 65_536
_STATUSES: Final = {409: 403, 412: 400, 413: 400, 415: 400, 422: 403}
"""What the protocol has no status for; a refusal for good is never told as 429 or 5xx, which clients repeat."""
_CODES: Final = {
    400: "INVALID_PARAMETER_VALUE",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    429: "RESOURCE_EXHAUSTED",
    503: "TEMPORARILY_UNAVAILABLE",
}
_KEPT: Final = ("retry-after", "www-authenticate", "content-language", "allow")


def refuse(request: Http, error: Exception) -> Response[Any]:
    """Say what the house says of an error in the protocol's shape: `errorCode` and `message`."""
    told = _told(request, error)
    problem = msgspec.json.decode(told.content)
    given = told.status_code or 500
    status = _STATUSES.get(given, given)
    code = "TOKEN_EXPIRED" if isinstance(error, ChannelKeyExpired) else _CODES.get(status, "INTERNAL_ERROR")
    faults = [f"{one['pointer'] or '/'}: {one['detail']}" for one in problem.get("errors", [])]
    rule = f" [{problem['rule']['id']}]" if problem.get("rule") else ""
    message = " ".join([problem.get("detail") or problem["title"], *faults]) + f" ({problem['code']}){rule}"
    headers = {name: value for name, value in told.headers.items() if name.lower() in _KEPT}
    body = {"errorCode": code, "message": message}
    return Response(body, status_code=status, headers=headers, media_type="application/json")


def status_of(error: DomainError) -> int:
    """The status by which the protocol tells a refusal."""
    return _STATUSES.get(error.status, error.status)


def _told(request: Http, error: Exception) -> Response[bytes]:
    if isinstance(error, DomainError):
        return problems.on_domain_error(request, error)
    if isinstance(error, HTTPException):
        return problems.on_http_exception(request, error)
    return problems.on_exception(request, error)


SETTINGS: Final[dict[str, Any]] = {
    "opt": connector(),
    "include_in_schema": False,
    "request_max_body_size": BODY_BYTES_MAX,
    "exception_handlers": {DomainError: refuse, HTTPException: refuse, Exception: refuse},
}
"""What all routes of the protocol share: a channel key and no API key, a bounded body, refusals in its shape."""


@dataclass(slots=True)
class Speaking:
    """A request of whoever holds a key; `release_id` names what was metered of it."""

    act: Act
    holder: Holder
    runtime: Runtime
    release_id: str | None = None

    @property
    def share(self) -> str:
        """The one share that the key opens."""
        return self.holder.key.agreement_id


@asynccontextmanager
async def speaking(request: Http, operation: str, subject: str | None = None) -> AsyncIterator[Speaking]:
    """A unit of work for whoever presents a key that opens its channel now; what came of it is noted either way.

    Raises ChannelKeyUnknown, ChannelKeyExpired and ChannelClosed.
    """
    async with calling(request, operation, subject, status_of) as caller, caller.unit() as (act, holder):
        speaker = Speaking(act, holder, caller.runtime)
        yield speaker
        caller.note(act, 200, speaker.release_id)
