"""Operations completed: names and tags, who may call, and every refusal as the problem document that it is."""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from kernel.errors import (
    DomainError,
    Forbidden,
    InvalidInput,
    NotFound,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from kernel.http.description.media import ANY_FILE, schema_of
from kernel.http.guards import PartyNotAdmitted
from kernel.http.idempotency import KEY_LENGTH_MAX, KEY_MEANS, IdempotencyKeyReused, needs_key
from kernel.http.problems import PROBLEM_JSON
from kernel.http.rates import RateExceeded

_CONVERTER: Final = re.compile(r":\w+\}")
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "401": {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}},
    "429": {"Retry-After": {"description": "等待秒数 · seconds to wait", "schema": {"type": "integer", "minimum": 1}}},
    "503": {"Retry-After": {"description": "等待秒数 · seconds to wait", "schema": {"type": "integer", "minimum": 1}}},
}
_GIVEN: Final = {
    200: "成功 · done",
    201: "已创建 · created",
    202: "已受理 · accepted, done later",
    204: "无内容 · no content",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A chapter of the API: the package whose routes it holds, its name, and what it is about."""

    package: str
    name: str
    description: str


def complete(schema: dict[str, Any], routes: Iterable[HTTPRouteHandler], tags: Sequence[Tag]) -> None:
    """Complete every operation of a description in place.

    Raises ValueError where a route belongs to no chapter, or two operations have one name.
    """
    names: dict[str, str] = {}
    used: set[str] = set()
    for handler in routes:
        for path in handler.paths:
            item = schema["paths"].get(_CONVERTER.sub("}", path), {})
            for method in sorted(handler.http_methods):
                operation = item.get(method.lower())
                if operation is None:
                    continue
                _name(operation, handler, method)
                if operation["operationId"] in names:
                    raise ValueError(
                        f"{path} and {names[operation['operationId']]} are both {operation['operationId']}"
                    )
                names[operation["operationId"]] = path
                tag = _tag(handler, tags)
                used.add(tag.name)
                operation["tags"] = [tag.name]
                _key(operation, handler)
                _bodies(operation, handler, head=method == "HEAD")
                _refusals(operation, handler)
                if handler.opt.get("public"):
                    operation["security"] = [{"channel": []}] if handler.opt.get("connector") else []
    told = {tag.name: tag.description for tag in tags if tag.name in used}
    schema["tags"] = [{"name": name, "description": description} for name, description in told.items()]


def _name(operation: dict[str, Any], handler: HTTPRouteHandler, method: str) -> None:
    name = handler.fn.__name__
    operation["operationId"] = f"head_{name.partition('_')[2]}" if method == "HEAD" else name
    text = inspect.cleandoc(handler.fn.__doc__ or name)
    operation["summary"] = " ".join(text.split("\n\n")[0].split()).rstrip(".")
    operation["description"] = text


def _tag(handler: HTTPRouteHandler, tags: Sequence[Tag]) -> Tag:
    module = f"{handler.fn.__module__}."
    found = [tag for tag in tags if module.startswith(f"{tag.package}.")]
    if not found:
        raise ValueError(f"{handler.fn.__name__} of {module[:-1]} belongs to no chapter of the API")
    return max(found, key=lambda tag: len(tag.package))


def _key(operation: dict[str, Any], handler: HTTPRouteHandler) -> None:
    """Say that a route needs an Idempotency-Key exactly where it asks for one."""
    parameters = operation.setdefault("parameters", [])
    if needs_key(handler) and not any(parameter["name"] == "Idempotency-Key" for parameter in parameters):
        schema = {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX}
        key = {"name": "Idempotency-Key", "in": "header", "required": True, "description": KEY_MEANS, "schema": schema}
        parameters.append(key)
    if not parameters:
        del operation["parameters"]


def _bodies(operation: dict[str, Any], handler: HTTPRouteHandler, *, head: bool) -> None:
    """What a route takes and gives where that is no JSON of ours; and plain words for what it answers."""
    if takes := handler.opt.get("takes"):
        content = {media: {"schema": schema_of(media)} for media in takes}
        operation["requestBody"] = {"required": True, "content": content, "description": "文件本身 · the file as it is"}
    status = handler.status_code
    answer = operation["responses"][str(status)]
    answer["description"] = _GIVEN.get(status, answer["description"])
    if gives := handler.opt.get("gives"):
        answer["content"] = {media: {"schema": schema_of(media)} for media in gives}
        if ANY_FILE in gives:
            part = {"description": "部分内容 · the range that was asked for", "content": answer["content"]}
            operation["responses"]["206"] = part
            operation["responses"]["416"] = {"description": "范围无效 · no such range"}
            operation["responses"]["304"] = {"description": "未修改 · not modified"}
    if head:
        for response in operation["responses"].values():
            response.pop("content", None)


def _refusals(operation: dict[str, Any], handler: HTTPRouteHandler) -> None:
    responses = operation["responses"]
    said = {status: response["description"] for status, response in responses.items() if status in _told(handler)}
    for status in [each for each in responses if each[0] in "45" and each not in ("416",)]:
        del responses[status]
    for error in _common(operation, handler):
        line = f"`{error.code()}`: {error.title.en}"
        before = said.get(str(error.status), "")
        if f"`{error.code()}`" not in before:
            said[str(error.status)] = f"{before}; {line}" if before else line
    for status, description in sorted(said.items()):
        headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
        content = {PROBLEM_JSON: {"schema": _PROBLEM}}
        responses[status] = {"description": description, "content": content, **headers}


def _told(handler: HTTPRouteHandler) -> set[str]:
    """The statuses that the route itself declares."""
    return {str(status) for status in handler.responses or {}}


def _common(operation: Mapping[str, Any], handler: HTTPRouteHandler) -> list[type[DomainError]]:
    """What any route of its kind may refuse with: before its command runs, nothing of it is the route's own."""
    common: list[type[DomainError]] = [InvalidInput, Unavailable, RateExceeded]
    if not handler.opt.get("page"):
        common.append(Unauthenticated)
    if not handler.opt.get("public"):
        common.append(Forbidden)
        if handler.opt.get("admitted", True):
            common.append(PartyNotAdmitted)
    parameters = operation.get("parameters", [])
    if any(parameter["in"] == "path" for parameter in parameters):
        common.append(NotFound)
    if "requestBody" in operation:
        common.append(TooLarge)
        if "takes" not in handler.opt:
            common.append(UnsupportedMedia)
    if any(parameter["name"] == "Idempotency-Key" for parameter in parameters):
        common.append(IdempotencyKeyReused)
    return common
