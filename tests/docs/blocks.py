"""The fenced blocks of README.md and docs/, and what the comment before each says about running it.

A block of commands is run literally, by a shell, in a folder that its document's blocks share. A comment on the line
before its fence says otherwise:

    <!-- run: slow -->            with everything else that takes long or needs the server
    <!-- run: server -->          slow, and left running for the blocks that follow
    <!-- not run here: REASON --> it cannot be run where tests run
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.laws.source import ROOT

SHELL = ("sh", "bash", "shell", "console")
DRAWN = ("mermaid", "json", "toml", "yaml", "text", "python")
"""Languages of blocks that hold no commands."""

Way = Literal["quick", "slow", "server", "not"]
FENCE = re.compile(r"^( *)(`{3,}|~{3,})\s*(\S*).*$")
MARK = re.compile(r"^<!-- (?:run: (slow|server)|(not) run here: (\S.{9,})) -->$")


@dataclass(frozen=True)
class Block:
    """One fenced block; `way` says how it is run, `reason` why it is not."""

    document: str
    line: int
    language: str
    text: str
    way: Way
    reason: str = ""

    @property
    def name(self) -> str:
        """Where it stands, as a test's name."""
        return f"{self.document}:{self.line}"


def documents() -> list[Path]:
    """README.md and every page of docs/."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a document in their order; raises ValueError where one is not closed."""
    found, open_fence, inside, start, before = [], "", [], 0, ""
    name, language = str(path.relative_to(ROOT)), ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fence = FENCE.match(line)
        if open_fence:
            if fence and fence[2].startswith(open_fence) and not fence[3]:
                way, reason = _marked(before)
                found.append(Block(name, start, language, "\n".join(inside) + "\n", way, reason))
                open_fence, before = "", ""
            else:
                inside.append(line)
        elif fence:
            open_fence, language, inside, start = fence[2], fence[3], [], number
        elif line.strip():
            before = line.strip()
    if open_fence:
        raise ValueError(f"{name}:{start}: the block is not closed")
    return found


def _marked(line: str) -> tuple[Way, str]:
    """What the comment before a block says; no comment is the quick way."""
    mark = MARK.match(line)
    if mark is None:
        return "quick", ""
    if mark[2]:
        return "not", mark[3]
    return ("server" if mark[1] == "server" else "slow"), ""


def commands(path: Path) -> list[Block]:
    """A document's blocks of commands."""
    return [block for block in blocks(path) if block.language in SHELL]


def prose(path: Path) -> str:
    """A document without its fenced blocks."""
    kept, inside = [], ""
    for line in path.read_text(encoding="utf-8").splitlines():
        fence = FENCE.match(line)
        if inside:
            inside = "" if fence and fence[2].startswith(inside) and not fence[3] else inside
        elif fence:
            inside = fence[2]
        else:
            kept.append(line)
    return "\n".join(kept)
