"""Every fault of a decoded body against its type, each with a JSON Pointer into that body."""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec.structs import fields

from kernel.errors import FieldError
from kernel.http.shapes.sentences import REQUIRED, allowed, sentence, unknown_field, use_one_of

FAULTS_MAX: Final = 50
STEPS_MAX: Final = 5_000
"""So many parts are looked at; a body with more of them is told the faults that were found until there."""

Hook = Callable[[Any, Any], Any]


@dataclass(slots=True)
class _Search:
    hook: Hook
    steps: int = 0
    found: list[FieldError] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return len(self.found) >= FAULTS_MAX or self.steps >= STEPS_MAX


def faults(kind: Any, value: Any, hook: Hook) -> list[FieldError]:
    """What is wrong with a value of which a type is wanted; empty where nothing is.

    Only what does not convert is taken apart, and never more than STEPS_MAX parts.
    """
    search = _Search(hook)
    _look(search, kind, value, "")
    return search.found


def _look(search: _Search, kind: Any, value: Any, place: str) -> None:
    if search.over:
        return
    search.steps += 1
    try:
        msgspec.convert(value, kind, dec_hook=search.hook, str_keys=True)
    except msgspec.ValidationError as problem:
        before = len(search.found)
        for inner, part, name in _parts(search, kind, value, place):
            _look(search, inner, part, f"{place}/{_escaped(name)}")
        if len(search.found) == before:
            search.found.append(FieldError(place, sentence(str(problem), kind)))


def _parts(search: _Search, kind: Any, value: Any, place: str) -> Iterator[tuple[Any, Any, str]]:
    """The parts of a value with their types; members that are missing or unknown are faults of their own."""
    kind = _chosen(_bare(kind), value)
    if _is_struct(kind) and isinstance(value, dict):
        yield from _members(search, kind, value, place)
        return
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(value, list) and origin in (list, set, frozenset, tuple) and arguments:
        ends = origin is tuple and arguments[-1] is not Ellipsis
        for position, part in enumerate(value):
            inner = arguments[min(position, len(arguments) - 1)] if ends else arguments[0]
            yield inner, part, str(position)
    elif isinstance(value, dict) and isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        listed = allowed(arguments[0])
        for name, part in value.items():
            if listed and name not in listed:
                search.found.append(FieldError(f"{place}/{_escaped(name[:100])}", use_one_of(listed)))
            yield arguments[1], part, name


def _members(search: _Search, kind: Any, value: dict[str, Any], place: str) -> Iterator[tuple[Any, Any, str]]:
    known = {each.encode_name: each for each in fields(kind)}
    for name, each in known.items():
        if name in value:
            yield each.type, value[name], name
        elif each.required:
            search.found.append(FieldError(f"{place}/{_escaped(name)}", REQUIRED))
    config = kind.__struct_config__
    if config.forbid_unknown_fields:
        for name in [name for name in value if name not in known and name != config.tag_field][:FAULTS_MAX]:
            search.found.append(FieldError(f"{place}/{_escaped(name[:100])}", unknown_field(list(known))))


def _bare(kind: Any) -> Any:
    while typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    return getattr(kind, "__value__", kind)


def _chosen(kind: Any, value: Any) -> Any:
    """The alternative of a union that a value was meant to be, where that can be told."""
    if typing.get_origin(kind) not in (types.UnionType, typing.Union):
        return kind
    options = [each for each in map(_bare, typing.get_args(kind)) if each is not type(None)]
    if isinstance(value, dict):
        options = [each for each in options if _is_struct(each) or typing.get_origin(each) is dict]
        tagged = [each for each in options if _is_struct(each) and _tag_fits(each, value)]
        options = tagged or options
    elif isinstance(value, list):
        options = [each for each in options if typing.get_origin(each) in (list, tuple, set, frozenset)]
    return options[0] if len(options) == 1 else kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _tag_fits(kind: Any, value: dict[str, Any]) -> bool:
    config = kind.__struct_config__
    return config.tag_field is not None and value.get(config.tag_field) == config.tag


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
