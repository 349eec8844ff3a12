"""Writing an object into a staged file, plain or sealed, in steps that a thread does."""

import hashlib
import os
import secrets
from pathlib import Path

from kernel.storage.encryption.chunks import HEADER_BYTES, PREFIX_BYTES, SALT_BYTES, Algorithm, Chunks, Header


class Plain:
    """A staged file that holds the object as it comes, for what is public anyway."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self.digest.update(data)
        self._put(data)

    def finish(self) -> None:
        """Force everything to disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        """Give up what was begun."""
        self._file.close()

    def _put(self, data: bytes) -> None:
        self._file.write(data)


class Sealed(Plain):
    """A staged file that holds the object encrypted: chunks as they fill, and at the end the header before them.

    The last chunk is sealed as the last, so one that is full waits until more has come.
    """

    def __init__(self, path: Path, name: str, dek: bytes, dek_id: bytes, algorithm: Algorithm, chunk_log2: int) -> None:
        super().__init__(path)
        salt, prefix = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(PREFIX_BYTES)
        self._header = Header(algorithm, chunk_log2, dek_id, salt, prefix, 0)
        self._chunks = Chunks(self._header, dek, name)
        self._waiting = bytearray()
        self._number = self._size_bytes = 0
        self._file.write(bytes(HEADER_BYTES))

    def finish(self) -> None:
        """Seal the last chunk, write the header, and force everything to disk."""
        self._seal(len(self._waiting), last=True)
        self._file.seek(0)
        header = self._header
        whole = Header(header.algorithm, header.chunk_log2, header.dek_id, header.salt, header.prefix, self._size_bytes)
        self._file.write(whole.encoded())
        super().finish()

    def _put(self, data: bytes) -> None:
        self._size_bytes += len(data)
        self._waiting += data
        while len(self._waiting) > self._header.chunk_bytes:
            self._seal(self._header.chunk_bytes, last=False)

    def _seal(self, size: int, *, last: bool) -> None:
        self._file.write(self._chunks.sealed(self._number, bytes(self._waiting[:size]), last=last))
        self._number += 1
        del self._waiting[:size]
