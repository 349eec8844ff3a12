"""Beginnings of stories that many tests share: made once by a process, and put back for every test that begins so.

A beginning is an asynchronous function that takes fixtures and plain values and gives an object of the story. The first
call in an empty database makes it, and keeps all rows, the stored files, the clock's moment and the object; every
later call with the same values puts these back. In a database where anything stands already it is just called.
"""

import copy
import functools
import io
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.makers import Cast

P = ParamSpec("P")
T = TypeVar("T")

PLAIN = (str, int, bool, Decimal, date, datetime, timedelta, list, tuple, dict, type(None))
"""What a beginning may be told besides fixtures; the values are a part of what it is known by."""

_TABLES = (
    "SELECT c.relname AS name, array_agg(a.attname ORDER BY a.attnum) AS columns FROM pg_class c"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    " AND c.relname NOT IN ('alembic_version', 'sandbox_clock') GROUP BY c.relname"
)
_COUNTERS = "SELECT quote_ident(sequencename) AS name, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
_COPY_OF_NOTHING_BYTES = 21
_EMPTY = "SELECT NOT EXISTS (SELECT FROM party) AND (SELECT offset_seconds FROM sandbox_clock) = 0"


@dataclass
class Kept:
    """All that a beginning left: rows by table, what its sequences gave last, files, the clock, and the story."""

    rows: list[tuple[str, list[str], bytes]]
    counters: list[tuple[str, int]]
    files: Path | None
    moment: datetime
    story: Any


_kept: dict[Any, Kept] = {}
_folder: list[tempfile.TemporaryDirectory[str]] = []


def beginning(make: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Make a function's story once in a process, and put it back for whoever begins with it again."""

    @functools.wraps(make)
    async def begun(*args: P.args, **kwargs: P.kwargs) -> T:
        given = [*args, *kwargs.values()]
        fixtures = [each for each in given if not isinstance(each, PLAIN)]
        cast = next((owner for each in fixtures if isinstance(owner := getattr(each, "__self__", None), Cast)), None)
        runtime = next((each for each in fixtures if isinstance(each, Runtime)), cast.runtime if cast else None)
        if runtime is None or cast is None or not await _empty(runtime, cast):
            return await make(*args, **kwargs)
        values = msgspec.json.encode([(at, each) for at, each in enumerate(given) if isinstance(each, PLAIN)])
        key = (make.__module__, make.__qualname__, tuple(kwargs), values, _world(runtime))
        stands = _standing(runtime, cast, fixtures)
        if key in _kept:
            await _put_back(_kept[key], runtime)
            story, cast.known, cast.operator, cast.signers = _moved(_kept[key].story, _MARKS, stands)
            return story  # type: ignore[no-any-return]
        story = await make(*args, **kwargs)
        _kept[key] = await _keep(runtime, _moved((story, cast.known, cast.operator, cast.signers), stands, _MARKS))
        return story

    return begun


class Mark:
    """Where a story holds something that each test has of its own."""


_MARKS = [Mark() for _ in range(12)]


def _standing(runtime: Runtime, cast: Cast, fixtures: list[Any]) -> list[Any]:
    """What each test has of its own, in an order that is the same for every call of a beginning."""
    own = [runtime, runtime.clock, runtime.settings, runtime.storage, runtime.pool, runtime.sessions]
    return [*own, cast, cast.client, cast.client.http, *fixtures]


def _moved(story: Any, before: list[Any], after: list[Any]) -> Any:
    """A deep copy in which what is each test's own is another's."""
    memo: dict[int, Any] = {id(old): new for old, new in zip(before, after, strict=False)}
    return copy.deepcopy(story, memo)


def _world(runtime: Runtime) -> Any:
    """What a beginning depends on beyond what it is told: the moment, the settings and the issuer's key."""
    own = {"database_url", "data_dir"}
    settings = runtime.settings
    told = tuple(repr(getattr(settings, each.name)) for each in fields(settings) if each.name not in own)  # type: ignore[arg-type]
    return runtime.clock.now(), told, repr(runtime.issuer)


async def _empty(runtime: Runtime, cast: Cast) -> bool:
    return not cast.known and cast.operator is None and bool(await runtime.pool.fetchval(_EMPTY))


async def _keep(runtime: Runtime, story: Any) -> Kept:
    async with runtime.pool.acquire() as connection:
        rows = []
        for table in await connection.fetch(_TABLES):
            content = io.BytesIO()
            await connection.copy_from_table(table["name"], columns=table["columns"], output=content, format="binary")
            if len(content.getvalue()) > _COPY_OF_NOTHING_BYTES:
                rows.append((table["name"], list(table["columns"]), content.getvalue()))
        counters = [(row["name"], row["last_value"]) for row in await connection.fetch(_COUNTERS)]
    files = None
    if runtime.settings.data_dir.exists():
        if not _folder:
            _folder.append(tempfile.TemporaryDirectory(prefix="liutong-beginnings-"))
        files = Path(_folder[0].name) / str(len(_kept))
        shutil.copytree(runtime.settings.data_dir, files)
    return Kept(rows, counters, files, runtime.clock.now(), story)


async def _put_back(kept: Kept, runtime: Runtime) -> None:
    async with runtime.pool.acquire() as connection, connection.transaction():
        # As a replica no trigger speaks: what they would do was done, and is among the rows.
        await connection.execute("SET LOCAL session_replication_role = replica")
        for table, columns, content in kept.rows:
            await connection.copy_to_table(table, columns=columns, source=io.BytesIO(content), format="binary")
        for name, last in kept.counters:
            await connection.execute("SELECT setval($1, $2)", name, last)
    if kept.files is not None:
        shutil.copytree(kept.files, runtime.settings.data_dir, dirs_exist_ok=True)
    if isinstance(runtime.clock, FixedClock):
        runtime.clock.move(kept.moment - runtime.clock.now())
