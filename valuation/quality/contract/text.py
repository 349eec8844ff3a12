"""From the bytes of a contract to plain values: YAML or JSON, nothing executed, nothing guessed."""

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Any

import yaml

from kernel.text import Text
from valuation.quality.contract.contract import FieldFault

SIZE_BYTES_MAX = 1 << 20
DEPTH_MAX = 32
NODES_MAX = 200_000
"""Values and keys of one document: 2,000 columns with a hundred words each."""
REPEATED_SHOWN = 20


class UnreadableContractError(ValueError):
    """The text is no YAML or JSON mapping; it carries the one fault that says where and why."""

    def __init__(self, message: Text, cure: Text) -> None:
        super().__init__(message.en)
        self.fault = FieldFault("", message, cure)


class _Loader(yaml.CSafeLoader):
    """YAML 1.2 booleans only (`NO` is a country, not False) and no repeated keys, of text that `_bounded` let pass."""

    yaml_implicit_resolvers = {  # noqa: RUF012 -- PyYAML's own way to override
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse a repeated key, which would silently hide the first one."""
        names = (key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        if repeated := _repeated(names):
            raise yaml.MarkedYAMLError(problem=repeated, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _repeated(names: Iterable[str]) -> str:
    """Say which names occur twice, or nothing."""
    found = sorted(name for name, count in Counter(names).items() if count > 1)
    if not found:
        return ""
    shown = ", ".join(name[:60] for name in found[:REPEATED_SHOWN])
    more = f" and {len(found) - REPEATED_SHOWN} more" if len(found) > REPEATED_SHOWN else ""
    return f"the key {shown}{more} is repeated" if len(found) == 1 else f"the keys {shown}{more} are repeated"


def _bounded(text: str, depth_max: int = DEPTH_MAX) -> str:
    """Refuse what composing would not survive: it recurses in C, and a few lines of aliases fill all memory."""
    depth = values = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: aliases (*name) are not accepted")  # type: ignore[union-attr]
        values += isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if values > NODES_MAX:
            raise yaml.YAMLError(f"more than {NODES_MAX} values")
        if depth > depth_max:
            raise yaml.YAMLError(f"nested deeper than {depth_max} levels")
    return text


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def parse(text: bytes) -> dict[str, Any]:
    """Read a YAML or JSON document into JSON-safe values, or raise UnreadableContractError."""
    if len(text) > SIZE_BYTES_MAX:
        raise UnreadableContractError(
            Text(
                f"合同文档超过 {SIZE_BYTES_MAX} 字节。",
                f"The contract is larger than {SIZE_BYTES_MAX} bytes.",
            ),
            Text("请删减说明性内容。", "Shorten its descriptive parts."),
        )
    try:
        document = plain(load(text.decode("utf-8-sig")))
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        where = " ".join(str(error).split())[:300] or "nested too deeply"
        raise UnreadableContractError(
            Text(
                f"合同文档不是可读的 YAML 或 JSON：{where}",
                f"The contract is not readable YAML or JSON: {where}",
            ),
            Text(
                "请按所示位置更正语法，并以 UTF-8 保存。",
                "Correct the syntax at that place and save it as UTF-8.",
            ),
        ) from error
    if not isinstance(document, dict):
        raise UnreadableContractError(
            Text("合同文档的顶层必须是对象。", "The top level of a contract must be a mapping."),
            Text("请提供 ODCS v3 文档。", "Give an ODCS v3 document."),
        )
    return document


def load(text: str, *, depth_max: int = DEPTH_MAX) -> Any:
    """The value that a YAML or JSON text holds, within bounds; raises YAMLError, ValueError or RecursionError."""
    if text.lstrip()[:1] == "{":
        return json.loads(text, object_pairs_hook=_unrepeated)
    return yaml.load(_bounded(text, depth_max), Loader=_Loader)  # noqa: S506 -- a SafeLoader made stricter


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(_repeated(key for key, _ in pairs))
    return found


def plain(document: Any, *, depth_max: int = DEPTH_MAX) -> Any:
    """The same document in JSON-safe values; raises ValueError where it is too deep, too large or of other types."""
    level, nodes = [document], 0
    while level:
        nodes += len(level)
        if nodes > NODES_MAX:
            raise ValueError(f"more than {NODES_MAX} values")
        inner: list[Any] = []
        for value in level:
            inner += value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        level = inner
    return _plain(document, depth_max)


def _plain(value: Any, depth: int) -> Any:
    """Make YAML's own dates and keys into JSON values, so that the raw document has one digest."""
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise ValueError(f"values of type {type(value).__name__} are not accepted")


def place(text: bytes, pointer: str) -> tuple[int, int] | None:
    """The line and column, from 1, of what a JSON Pointer names, or of the nearest thing around it that is there."""
    try:
        node: yaml.Node | None = yaml.compose(_bounded(text.decode("utf-8-sig")), Loader=_Loader)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return None
    mark = node.start_mark if node is not None else None
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                if name.value == key:
                    found, mark = value, name.start_mark
        elif isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
            found = node.value[int(key)]
            mark = found.start_mark
        if found is None:
            break
        node = found
    return (mark.line + 1, mark.column + 1) if mark is not None else None
