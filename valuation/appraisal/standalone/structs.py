"""A stand-in for msgspec on the standard library alone: as much of it as the engine uses, and as strict.

The one-file verifier loads the engine's own source over this module; both read and write the same documents.
"""

import dataclasses
import inspect
import json as _json
import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


class ValidationError(ValueError):
    """A value is not of the type that it is read as."""


@dataclasses.dataclass(frozen=True, eq=False)
class Meta:
    """Bounds of a value, as they stand in `Annotated`."""

    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    examples: list[Any] | None = None
    description: str | None = None


class _Maker(type):
    """Collects the fields of a Struct and what its class statement asks for."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any], **options: Any) -> "_Maker":
        made = super().__new__(mcs, name, bases, space)
        config = dict(getattr(bases[0], "__config__", {})) if bases else {}
        config |= options
        if "tag" not in options:
            config.pop("tag", None)
        fields = dict(getattr(bases[0], "__fields__", {})) if bases else {}
        for field, kind in inspect.get_annotations(made).items():
            origin: object = typing.get_origin(kind)
            if origin is not typing.ClassVar:
                fields[field] = space.get(field, _REQUIRED)
        type.__setattr__(made, "__config__", config)
        type.__setattr__(made, "__fields__", fields)
        return made

    def __init__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, space)


_REQUIRED: Any = object()


class Struct(metaclass=_Maker):
    """A record with typed fields, never changed once made."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        fields: dict[str, Any] = type(self).__dict__["__fields__"]
        values = dict(zip(fields, positional, strict=False)) | named
        if unknown := set(values) - set(fields):
            raise TypeError(f"unexpected {sorted(unknown)}")
        for name, default in fields.items():
            if name not in values and default is _REQUIRED:
                raise TypeError(f"missing {name}")
            value = values.get(name, default.copy() if isinstance(default, dict) else default)
            object.__setattr__(self, name, value)
        after = getattr(self, "__post_init__", None)
        if after is not None:
            after()

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name} is not changed")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))


def convert(value: Any, kind: Any) -> Any:
    """Read plain values as a type; raises ValidationError."""
    origin = typing.get_origin(kind)
    if kind is Any:
        return value
    if origin is typing.Annotated:
        inner, *metas = typing.get_args(kind)
        return _bounded(convert(value, inner), metas)
    if origin is typing.Literal:
        if isinstance(value, str) and value in typing.get_args(kind):
            return value
        raise ValidationError(f"{value!r} is not one of {typing.get_args(kind)}")
    if origin in (types.UnionType, typing.Union):
        return _one_of(value, typing.get_args(kind))
    if origin in (tuple, list, dict):
        return _collection(value, origin, typing.get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _struct(value, kind)
    return _scalar(value, kind)


def _scalar(value: Any, kind: Any) -> Any:
    if kind is None or kind is type(None):
        if value is None:
            return None
    elif kind in (str, int, bool):
        if type(value) is kind:
            return value
    elif kind is date:
        return _date(value)
    elif kind is Decimal:
        return _decimal(value)
    raise ValidationError(f"{value!r} is not {kind}")


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem
    raise ValidationError(f"{value!r} is no date")


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(value)
    except (InvalidOperation, TypeError, ValueError) as problem:
        raise ValidationError(f"{value!r} is no number") from problem


def _bounded(value: Any, metas: list[Meta]) -> Any:
    for meta in metas:
        if meta.min_length is not None and len(value) < meta.min_length:
            raise ValidationError(f"shorter than {meta.min_length}")
        if meta.max_length is not None and len(value) > meta.max_length:
            raise ValidationError(f"longer than {meta.max_length}")
        if meta.pattern is not None and not re.search(meta.pattern, value):
            raise ValidationError(f"{value!r} does not match {meta.pattern}")
    return value


def _one_of(value: Any, kinds: tuple[Any, ...]) -> Any:
    if isinstance(value, dict):
        for kind in kinds:
            config = getattr(kind, "__config__", {})
            if "tag" in config and value.get(config["tag_field"]) != config["tag"]:
                continue
            if isinstance(kind, type) and issubclass(kind, Struct):
                return convert(value, kind)
    for kind in kinds:
        try:
            return convert(value, kind)
        except ValidationError:
            continue
    raise ValidationError(f"{value!r} is none of {kinds}")


def _collection(value: Any, origin: Any, arguments: tuple[Any, ...]) -> Any:
    if origin is dict:
        if not isinstance(value, dict):
            raise ValidationError("not an object")
        key_kind, value_kind = arguments
        return {convert(key, key_kind): convert(each, value_kind) for key, each in value.items()}
    if not isinstance(value, list | tuple):
        raise ValidationError("not an array")
    return origin(convert(each, arguments[0]) for each in value)


def _struct(value: Any, kind: Any) -> Any:
    if not isinstance(value, dict):
        raise ValidationError(f"{value!r} is no object")
    config, values = kind.__config__, dict(value)
    tag_field = config.get("tag_field")
    if tag_field is not None and values.pop(tag_field, config["tag"]) != config["tag"]:
        raise ValidationError(f"{tag_field} is not {config['tag']}")
    hints = typing.get_type_hints(kind, include_extras=True)
    unknown = set(values) - set(kind.__fields__)
    if unknown and config.get("forbid_unknown_fields"):
        raise ValidationError(f"unknown {sorted(unknown)}")
    read = {name: convert(each, hints[name]) for name, each in values.items() if name not in unknown}
    try:
        return kind(**read)
    except (TypeError, ValueError) as problem:
        raise ValidationError(str(problem)) from problem


def to_builtins(value: Any, *, str_keys: bool = False) -> Any:
    """Plain values of anything: Structs and dataclasses as objects, Decimals and dates as strings."""
    if isinstance(value, Struct):
        return dict(_items(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_builtins(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key) if str_keys else key: to_builtins(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [to_builtins(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _items(value: Struct) -> Iterator[tuple[str, Any]]:
    config: dict[str, Any] = type(value).__dict__["__config__"]
    fields: dict[str, Any] = type(value).__dict__["__fields__"]
    if "tag" in config:
        yield config["tag_field"], config["tag"]
    for name, default in fields.items():
        own = getattr(value, name)
        if not config.get("omit_defaults") or default is _REQUIRED or own != default:
            yield name, to_builtins(own)


class json:  # noqa: N801 -- it stands for the module msgspec.json
    """Reading and writing JSON."""

    @staticmethod
    def encode(value: Any, *, order: str | None = None) -> bytes:
        """Write compact UTF-8; `order="sorted"` is canonical for strings, whole numbers and ASCII names."""
        plain = to_builtins(value, str_keys=True)
        text = _json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=order == "sorted")
        return text.encode()

    @staticmethod
    def decode(data: bytes) -> Any:
        """Read JSON."""
        return _json.loads(data)
