"""The one place that draws errors: RFC 9457 problem documents in the caller's language, citing the rule."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import ResponseSpec
from litestar.types import Method
from litestar.typing import FieldDefinition
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Forbidden,
    InvalidInput,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from kernel.http.idempotency import key_fault, needs_key
from kernel.http.shapes.sentences import REQUIRED, sentence
from kernel.rules import rulebook
from kernel.rules.bases import basis_text
from kernel.text import Lang, Text
from kernel.time.clock import day_in_china

PROBLEM_JSON: Final = "application/problem+json"
METHODS: Final[tuple[Method, ...]] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
RETRYABLE: Final = frozenset(
    {"40001", "40P01", "55P03", "57014", "53300", "57P01", "57P02", "57P03"},
)
"""SQLSTATEs of serialisation failure, deadlock, lock and statement time-out, no free connection, and a restart."""

log: Final = structlog.get_logger("liutong.http")


class FieldProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One faulty field."""

    pointer: str
    detail: str
    rule: str | None = None


class RuleCited(msgspec.Struct, frozen=True):
    """The rule that refused."""

    id: str
    text: str
    basis: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document (RFC 9457); facts of the refusal are further members."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    instance: str
    rule: RuleCited | None = None
    errors: list[FieldProblem] = []


def problems(*errors: type[DomainError]) -> dict[int, ResponseSpec]:
    """Document on a route what it may refuse with."""
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {
        status: ResponseSpec(
            Problem,
            description="; ".join(f"`{cls.code()}`: {cls.title.en}" for cls in classes),
            media_type=PROBLEM_JSON,
            generate_examples=False,
        )
        for status, classes in by_status.items()
    }


def language(accept_language: str | None) -> Lang:
    """Choose by RFC 9110 `Accept-Language` weights; Chinese when nothing that we speak is asked for."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in (accept_language or "")[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter.strip().startswith("q=") else 1.0
        except ValueError:
            continue
        primary = tag.strip().lower().split("-")[0]
        if primary == "zh" and weight > best[0]:
            best = (weight, "zh")
        elif primary == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]


def lang_of(request: Request[Any, Any, Any]) -> Lang:
    """The language of the answer: that of the path of a page (/zh/…, /en/…), `?lang=`, else Accept-Language."""
    first = request.scope["path"][1:4].rstrip("/")
    if first in ("zh", "en"):
        return "zh" if first == "zh" else "en"
    lang = request.query_params.get("lang")
    if lang in ("zh", "en"):
        return "zh" if lang == "zh" else "en"
    return language(request.headers.get("accept-language"))


def render(request: Request[Any, Any, Any], error: DomainError) -> Response[bytes]:
    """Draw one refusal."""
    lang, runtime = lang_of(request), request.app.state.runtime
    code = error.code()
    rule = rulebook.in_force(day_in_china(runtime.clock.now())).cite(error.rule)
    document = Problem(
        type=f"{runtime.settings.public_url}/v1/problems/{code}",
        code=code,
        title=error.title.of(lang),
        status=error.status,
        detail=error.sentence.of(lang),
        instance=f"{request.url.path}#{request.scope.get('request_id', '')}",
        rule=RuleCited(rule.id, rule.zh if lang == "zh" else rule.en, basis_text(rule.basis).of(lang))
        if rule
        else None,
        errors=[FieldProblem(e.pointer, e.detail.of(lang), e.rule) for e in error.errors],
    )
    body = {**_facts(error, lang), **msgspec.to_builtins(document)}
    headers = {"Content-Language": lang, "Vary": "Accept-Language", **extra_headers(error)}
    return Response(msgspec.json.encode(body), status_code=error.status, media_type=PROBLEM_JSON, headers=headers)


def _facts(error: DomainError, lang: Lang) -> dict[str, Any]:
    told = {name: fact.of(lang) if isinstance(fact, Text) else fact for name, fact in error.facts.items()}
    facts: dict[str, Any] = msgspec.to_builtins(told, enc_hook=str)
    return {name: value for name, value in facts.items() if name not in Problem.__struct_fields__}


def extra_headers(error: DomainError) -> dict[str, str]:
    """The headers that a refusal needs beside its body."""
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": str(error.facts["allow"])}
    if isinstance(error, TooMany | Unavailable) or "retry_after_seconds" in error.facts:
        more: dict[str, str] = getattr(error, "headers", {})
        return {"Retry-After": str(error.facts.get("retry_after_seconds", 1)), **more}
    return {}


class MethodNotAllowed(DomainError):
    """The path exists but not with this method."""

    status = 405
    title = Text("不支持该方法", "The method is not allowed here")
    detail = Text(
        "此路径可用的方法：{allow}。请查阅接口文档 /docs。",
        "This path has the methods {allow}; see the API documentation at /docs.",
    )


class Internal(DomainError):
    """A fault of ours; the request id finds it in the log, and nothing of it is shown."""

    title = Text("系统内部错误", "An internal error occurred")
    detail = Text("错误已记录，请向中心提供实例编号。", "It has been logged; give the centre the instance id.")


def on_domain_error(request: Request[Any, Any, Any], error: DomainError) -> Response[bytes]:
    """Draw a refusal."""
    return render(request, error)


def on_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Draw what the framework refuses: unknown paths, malformed bodies, wrong methods."""
    return render(request, refusal(request, error))


def refusal(request: Request[Any, Any, Any], error: HTTPException) -> DomainError:
    """What the framework refuses, as a refusal of ours."""
    if isinstance(error, ValidationException):
        return InvalidInput(errors=_validation(request, error))
    if error.status_code == 413:
        return TooLarge(limit_bytes=_body_limit(request))
    why = str(error.detail)[:200]
    unreadable = Text(f"请求体无法解析：{why}", f"The body cannot be read: {why}")
    by_status: dict[int, DomainError] = {
        400: InvalidInput(errors=[FieldError("", unreadable)], why=why),
        401: Unauthenticated(),
        403: Forbidden(permission="-"),
        404: NotFound(kind="path", id=request.url.path[:200]),
        405: MethodNotAllowed(allow=", ".join(_methods(request)) if error.status_code == 405 else ""),
        409: Conflict(),
    }
    return by_status.get(error.status_code) or failure(request, error)


def _methods(request: Request[Any, Any, Any]) -> list[str]:
    """The methods that the path does have (RFC 9110 15.5.6)."""
    found: list[str] = []
    for method in METHODS:
        try:
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
        except HTTPException:
            continue
        found.append(method)
    return found


def _body_limit(request: Request[Any, Any, Any]) -> int:
    """The limit that was passed: the route's own, where it has one."""
    own = request.route_handler.resolve_request_max_body_size()
    return own if own is not None else int(request.app.state.runtime.settings.body_bytes_max)


def on_exception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Draw what nobody foresaw, without a word of it."""
    return render(request, failure(request, error))


def failure(request: Request[Any, Any, Any], error: Exception) -> DomainError:
    """What nobody foresaw, logged, as a refusal that says no word of it; a database that asks to try again is a 503."""
    if _passes(error):
        log.warning("unavailable", error=f"{type(error).__name__}: {error}"[:500], path=request.url.path)
        return Unavailable(retry_after_seconds=1)
    log.error("unhandled", exc_info=error, path=request.url.path)
    return Internal()


def _passes(error: Exception) -> bool:
    """Whether trying again may succeed: the database asks for it, has no room, restarts, or cannot be reached."""
    if isinstance(error, ConnectionError | TimeoutError | PoolTimeout):
        return True
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    return state in RETRYABLE or state[:2] == "08" or (isinstance(error, DBAPIError) and error.connection_invalidated)


_MISSING: Final = re.compile(r"^Missing required (header|query|cookie) parameter '([^']{1,100})'")
_PLACES: Final = {"header": "/headers", "query": "/query", "cookie": "/cookies", "path": "/path"}


def _validation(request: Request[Any, Any, Any], error: ValidationException) -> list[FieldError]:
    """Every fault of the request: of its parameters as the framework says, of its body by our own reading."""
    wanted = request.route_handler.parsed_fn_signature.parameters
    faulty = _body_faults(request, wanted.get("data"))
    for item in error.extra if isinstance(error.extra, list) else []:
        if not isinstance(item, dict) or (faulty and str(item.get("source")) == "body"):
            continue
        key, message = str(item.get("key", "")), str(item.get("message", ""))
        place = str(getattr(item.get("source"), "value", item.get("source") or "body"))
        parameter = wanted.get(key.partition(".")[0])
        name = getattr(parameter.kwarg_definition, "name", None) if parameter is not None and place != "body" else None
        text = sentence(message, parameter.annotation if parameter is not None else None)
        faulty.append(FieldError(_pointer(place, name or key), text))
    if missing := _MISSING.match(str(error.detail)):
        faulty.append(FieldError(_pointer(missing[1], missing[2].lower()), REQUIRED))
    if needs_key(request.route_handler) and (fault := key_fault(request)):
        faulty = [each for each in faulty if each.pointer != fault.pointer] + [fault]
    return faulty or [FieldError("", Text("请求格式有误", "The request is malformed"))]


def _body_faults(request: Request[Any, Any, Any], wanted: FieldDefinition | None) -> list[FieldError]:
    if wanted is None:
        return []
    found = cast(Mapping[str, Any], request.scope).get("body_faults")
    if found is None:
        return [FieldError("", Text("缺少请求体，请提供 JSON", "Send a JSON body"))]
    return list(found)


def _pointer(place: str, key: str) -> str:
    """A JSON Pointer from the framework's path: `roles[0].name` is /roles/0/name."""
    path = re.sub(r"\[(\d+)\]", r".\1", key).replace("[...]", "").strip(".").replace(".", "/")
    name = path.replace("_", "-") if place == "header" else path
    return _PLACES.get(place, "") + (f"/{name}" if name else "")
