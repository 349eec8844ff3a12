"""Small files that survive a power cut: written beside, forced to disk, put in place, and the folder forced too."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def create(path: Path, data: bytes, *, over: bool = False) -> None:
    """Make a file that only this user reads; raises FileExistsError unless it may go `over` an earlier one."""
    staged = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    opened = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if over:
            staged.replace(path)
        else:
            os.link(staged, path)
    finally:
        staged.unlink(missing_ok=True)
    settle(path.parent)


def remove(path: Path) -> None:
    """Remove a file for good; one that is not there is removed already."""
    with suppress(FileNotFoundError):
        path.unlink()
        settle(path.parent)


def settle(folder: Path) -> None:
    """Force a folder's names to disk, so that a power cut does not take back what was answered."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
