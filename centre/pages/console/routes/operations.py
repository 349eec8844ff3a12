"""The console: every list, every object and every step of the API as a page, for the member who is signed in.

`/console/orders` is `GET /v1/orders` and so on: the address of a page is that of the API with another beginning.
"""

from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import UNSET

from centre.pages.console import drawing, entering, ways, weighing
from centre.pages.console.calling import REDRAWN, Answer, call
from centre.pages.console.files import offering, uploading
from centre.pages.console.operations import API, JSON, Operation, Operations, operations
from centre.pages.console.routes import registry
from centre.pages.console.special.drawn import Drawn, Viewing
from centre.pages.shell import forms, tokens
from centre.pages.shell.languages import paths
from centre.pages.shell.refusals import FormTokenFaulty, ProofTooOld
from centre.pages.shell.rendering import lang_of, onward
from kernel import ids
from kernel.errors import NotFound
from kernel.http.guards import StepUpRequired, members, members_whose_query_is_passed_on
from kernel.runtime import Runtime
from kernel.signin.rules import inside
from kernel.text import Text

Http = Request[Any, Any, Any]

SUBMITTED_BEFORE: Final = Text(
    "该表单已提交过其他内容。请先查看已办理的结果；再次提交将作为新的一次。",
    "This form was submitted before with another content. Look at what it made; submitted again, it is done anew.",
)
NEXT: Final = "next"
"""The parameter that says where to go on when a step is done."""


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
    if ways.DO in asked or (here and "get" not in here):
        step = _step(request, whole, path, asked.pop(ways.DO, None))
        return await _form(request, whole, step, path, asked)
    operation = here.get("get")
    if operation is None or not operation.admits(request.user.permissions):
        raise NotFound(kind="path", id=rest[:200])
    done = asked.pop(drawing.DONE, "")
    if operation.item is not None:
        return await drawing.listed(request, whole, operation, path, asked)
    if any(each.required and not asked.get(each.name) for each in operation.parameters):
        return drawing.asking(request, whole, operation, path, asked)
    as_file = asked.pop("format", "") == "json"
    answer = await call(request, "get", path, query=urlencode({n: v for n, v in asked.items() if v}))
    if answer.status == 404 and "put" in here:
        # What nobody has set yet is set by the same form that changes it.
        return await _form(request, whole, _step(request, whole, path, here["put"].name), path, {})
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    if operation.gives != JSON or operation.answer is None or as_file:
        return drawing.handed_on(answer, f"{path}.json" if as_file else path)
    told = answer.read()
    drawn = await registry.of_object(operation.name, Viewing(request, whole, path, told))
    return drawing.object_page(request, whole, operation, path, told, asked, done, drawn)


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
    step = _operation(request, whole, path, asked.pop(ways.DO, None))
    if uploading.takes_file(step):
        raise NotFound(kind="path", id=rest[:200])
    shape = step.body
    drawn = await registry.of_form(step.name, Viewing(request, whole, path, query=asked))
    submitted = await forms.read(request, _fields(step, drawn))
    key, query = submitted.key if step.needs_key else "", _query(step, asked)
    try:
        if not tokens.is_ours(request, submitted.token):
            raise FormTokenFaulty
        if _lacks_proof(request, step):
            raise ProofTooOld
        values = drawn.into(submitted.values) if drawn else submitted.values
        content: Any = entering.body(shape, values) if shape is not None else UNSET
    except (FormTokenFaulty, *forms.REDRAWN) as refusal:
        filled = forms.redrawn(submitted, refusal)
        return await _drawn(request, whole, step, path, filled, 422, asked=asked, drawn=drawn)
    answer = await call(request, step.method, path, query=query, body=content, key=key)
    if answer.status in REDRAWN:
        status = 422 if answer.status == 400 else answer.status
        filled = _again(submitted, answer, drawn)
        return await _drawn(request, whole, step, path, filled, status, asked=asked, drawn=drawn)
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    return await _done(request, whole, step, path, answer, asked)


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
    step = _step(request, whole, path, asked.pop(ways.DO, None))
    if not uploading.takes_file(step):
        raise NotFound(kind="path", id=rest[:200])
    redrawn, answer = await uploading.send(request, step, path)
    if redrawn is not None:
        status = 422 if answer is None or answer.status == 400 else answer.status
        return uploading.draw(request, step, path, redrawn, ways.parent(whole, path), status)
    assert answer is not None
    if answer.is_refused:
        return drawing.refused(request, answer.refusal())
    return await _done(request, whole, step, path, answer, asked)


async def _form(request: Http, whole: Operations, step: Operation, path: str, asked: dict[str, str]) -> Response[bytes]:
    """The form of a step: empty, with what the address gives, or with what stands now where it changes something."""
    if uploading.takes_file(step):
        return uploading.draw(request, step, path, uploading.blank(request, step, asked), ways.parent(whole, path))
    values: dict[str, str | list[str]] = {}
    shape = step.body
    drawn = await registry.of_form(step.name, Viewing(request, whole, path, query=asked))
    fields = _fields(step, drawn)
    if shape is not None:
        values = entering.defaults(shape)
        if step.method in ("put", "patch") and "get" in whole.at(path):
            held = await call(request, "get", path)
            values |= entering.entered(shape, held.read() or {}) if not held.is_refused else {}
    values |= dict(drawn.values) if drawn else {}
    values |= {name: value for name, value in asked.items() if name in fields.names}
    return await _drawn(request, whole, step, path, forms.blank(request, fields, values), asked=asked, drawn=drawn)


async def _drawn(
    request: Http,
    whole: Operations,
    step: Operation,
    path: str,
    filled: forms.Form,
    status: int = 200,
    *,
    asked: dict[str, str],
    drawn: Drawn | None,
) -> Response[bytes]:
    """The form with one's own files to choose from, where it wants some."""
    offer = await offering.offered(request, entering.entries(step.body) if step.body is not None else ())
    return drawing.form(request, whole, step, path, filled, offer, status, asked=asked, drawn=drawn)


def _fields(step: Operation, drawn: Drawn | None) -> forms.Fields:
    """What the form of a step may hold: the fields of its body, and those by which a page enters some of them."""
    of_body = entering.fields(entering.entries(step.body, rows=entering.ROWS_MAX) if step.body is not None else ())
    more = drawn.more if drawn else {}
    return forms.Fields((*of_body.names, *more), of_body.many, {**of_body.labels, **more})


def _query(step: Operation, asked: dict[str, str]) -> str:
    """What a step is asked beside its body."""
    names = {each.name for each in step.parameters}
    return urlencode({name: value for name, value in asked.items() if name in names})


def _again(submitted: forms.Submitted, answer: Answer, drawn: Drawn | None) -> forms.Form:
    """The form of a step that was refused: what it confirms is what stands now, and a key that was used is used up."""
    filled = forms.redrawn(submitted, answer.refusal())
    if drawn is not None and drawn.confirms:
        filled = replace(filled, values={**filled.values, **drawn.values})
    if answer.read().get("code") == "idempotency-key-reused":
        filled = replace(filled, key=ids.new("idk"), faults=(forms.Fault(SUBMITTED_BEFORE, "LT-GEN-01", None),))
    return filled


def _step(request: Http, whole: Operations, path: str, name: str | None) -> Operation:
    """The operation that a form is of; raises NotFound, and StepUpRequired where a proof is too old for it."""
    step = _operation(request, whole, path, name)
    if _lacks_proof(request, step):
        raise StepUpRequired
    return step


def _lacks_proof(request: Http, step: Operation) -> bool:
    runtime: Runtime = request.app.state.runtime
    return weighing.weighs(step) and runtime.clock.now() >= request.user.sign_in.proven_until


def _operation(request: Http, whole: Operations, path: str, name: str | None) -> Operation:
    steps = [each for method, each in whole.at(path).items() if method != "get" and name in (None, each.name)]
    if len(steps) != 1 or not steps[0].admits(request.user.permissions):
        raise NotFound(kind="path", id=path[:200])
    return steps[0]


async def _done(
    request: Http, whole: Operations, step: Operation, path: str, answer: Answer, asked: dict[str, str]
) -> Response[Any]:
    """Where a step leads that was taken: to what it made, back to what it is of, or to what it answered."""
    if step.gives not in ("", JSON):
        return drawing.handed_on(answer, path)
    told = answer.read()
    if drawing.shows_once(step) or (
        step.answer is not None and not step.needs_key and step.method == "post" and told and "id" not in told
    ):
        drawn = await registry.of_result(step.name, Viewing(request, whole, path, told))
        return drawing.result(request, whole, step, path, told, drawn)
    wanted = inside(asked.get(NEXT, ""), lang_of(request)).removeprefix(f"/{lang_of(request)}")
    if wanted.startswith("/console/"):
        return onward(request, wanted)
    return onward(request, f"{_onto(request, whole, step, path, told)}?{urlencode({drawing.DONE: step.name})}")


def _onto(request: Http, whole: Operations, step: Operation, path: str, told: Any) -> str:
    """The page that a step leads to: of what it made, the list that it added to, or what it is of."""
    leads_back = step.name in registry.BACK
    made = str(told.get("id", "")) if isinstance(told, dict) and not leads_back else ""
    if step.name in registry.ONTO:
        made = told.get("order_id") or made
    page = drawing.page_of(request, whole, made) if made else ""
    listed = whole.at(path).get("get") if not leads_back else None
    if not page and step.method == "post" and listed is not None and listed.admits(request.user.permissions):
        return ways.address(path, {})
    onto = page or ways.parent(whole, path)
    if onto == ways.INDEX and isinstance(told, dict):  # What has no page of its own is shown with what it is of.
        of = (drawing.page_of(request, whole, each) for each in told.values() if isinstance(each, str))
        onto = next(filter(None, of), onto)
    return onto


ROUTES = [index, look, act, upload]
