"""YAML as people mean it: text is text, a key stands once, and every value knows its line. Pure but for reading files.

What YAML would read as something else than it looks like is refused rather than guessed at: `no`, `12:30`, `1.50`,
`2026-11-23` and `0o7` are to be quoted where they are texts.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import yaml

SIZE_BYTES_MAX: Final = 1 << 20
DEPTH_MAX: Final = 20
DOCUMENTS_MAX: Final = 100
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}
_GUESSED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_NUMBERS: Final = re.compile(
    r"[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"
)


class YamlRefused(click.UsageError):
    """A file that is not taken; says where and what is to be done."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its value, and the line of everything in it by JSON Pointer."""

    source: str
    value: Any
    lines: dict[str, int]

    def place(self, pointer: str) -> str:
        """Where in the file a pointer leads, or the nearest thing above it that is there."""
        above = pointer
        while above not in self.lines and above:
            above = above.rpartition("/")[0]
        return f"{self.source}:{self.lines.get(above, 1)} {pointer or '/'}"


def read(source: str) -> list[Document]:
    """The documents of a file, of standard input (`-`), or of the files of a folder; raises YamlRefused."""
    if source == "-":
        return parse(sys.stdin.buffer.read(SIZE_BYTES_MAX + 1), "-")
    path = Path(source)
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix in (".yaml", ".yml") and each.is_file())
        return [document for each in files for document in read(str(each))]
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_BYTES_MAX + 1)
    except OSError as problem:
        raise YamlRefused(f"{source}: 无法读取 · cannot be read: {problem.strerror}") from None
    return parse(content, source)


def parse(content: bytes, source: str) -> list[Document]:
    """The documents in some bytes, in their order; raises YamlRefused."""
    if len(content) > SIZE_BYTES_MAX:
        raise YamlRefused(f"{source}: 超过 1 MB · larger than 1 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise YamlRefused(f"{source}: 须为 UTF-8 · it is not UTF-8") from None
    documents: list[Document] = []
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            lines: dict[str, int] = {}
            documents.append(Document(source, _value(node, "", lines, source), lines))
            if len(documents) > DOCUMENTS_MAX:
                raise YamlRefused(f"{source}: 超过 {DOCUMENTS_MAX} 个文档 · more than {DOCUMENTS_MAX} documents")
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise YamlRefused(f"{source}:{line}: {problem.problem or problem.context}") from None
    except yaml.YAMLError as problem:
        raise YamlRefused(f"{source}: {' '.join(str(problem).split())}") from None
    finally:
        if loader is not None:
            loader.dispose()
    return documents


class _Loader(yaml.SafeLoader):
    """Composes nodes, and nothing else: no alias, no tag, no depth without end."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise yaml.MarkedYAMLError(
                problem="不支持锚点与别名，请写出全文 · no anchors and aliases: write it out",
                problem_mark=event.start_mark,
            )
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem="不支持标签 · no tags", problem_mark=event.start_mark)
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise yaml.MarkedYAMLError(
                problem=f"嵌套超过 {DEPTH_MAX} 层 · nested deeper than {DEPTH_MAX}", problem_mark=event.start_mark
            )
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _value(node: Any, pointer: str, lines: dict[str, int], source: str) -> Any:
    lines[pointer] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, f"{pointer}/{n}", lines, source) for n, each in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, source)
    made: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise YamlRefused(f"{source}:{line}: 键须为文字 · a key is a text")
        name = key.value
        inner = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
        if name in made:
            raise YamlRefused(f"{source}:{line}: 键 {name!r} 重复，另见第 {lines[inner]} 行 · the key stands twice")
        made[name] = _value(value, inner, lines, source)
        lines[inner] = line
    return made


def _scalar(node: Any, source: str) -> Any:
    """A text where it is quoted; else a whole number, true, false, null, or a text that is nothing else."""
    at = f"{source}:{node.start_mark.line + 1}"
    text = node.value
    if node.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if text.lower() in _GUESSED or _NUMBERS.fullmatch(text):
        raise YamlRefused(f'{at}: {text} 有歧义，文字请加引号 · ambiguous: where it is a text, quote it: "{text}"')
    return text
