"""Reading a provider's OpenAPI 3.0 or 3.1 document; pure, and called in a process with bounds.

What names the provider's own servers and keys is dropped: `servers`, security, `x-…`, callbacks, webhooks and links.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
import yaml

from channels.gateway.documents.changes import InterfaceChange, changes
from channels.gateway.documents.operations import METHODS, PARAMETER, SHAPE, parameters_named, parameters_of, resolved
from valuation.quality.contract.text import load, plain

SERVER_KEY: Final = "LiutongKey"
KEY_HEADER: Final = "Liutong-Key"
"""The header in which a caller of the gateway shows its channel key."""

_VERSION: Final = re.compile(r"3\.[01]\.\d{1,2}")
_DROPPED: Final = frozenset({"servers", "server", "security", "securitySchemes", "callbacks", "webhooks", "links"})
_NAMED: Final = frozenset(
    {
        *("properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas"),
        *("responses", "headers", "examples", "requestBodies", "pathItems", "content", "encoding", "mapping"),
    }
)
"""Where the keys of an object are names that somebody chose, and say nothing by how they begin."""
_LITERAL: Final = frozenset({"example", "default", "enum", "const"})
"""Where whatever stands is a value, and no part of the description."""

FAULTS_MAX: Final = 100


class DocumentBounds(msgspec.Struct, frozen=True):
    """How large a document may be: its nesting, its operations."""

    depth_max: int
    operations_max: int


class Fault(NamedTuple):
    """What is wrong in a document: where, and why, in Chinese and English."""

    pointer: str
    zh: str
    en: str


class Read(msgspec.Struct, frozen=True):
    """A document as it is kept, its digest, its operations, and what differs from the one before; or its faults."""

    faults: list[Fault] = []
    document: dict[str, Any] = {}
    sha256: str = ""
    operations: list[str] = []
    changes: list[InterfaceChange] = []


def read(text: bytes, bounds: DocumentBounds, before: dict[str, Any] | None) -> Read:
    """Read a document and compare it with the one before; every fault of it is listed, none is mended silently."""
    try:
        whole = plain(load(text.decode("utf-8-sig"), depth_max=bounds.depth_max), depth_max=bounds.depth_max)
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as problem:
        why = " ".join(str(problem).split())[:300] or "nested too deeply"
        return Read([Fault("", f"不是可读的 YAML 或 JSON：{why}", f"This is not readable YAML or JSON: {why}")])
    if not isinstance(whole, dict) or not _VERSION.fullmatch(str(whole.get("openapi"))):
        return Read([Fault("/openapi", "须为 OpenAPI 3.0 或 3.1 文档", "This must be an OpenAPI 3.0 or 3.1 document")])
    faults = [*_head_faults(whole), *_path_faults(whole, bounds), *_reference_faults(whole)]
    if faults:
        return Read(faults[:FAULTS_MAX])
    try:
        plainly = msgspec.json.encode(_kept(whole), order="sorted")
    except (ValueError, OverflowError) as problem:
        return Read([Fault("", f"含有不能以 JSON 表示的值：{problem}", f"A value of it is none of JSON: {problem}")])
    if b"\\u0000" in plainly:
        return Read([Fault("", "文本不得含有 U+0000", "No text may hold U+0000")])
    kept: dict[str, Any] = msgspec.json.decode(plainly)
    digest = "sha256:" + hashlib.sha256(plainly).hexdigest()
    try:
        changed = changes(before, kept) if before else []
    except RecursionError:
        return Read([Fault("", "引用相接过长", "Its references lead on from one to the next too often")])
    return Read([], kept, digest, operations(kept), changed)


def written(document: dict[str, Any], server_url: str) -> dict[str, Any]:
    """A kept document as its callers read it: with our address and our one key."""
    components = {**document.get("components", {}), "securitySchemes": {SERVER_KEY: _SCHEME}}
    return {**document, "servers": [{"url": server_url}], "components": components, "security": [{SERVER_KEY: []}]}


_SCHEME: Final = {"type": "apiKey", "in": "header", "name": KEY_HEADER, "description": "通道密钥 · a channel key"}


def operations(document: dict[str, Any]) -> list[str]:
    """Each operation as `METHOD /path`, in the document's order."""
    return [
        f"{method.upper()} {path}" for path, item in document["paths"].items() for method in METHODS if method in item
    ]


def _head_faults(whole: dict[str, Any]) -> Iterator[Fault]:
    info = whole.get("info")
    if not isinstance(info, dict) or not all(isinstance(info.get(name), str) for name in ("title", "version")):
        yield Fault("/info", "须有文本的 title 与 version", "It needs a title and a version, both texts")
    if not isinstance(whole.get("components", {}), dict):
        yield Fault("/components", "须为对象", "This must be an object")
    if not isinstance(whole.get("paths"), dict) or not whole["paths"]:
        yield Fault("/paths", "须至少有一条路径", "It needs at least one path")


def _path_faults(whole: dict[str, Any], bounds: DocumentBounds) -> Iterator[Fault]:
    paths = whole.get("paths")
    shapes: dict[str, str] = {}
    count = 0
    for path, item in paths.items() if isinstance(paths, dict) else ():
        at = f"/paths/{_escaped(path)}"
        if path.startswith("x-"):
            continue
        if not SHAPE.fullmatch(path) or ".." in path or "//" in path:
            yield Fault(at, "路径须以 / 开头，不含空段与上级段", "A path begins with / and has no empty or upward part")
            continue
        if not isinstance(item, dict) or "$ref" in item:
            yield Fault(at, "请直接写出该路径的操作", "Write the operations of the path here, without a reference")
            continue
        shape = PARAMETER.sub("{}", path)
        if (other := shapes.setdefault(shape, path)) != path:
            yield Fault(at, f"与 {other} 无法区分", f"It cannot be told apart from {other}")
        for method in METHODS:
            if method in item:
                count += 1
                yield from _operation_faults(whole, path, item, method, f"{at}/{method}")
    if count == 0 and isinstance(paths, dict) and paths:
        yield Fault("/paths", "没有任何操作", "There is no operation")
    if count > bounds.operations_max:
        most = bounds.operations_max
        yield Fault("/paths", f"操作不得超过 {most} 个", f"There may be {most} operations at most")


def _operation_faults(whole: dict[str, Any], path: str, item: dict[str, Any], method: str, at: str) -> Iterator[Fault]:
    if not isinstance(item[method], dict):
        yield Fault(at, "操作须为对象", "An operation is an object")
        return
    told = {name for where, name in parameters_of(whole, parameters_named(item, method)) if where == "path"}
    named = set(PARAMETER.findall(path))
    if named - told:
        missing = ", ".join(sorted(named - told))
        yield Fault(at, f"路径参数未说明：{missing}", f"Parameters of the path are not described: {missing}")


def _reference_faults(whole: dict[str, Any]) -> Iterator[Fault]:
    for at, reference in _references(whole, "", named=False):
        if not isinstance(reference, str) or not reference.startswith("#/"):
            yield Fault(at, "引用须在文档之内（#/…）", "A reference leads to a place in the document (#/…)")
        elif resolved(whole, reference) is None:
            yield Fault(at, f"{reference[:100]} 不存在", f"There is no {reference[:100]}")


def _references(value: Any, at: str, *, named: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{at}/{_escaped(key)}"
            if key == "$ref" and not named:
                yield here, inner
            elif named or key not in _LITERAL:
                yield from _references(inner, here, named=not named and key in _NAMED)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _references(inner, f"{at}/{place}", named=False)


def _kept(value: Any, *, named: bool = False) -> Any:
    """Without what is dropped, except where a name happens to be the same."""
    if isinstance(value, list):
        return [_kept(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inner if not named and key in _LITERAL else _kept(inner, named=not named and key in _NAMED)
        for key, inner in value.items()
        if named or not (key in _DROPPED or key.startswith("x-"))
    }


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")[:200]
