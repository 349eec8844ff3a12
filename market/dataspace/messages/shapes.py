"""The protocol's messages as they are read: every fault at once, nothing beyond its bounds, unknown fields left alone.

The 2025-1 text lets a message be read as plain JSON. A message is read into what we need of it and kept whole beside.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import httpx

from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.text import Text

CONTEXT: Final = "https://w3id.org/dspace/2025/1/context.jsonld"
VERSION: Final = "2025-1"
ID_LENGTH_MAX: Final = 400
TEXT_LENGTH_MAX: Final = 2_000
REASONS_MAX: Final = 50
RULES_MAX: Final = 800
CONTEXTS_MAX: Final = 20

_ID: Final = re.compile(r"[^\s\x00-\x1f\x7f<>\"{}|\\^`]{1,400}")

Check = Callable[[Any, str], Iterator[FieldError]]


def fault(pointer: str, zh: str, en: str) -> FieldError:
    """One fault of a message."""
    return FieldError(pointer, Text(zh, en), "LT-DSP-02")


def is_id(value: Any) -> bool:
    """Whether a value names something: a URI or any word without spaces, of bounded length."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def listed(value: Any) -> list[Any]:
    """A list, or the one entry that JSON-LD may write without its brackets, or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _name(value: Any, pointer: str) -> Iterator[FieldError]:
    if not is_id(value):
        yield fault(pointer, f"须为不含空格、至多 {ID_LENGTH_MAX} 个字符的标识", "It names something, without spaces")


def _text(value: Any, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX:
        yield fault(
            pointer, f"须为至多 {TEXT_LENGTH_MAX} 个字符的文本", f"A text of up to {TEXT_LENGTH_MAX} characters"
        )


def _reasons(value: Any, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, list) or not 1 <= len(value) <= REASONS_MAX:
        yield fault(
            pointer, f"须为 1 至 {REASONS_MAX} 项的列表", f"A list of 1 to {REASONS_MAX}; leave it out if empty"
        )


def _address(value: Any, pointer: str) -> Iterator[FieldError]:
    usable = isinstance(value, str) and len(value) <= TEXT_LENGTH_MAX
    if usable:
        try:
            url = httpx.URL(value)
            usable = url.scheme in ("http", "https") and bool(url.host) and not url.query
        except httpx.InvalidURL:
            usable = False
    if not usable:
        yield fault(pointer, "须为 http(s) 网址，不含查询", "An http(s) address without a query")


def _moment(value: Any, pointer: str) -> Iterator[FieldError]:
    try:
        known = isinstance(value, str) and len(value) <= 40 and datetime.fromisoformat(value) is not None
    except ValueError:
        known = False
    if not known:
        yield fault(pointer, "须为 xsd:dateTime 时间", "A moment as xsd:dateTime")


def _choice(*words: str) -> Check:
    def check(value: Any, pointer: str) -> Iterator[FieldError]:
        if value not in words:
            yield fault(pointer, f"须为：{'、'.join(words)}", f"One of {', '.join(words)}")

    return check


def _policy(kind: str, *required: str, target: bool | None = None) -> Check:
    """An Offer or Agreement; `target` says whether it must name its data set, or (None) may."""

    def check(value: Any, pointer: str) -> Iterator[FieldError]:
        if not isinstance(value, Mapping):
            yield fault(pointer, "须为对象", "It is an object")
            return
        if value.get("@type") not in (kind, f"odrl:{kind}"):
            yield fault(f"{pointer}/@type", f"须为 {kind}", f"It is {kind}")
        for name in ("@id", *required):
            yield from _name(value.get(name), f"{pointer}/{name}")
        if target or "target" in value:
            yield from _name(value.get("target"), f"{pointer}/target")
        yield from _rules(value, pointer)
        yield from _numbers(value, pointer)
        if "timestamp" in value:
            yield from _moment(value["timestamp"], f"{pointer}/timestamp")

    return check


def _rules(value: Mapping[str, Any], pointer: str) -> Iterator[FieldError]:
    if not listed(value.get("permission")) and not listed(value.get("prohibition")):
        yield fault(f"{pointer}/permission", "须至少有一项许可或禁止", "At least one permission or prohibition")
    for name in ("permission", "prohibition", "obligation"):
        rules = listed(value.get(name))
        if len(rules) > RULES_MAX:
            yield fault(f"{pointer}/{name}", f"至多 {RULES_MAX} 项", f"At most {RULES_MAX} rules")
            continue
        for at, rule in enumerate(rules):
            if not isinstance(rule, Mapping) or "action" not in rule:
                yield fault(f"{pointer}/{name}/{at}/action", "须写明行为", "A rule says its action")


def _numbers(value: Mapping[str, Any], pointer: str) -> Iterator[FieldError]:
    """What is frozen by its digest has a canonical form, which numbers beyond 2^53 have not."""
    try:
        canonical.dumps(value)
    except ValueError:
        yield fault(pointer, "含有无法规范化的数值", "A number in it has no canonical form (RFC 8785)")


def _data_address(value: Any, pointer: str) -> Iterator[FieldError]:
    if not isinstance(value, Mapping):
        yield fault(pointer, "须为对象", "It is an object")
        return
    if value.get("@type") != "DataAddress":
        yield fault(f"{pointer}/@type", "须为 DataAddress", "It is DataAddress")
    yield from _name(value.get("endpointType"), f"{pointer}/endpointType")
    if "endpoint" in value:
        yield from _address(value["endpoint"], f"{pointer}/endpoint")
    for at, one in enumerate(listed(value.get("endpointProperties"))[:REASONS_MAX]):
        known = isinstance(one, Mapping) and isinstance(one.get("name"), str) and isinstance(one.get("value"), str)
        if not known:
            yield fault(f"{pointer}/endpointProperties/{at}", "须含 name 与 value 文本", "It has a name and a value")


OFFER: Final = _policy("Offer", target=True)
AGREEMENT: Final = _policy("Agreement", "assigner", "assignee", target=True)
NAME: Final = _name
TEXT: Final = _text
REASONS: Final = _reasons
ADDRESS: Final = _address
DATA_ADDRESS: Final = _data_address
choice = _choice


def context_faults(message: Mapping[str, Any]) -> Iterator[FieldError]:
    """The context is a list of words with the protocol's among them."""
    context = message.get("@context")
    if not isinstance(context, list) or not all(isinstance(one, str) for one in context[: CONTEXTS_MAX + 1]):
        yield fault("/@context", f"须为文本列表，其中含 {CONTEXT}", f"A list of texts with {CONTEXT} among them")
    elif len(context) > CONTEXTS_MAX or CONTEXT not in context:
        yield fault("/@context", f"须含 {CONTEXT}", f"It holds {CONTEXT}, and at most {CONTEXTS_MAX} in all")
