"""The protocol over HTTPS: every answer and every refusal in the protocol's own shape."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException

from kernel.act import Act
from kernel.actor import Actor
from kernel.crypto import jwt
from kernel.errors import DomainError
from kernel.http import problems
from kernel.http.guards import connector
from market.dataspace.errors import MessageRefused
from market.dataspace.messages import writing
from market.dataspace.messages.shapes import REASONS_MAX, fault
from market.dataspace.participants import authentication
from market.dataspace.participants import queries as participants
from market.dataspace.participants.queries import Caller
from market.dataspace.rules import BODY_BYTES_MAX

JSON: Final = "application/json"

Http = Request[Actor, Any, Any]


def settings(error_kind: str) -> dict[str, Any]:
    """What all routes of the wire share: no API key, a bounded body, refusals in the protocol's shape."""
    on = _refusing(error_kind)
    return {
        "opt": connector(),
        "include_in_schema": False,
        "request_max_body_size": BODY_BYTES_MAX,
        "exception_handlers": {DomainError: on, HTTPException: on, Exception: on},
    }


def _refusing(kind: str) -> Any:
    def refuse(request: Http, error: Exception) -> Response[Any]:
        """Say what the house says of an error, in the protocol's shape, with its status and its stable code."""
        told = _told(request, error)
        problem = msgspec.json.decode(told.content)
        faults = [f"{one['pointer'] or '/'}: {one['detail']}" for one in problem.get("errors", [])]
        sent = request.scope.get("dataspace_message")
        pids = sent if isinstance(sent, Mapping) else {}
        body = writing.error(kind, problem["code"], [problem["detail"], *faults][:REASONS_MAX], pids)
        kept = {name: value for name, value in told.headers.items() if name.lower() in _KEPT}
        return Response(body, status_code=told.status_code, headers=kept, media_type=JSON)

    return refuse


_KEPT: Final = ("retry-after", "www-authenticate", "content-language", "allow")


def _told(request: Http, error: Exception) -> Response[bytes]:
    if isinstance(error, DomainError):
        return problems.on_domain_error(request, error)
    if isinstance(error, HTTPException):
        return problems.on_http_exception(request, error)
    return problems.on_exception(request, error)


async def message_of(request: Http) -> Any:
    """The message that was sent, bounded and decoded, kept for whoever has to say what is wrong with it.

    Raises MessageRefused for what is no JSON.
    """
    try:
        message = await request.json()
    except SerializationException as problem:
        unread = fault("", "不是 JSON", "It is no JSON")
        raise MessageRefused(errors=[unread], why="JSON") from problem
    request.scope["dataspace_message"] = message  # type: ignore[typeddict-unknown-key]
    return message


async def heard(request: Http, act: Act, participant: str) -> tuple[Act, Caller]:
    """The counterparty that speaks, and the act as its own.

    Raises ConnectorUnknown, ParticipantUnknown, and DidDocumentUnreachable for who issues its tokens itself.
    """
    token = participants.presented(request.headers.get("authorization", ""))
    if jwt.unverified(token) is not None:
        caller = await authentication.caller(request.app.state.runtime, act, participant, token)
    else:
        caller = await participants.caller(act, participant, token)
    return act.by(Actor(party=None, key=caller.id)), caller


def answer(made: tuple[int, dict[str, Any]]) -> Response[Any]:
    """An answer with its status."""
    status, body = made
    return Response(body, status_code=status, media_type=JSON)
