"""Request parameters checked against the SDK's own TypedDicts: a typo fails here as it would at Stripe."""

import importlib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, Union
from urllib.parse import parse_qsl

import typing_extensions
from stripe import RequestOptions
from stripe._stripe_context import StripeContext
from stripe._stripe_object import UntypedStripeObject

from .errors import StripeRefusal

# The SDK's modules name these two only while type-checking.
_TYPE_CHECKING_ONLY = {"StripeContext": StripeContext, "Mapping": Mapping}


@cache
def request_type(operation: str) -> Any:
    """Give the SDK's TypedDict of an operation: `payment_intent_create`, `checkout.session_create`."""
    package, _, name = operation.rpartition(".")
    module = importlib.import_module(".".join(part for part in ("stripe.params", package, f"_{name}_params") if part))
    return getattr(module, "".join(word.capitalize() for word in name.split("_")) + "Params")


@cache
def _fields(shape: Any) -> dict[str, Any]:
    hints = typing_extensions.get_type_hints(shape, localns=_TYPE_CHECKING_ONLY)
    return {name: hint for name, hint in hints.items() if name not in RequestOptions.__annotations__}


def conform(shape: Any, given: Any, path: str = "") -> Any:
    """Turn form strings into the types the SDK declares, or refuse with the error code Stripe uses."""
    if typing_extensions.is_typeddict(shape):
        return _conform_fields(shape, given, path)
    origin, args = typing.get_origin(shape), typing.get_args(shape)
    if origin in (Union, types.UnionType):
        return _conform_any(args, given, path)
    if origin is Literal:
        return _conform_literal(args, given, path)
    if origin in (list, typing.List):  # noqa: UP006  (the SDK writes List)
        if not isinstance(given, list):
            raise _invalid("array", path, "Invalid array")
        return [conform(args[0], item, f"{path}[{index}]") for index, item in enumerate(given)]
    if origin in (dict, UntypedStripeObject):
        if not isinstance(given, dict):
            raise _invalid("object", path, "Invalid object")
        return {key: conform(args[-1], item, _inner(path, key)) for key, item in given.items()}
    return _conform_scalar(shape, given, path)


def _conform_fields(shape: Any, given: Any, path: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _invalid("object", path, "Invalid object")
    fields = _fields(shape)
    for name in given:
        if name not in fields:
            where = _inner(path, name)
            raise StripeRefusal("parameter_unknown", f"Received unknown parameter: {where}", param=where)
    for name in fields:
        if name in shape.__required_keys__ and name not in given:
            where = _inner(path, name)
            raise StripeRefusal("parameter_missing", f"Missing required param: {where}.", param=where)
    return {name: conform(fields[name], value, _inner(path, name)) for name, value in given.items()}


def _conform_any(shapes: Iterable[Any], given: Any, path: str) -> Any:
    refusals: list[StripeRefusal] = []
    for shape in shapes:
        try:
            return conform(shape, given, path)
        except StripeRefusal as refusal:
            refusals.append(refusal)
    raise refusals[-1]


def _conform_literal(allowed: tuple[Any, ...], given: Any, path: str) -> Any:
    for value in allowed:
        if given == (str(value).lower() if isinstance(value, bool) else value):
            return value
    raise StripeRefusal(
        "parameter_invalid", f"Invalid {path}: must be one of {', '.join(map(str, allowed))}", param=path
    )


def _conform_scalar(shape: Any, given: Any, path: str) -> Any:
    if shape is Any:
        return given
    if not isinstance(given, str):
        raise _invalid("string", path, "Invalid string")
    if shape is int:
        if not re.fullmatch(r"-?\d{1,18}", given):
            raise _invalid("integer", path, f"Invalid integer: {given}")
        return int(given)
    if shape is bool:
        if given not in ("true", "false"):
            raise _invalid("boolean", path, f"Invalid boolean: {given}")
        return given == "true"
    if shape is str:
        return given
    raise StripeRefusal("double_not_simulated", f"This double cannot read a parameter of type {shape}", param=path)


def _inner(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _invalid(kind: str, path: str, message: str) -> StripeRefusal:
    return StripeRefusal(f"parameter_invalid_{kind}", message, param=path)


def decode_form(encoded: str) -> dict[str, Any]:
    """Rebuild the nested parameters that Stripe's clients flatten into `a[b][0]=c` pairs."""
    root: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        parts = re.findall(r"[^\[\]]+", key)
        place = root
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(item) for name, item in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
