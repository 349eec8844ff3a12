"""What belongs to no page alone: the way in, and the files that all pages need."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from centre.pages.shell.files import ROOT, by_served_name
from centre.pages.shell.rendering import by_language
from kernel.errors import NotFound
from kernel.http.guards import page, uncounted

FOR_GOOD: Final = "public, max-age=31536000, immutable"


@get("/", opt=page(), include_in_schema=False, status_code=303)
async def way_in(request: Request[Any, Any, Any]) -> Redirect:
    """入口 · To the home in the reader's language."""
    return by_language(request)


@get(f"{ROOT}/{{name:str}}", opt=uncounted(), include_in_schema=False)
async def static_file(name: FromPath[str]) -> Response[bytes]:
    """静态文件 · A file under the name that holds its digest; under another digest there is none."""
    file = by_served_name().get(name)
    if file is None:
        raise NotFound(kind="path", id=f"{ROOT}/{name}"[:200])
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": FOR_GOOD})


ROUTES = [way_in, static_file]
