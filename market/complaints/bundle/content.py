"""A step of the record as the log commits to it and a bundle shows it; pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from kernel.crypto import canonical
from kernel.time.clock import timestamp


class Step(Protocol):
    """A step as far as it is committed to."""

    n: Any
    kind: Any
    role: Any
    by: Any
    text: Any
    facts: Any
    at: Any


class File(Protocol):
    """A file of a step as far as it is committed to."""

    n: Any
    name: Any
    sha256: Any
    size_bytes: Any


def plain(step: Step, files: Iterable[File]) -> dict[str, Any]:
    """A step with its files as plain values; numbers are text, as everywhere in the log."""
    return {
        "n": str(step.n),
        "kind": step.kind,
        "role": step.role,
        "by": step.by,
        "text": step.text,
        "facts": step.facts,
        "files": [
            {"n": str(each.n), "name": each.name, "sha256": each.sha256, "size_bytes": str(each.size_bytes)}
            for each in files
        ],
        "at": timestamp(step.at),
    }


def digest(step: Step, files: Iterable[File]) -> str:
    """What the log commits to."""
    return canonical.digest(plain(step, files))


def digest_of(shown: Mapping[str, Any]) -> str:
    """The same of a step as a bundle shows it; raises ValueError for what is no canonical JSON."""
    return canonical.digest(dict(shown))
