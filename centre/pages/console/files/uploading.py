"""The form of an operation whose body is a file: a document to keep, a bank's statement, a report on payments."""

from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response

from centre.pages.console import entering
from centre.pages.console.calling import REDRAWN, Answer, File, call
from centre.pages.console.files.receiving import FILE, Incoming, begin, no_file
from centre.pages.console.operations import API, JSON, Operation
from centre.pages.shell import forms, tokens
from centre.pages.shell.languages import other
from centre.pages.shell.refusals import FormTokenFaulty
from centre.pages.shell.rendering import lang_of, page
from kernel.errors import InvalidInput
from kernel.text import Text

Http = Request[Any, Any, Any]

NAME: Final = "name"
"""The parameter that the name of the file itself fills."""
ROOM: Final = "/upload"
"""Where forms with files are sent: their size has bounds of its own."""
LABELS: Final = {FILE: Text("文件", "File")}


def takes_file(step: Operation) -> bool:
    """Whether an operation's body is a file."""
    return step.takes not in ("", JSON)


def entries(step: Operation) -> tuple[entering.Entry, ...]:
    """What is filled in beside the file: the operation's parameters."""
    return tuple(
        entering.entry(each.name, each.name, each.shape, required=each.required)
        for each in step.parameters
        if each.name != NAME
    )


def fields(step: Operation) -> forms.Fields:
    """What the form may hold."""
    whole = entering.fields(entries(step))
    return forms.Fields((*whole.names, FILE), whole.many, {**whole.labels, **LABELS})


def blank(request: Http, step: Operation, asked: dict[str, str]) -> forms.Form:
    """The empty form, with what the address gives."""
    held = {
        each.name: str(each.shape.schema["default"]) for each in step.parameters if each.shape.schema.get("default")
    }
    known = fields(step)
    return forms.blank(request, known, held | {name: value for name, value in asked.items() if name in known.names})


def draw(request: Http, step: Operation, path: str, filled: forms.Form, up: str, status: int = 200) -> Response[bytes]:
    """The form, empty or with what is wrong."""
    query, place = urlencode({"do": step.name}), path.removeprefix(API)
    return page(
        request,
        "console/upload.html",
        status=status,
        other_address=f"/{other(lang_of(request))}/console{place}?{query}",
        step=step,
        entries=entries(step),
        form=filled,
        errors=filled.faults,
        action=f"{ROOM}{place}?{query}",
        up=up,
    )


async def send(request: Http, step: Operation, path: str) -> tuple[forms.Form | None, Answer | None]:
    """Send the file that a form holds on to its operation, while it arrives.

    Gives the form as it is to be drawn again, or what the operation answered.
    """
    submitted = forms.Submitted(request, fields(step), "", "", {})
    try:
        incoming = await begin(request, submitted.fields)
        submitted = incoming.submitted
        if not tokens.is_ours(request, submitted.token):
            raise FormTokenFaulty
        if not incoming.file_name:
            raise no_file()
    except (FormTokenFaulty, InvalidInput) as refusal:
        return forms.redrawn(submitted, refusal), None
    answer = await _passed_on(request, step, path, incoming)
    if incoming.fault is not None:
        return forms.redrawn(submitted, incoming.fault), None
    if answer.status in REDRAWN:
        return forms.redrawn(submitted, answer.refusal()), answer
    return None, answer


async def _passed_on(request: Http, step: Operation, path: str, incoming: Incoming) -> Answer:
    submitted = incoming.submitted
    query = {name: str(value) for name, value in submitted.values.items() if value}
    if any(each.name == NAME for each in step.parameters):
        query[NAME] = incoming.file_name
    key = submitted.key if step.needs_key else ""
    return await call(
        request,
        step.method,
        path,
        query=urlencode(query),
        key=key,
        file=File(incoming.content(), step.takes),
    )
