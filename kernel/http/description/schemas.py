"""Schemas completed: closed lists as enums, words and examples on every property and parameter."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kernel.http.shapes.sentences import choices

_KEYWORDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_PREFIX: Final = re.compile(r"\^([a-z]{3}_)")
_MADE: Final = "01KB2M7QW0ZD5X8V3T6N9R4HYC"
_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_BY_FORMAT: Final[Mapping[str, Any]] = {
    "date-time": "2026-11-23T02:00:00Z",
    "date": "2026-11-23",
    "uri": "https://example.cn/",
    "uuid": "0193575e-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "binary": None,
}
_BY_TYPE: Final[Mapping[str, Any]] = {"integer": 1, "number": 1, "boolean": True, "string": "…"}


def complete(schema: dict[str, Any], words: Mapping[str, str]) -> list[str]:
    """Complete every schema in place; gives the names that have no words, each once."""
    for node in list(_nodes(schema)):
        _mend(node)
    lacking: set[str] = set()
    for name, component in schema["components"]["schemas"].items():
        for key, each in component.get("properties", {}).items():
            lacking |= _describe(each, key, words.get(f"{name}.{key}") or words.get(key))
    for item in schema["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                key = parameter["name"]
                word = parameter.get("description") or words.get(f"{operation['operationId']}.{key}") or words.get(key)
                lacking |= _describe(parameter, key, word, inner=parameter["schema"])
    return sorted(lacking)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _mend(node: dict[str, Any]) -> None:
    """Say what the framework says wrongly: `tuple[X, ...]` as X or anything, lists as patterns, whole bounds as 1.0."""
    one = node.get("oneOf")
    if isinstance(one, list) and len(one) == 2 and one[1] == {}:
        del node["oneOf"]
        node.update(one[0])
    if isinstance(pattern := node.get("pattern"), str) and (listed := choices(pattern)):
        del node["pattern"]
        node["enum"] = listed
    if node.get("type") == "integer":
        node.update({key: int(node[key]) for key in _KEYWORDS if isinstance(node.get(key), float)})
    if node.get("required") == []:
        del node["required"]


def _describe(node: dict[str, Any], key: str, words: str | None, *, inner: dict[str, Any] | None = None) -> set[str]:
    """Give a property or parameter its words and an example; gives its name where there are no words."""
    schema = node if inner is None else inner
    if words:
        node.setdefault("description", words)
    if "$ref" not in schema and "examples" not in schema and (example := _example(key, schema)) is not None:
        schema["examples"] = [example]
    return set() if "description" in node else {key}


def _example(key: str, schema: Mapping[str, Any]) -> Any:
    """A value that the schema admits; None where only the type that it refers to can say."""
    for union in ("oneOf", "anyOf"):
        if union in schema:
            return next((each for each in (_example(key, one) for one in schema[union]) if each is not None), None)
    if "const" in schema:
        return schema["const"]
    if listed := schema.get("enum"):
        return listed[0]
    if "default" in schema and schema["default"] not in (None, "", [], {}):
        return schema["default"]
    kind = schema.get("type")
    kind = next((each for each in kind if each != "null"), None) if isinstance(kind, list) else kind
    if kind == "array":
        inner = _example(key.removesuffix("s"), schema.get("items", {}))
        return None if inner is None else [inner] * max(1, int(schema.get("minItems", 1)))
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("maximum", _BY_TYPE[kind]))
    return _text(key, schema) if kind == "string" else _BY_TYPE.get(str(kind))


def _text(key: str, schema: Mapping[str, Any]) -> Any:
    if (form := str(schema.get("format"))) in _BY_FORMAT:
        return _BY_FORMAT[form]
    pattern = schema.get("pattern", "")
    if prefix := _PREFIX.match(pattern):
        return prefix[1] + _MADE
    for made in (
        "1250.00",
        "CNY",
        _DIGEST,
        "LT-GEN-01",
        "ast_" + _MADE,
        "scr_" + _MADE,
        "C26",
        "26",
        "https://example.cn/",
    ):
        if pattern and re.search(pattern, made):
            return made
    if pattern:
        return None
    text = f"{key[:40]}"
    least = int(schema.get("minLength", 0))
    return (text + "-" * max(0, least - len(text)))[: int(schema.get("maxLength", 1000))]
