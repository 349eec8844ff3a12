"""Maps of plain values as people write them: a name and its value on each line, such as `share: 0.06`."""

import re
from collections.abc import Mapping
from typing import Any, Final

from kernel.errors import FieldError
from kernel.text import Text

LINE: Final = re.compile(r"(?P<name>[^:=：]+?)\s*[:=：]\s*(?P<value>\S.*)")
NOT_A_PAIR: Final = Text("每行应为“名称: 值”", "Each line is a name and its value: `name: value`")


def read(text: str, pointer: str, wrong: list[FieldError]) -> dict[str, str]:
    """The map that some lines spell; a line that is no pair is among the faults."""
    pairs: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = LINE.fullmatch(line)
        if match is None:
            wrong.append(FieldError(pointer, NOT_A_PAIR))
            break
        pairs[match["name"]] = match["value"]
    return pairs


def written(held: Mapping[str, Any]) -> str:
    """The lines that spell a map."""
    return "\n".join(f"{name}: {value}" for name, value in held.items())
