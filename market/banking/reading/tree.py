"""XML as a small tree: no document type, no entity, no more depth and nodes than a statement can need."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from market.banking.reading.facts import unreadable

DEPTH_MAX: Final = 32
NODES_MAX: Final = 1_000_000
NAMESPACE_END: Final = " "


@dataclass(slots=True)
class Node:
    """An element: its local name, its text, and what is in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, path: str) -> Iterator["Node"]:
        """Every element at a path of local names."""
        head, _, rest = path.partition("/")
        for child in self.children:
            if child.name == head:
                yield from child.all(rest) if rest else (child,)

    def first(self, path: str) -> "Node | None":
        """The first element at a path."""
        return next(self.all(path), None)

    def said(self, *paths: str) -> str | None:
        """The text of the first of these paths that has one."""
        texts = (node.text.strip() for path in paths for node in self.all(path))
        return next((text for text in texts if text), None)


class _Builder:
    def __init__(self) -> None:
        self.namespace = ""
        self.nodes = 0
        self.root: Node | None = None
        self.open: list[Node] = []

    def begun(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(NAMESPACE_END)
        self.nodes += 1
        if len(self.open) >= DEPTH_MAX or self.nodes > NODES_MAX:
            raise unreadable("XML 嵌套过深或过大", "the XML is nested too deeply or has too many elements")
        node = Node(local, dict(attributes))
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root, self.namespace = node, namespace
        if namespace != self.namespace:
            node.name = f"{namespace}{NAMESPACE_END}{local}"  # What a bank adds of its own is passed by.
        self.open.append(node)

    def ended(self, name: str) -> None:  # noqa: ARG002 - as the parser calls it
        self.open.pop()

    def said(self, text: str) -> None:
        self.open[-1].text += text

    def refused(self, *_: object) -> None:
        raise unreadable("XML 不得含有文档类型声明或实体", "no document type declaration and no entity is accepted")


def parsed(raw: bytes) -> tuple[str, Node]:
    """The namespace and the root of an XML document; raises StatementUnreadable."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=NAMESPACE_END)
    parser.buffer_text = True
    parser.StartElementHandler = builder.begun
    parser.EndElementHandler = builder.ended
    parser.CharacterDataHandler = builder.said
    parser.StartDoctypeDeclHandler = builder.refused
    parser.EntityDeclHandler = builder.refused
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as problem:
        raise unreadable("不是格式正确的 XML", f"it is no well-formed XML ({problem})") from problem
    assert builder.root is not None
    return builder.namespace, builder.root
