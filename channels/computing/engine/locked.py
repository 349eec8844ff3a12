"""An engine that has loaded one file and can reach nothing else: neither files nor the network nor its own settings.

Loaded first, locked then: a file that stays attached could be attached again and written to.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from kernel.jobs.child import Limits

ENGINE_BYTES: Final = 512 * 1024**2
LIMITS: Final = Limits(memory_bytes=4 * 1024**3, cpu_seconds=10, file_bytes=0, nice=5)
"""Addresses, of which the engine reserves about half before it does anything; nothing is ever written to disk."""
_READERS: Final = {
    ".parquet": "read_parquet(?)",
    ".csv": "read_csv(?, header = true, all_varchar = true)",
}
SUFFIXES: Final = tuple(_READERS)
_LOCK: Final = (
    f"SET memory_limit = '{ENGINE_BYTES >> 20}MiB'",
    "SET threads = 1",
    "SET temp_directory = ''",
    "SET max_temp_directory_size = '0B'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET max_expression_depth = 100",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class NotComputed(Exception):
    """Nothing came of it; why is told to nobody, since the engine's words can hold values of the data."""


class Part(msgspec.Struct, frozen=True):
    """A file: where it lies, and what its digest must be."""

    path: str
    sha256: str


class Source(msgspec.Struct, frozen=True):
    """A table: what its file is called, by whose ending it is read, and the files that it consists of.

    It is a registered file, or those that were made of it to the scope of a licence.
    """

    name: str
    parts: tuple[Part, ...]

    @property
    def paths(self) -> list[str]:
        """Where its files lie."""
        return [part.path for part in self.parts]


def reader(source: Source) -> str:
    """How the engine reads a table's files, whose paths are bound to its mark; raises KeyError for what is no table."""
    return _READERS[Path(source.name).suffix.lower()]


@contextmanager
def engine(source: Source, load: str) -> Iterator[Any]:
    """A locked engine with the expressions `load` of a table's files as the table `loaded`; ends as `locked_after`."""

    def loading(made: Any) -> None:
        made.execute(f"CREATE TABLE loaded AS SELECT {load} FROM {reader(source)}", [source.paths])  # noqa: S608 - ours

    with locked_after(loading, (source,)) as made:
        yield made


@contextmanager
def locked_after(loading: Callable[[Any], None], sources: Sequence[Source]) -> Iterator[Any]:
    """An engine that has loaded what it is to hold of some tables, and is locked then.

    Ends in NotComputed whatever goes wrong inside, without a cause or context.
    """
    import duckdb

    os.environ.clear()  # Whatever the server was started with is nothing to a query.
    try:
        for source in sources:
            _require_registered(source)
        with duckdb.connect(":memory:") as made:
            made.execute(_LOCK[0])
            made.execute(_LOCK[1])
            loading(made)
            for setting in _LOCK:
                made.execute(setting)
            yield made
    except Exception:
        raise NotComputed from None


def columns(source: Source) -> list[str]:
    """The names of a file's columns; raises NotComputed for what is no table."""
    import duckdb

    try:
        with duckdb.connect(":memory:") as made:
            described = made.execute(f"DESCRIBE SELECT * FROM {reader(source)}", [source.paths])  # noqa: S608 - ours
            return [str(row[0]) for row in described.fetchall()]
    except Exception:
        raise NotComputed from None


def _require_registered(source: Source) -> None:
    """Raise NotComputed where a file is not what was registered, or made of it."""
    for part in source.parts:
        with Path(part.path).open("rb") as opened:
            if hashlib.file_digest(opened, "sha256").hexdigest() != part.sha256:
                raise NotComputed
