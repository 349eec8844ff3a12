"""Bundles over HTTP: one link to everything, and the archive that it opens."""

from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from channels.bundles import commands
from channels.bundles.schemas import BundleLinkView
from channels.publishing.errors import ScopeNotMade, TablesInPreparation
from kernel import ids
from kernel.act import Act
from kernel.actor import Actor
from kernel.http.description.media import ANY_FILE, gives
from kernel.http.guards import allow, public
from kernel.http.problems import problems
from kernel.runtime import Runtime
from kernel.storage import names
from kernel.storage.keys import open_keyring
from market.delivery.routes import (
    UNFETCHED,
    UNOPENED,
    Expiry,
    KeyId,
    Permission,
    Place,
    Recipient,
    RevisionAsked,
    Serves,
    Signature,
)


@post(
    "/v1/orders/{order_id:str}/bundle-links",
    opt=allow("market:delivery:receive"),
    status_code=200,
    responses=problems(*UNOPENED, TablesInPreparation, ScopeNotMade),
)
async def open_bundle(
    order_id: FromPath[str],
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    serves: Serves = "buyer",
    revision_id: RevisionAsked = None,
    place: Place = None,
) -> BundleLinkView:
    """打包链接 · A signed link to all files of a revision in one archive, with Data Package, Croissant and checksums.

    Opening it is one use of the licence, as opening its files one by one is; fetching takes nothing more.
    """
    return await commands.link(
        act,
        ids.require("ord", order_id),
        keyring=open_keyring(runtime.settings),
        public_url=runtime.settings.public_url,
        ttl_seconds=runtime.settings.link_ttl_seconds,
        serves=serves,
        revision_id=revision_id,
        place=place,
    )


@route(
    "/bundles/{delivery_id:str}",
    http_method=["GET", "HEAD"],
    opt=public() | gives(ANY_FILE),
    responses=problems(*UNFETCHED),
)
async def fetch_bundle(
    delivery_id: FromPath[str],
    request: Request[Actor, Any, Any],
    runtime: NamedDependency[Runtime],
    exp: Expiry = "",
    sp: Permission = "",
    kid: KeyId = "",
    to: Recipient = "",
    sig: Signature = "",
) -> Response[Any]:
    """下载数据包 · Fetch a bundle with its signed link: a ZIP archive, written while it is sent and not in ranges.

    A refund or a suspension breaks it off; an archive that broke off has no directory, and no reader takes it.
    """
    parameters = {"exp": exp, "sp": sp, "kid": kid, "to": to, "sig": sig}
    name, archive = await commands.fetched(
        runtime, request.user, delivery_id, parameters, open_keyring(runtime.settings), request.method
    )
    headers = {
        "Accept-Ranges": "none",
        "Content-Disposition": names.disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    if request.method == "HEAD":
        return Response(b"", media_type="application/zip", headers=headers)
    return Stream(archive, media_type="application/zip", headers=headers)


ROUTES = [open_bundle, fetch_bundle]
