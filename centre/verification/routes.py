"""Verification over HTTP: one endpoint for programs, without an account; its page is among those of the portal."""

from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency

from centre.verification.budget import VerificationsExceeded
from centre.verification.errors import (
    DocumentTooLarge,
    DocumentUnreadable,
    RecomputationDeclined,
    VerificationBusy,
)
from centre.verification.inspection import FILE_BYTES_MAX, inspect
from centre.verification.schemas import VerificationView
from kernel.http.addresses import caller
from kernel.http.description.media import takes
from kernel.http.guards import public
from kernel.http.problems import problems
from kernel.runtime import Runtime

Http = Request[Any, Any, Any]


@post(
    "/v1/verification",
    opt=public() | takes("application/json", "application/pdf", "application/zip", "application/octet-stream"),
    status_code=200,
    request_max_body_size=None,
    responses=problems(
        DocumentUnreadable, DocumentTooLarge, RecomputationDeclined, VerificationsExceeded, VerificationBusy
    ),
)
async def verify_document(request: Http, runtime: NamedDependency[Runtime]) -> VerificationView:
    """核验文书 · Verify a document (JSON, PDF or evidence bundle) sent as the body; nothing of it is kept.

    The checks are those of `liutong verify`, with this centre's keys and its present status lists. What no signature
    of this centre stands behind is computed again only if it is small.
    """
    return await inspect(runtime, _address(request, runtime), await _body(request))


def _address(request: Http, runtime: Runtime) -> str:
    """Whom a check counts for: the same address as any request's, behind trusted proxies and of IPv6 the /64."""
    return caller(request.scope, runtime.settings.trusted_proxies)


async def _body(request: Http) -> bytes:
    """The body, read no further than a document may be large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FILE_BYTES_MAX:
            raise DocumentTooLarge(limit_bytes=FILE_BYTES_MAX)
    return bytes(body)


ROUTES = [verify_document]
