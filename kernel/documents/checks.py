"""What verification is made of: trusted keys, single checks, reports, and files read without believing them."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kernel.crypto import signing
from kernel.text import Text
from kernel.tlog.note import NoteInvalid, VerifierKey

FILE_BYTES_MAX: Final = 64 * 1024 * 1024
DEPTH_MAX: Final = 64
"""Ours are some eight levels deep; what is deeper wants to exhaust whoever reads it."""

Deeper = Callable[[dict[str, Any]], list["Check"]]
"""What a kind of document lets us check beyond signature and log: its claims in, checks out; pure."""


class FileUnreadable(ValueError):
    """The file is not a document of ours, or not JSON at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked; `holds` is None where nothing was at hand to check it with."""

    name: Text
    holds: bool | None
    detail: Text


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier trusts, saved from the centre's publication: keys of issuer, log and witnesses, and seals."""

    issuers: Mapping[str, tuple[bytes, ...]]
    logs: tuple[VerifierKey, ...]
    source: str
    witnesses: tuple[VerifierKey, ...] = ()
    seals: tuple[bytes, ...] = ()

    @staticmethod
    def read(path: Path) -> "Trust":
        """Read a trust file as `GET /v1/trust` gives it; raises FileUnreadable."""
        try:
            return Trust.of(read_json(path), str(path))
        except FileUnreadable as problem:
            raise FileUnreadable(f"{path.name}: {problem}") from problem

    @staticmethod
    def of(document: Mapping[str, Any], source: str) -> "Trust":
        """Take the keys of a trust document; raises FileUnreadable."""
        try:
            issuers = {
                str(item["id"]): tuple(signing.from_multibase(key) for key in item["keys"])
                for item in document["issuers"]
            }
            logs = tuple(VerifierKey.parse(line) for line in document["logs"])
            witnesses = tuple(VerifierKey.parse(line) for line in document.get("witnesses", []))
            seals = tuple(base64.b64decode(text, validate=True) for text in document.get("seals", []))
        except (KeyError, TypeError, ValueError, AttributeError, NoteInvalid, binascii.Error) as problem:
            raise FileUnreadable(f"not a trust file ({problem})") from problem
        return Trust(issuers, logs, source, witnesses, seals)


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved of one file."""

    file: str
    kind: str
    subject: str
    sha256: str
    trust_source: str | None
    checks: list[Check] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether every check that could be made holds."""
        return all(check.holds is not False for check in self.checks)


def read_file(path: Path) -> bytes:
    """The bytes of a file of bounded size; raises FileUnreadable."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise FileUnreadable(f"larger than {FILE_BYTES_MAX} bytes")
        return path.read_bytes()
    except OSError as problem:
        raise FileUnreadable(problem.strerror or str(problem)) from problem


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file, strictly; raises FileUnreadable."""
    return parse_json(read_file(path))


def parse_json(data: bytes | str) -> dict[str, Any]:
    """Read a JSON object strictly: UTF-8, bounded depth, no repeated names, no NaN; raises FileUnreadable."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        content = json.loads(text, object_pairs_hook=_no_repeats, parse_constant=_no_constants)
    except FileUnreadable:
        raise
    except (ValueError, RecursionError) as problem:
        raise FileUnreadable(f"not JSON ({str(problem)[:120]})") from problem
    if not isinstance(content, dict):
        raise FileUnreadable("a JSON object was expected")
    if not _shallow(content):
        raise FileUnreadable(f"deeper than {DEPTH_MAX} levels")
    return content


def _shallow(content: Any) -> bool:
    """Whether the nesting is bounded, found without recursion."""
    level = [content]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return True
    return False


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise FileUnreadable("a name is repeated within one object")
    return members


def _no_constants(name: str) -> Any:
    raise FileUnreadable(f"{name} is not JSON")
