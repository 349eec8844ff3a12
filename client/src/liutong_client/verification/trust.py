"""Whose keys a verifier goes by: the centre's publication, saved once and pinned by its digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liutong_client.verification.encodings import Unreadable, parse, public_key
from liutong_client.verification.notes import LogKey


class WrongPin(Unreadable):
    """The trust file is not the one whose digest is pinned."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys of issuers by their id, and those of the log with its witnesses; `digest` is what to pin."""

    issuers: Mapping[str, tuple[bytes, ...]]
    logs: tuple[LogKey, ...]
    digest: str
    content: bytes

    @staticmethod
    def of(content: bytes, pin: str | None = None) -> "Trust":
        """Take the trust file that `GET /v1/trust` gave; raises WrongPin, Unreadable."""
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        if pin is not None and pin != digest:
            raise WrongPin(f"信任文件摘要为 {digest} · the digest of the trust file is that, and {pin} is pinned")
        document: Any = parse(content)
        try:
            issuers = {str(each["id"]): tuple(public_key(key) for key in each["keys"]) for each in document["issuers"]}
            logs = tuple(LogKey.parse(line) for line in (*document["logs"], *document.get("witnesses", ())))
        except (KeyError, TypeError, AttributeError) as problem:
            raise Unreadable(f"不是信任文件 · not a trust file ({problem})") from None
        return Trust(issuers, logs, digest, content)

    @staticmethod
    def read(path: Path | str, pin: str | None = None) -> "Trust":
        """Read a saved trust file; raises OSError, WrongPin, Unreadable."""
        return Trust.of(Path(path).read_bytes(), pin)

    def save(self, path: Path | str) -> None:
        """Keep it, byte for byte, so that its digest stays what it is."""
        Path(path).write_bytes(self.content)
