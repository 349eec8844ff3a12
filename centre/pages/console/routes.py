"""The console: every list, every object and every step of the API as a page, for the member who is signed in.

`/console/orders` is `GET /v1/orders` and so on: the address of a page is that of the API with another beginning.
"""

from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import UNSET

from centre.pages.console import desk, drawing, entering, weighing
from centre.pages.console.calling import REDRAWN, Answer, call
from centre.pages.console.files import offering, uploading
from centre.pages.console.operations import API, JSON, Operation, Operations, operations
from centre.pages.console.special import special
from centre.pages.shell import forms, tokens
from centre.pages.shell.languages import paths
from centre.pages.shell.refusals import FormTokenFaulty
from centre.pages.shell.rendering import onward
from kernel.errors import InvalidInput, NotFound
from kernel.http.guards import StepUpRequired, members, members_whose_query_is_passed_on
from kernel.runtime import Runtime

Http = Request[Any, Any, Any]

DO: Final = "do"
"""The parameter that names the operation whose form is asked for."""


@get(paths("/console"), opt=members(), include_in_schema=False)
async def index(
    request: Http,
    done: Annotated[str, QueryParameter(max_length=80, description="刚完成的操作 · what was just done")] = "",
) -> Response[bytes]:
    """工作台 · Every list that the member may open, by chapter, and what can be begun."""
    return drawing.index(request, await operations(request.app), done)


@get(paths("/console/{rest:path}"), opt=members_whose_query_is_passed_on(), include_in_schema=False)
async def look(request: Http, rest: FromPath[str]) -> Response[Any]:
    """查看 · A list, an object or a file of the API, or the form of a step."""
    whole = await operations(request.app)
    path, asked = f"{API}{rest}", dict(parse_qsl(request.scope["query_string"].decode("latin-1")))
    here = whole.at(path)
    if DO in asked or (here and "get" not in here):
        step = _step(request, whole, path, asked.pop(DO, None))
        return await _form(request, whole, step, path, asked)
    operation = here.get("get")
    if operation is None or not operation.admits(request.user.permissions):
        raise NotFound(kind="path", id=rest[:200])
    done = asked.pop(drawing.DONE, "")
    if operation.item is not None:
        return await drawing.listed(request, whole, operation, path, asked)
    if any(each.required and not asked.get(each.name) for each in operation.parameters):
        return drawing.asking(request, whole, operation, path, asked)
    answer = await call(request, "get", path, query=urlencode({n: v for n, v in asked.items() if v}))
    if answer.status == 404 and "put" in here:
        # What nobody has set yet is set by the same form that changes it.
        return await _form(request, whole, _step(request, whole, path, here["put"].name), path, {})
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    if operation.gives != JSON or operation.answer is None:
        return drawing.handed_on(answer, path)
    told = answer.read()
    above = await special.drawn(request, operation, told)
    return drawing.object_page(request, whole, operation, path, told, asked, done, above)


@post(
    paths("/console/{rest:path}"),
    opt=members_whose_query_is_passed_on(),
    status_code=200,
    include_in_schema=False,
    request_max_body_size=forms.FORM_BYTES_MAX,
)
async def act(request: Http, rest: FromPath[str]) -> Response[Any]:
    """办理 · Take a step: what was entered is the operation's body, and what it refuses is drawn at the fields."""
    whole = await operations(request.app)
    path, asked = f"{API}{rest}", dict(parse_qsl(request.scope["query_string"].decode("latin-1")))
    step = _step(request, whole, path, asked.get(DO))
    if uploading.takes_file(step):
        raise NotFound(kind="path", id=rest[:200])
    shape = step.body
    whole_form = entering.entries(shape) if shape is not None else ()
    submitted = await forms.read(request, entering.fields(whole_form))
    try:
        if not tokens.is_ours(request, submitted.token):
            raise FormTokenFaulty
        content: Any = entering.body(shape, submitted.values) if shape is not None else UNSET
    except (FormTokenFaulty, InvalidInput) as refusal:
        return await _drawn(request, whole, step, path, forms.redrawn(submitted, refusal), 422)
    answer = await call(request, step.method, path, body=content, key=submitted.key if step.needs_key else "")
    if answer.status in REDRAWN:
        status = 422 if answer.status == 400 else answer.status
        return await _drawn(request, whole, step, path, forms.redrawn(submitted, answer.refusal()), status)
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    return _done(request, whole, step, path, answer)


@post(
    paths("/upload/{rest:path}"),
    opt=members_whose_query_is_passed_on(),
    status_code=200,
    include_in_schema=False,
    request_max_body_size=None,
)
async def upload(request: Http, rest: FromPath[str]) -> Response[Any]:
    """上传 · Send a file to the operation that takes it; how large it may be is the operation's to say."""
    whole = await operations(request.app)
    path, asked = f"{API}{rest}", dict(parse_qsl(request.scope["query_string"].decode("latin-1")))
    step = _step(request, whole, path, asked.get(DO))
    if not uploading.takes_file(step):
        raise NotFound(kind="path", id=rest[:200])
    redrawn, answer = await uploading.send(request, step, path)
    if redrawn is not None:
        status = 422 if answer is None or answer.status == 400 else answer.status
        return uploading.draw(request, step, path, redrawn, drawing.parent(whole, path), status)
    assert answer is not None
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    return _done(request, whole, step, path, answer)


async def _form(request: Http, whole: Operations, step: Operation, path: str, asked: dict[str, str]) -> Response[bytes]:
    """The form of a step: empty, with what the address gives, or with what stands now where it changes something."""
    if uploading.takes_file(step):
        return uploading.draw(request, step, path, uploading.blank(request, step, asked), drawing.parent(whole, path))
    values: dict[str, str | list[str]] = {}
    shape = step.body
    names: tuple[str, ...] = ()
    if shape is not None:
        names = entering.fields(entering.entries(shape)).names
        values = entering.defaults(shape)
        if step.method in ("put", "patch") and "get" in whole.at(path):
            held = await call(request, "get", path)
            values |= entering.entered(shape, held.read() or {}) if not held.is_refused else {}
        values |= {name: value for name, value in asked.items() if name in names}
    blank = forms.blank(request, entering.fields(entering.entries(shape) if shape is not None else ()), values)
    return await _drawn(request, whole, step, path, blank)


async def _drawn(
    request: Http, whole: Operations, step: Operation, path: str, filled: forms.Form, status: int = 200
) -> Response[bytes]:
    fields = entering.entries(step.body) if step.body is not None else ()
    offer = await offering.offered(request, fields)
    return drawing.form(request, whole, step, path, filled, offer, status)


def _step(request: Http, whole: Operations, path: str, name: str | None) -> Operation:
    """The operation that a form is of; raises NotFound, and StepUpRequired where a proof is too old for it."""
    steps = [each for method, each in whole.at(path).items() if method != "get" and name in (None, each.name)]
    if len(steps) != 1 or not steps[0].admits(request.user.permissions):
        raise NotFound(kind="path", id=path[:200])
    runtime: Runtime = request.app.state.runtime
    if weighing.weighs(steps[0]) and runtime.clock.now() >= request.user.sign_in.proven_until:
        raise StepUpRequired
    return steps[0]


def _done(request: Http, whole: Operations, step: Operation, path: str, answer: Answer) -> Response[Any]:
    """Where a step leads that was taken: to what it made, back to what it is of, or to what it answered."""
    if step.gives not in ("", JSON):
        return drawing.handed_on(answer, path)
    told = answer.read()
    if drawing.shows_once(step) or (
        step.answer is not None and not step.needs_key and step.method == "post" and told and "id" not in told
    ):
        return drawing.result(request, whole, step, path, told)
    made = told.get("id", "") if isinstance(told, dict) else ""
    onto = drawing.page_of(request, whole, str(made)) or drawing.parent(whole, path)
    if onto == drawing.INDEX and isinstance(told, dict):  # What has no page of its own is shown with what it is of.
        of = (drawing.page_of(request, whole, each) for each in told.values() if isinstance(each, str))
        onto = next(filter(None, of), onto)
    return onward(request, f"{onto}?{urlencode({drawing.DONE: step.name})}")


ROUTES = [index, look, act, upload, *desk.ROUTES]
