"""The pages of the console: the index, a list, an object, the form of a step, and what a step answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from centre.pages.console import entering, naming, tables
from centre.pages.console.calling import Answer, Refusal, call
from centre.pages.console.files.offering import Offer
from centre.pages.console.operations import API, JSON, Operation, Operations
from centre.pages.console.showing import Showing, title_of
from centre.pages.console.special.special import Above
from centre.pages.shell.forms import Form
from centre.pages.shell.languages import other
from centre.pages.shell.rendering import lang_of, page
from kernel.text import Text, kind_of

Http = Request[Any, Any, Any]

INDEX: Final = "/console"
DONE: Final = "done"
"""The parameter by which a page says what was just done."""
ON_A_PAGE: Final = 25
PAGING: Final = frozenset({"limit", "cursor", "format"})
CSV: Final = "text/csv; charset=utf-8"
SECRETS: Final = frozenset({"secret", "token", "bearer_token", "bearerToken", "link", "links", "url", "upload_url"})
"""Fields of an answer that is told once or leads elsewhere, so that it is shown at once."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a page leads: to a list, an object's part, or the form of a step."""

    title: Text
    about: str
    href: str
    is_step: bool = False
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a list: a choice of values, or words."""

    name: str
    label: Text
    value: str
    options: tuple[tuple[str, Text], ...]


def index(request: Http, whole: Operations, done: str) -> Response[bytes]:
    """Every chapter with its lists and with what can be begun in it."""
    chapters: dict[str, list[Way]] = {}
    for each in whole.all:
        if each.admits(request.user.permissions) and _is_entrance(each):
            chapters.setdefault(each.chapter, []).append(_way(request, each, each.path))
    named = [(whole.chapters.get(name, Text(name, name)), ways) for name, ways in chapters.items()]
    return page(request, "console/index.html", chapters=named, done=whole.by_name.get(done))


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
        ways=[_way(request, each, path) for each in whole.at(path).values() if _is_open_step(request, each)],
        first=_at(path, kept) if "cursor" in asked else "",
        following=_at(path, kept | {"cursor": told["next"]}) if told["next"] else "",
        here=_at(path, {}),
        as_csv=_at(path, kept | {"format": "csv"}),
        up=parent(whole, path) if operation.names else "",
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
        up=parent(whole, path),
        here=_at(path, {}),
    )


def object_page(
    request: Http,
    whole: Operations,
    operation: Operation,
    path: str,
    told: Any,
    asked: Mapping[str, str],
    done: str,
    above: Above | None = None,
) -> Response[bytes]:
    """An object: its state, its facts, its parts and what can be done with it."""
    showing = Showing(whole, lang_of(request), request.user.permissions)
    assert operation.answer is not None
    one = told if isinstance(told, dict) else {"items": told}
    plain = {name: each for name, each in one.items() if above is None or name not in above.hides}
    facts = (
        showing.facts(operation.answer, plain)
        if isinstance(told, dict)
        else [showing.fact("items", operation.answer, told)]
    )
    now, steps, parts = _ways(request, whole, operation, path, one)
    return page(
        request,
        "console/object.html",
        operation=operation,
        chapter=whole.chapters.get(operation.chapter),
        title=title_of(operation.title, one, lang_of(request)),
        id=str(one.get("id", "")),
        state=naming.value(str(one["status"])) if isinstance(one.get("status"), str) else None,
        facts=[each for each in facts if each.kind not in ("facts", "table", "list")],
        sections=[each for each in facts if each.kind in ("facts", "table", "list")],
        filters=_filters(operation, asked),
        here=_at(path, {}),
        now=now,
        steps=steps,
        parts_of=parts,
        done=whole.by_name[done].title if done in whole.by_name else None,
        up=parent(whole, path),
        path=operation.path,
        above=above,
    )


def form(
    request: Http, whole: Operations, step: Operation, path: str, filled: Form, offer: Offer, status: int = 200
) -> Response[bytes]:
    """The form of a step, empty or drawn again with what is wrong."""
    action = f"/console{path.removeprefix(API)}?{urlencode({'do': step.name})}"
    return page(
        request,
        "console/form.html",
        status=status,
        other_address=f"/{other(lang_of(request))}{action}",
        step=step,
        entries=entering.entries(step.body) if step.body is not None else (),
        form=filled,
        offer=offer,
        errors=filled.faults,
        action=action,
        up=parent(whole, path),
    )


def result(request: Http, whole: Operations, step: Operation, path: str, told: Any) -> Response[bytes]:
    """What a step answered that is kept nowhere: a secret that is told once, or the outcome of a computation."""
    showing = Showing(whole, lang_of(request), request.user.permissions)
    assert step.answer is not None
    facts = showing.facts(step.answer, told) if isinstance(told, dict) else [showing.fact("items", step.answer, told)]
    return page(request, "console/result.html", step=step, facts=facts, secret=shows_once(step), up=parent(whole, path))


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


def parent(whole: Operations, path: str) -> str:
    """The nearest page above a path: what a step is of."""
    above = path
    while (above := above.rpartition("/")[0]) != API and above:
        here = whole.at(above).get("get")
        if here is not None and here.gives == JSON:
            return f"{INDEX}{above.removeprefix(API)}"
    return INDEX


def shows_once(step: Operation) -> bool:
    """Whether what a step answers is told now and never again."""
    return step.answer is not None and not SECRETS.isdisjoint(step.answer.fields)


def _ways(
    request: Http, whole: Operations, operation: Operation, path: str, told: Mapping[str, Any]
) -> tuple[list[Way], list[Way], list[Way]]:
    """Steps that an object's state allows now, other steps with it, and its parts."""
    allowed = {str(each) for each in told.get("allowed_actions", ())}
    now: list[Way] = []
    steps: list[Way] = []
    parts: list[Way] = []
    for each in whole.under(operation.path):
        if each is operation or not each.admits(request.user.permissions):
            continue
        at = path + each.path.removeprefix(operation.path)
        if each.method == "get":
            parts.append(_way(request, each, at))
        else:
            (now if each.name.partition("_")[0] in allowed else steps).append(_way(request, each, at))
    return now, [*steps, *_beginnings(request, whole, told)], parts


def _beginnings(request: Http, whole: Operations, told: Mapping[str, Any]) -> Iterator[Way]:
    """What can be begun with an object elsewhere: whatever takes its id as a field."""
    kind = kind_of(str(told.get("id", "")))
    for each in whole.all if kind else ():
        takes = each.method == "post" and not each.names and each.body is not None and f"{kind}_id" in each.body.fields
        if takes and each.admits(request.user.permissions):
            yield _way(request, each, each.path, {f"{kind}_id": told["id"]})


def _way(request: Http, operation: Operation, path: str, more: Mapping[str, str] | None = None) -> Way:
    is_step = operation.method != "get"
    query = urlencode({"do": operation.name, **(more or {})}) if is_step else ""
    href = f"/{lang_of(request)}/console{path.removeprefix(API)}" + (f"?{query}" if query else "")
    return Way(operation.title, operation.about, href, is_step, not is_step and operation.gives != JSON)


def _is_entrance(operation: Operation) -> bool:
    """Whether an operation needs nothing to begin with: a list, or the making of something."""
    is_list = operation.method == "get" and operation.gives == JSON
    is_step = operation.method == "post"
    return not operation.names and not operation.public and (is_list or is_step)


def _is_open_step(request: Http, operation: Operation) -> bool:
    return operation.method != "get" and operation.admits(request.user.permissions)


def _filters(operation: Operation, asked: Mapping[str, str]) -> list[Filter]:
    return [
        Filter(
            each.name,
            naming.label(each.name, each.shape),
            asked.get(each.name, ""),
            tuple((value, naming.value(value)) for value in each.shape.choices),
        )
        for each in operation.parameters
        if each.name not in PAGING
    ]


async def _as_csv(request: Http, operation: Operation, path: str, query: dict[str, str], told: Any) -> Response[bytes]:
    """All rows up to the cap, page by page."""
    rows = list(told["items"])
    while told["next"] and len(rows) < tables.CSV_ROWS_MAX:
        told = (await call(request, "get", path, query=urlencode(query | {"cursor": told["next"]}))).read()
        rows += told["items"]
    assert operation.item is not None
    name = path.rsplit("/", 1)[-1]
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if told["next"]:
        headers["Liutong-Rows-Max"] = str(tables.CSV_ROWS_MAX)
    return Response(tables.written(operation.item, rows, lang_of(request)), media_type=CSV, headers=headers)


def _at(path: str, query: Mapping[str, str]) -> str:
    return f"/console{path.removeprefix(API)}" + (f"?{urlencode(query)}" if query else "")


def _is_told(rows: list[dict[str, Any]], name: str) -> bool:
    return any(row.get(name) not in (None, "") for row in rows)
