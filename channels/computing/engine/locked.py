"""An engine that has what it is to hold of data and reaches neither files nor the network nor its own settings.

Given its data first, locked then: a file that stays attached could be attached again and written to.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any, Final

from channels.computing.engine.files import NotComputed, Source, TableFiles, files_of
from kernel.jobs.child import Caller, Limits

ENGINE_BYTES: Final = 1024 * 1024**2
LIMITS: Final = Limits(memory_bytes=4 * 1024**3, cpu_seconds=10, file_bytes=0, nice=5)
"""Addresses, of which the engine reserves about half before it does anything; nothing is ever written to disk."""
_BEFORE: Final = (
    f"SET memory_limit = '{ENGINE_BYTES >> 20}MiB'",
    "SET threads = 1",
    "SET enable_external_file_cache = false",  # A file is described before it is filled.
)
_LOCK: Final = (
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


def ready() -> None:
    """Load the engine and what answers while nobody waits for it: what a process does before it is given a run."""
    import duckdb

    import_module("channels.computing.engine.answers")
    with duckdb.connect(":memory:") as made:
        made.execute("SELECT json_serialize_sql('SELECT 1')")


@contextmanager
def engine(caller: Caller, source: Source, load: str, named: list[str]) -> Iterator[Any]:
    """A locked engine with the expressions `load` of columns of a table as the table `loaded`; see `locked_after`."""

    def loading(made: Any) -> None:
        with files_of(caller, source) as files:
            files.fill(made, named)
            made.execute(f"CREATE TABLE loaded AS SELECT {load} FROM {files.reader}")  # noqa: S608 - ours

    with locked_after(loading) as made:
        yield made


@contextmanager
def locked_after(loading: Callable[[Any], None]) -> Iterator[Any]:
    """An engine that was given what it is to hold, and is locked then.

    Ends in NotComputed whatever goes wrong inside, without a cause or context.
    """
    import duckdb

    os.environ.clear()  # Whatever the server was started with is nothing to a query.
    try:
        with duckdb.connect(":memory:") as made:
            for setting in _BEFORE:
                made.execute(setting)
            loading(made)
            for setting in (*_BEFORE, *_LOCK):
                made.execute(setting)
            yield made
    except Exception:
        raise NotComputed from None


def admit(made: Any, files: TableFiles) -> None:
    """Let an engine that will be locked go on reading a table's memory files, and no other file."""
    made.execute(f"SET allowed_paths = {files.paths}")


def columns(caller: Caller, source: Source) -> list[str]:
    """The names of a table's columns, read by a locked engine out of no more than tells them.

    Raises NotComputed for what is no table, and nothing else.
    """
    with ExitStack() as stack:
        opened: list[TableFiles] = []

        def loading(made: Any) -> None:
            files = stack.enter_context(files_of(caller, source))
            files.keep_head()
            admit(made, files)
            opened.append(files)

        locked = stack.enter_context(locked_after(loading))
        return opened[0].described(locked)
    raise NotComputed
