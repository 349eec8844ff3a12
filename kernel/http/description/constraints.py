"""What types say and the framework leaves out: bounds of inner values, keys of mappings, closed lists."""

import enum
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import fields

_NUMBERS: Final = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_LENGTHS: Final = {"string": "Length", "array": "Items", "object": "Properties"}


def complete(schema: dict[str, Any], handlers: Iterable[HTTPRouteHandler], lists: Mapping[str, Sequence[str]]) -> None:
    """Complete every component that is a type of ours; `lists` holds the closed lists of published rules.

    A list is named `Type.field`. Raises ValueError where the description has no such text.
    """
    components = schema["components"]["schemas"]
    for kind in set(_structs(handlers)):
        component = components.get(_name(kind))
        if component is None:
            continue
        if _plain(kind).__struct_config__.forbid_unknown_fields:
            component["additionalProperties"] = False
        for field in fields(kind):
            if (node := component.get("properties", {}).get(field.encode_name)) is not None:
                _strengthen(node, field.type)
    for name, values in lists.items():
        owner, _, field_name = name.partition(".")
        text = _text(components.get(owner, {}).get("properties", {}).get(field_name, {}))
        if text is None:
            raise ValueError(f"the description has no text {name} that could be one of a list")
        text.pop("maxLength", None)
        text["enum"] = list(values)


def _structs(handlers: Iterable[HTTPRouteHandler]) -> Iterator[Any]:
    """Every struct that a route takes or gives, wherever in it."""
    seen: set[Any] = set()
    pending: list[Any] = []
    for handler in handlers:
        signature = handler.parsed_fn_signature
        taken = signature.parameters.get("data")
        pending += [signature.return_type.annotation, *([taken.annotation] if taken else [])]
    while pending:
        kind = _bare(pending.pop())
        if kind in seen:
            continue
        seen.add(kind)
        pending += typing.get_args(kind) if typing.get_origin(kind) is not typing.Literal else ()
        if _is_struct(kind):
            yield kind
            pending += [field.type for field in fields(kind)]


def _strengthen(node: dict[str, Any], kind: Any) -> None:
    """Add to the schema of a value what its type says beyond it; what is said already stays."""
    for meta in _metas(kind):
        _bound(node, meta)
    kind = _bare(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        options = [each for each in arguments if each is not type(None)]
        branches = [each for each in node.get("oneOf", []) if each.get("type") != "null"]
        if len(options) == len(branches) == 1:
            _strengthen(branches[0], options[0])
    elif origin in (list, set, frozenset) or (origin is tuple and arguments[-1] is Ellipsis):
        if isinstance(node.get("items"), dict):
            _strengthen(node["items"], arguments[0])
    elif origin in (dict, Mapping):
        _strengthen_mapping(node, *arguments)


def _strengthen_mapping(node: dict[str, Any], key: Any, value: Any) -> None:
    if isinstance(node.get("additionalProperties"), dict):
        _strengthen(node["additionalProperties"], value)
    names: dict[str, Any] = {"type": "string"}
    for meta in _metas(key):
        _bound(names, meta)
    if listed := _listed(_bare(key)):
        names["enum"] = listed
    if len(names) > 1:
        node.setdefault("propertyNames", names)


def _bound(node: dict[str, Any], meta: msgspec.Meta) -> None:
    inner = node if "type" in node else _text(node) or node
    said = {word: getattr(meta, name) for name, word in _NUMBERS.items()}
    if (shape := _LENGTHS.get(str(inner.get("type")))) is not None:
        said |= {f"min{shape}": meta.min_length, f"max{shape}": meta.max_length}
    if inner.get("type") == "string" and "enum" not in inner:
        said["pattern"] = meta.pattern
    elif inner.get("type") == "string":
        said = {}
    for word, value in said.items():
        if value is not None and (word not in inner or inner.get("type") == "integer"):
            inner[word] = value  # The framework's own are floats, in which 2**63 - 1 is 2**63.


def _text(node: dict[str, Any]) -> dict[str, Any] | None:
    """The text that a value is, or that its members are."""
    if node.get("type") == "string":
        return node
    inner = [node["items"]] if isinstance(node.get("items"), dict) else node.get("oneOf", [])
    return next((found for each in inner if (found := _text(each)) is not None), None)


def _metas(kind: Any) -> list[msgspec.Meta]:
    """The bounds of a type, the outermost first."""
    found: list[msgspec.Meta] = []
    while True:
        if typing.get_origin(kind) is typing.Annotated:
            found += [each for each in kind.__metadata__ if isinstance(each, msgspec.Meta)]
            kind = typing.get_args(kind)[0]
        elif hasattr(kind, "__value__"):
            kind = kind.__value__
        else:
            return found


def _bare(kind: Any) -> Any:
    while True:
        if typing.get_origin(kind) is typing.Annotated:
            kind = typing.get_args(kind)[0]
        elif hasattr(kind, "__value__"):
            kind = kind.__value__
        else:
            return kind


def _listed(kind: Any) -> list[Any]:
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    return [each.value for each in kind] if isinstance(kind, type) and issubclass(kind, enum.Enum) else []


def _plain(kind: Any) -> Any:
    return typing.get_origin(kind) or kind


def _is_struct(kind: Any) -> bool:
    plain = _plain(kind)
    return isinstance(plain, type) and issubclass(plain, msgspec.Struct)


def _name(kind: Any) -> str:
    return "".join(each.__name__ for each in typing.get_args(kind)) + str(_plain(kind).__name__)
