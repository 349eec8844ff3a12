"""Which keys were destroyed (墓碑): lines that are only added, each with the digest of the one before."""

import os
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from kernel.crypto import canonical
from kernel.storage.encryption.durable import settle

_FIRST: Final = "0" * 64


class Tombstone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One destroyed key: of which object, why (the id of what decided it), when, and the digest over all before."""

    dek_id: str
    object: str
    reason: str
    at: datetime
    kek: str | None
    before: str
    sha256: str


class TombstonesBroken(RuntimeError):
    """The file of tombstones was edited or cut; it is put back from its copies before anything is served."""


class Tombstones:
    """The file of tombstones, read again whenever another process has added to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = -1
        self._whole = 0
        self._lines: dict[str, Tombstone] = {}
        self._last = _FIRST

    def all(self) -> dict[str, Tombstone]:
        """Every tombstone by the id of its key; raises TombstonesBroken."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            size = 0
        if size != self._size:
            self._read()
        return self._lines

    def add(self, dek_id: str, name: str, reason: str, at: datetime, kek: str | None) -> Tombstone:
        """Add a line and force it to disk; the caller holds the lock of the store."""
        existing = self.all().get(dek_id)
        if existing is not None:
            return existing
        body = {"dek_id": dek_id, "object": name, "reason": reason, "at": at, "kek": kek, "before": self._last}
        made = msgspec.convert(body | {"sha256": _digest(body)}, Tombstone)
        opened = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.ftruncate(opened, self._whole)
            os.write(opened, msgspec.json.encode(made) + b"\n")
            os.fsync(opened)
        finally:
            os.close(opened)
        settle(self._path.parent)
        self._read()
        return made

    def _read(self) -> None:
        data = self._path.read_bytes() if self._path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]  # A line torn by a power cut was not answered; its key is still there.
        lines: dict[str, Tombstone] = {}
        last = _FIRST
        for raw in whole.splitlines():
            try:
                line = msgspec.json.decode(raw, type=Tombstone)
            except msgspec.DecodeError as problem:
                raise TombstonesBroken(f"{self._path}: a line cannot be read") from problem
            body = {name: getattr(line, name) for name in line.__struct_fields__ if name != "sha256"}
            if line.before != last or line.sha256 != _digest(body):
                raise TombstonesBroken(f"{self._path}: the line of {line.dek_id} does not follow the one before")
            lines[line.dek_id], last = line, line.sha256
        self._lines, self._last, self._size, self._whole = lines, last, len(data), len(whole)


def _digest(body: dict[str, object]) -> str:
    return canonical.sha256_hex(canonical.dumps(msgspec.to_builtins(body)))
