"""Trees of JSON-LD values whose names are compact IRIs, written as Turtle (W3C Recommendation); pure.

It writes what market.catalogue.records makes: nodes, references, typed and language-tagged texts, and lists of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNSAFE: Final = frozenset('<>"{}|^`\\')


def turtle(document: Mapping[str, Any]) -> str:
    """Write a document with its context; raises ValueError for a name that is no IRI."""
    prefixes: Mapping[str, str] = document["@context"]
    writer = _Writer(prefixes)
    writer.pending.append({name: value for name, value in document.items() if name != "@context"})
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    return head + "".join(writer.subjects())


class _Writer:
    """Writes nodes one after the other: a node with a name is a subject of its own, one without stands in its place."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.pending: list[Mapping[str, Any]] = []

    def subjects(self) -> Iterator[str]:
        """Every named node, in the order in which they are met."""
        at = 0
        while at < len(self.pending):
            node = self.pending[at]
            yield f"\n{self.iri(node['@id'])}{self.properties(node, 1)} .\n"
            at += 1

    def properties(self, node: Mapping[str, Any], depth: int) -> str:
        """What is said of a node."""
        indent = "\n" + "  " * depth
        pairs = [
            f"{'a' if name == '@type' else name} {', '.join(self.objects(value, name, depth))}"
            for name, value in node.items()
            if name != "@id"
        ]
        return indent + f" ;{indent}".join(pairs)

    def objects(self, value: Any, name: str, depth: int) -> Iterator[str]:
        """One value or several."""
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield self.iri(one) if name == "@type" else _text(one)
            elif "@value" in one:
                yield _text(one["@value"]) + self.tag(one)
            elif "@id" not in one:
                yield f"[{self.properties(one, depth + 1)} ]"
            else:
                if len(one) > 1:
                    self.pending.append(one)
                yield self.iri(one["@id"])

    def tag(self, value: Mapping[str, Any]) -> str:
        """The language or the type of a text."""
        if "@language" in value:
            return f"@{value['@language']}"
        return f"^^{self.iri(value['@type'])}" if "@type" in value else ""

    def iri(self, name: str) -> str:
        """A name as it stands where its prefix is one of the context's, else in angle brackets."""
        prefix, colon, _ = name.partition(":")
        if prefix in self.prefixes:
            return name
        if not colon or any(sign in _UNSAFE or ord(sign) <= 32 for sign in name):
            raise ValueError(f"not an IRI: {name[:60]!r}")
        return f"<{name}>"


def _text(value: str) -> str:
    escaped = "".join(_ESCAPES.get(sign, sign if ord(sign) >= 32 else f"\\u{ord(sign):04X}") for sign in value)
    return f'"{escaped}"'
