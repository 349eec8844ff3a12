"""The public log for people: its latest head, and how anybody checks it without taking our word."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import page
from kernel.log import queries
from kernel.runtime import Runtime
from kernel.tlog.note import encode64

Http = Request[Any, Any, Any]

HEADS = 10


@get(paths("/log"), opt=page(), include_in_schema=False)
async def log(request: Http, act: NamedDependency[Act], runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """存证日志 · The latest head with its signatures, and those before it."""
    heads = (await queries.checkpoints(act.session, witnessed=False, limit=HEADS, cursor=None)).items
    return draw(
        request,
        "log.html",
        heads=[(head, encode64(head.root)) for head in heads],
        note=await queries.note_of(act.session, heads[0]) if heads else "",
        origin=runtime.settings.log_origin,
        public_url=runtime.settings.public_url,
        witnesses=[str(key) for key in runtime.log_keys.witnesses],
    )


ROUTES = [log]
