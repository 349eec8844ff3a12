"""Style sheet, script and pictures: served under names that hold their digest, so that browsers keep them for good."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
ROOT: Final = "/static"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served."""

    name: str
    content: bytes
    media_type: str


@cache
def files() -> dict[str, StaticFile]:
    """Every file by its plain name; the name under which it is served holds sixteen digits of its digest."""
    read = {}
    for entry in sorted((resources.files("centre.pages") / "static").iterdir(), key=lambda each: each.name):
        stem, dot, kind = entry.name.rpartition(".")
        content = entry.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:16]
        read[entry.name] = StaticFile(f"{stem}-{digest}{dot}{kind}", content, KINDS[dot + kind])
    return read


@cache
def by_served_name() -> dict[str, StaticFile]:
    """The same by the name under which each is served."""
    return {file.name: file for file in files().values()}


def static(name: str) -> str:
    """The address of a file by its plain name; raises KeyError where there is none."""
    return f"{ROOT}/{files()[name].name}"
