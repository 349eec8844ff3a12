"""The keys that wrap data keys, by version (密钥加密密钥): where they are kept, and how an old one dies.

The adapter is what a hardware module or a key service would offer too; the one here keeps each version in a file of a
folder apart from the store of data keys. AES key wrap (RFC 3394) takes no context: what binds a data key to its object
is the derivation in `chunks`, so that a wrap put in another's place ends as a bad tag.
"""

import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from kernel.storage.encryption.durable import create, remove
from kernel.storage.encryption.errors import KeysUnavailable
from kernel.time.clock import SystemClock

KEK_BYTES: Final = 32
_VERSION: Final = re.compile(r"[1-9][0-9]{0,5}")
_DEAD: Final = ".destroyed"


class WrappingKeys(Protocol):
    """Whoever holds the keys that wrap data keys; each call raises KeysUnavailable when it cannot be answered."""

    def current(self) -> str:
        """The version that wraps."""

    def begin(self) -> str:
        """Make the next version, which wraps from now on."""

    def wrap(self, dek: bytes) -> tuple[str, bytes]:
        """A data key wrapped, and by which version."""

    def unwrap(self, version: str, wrapped: bytes) -> bytes:
        """A data key as it was wrapped."""

    def destroy(self, version: str) -> None:
        """Let a version die; what only it wrapped is lost for ever."""

    def dead(self) -> dict[str, datetime]:
        """The versions that died, with when."""

    def made_at(self, version: str) -> datetime:
        """When a version was made."""

    def versions(self) -> list[str]:
        """Every version that lives, oldest first."""


class FileKeys:
    """Versions in files `1`, `2`, … of a folder that only this user reads; of a dead one its moment remains."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def versions(self) -> list[str]:
        """Every version that lives, oldest first."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError as problem:
            raise KeysUnavailable from problem
        return sorted((name for name in names if _VERSION.fullmatch(name)), key=int)

    def current(self) -> str:
        """The newest version; raises KeysUnavailable where there is none."""
        versions = self.versions()
        if not versions:
            raise KeysUnavailable
        return versions[-1]

    def begin(self) -> str:
        """Make the next version; a number is never used twice, so that a dead version stays dead."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        used = [int(path.name.removesuffix(_DEAD)) for path in self.folder.iterdir() if _number(path.name)]
        version = str(max(used, default=0) + 1)
        try:
            create(self.folder / version, secrets.token_hex(KEK_BYTES).encode())
        except FileExistsError:  # Another process has begun the same version.
            return self.current()
        return version

    def wrap(self, dek: bytes) -> tuple[str, bytes]:
        """A data key wrapped by the newest version."""
        version = self.current()
        return version, aes_key_wrap(self._key(version), dek)

    def unwrap(self, version: str, wrapped: bytes) -> bytes:
        """A data key; raises KeysUnavailable where its version cannot be read or did not wrap it."""
        try:
            return aes_key_unwrap(self._key(version), wrapped)
        except InvalidUnwrap as problem:
            raise KeysUnavailable from problem

    def destroy(self, version: str) -> None:
        """Remove a version, and keep when that was; the current one stays."""
        if version == self.current():
            raise ValueError("the current version wraps data keys and cannot be destroyed")
        path = self.folder / version
        if path.exists():
            create(self.folder / (version + _DEAD), SystemClock().now().isoformat().encode(), over=True)
            remove(path)

    def dead(self) -> dict[str, datetime]:
        """The versions that died, with when."""
        found = sorted(self.folder.glob("*" + _DEAD))
        return {
            path.name.removesuffix(_DEAD): datetime.fromisoformat(path.read_text(encoding="ascii")) for path in found
        }

    def made_at(self, version: str) -> datetime:
        """When a version was made."""
        try:
            return datetime.fromtimestamp((self.folder / version).stat().st_mtime, UTC)
        except OSError as problem:
            raise KeysUnavailable from problem

    def _key(self, version: str) -> bytes:
        try:
            opened = os.open(self.folder / version, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(opened, encoding="ascii") as file:
                key = bytes.fromhex(file.read().strip())
        except (OSError, ValueError) as problem:
            raise KeysUnavailable from problem
        if len(key) != KEK_BYTES:
            raise KeysUnavailable
        return key


def _number(name: str) -> bool:
    return _VERSION.fullmatch(name.removesuffix(_DEAD)) is not None
