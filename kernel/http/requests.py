"""What every request must keep: a body that can be read at all, and no query parameter that nobody knows."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from litestar import Litestar, Request
from litestar.exceptions import InternalServerException
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, Scope

from kernel.actor import Actor
from kernel.errors import FieldError, InvalidInput, NotFound, UnsupportedMedia
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

_NO_UNSEEN: Final = Text(
    "文本不得含有控制字符或双向文字控制符",
    "A text may hold no control character and none that turns the order of a line around",
)
_NO_NUL: Final = Text("文本不得含有 U+0000 字符", "A text may not hold the character U+0000")

EVERYWHERE: Final = frozenset({"lang"})
"""Query parameters that every route takes."""


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

        A large one is looked through beside the event loop, one after the other: twenty of them together delay the
        others' answers no longer than a thread may keep the interpreter.
        """
        kind = self.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if kind != JSON and not (kind.startswith("application/") and kind.endswith("+json")):
            raise UnsupportedMedia(wanted=JSON)
        raw = await self.body()
        try:
            value = await super().json()
        except UnicodeDecodeError as problem:
            text = Text("请求体应为 UTF-8 编码的 JSON", "Send JSON in UTF-8")
            raise InvalidInput(errors=[FieldError("", text)]) from problem
        except RecursionError as problem:
            raise _too_deep() from problem
        if len(raw) > AT_ONCE_BYTES:
            await asyncio.get_running_loop().run_in_executor(_BESIDE, _looked_through, raw, value)
        else:
            _looked_through(raw, value)
        # Kept for who has to say what is wrong with it, which is drawn after this request object is gone.
        cast(dict[str, Any], self.scope)["sent_json"] = value
        return value


def _looked_through(raw: bytes, value: Any) -> None:
    """Refuse a body that holds too much, nests too deep or says what nobody sees; raises InvalidInput."""
    if raw.count(b",") + raw.count(b"{") + raw.count(b"[") > DEPTH_MAX and (fault := _shape_fault(value)):
        raise InvalidInput(errors=[FieldError("", fault)])
    if UNSEEN_RAW.search(raw) and (places := list(_unseen_places(value))):
        raise InvalidInput(errors=[FieldError(place, _NO_UNSEEN) for place in places[:20]])


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
    known = _names(asked["litestar_app"])[asked["path_template"], asked["method"]] | EVERYWHERE
    given = parse_qsl(asked["query_string"].decode("latin-1"), keep_blank_values=True)
    if marred := [name for name, value in given if NUL in value]:
        raise InvalidInput(errors=[FieldError(f"/query/{name[:100]}", _NO_NUL) for name in marred[:20]])
    strange = [name for name in dict.fromkeys(name for name, _ in given) if name not in known]
    if strange:
        shown = ", ".join(sorted(known))
        text = Text(f"没有此查询参数；可用：{shown}", f"There is no such query parameter; known are {shown}")
        raise InvalidInput(errors=[FieldError(f"/query/{name[:100]}", text) for name in strange[:20]])


Names = dict[tuple[str, str], frozenset[str]]


def _names(app: Litestar) -> Names:
    """The query parameters of every route and method, with those of its dependencies; read once."""
    found: Names | None = app.state.get("query_names")
    if found is None:
        found = {
            (route.path_format, method): frozenset(parameter.field_alias for parameter in model.expected_query_params)
            for route in app.routes
            if isinstance(route, HTTPRoute)
            for method, (_, model) in route.route_handler_map.items()
        }
        app.state["query_names"] = found
    return found
