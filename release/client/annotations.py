"""From a schema of the API description to an annotation of Python that msgspec decodes."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

_STRINGS: Final = {"date": "dt.date", "date-time": "dt.datetime", "binary": "bytes"}
_PLAIN: Final = {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def referred(schema: Any) -> Iterator[str]:
    """The names of every schema that a schema, or a part of it, refers to."""
    if isinstance(schema, Mapping):
        if isinstance(name := schema.get("$ref"), str):
            yield name.rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from referred(part)


def reachable(schemas: Schema, roots: Iterable[str]) -> set[str]:
    """The schemas that some lead to, with those themselves."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += referred(schemas[name])
    return seen


def tags(schemas: Schema) -> dict[str, tuple[str, str]]:
    """For each member of a union of objects the field and the word by which it is told from the others."""
    found: dict[str, tuple[str, str]] = {}
    for union in _unions(schemas):
        for member in union:
            name, word = _tag(schemas[member])
            if found.setdefault(member, (name, word)) != (name, word):
                raise ValueError(f"{member} is told from others in two ways")
    return found


def _tag(schema: Schema) -> tuple[str, str]:
    constants = [(name, part["const"]) for name, part in schema["properties"].items() if "const" in part]
    if len(constants) != 1:
        raise ValueError(f"{schema['title']} is a member of a union and has no word of its own")
    return constants[0]


def _unions(schema: Any) -> Iterator[list[str]]:
    if isinstance(schema, Mapping):
        members = [part["$ref"].rpartition("/")[2] for part in schema.get("oneOf", ()) if "$ref" in part]
        if len(members) > 1:
            yield members
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _unions(part)


class Annotations:
    """The annotations of one description; what an answer may hold is open to words that are added to a closed list."""

    def __init__(self, schemas: Schema, prefix: str = "") -> None:
        self._schemas, self._prefix = schemas, prefix

    def of(self, schema: Schema, *, answer: bool) -> str:
        """The annotation of a schema, where it stands in an answer or else only in a request."""
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], answer=answer)
        for whole in ("allOf", "oneOf", "anyOf"):
            if whole in schema:
                return _joined(self.of(part, answer=answer) for part in schema[whole])
        if "const" in schema or "enum" in schema:
            return _words(schema.get("enum", [schema.get("const")]), answer=answer)
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return _joined(self.of({**schema, "type": kind}, answer=answer) for kind in kinds)
        return self._plain(schema, kinds, answer=answer)

    def _named(self, name: str, *, answer: bool) -> str:
        schema = self._schemas[name]
        if schema.get("type") == "object":
            return self._prefix + name
        return self.of(schema, answer=True) if answer else self._prefix + name

    def _plain(self, schema: Schema, kind: Any, *, answer: bool) -> str:
        if kind == "array":
            if "prefixItems" in schema:
                inner = ", ".join(self.of(part, answer=answer) for part in schema["prefixItems"])
                return f"tuple[{inner}]"
            return f"list[{self.of(schema.get('items', {}), answer=answer)}]"
        if kind == "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {self.of(values, answer=answer) if isinstance(values, Mapping) and values else 'Any'}]"
        if kind == "string":
            return _STRINGS.get(schema.get("format", ""), "str")
        return _PLAIN.get(str(kind), "Any")


def _words(words: list[Any], *, answer: bool) -> str:
    if answer:
        return _joined("None" if word is None else type(word).__name__ for word in words)
    plain = [word for word in words if word is not None]
    literal = f"Literal[{', '.join(json.dumps(word, ensure_ascii=False) for word in plain)}]"
    if all(isinstance(word, bool) for word in plain):
        literal = "bool"
    return literal if len(plain) == len(words) else f"{literal} | None"


def _joined(parts: Iterable[str]) -> str:
    """A union of each part once, with None at its end."""
    split = [part for joined in parts for part in _members(joined)]
    once = [part for part in dict.fromkeys(split) if part != "None"]
    if "Any" in once:
        return "Any"
    return " | ".join([*once, *(["None"] if "None" in split else [])])


def _members(annotation: str) -> list[str]:
    """The members of a union, not those of unions within brackets."""
    members, depth = [""], 0
    for part in annotation.split(" | "):
        members[-1] += (" | " if depth else "") + part
        depth += part.count("[") - part.count("]")
        if depth == 0:
            members.append("")
    return members[:-1]
