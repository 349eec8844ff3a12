"""The door of the pages: strict headers on all that is answered there, and what is refused before a body is read."""

from typing import Final, cast

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from centre.pages.shell.files import ROOT
from centre.pages.shell.languages import is_page
from centre.pages.shell.refusals import CrossSiteForm, KeyOnPage

CSP: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", CSP),
    (b"x-content-type-options", b"nosniff"),
    # With `no-referrer` a browser says `Origin: null` with every form of ours.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
HSTS: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
NO_STORE: Final = (b"cache-control", b"no-store")
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN: Final = frozenset({b"same-origin", b"none"})
"""What a browser says of a form of ours (Fetch Metadata); one that says nothing is judged by the form's token."""


class PageHeaders:
    """Wraps the application once: whatever is answered under /zh, /en and /static bears the headers of pages."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = (*HEADERS, HSTS) if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and finish the head of a page."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asked = scope["path"]

        async def finish(message: Message) -> None:
            # By now the router has written the path as it understood it: `//zh/account` is a page too.
            paged = is_page(asked) or is_page(scope["path"])
            if message["type"] == "http.response.start" and (paged or scope["path"].startswith(f"{ROOT}/")):
                names = {name.lower() for name, _ in message["headers"]}
                wanted = (*self._headers, NO_STORE) if paged else self._headers
                message["headers"] = [*message["headers"], *(pair for pair in wanted if pair[0] not in names)]
            await send(message)

        await self._app(scope, receive, finish)


class PageDoor(ASGIMiddleware):
    """Refuses, before anything is read, an API key on a page and a form of another site."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raise KeyOnPage or CrossSiteForm, or pass on."""
        if is_page(scope["path"]):
            headers = dict(scope["headers"])
            if b"authorization" in headers:
                raise KeyOnPage
            if cast(HTTPScope, scope)["method"] not in SAFE and headers.get(b"sec-fetch-site", b"none") not in OWN:
                raise CrossSiteForm(permission="-")
        await next_app(scope, receive, send)
