"""Public notices of registration: what anybody may object to now, and the form by which a member does."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from centre.pages.portal import notices, objecting
from centre.pages.shell import forms
from centre.pages.shell.languages import paths
from centre.pages.shell.rendering import lang_of, onward
from centre.pages.shell.rendering import page as draw
from kernel.act import Act
from kernel.http.guards import members, page
from kernel.runtime import Runtime
from kernel.views.paging import Cursor, Limit
from rights.cases import queries as cases

Http = Request[Any, Any, Any]

ON_A_PAGE = 20


@get(paths("/notices"), opt=page(), include_in_schema=False)
async def open_notices(
    request: Http, act: NamedDependency[Act], limit: Limit = ON_A_PAGE, cursor: Cursor = None
) -> Response[bytes]:
    """登记公示 · What anybody may object to now, those that end first coming first."""
    open_now = await cases.notices(act, limit, cursor)
    return draw(
        request,
        "notices.html",
        shown=notices.shown(open_now.items, act.today, lang_of(request)),
        following=f"?limit={limit}&cursor={open_now.next}" if open_now.next else "",
        first=f"?limit={limit}" if cursor else "",
    )


@get(paths("/notices/{registration_id:str}/objection"), opt=page(), include_in_schema=False)
async def objection(request: Http, act: NamedDependency[Act], registration_id: FromPath[str]) -> Response[bytes]:
    """提出异议 · The form of an objection, for members who may object; for everybody else, how it is done."""
    context = await _context(request, act, registration_id)
    form = forms.blank(request, objecting.FIELDS) if objecting.RAISE in request.user.permissions else None
    return draw(request, "objection.html", form=form, **context)


@post(
    paths("/notices/{registration_id:str}/objection"),
    opt=members(objecting.RAISE),
    status_code=200,
    include_in_schema=False,
    request_max_body_size=len(objecting.FILES) * objecting.FILE_BYTES_MAX + forms.FORM_BYTES_MAX,
)
async def object_to(
    request: Http,
    runtime: NamedDependency[Runtime],
    act: NamedDependency[Act],
    registration_id: FromPath[str],
    data: MultipartBody[dict[str, Any]],
) -> Response[Any]:
    """提交异议 · Raise the objection with its evidence, as the API does, and lead to it."""
    submitted, files = await objecting.read(request, data)
    with forms.answering(submitted, "objection.html", **await _context(request, act, registration_id)):
        made = await objecting.raised(runtime, act, registration_id, submitted, files)
    return onward(request, f"/console/objections/{made.id}" if made else "/console/objections")


async def _context(request: Http, act: Act, registration_id: str) -> dict[str, Any]:
    [one] = notices.shown([await cases.notice(act, registration_id)], act.today, lang_of(request))
    limit_mib = objecting.FILE_BYTES_MAX // 1024**2
    return {"one": one, "labels": objecting.LABELS, "files": objecting.FILES, "limit_mib": limit_mib}


ROUTES = [open_notices, objection, object_to]
