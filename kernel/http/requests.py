"""What every request must keep: a body that can be read at all, and no query parameter that nobody knows."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, cast
from urllib.parse import parse_qsl

import msgspec
from litestar import Litestar, Request
from litestar.exceptions import InternalServerException
from litestar.routes import HTTPRoute
from litestar.serialization import decode_json
from litestar.types import HTTPScope, Scope
from litestar.typing import FieldDefinition

from kernel.actor import Actor
from kernel.errors import FieldError, InvalidInput, NotFound, UnsupportedMedia
from kernel.http.shapes.faults import Hook, faults
from kernel.http.shapes.sentences import A_TIME
from kernel.text import Text

DEPTH_MAX: Final = 64
"""Nothing that is sent here nests deeper; canonical JSON and its checks recurse, and must not run out of stack."""

VALUES_MAX: Final = 200_000
"""Ten thousand assets of a portfolio with a dozen values each are fewer."""

AT_ONCE_BYTES: Final = 32_768
_BESIDE: Final = ThreadPoolExecutor(1, "liutong-bodies")

JSON: Final = "application/json"

NUL: Final = "\x00"
"""No text of ours holds it: PostgreSQL has no way to store it."""

_UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters and those that turn the order of a line around: contracts and certificates say what is read."""

UNSEEN_RAW: Final = re.compile(
    rb"\\u00(?:[01][0-9a-fA-F]|7[fF])|\\u20(?:2[a-eA-E]|6[6-9])|\x7f|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)
"""Where one of them may stand in JSON; a tab or a line's end written as an escape is found here and let pass after."""

NO_UNSEEN: Final = Text(
    "文本不得含有控制字符或双向文字控制符",
    "A text may hold no control character and none that turns the order of a line around",
)
NO_NUL: Final = Text("文本不得含有 U+0000 字符", "A text may not hold the character U+0000")

_SECONDS: Final = re.compile(r"[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?")
"""What the framework would read as seconds since 1970, where a moment as RFC 3339 writes it is wanted."""

EVERYWHERE: Final = frozenset({"lang"})
"""Query parameters that every route takes."""


def has_unseen(text: str) -> bool:
    """Whether a text holds a character that nobody sees or that turns the order of a line around."""
    return _UNSEEN.search(text) is not None


class Faulty:
    """Stands for a body that is not what the route takes; no type of a route takes it either."""


FAULTY: Final = Faulty()


class StrictRequest(Request[Actor, Any, Any]):
    """A request whose JSON is UTF-8 and not nested without end; a body that is neither is the sender's fault."""

    async def body(self) -> bytes:
        """Read the body; raises InvalidInput when the sender went away before its end."""
        try:
            return await super().body()
        except InternalServerException as problem:
            text = Text("请求体未发送完整", "The body ended before it was complete")
            raise InvalidInput(errors=[FieldError("", text)]) from problem

    async def json(self) -> Any:
        """Decode the body; raises InvalidInput, and UnsupportedMedia where it says that it is no JSON.

        A large one is decoded, looked through and fitted to its type beside the event loop, one after the other: twenty
        of them together delay the others' answers no longer than a thread may keep the interpreter.
        """
        kind = self.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind != JSON and not (kind.startswith("application/") and kind.endswith("+json")):
            raise UnsupportedMedia(wanted=JSON)
        raw = await self.body()
        understand = partial(_understood, raw, self.route_handler.resolve_type_decoders(), self._wanted())
        try:
            if len(raw) > AT_ONCE_BYTES:
                sent = await asyncio.get_running_loop().run_in_executor(_BESIDE, understand)
            else:
                sent = understand()
        except UnicodeDecodeError as problem:
            text = Text("请求体应为 UTF-8 编码的 JSON", "Send JSON in UTF-8")
            raise InvalidInput(errors=[FieldError("", text)]) from problem
        except RecursionError as problem:
            raise _too_deep() from problem
        # Kept for who has to say what is wrong with it, which is drawn after this request object is gone.
        cast(dict[str, Any], self.scope)["body_faults"] = sent.faults
        return sent.typed

    def _wanted(self) -> "_Wanted | None":
        """What the route takes for its body; None where it takes anything."""
        data = self.route_handler.parsed_fn_signature.parameters.get("data")
        return None if data is None else _Wanted(data.annotation, self.route_handler.default_deserializer)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The type of a route's body, and who decodes what JSON has no word for."""

    kind: Any
    hook: Hook


@dataclass(frozen=True, slots=True)
class _Sent:
    """A body as the route takes it, or FAULTY with every fault of it."""

    typed: Any
    faults: list[FieldError] = field(default_factory=list)


def _understood(raw: bytes, decoders: Any, wanted: _Wanted | None) -> _Sent:
    """Read a body as what the route takes, to the letter of the description: neither "5" nor true is a number.

    The framework reads bodies as leniently as it must read queries, and takes a fault in a member that is called like
    something of ours (`act`, `session`) for our own. What is faulty is handed on as nothing that any type takes, so
    that its faults are told together with those of the parameters. Raises InvalidInput, UnicodeDecodeError,
    RecursionError and what the framework raises for what is no JSON.
    """
    value = decode_json(raw or b"null", type_decoders=decoders)
    _looked_through(raw, value)
    if wanted is None:
        return _Sent(value)
    typed = _fitted(value, wanted)
    if typed is FAULTY:
        value = _with_whole_numbers(value)
        typed = _fitted(value, wanted)
    return _Sent(typed, faults(wanted.kind, value, wanted.hook) if typed is FAULTY else [])


def _fitted(value: Any, wanted: _Wanted) -> Any:
    try:
        return msgspec.convert(value, wanted.kind, dec_hook=wanted.hook, str_keys=True)
    except msgspec.ValidationError:
        return FAULTY


def _looked_through(raw: bytes, value: Any) -> None:
    """Refuse a body that holds too much, nests too deep or says what nobody sees; raises InvalidInput."""
    if raw.count(b",") + raw.count(b"{") + raw.count(b"[") > DEPTH_MAX and (fault := _shape_fault(value)):
        raise InvalidInput(errors=[FieldError("", fault)])
    if UNSEEN_RAW.search(raw) and (places := list(_unseen_places(value))):
        raise InvalidInput(errors=[FieldError(place, NO_UNSEEN) for place in places[:20]])


def _with_whole_numbers(value: Any) -> Any:
    """A decoded body, known to be shallow, in which 5.0 is the whole number that JSON Schema takes it for."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _with_whole_numbers(inner) for name, inner in value.items()}
    return [_with_whole_numbers(inner) for inner in value] if isinstance(value, list) else value


def _unseen_places(value: Any, place: str = "") -> Iterator[str]:
    """Where such a character stands in a decoded body that is known to be shallow."""
    if isinstance(value, str):
        if _UNSEEN.search(value):
            yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            if _UNSEEN.search(name):
                yield place
            else:
                yield from _unseen_places(inner, f"{place}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _unseen_places(inner, f"{place}/{position}")


_TOO_DEEP: Final = Text(f"JSON 嵌套不得超过 {DEPTH_MAX} 层", f"JSON may nest {DEPTH_MAX} levels deep")
_TOO_MANY: Final = Text(f"JSON 不得超过 {VALUES_MAX} 个值", f"JSON may hold {VALUES_MAX} values")


def _too_deep() -> InvalidInput:
    return InvalidInput(errors=[FieldError("", _TOO_DEEP)])


def _shape_fault(value: Any) -> Text | None:
    """What is wrong with the shape of a decoded body, found without recursion."""
    level, values = [value], 0
    for _ in range(DEPTH_MAX + 1):
        values += len(level)
        if values > VALUES_MAX:
            return _TOO_MANY
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return None
    return _TOO_DEEP


def readable_path(scope: Scope) -> None:
    """Refuse U+0000 in a path: whatever it would name, there is no such thing."""
    if NUL in scope["path"]:
        raise NotFound(kind="path", id=scope["path"].replace(NUL, "\\0")[:200])


def known_query(scope: Scope) -> None:
    """Refuse a query parameter that the route does not have: a misspelt filter must not look like an empty answer."""
    asked = cast(HTTPScope, scope)
    names, moments = _names(asked["litestar_app"])[asked["path_template"], asked["method"]]
    known = names | EVERYWHERE
    given = parse_qsl(asked["query_string"].decode("latin-1"), keep_blank_values=True)
    if marred := [name for name, value in given if NUL in value]:
        raise InvalidInput(errors=[FieldError(f"/query/{name[:100]}", NO_NUL) for name in marred[:20]])
    if timeless := [name for name, value in given if name in moments and _SECONDS.fullmatch(value)]:
        raise InvalidInput(errors=[FieldError(f"/query/{name}", A_TIME) for name in timeless])
    strange = [name for name in dict.fromkeys(name for name, _ in given) if name not in known]
    if strange:
        shown = ", ".join(sorted(known))
        text = Text(f"没有此查询参数；可用：{shown}", f"There is no such query parameter; known are {shown}")
        raise InvalidInput(errors=[FieldError(f"/query/{name[:100]}", text) for name in strange[:20]])


Names = dict[tuple[str, str], tuple[frozenset[str], frozenset[str]]]


def _names(app: Litestar) -> Names:
    """The query parameters of every route and method, and which of them are moments; read once."""
    found: Names | None = app.state.get("query_names")
    if found is None:
        found = {
            (route.path_format, method): (
                frozenset(parameter.field_alias for parameter in model.expected_query_params),
                frozenset(
                    parameter.field_alias
                    for parameter in model.expected_query_params
                    if _is_moment(handler.parsed_fn_signature.parameters.get(parameter.field_name))
                ),
            )
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method, (handler, model) in route.route_handler_map.items()
        }
        app.state["query_names"] = found
    return found


def _is_moment(parameter: FieldDefinition | None) -> bool:
    return parameter is not None and (parameter.is_subclass_of(datetime) or parameter.has_inner_subclass_of(datetime))
