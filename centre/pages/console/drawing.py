"""The pages of the console: the index, a list, an object, the form of a step, and what a step answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from centre.pages.console import entering, naming, tables, ways
from centre.pages.console.calling import Answer, Refusal, call
from centre.pages.console.files.offering import Offer
from centre.pages.console.operations import Operation, Operations, Parameter
from centre.pages.console.shapes import Shape
from centre.pages.console.showing import Showing, title_of
from centre.pages.console.special.drawn import Drawn
from centre.pages.shell.forms import Form
from centre.pages.shell.languages import other
from centre.pages.shell.rendering import lang_of, page
from kernel.text import Text

Http = Request[Any, Any, Any]

DONE: Final = "done"
"""The parameter by which a page says what was just done."""
ON_A_PAGE: Final = 25
PAGING: Final = frozenset({"limit", "cursor", "format"})
CSV: Final = "text/csv; charset=utf-8"
SECRETS: Final = frozenset({"secret", "token", "bearer_token", "bearerToken", "link", "links", "url", "upload_url"})
"""Fields of an answer that is told once or leads elsewhere, so that it is shown at once."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a list: a choice of values, or words."""

    name: str
    label: Text
    value: str
    options: tuple[tuple[str, Text], ...]


def index(request: Http, whole: Operations, done: str) -> Response[bytes]:
    """Every chapter with its lists and with what can be begun in it."""
    return page(request, "console/index.html", sections=ways.entrances(request, whole), done=whole.by_name.get(done))


async def listed(
    request: Http, whole: Operations, operation: Operation, path: str, asked: dict[str, str]
) -> Response[bytes]:
    """A list as a table with its filters, or all of it as CSV."""
    assert operation.item is not None
    as_csv = asked.pop("format", "") == "csv"
    lang, shape = lang_of(request), operation.item
    query = {"limit": str(tables.PAGE if as_csv else ON_A_PAGE)} | {n: v for n, v in asked.items() if v}
    answer = await call(request, "get", path, query=urlencode(query))
    if answer.is_refused:
        return refused(request, answer.refusal())
    told = answer.read()
    if as_csv:
        return await _as_csv(request, operation, path, query, told)
    names = [name for name in tables.columns(shape, lang) if _is_told(told["items"], name)]
    showing = Showing(whole, lang, request.user.permissions)
    kept = {n: v for n, v in asked.items() if v and n not in PAGING}
    return page(
        request,
        "console/list.html",
        operation=operation,
        chapter=whole.chapters.get(operation.chapter),
        table=showing.table(shape, told["items"], names or tables.columns(shape, lang)),
        hrefs=[showing.href(str(each.get("id", ""))) for each in told["items"]],
        filters=_filters(operation, asked),
        ways=ways.steps_at(request, whole, path),
        first=ways.address(path, kept) if "cursor" in asked else "",
        following=ways.address(path, kept | {"cursor": told["next"]}) if told["next"] else "",
        here=ways.address(path, {}),
        as_csv=ways.address(path, kept | {"format": "csv"}),
        up=ways.parent(whole, path) if operation.names else "",
        path=operation.path,
    )


def asking(
    request: Http, whole: Operations, operation: Operation, path: str, asked: Mapping[str, str]
) -> Response[bytes]:
    """What has to be said before something can be shown: the form of its query."""
    return page(
        request,
        "console/asking.html",
        operation=operation,
        filters=_filters(operation, asked),
        up=ways.parent(whole, path),
        here=ways.address(path, {}),
    )


def object_page(
    request: Http,
    whole: Operations,
    operation: Operation,
    path: str,
    told: Any,
    asked: Mapping[str, str],
    done: str,
    drawn: Drawn | None = None,
) -> Response[bytes]:
    """An object: its state, its facts, its parts and what can be done with it."""
    showing = Showing(whole, lang_of(request), request.user.permissions)
    assert operation.answer is not None
    one = told if isinstance(told, dict) else {"items": told}
    hidden = drawn.hides if drawn else frozenset()
    facts = (
        showing.facts(operation.answer, {name: each for name, each in one.items() if name not in hidden})
        if isinstance(told, dict)
        else [showing.fact("items", operation.answer, told)]
    )
    return page(
        request,
        drawn.template if drawn else "console/object.html",
        operation=operation,
        chapter=whole.chapters.get(operation.chapter),
        title=title_of(operation.title, one, lang_of(request)),
        id=str(one.get("id", "")),
        state=_state(operation.answer, one),
        facts=[each for each in facts if each.kind not in ("facts", "table", "list")],
        sections=[each for each in facts if each.kind in ("facts", "table", "list")],
        filters=_filters(operation, asked),
        here=ways.address(path, {}),
        ways=ways.from_object(request, whole, operation, path, one),
        done=whole.by_name[done].title if done in whole.by_name else None,
        up=ways.parent(whole, path),
        path=operation.path,
        **(drawn.context if drawn else {}),
    )


def form(
    request: Http,
    whole: Operations,
    step: Operation,
    path: str,
    filled: Form,
    offer: Offer,
    status: int = 200,
    *,
    asked: Mapping[str, str],
    drawn: Drawn | None = None,
) -> Response[bytes]:
    """The form of a step, empty or drawn again with what is wrong; it goes to where it was asked for."""
    action = ways.address(path, {ways.DO: step.name, **asked})
    return page(
        request,
        drawn.template if drawn else "console/form.html",
        status=status,
        other_address=f"/{other(lang_of(request))}{action}",
        step=step,
        entries=entering.entries(step.body) if step.body is not None else (),
        form=filled,
        offer=offer,
        errors=filled.faults,
        action=action,
        up=ways.parent(whole, path),
        **(drawn.context if drawn else {}),
    )


def result(
    request: Http, whole: Operations, step: Operation, path: str, told: Any, drawn: Drawn | None = None
) -> Response[bytes]:
    """What a step answered that is kept nowhere: a secret that is told once, or the outcome of a computation."""
    showing = Showing(whole, lang_of(request), request.user.permissions)
    assert step.answer is not None
    facts = showing.facts(step.answer, told) if isinstance(told, dict) else [showing.fact("items", step.answer, told)]
    return page(
        request,
        drawn.template if drawn else "console/result.html",
        step=step,
        facts=facts,
        secret=shows_once(step),
        up=ways.parent(whole, path),
        **(drawn.context if drawn else {}),
    )


def refused(request: Http, refusal: Refusal) -> Response[bytes]:
    """The page of a refusal."""
    text = refusal.rule_text
    rule = {"id": refusal.rule, "zh": text.zh, "en": text.en} if refusal.rule else None
    return page(request, "error.html", status=refusal.status, error=refusal, rule=rule)


def handed_on(answer: Answer, path: str) -> Response[bytes]:
    """A file of the API as a download; nothing that a party sent is drawn as a page of ours."""
    name = answer.headers.get("content-disposition") or f'attachment; filename="{path.rsplit("/", 1)[-1]}"'
    name = name if name.startswith("attachment") else f"attachment; {name.partition(';')[2].strip()}".rstrip("; ")
    return Response(
        answer.body,
        media_type=answer.headers.get("content-type", "application/octet-stream"),
        headers={"Content-Disposition": name},
    )


def page_of(request: Http, whole: Operations, id_: str) -> str:
    """The page of a thing by its id, without the language."""
    return Showing(whole, lang_of(request), request.user.permissions).href(id_)[3:]


def shows_once(step: Operation) -> bool:
    """Whether what a step answers is told now and never again."""
    return step.answer is not None and not SECRETS.isdisjoint(step.answer.fields)


def _filters(operation: Operation, asked: Mapping[str, str]) -> list[Filter]:
    return [
        Filter(
            each.name,
            naming.label(each.name, each.shape),
            asked.get(each.name, ""),
            tuple((value, naming.value(value, _holds(operation, each))) for value in each.shape.choices),
        )
        for each in operation.parameters
        if each.name not in PAGING
    ]


def _holds(operation: Operation, parameter: Parameter) -> str:
    """What the values of a filter are of: the field of the rows that it is for, or itself."""
    fields = operation.item.fields if operation.item is not None else {}
    return fields[parameter.name].name if parameter.name in fields else parameter.shape.name


def _state(shape: Shape, told: Mapping[str, Any]) -> Text | None:
    """How a thing stands."""
    state, of = told.get("status"), shape.fields.get("status")
    return naming.value(state, of.name if of is not None else "") if isinstance(state, str) else None


async def _as_csv(request: Http, operation: Operation, path: str, query: dict[str, str], told: Any) -> Response[bytes]:
    """All rows up to the cap, page by page."""
    rows = list(told["items"])
    while told["next"] and len(rows) < tables.CSV_ROWS_MAX:
        answer = await call(request, "get", path, query=urlencode(query | {"cursor": told["next"]}))
        if answer.is_refused:
            return refused(request, answer.refusal())
        told = answer.read()
        rows += told["items"]
    assert operation.item is not None
    name = path.rsplit("/", 1)[-1]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if told["next"]:
        headers["Liutong-Rows-Max"] = str(tables.CSV_ROWS_MAX)
    return Response(tables.written(operation.item, rows, lang_of(request)), media_type=CSV, headers=headers)


def _is_told(rows: list[dict[str, Any]], name: str) -> bool:
    return any(row.get(name) not in (None, "") for row in rows)
