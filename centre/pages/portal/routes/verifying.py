"""The check of certificates by number, and of any signed document by its file; nothing that is sent is kept."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter

from centre.pages.portal.certificate import standing_of
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import page as draw
from centre.verification.errors import DocumentUnreadable
from centre.verification.inspection import FILE_BYTES_MAX, inspect
from kernel.act import Act
from kernel.errors import DomainError
from kernel.http.addresses import caller
from kernel.http.guards import page
from kernel.http.problems import extra_headers
from kernel.runtime import Runtime
from kernel.text import Text

Http = Request[Any, Any, Any]

FORM_ROOM_BYTES = 65_536
"""What a form says around the file that it brings."""


@get(paths("/verify"), opt=page(), include_in_schema=False)
async def verification(
    request: Http,
    act: NamedDependency[Act],
    certificate: Annotated[str | None, QueryParameter(max_length=60)] = None,
) -> Response[bytes]:
    """核验页 · A certificate's present state, where a QR code leads, and a form to verify a file."""
    name = (certificate or "").strip()
    if not name:
        return _page(request)
    standing = await standing_of(act, name)
    return _page(request, status=200 if standing else 404, asked=name, standing=standing)


@post(
    paths("/verify"),
    opt=page(),
    status_code=200,
    include_in_schema=False,
    request_max_body_size=FILE_BYTES_MAX + FORM_ROOM_BYTES,
)
async def verify_file(
    request: Http, runtime: NamedDependency[Runtime], data: MultipartBody[dict[str, UploadFile]]
) -> Response[bytes]:
    """核验结果页 · What was proved of the file that the form sent; it needs no token, since it changes nothing."""
    file = data.get("file")
    try:
        if not isinstance(file, UploadFile):
            raise DocumentUnreadable(why="file ?")
        address = caller(request.scope, runtime.settings.trusted_proxies)
        view = await inspect(runtime, address, await file.read())
    except DomainError as problem:
        answer = _page(request, status=problem.status, refusal=problem.sentence, rule=problem.rule)
        answer.headers.update(extra_headers(problem))
        return answer
    return _page(request, view=view, file_name=file.filename[:120])


def _page(request: Http, *, status: int = 200, **facts: Any) -> Response[bytes]:
    nothing: dict[str, Any] = dict.fromkeys(("standing", "view", "rule"))
    refusal: Text | None = None
    context = {**nothing, "asked": "", "refusal": refusal, "file_name": "", "limit_mib": FILE_BYTES_MAX // 1024**2}
    return draw(request, "verify.html", status=status, **(context | facts))


ROUTES = [verification, verify_file]
