"""Addresses from before there were pages: they are printed on certificates, and lead to the pages of today."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, get
from litestar.params import QueryParameter
from litestar.response import Redirect

from centre.pages.shell.rendering import by_language
from kernel.http.guards import page

Http = Request[Any, Any, Any]


@get("/verify", opt=page(), include_in_schema=False, status_code=303)
async def verification(
    request: Http, certificate: Annotated[str | None, QueryParameter(max_length=60)] = None
) -> Redirect:
    """核验页 · Where the QR code of a printed certificate leads."""
    query = f"?{urlencode({'certificate': certificate})}" if certificate else ""
    return by_language(request, f"/verify{query}")


@get("/notices", opt=page(), include_in_schema=False, status_code=303)
async def notices(request: Http) -> Redirect:
    """登记公示 · The page of public notices."""
    return by_language(request, "/notices")


ROUTES = [verification, notices]
