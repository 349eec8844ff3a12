"""Addresses from before there were pages: they are printed on certificates, and lead to the pages of today."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, get
from litestar.params import QueryParameter
from litestar.response import Redirect

from kernel.http.guards import page
from kernel.http.problems import lang_of

Http = Request[Any, Any, Any]


@get("/verify", opt=page(), include_in_schema=False, status_code=303)
async def verification(
    request: Http, certificate: Annotated[str | None, QueryParameter(max_length=60)] = None
) -> Redirect:
    """核验页 · Where the QR code of a printed certificate leads."""
    return _onward(request, "verify", {"certificate": certificate} if certificate else {})


@get("/notices", opt=page(), include_in_schema=False, status_code=303)
async def notices(request: Http) -> Redirect:
    """登记公示 · The page of public notices."""
    return _onward(request, "notices", {})


def _onward(request: Http, name: str, query: dict[str, str]) -> Redirect:
    address = f"/{lang_of(request)}/{name}" + (f"?{urlencode(query)}" if query else "")
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Redirect(address, status_code=303, headers=headers)


ROUTES = [verification, notices]
