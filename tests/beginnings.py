"""Steps of stories that many tests take: taken once by a process, and put back for whoever stands where it was taken.

A step is an asynchronous function that takes fixtures, people and plain values and gives a part of a story. Whoever
takes it where nothing but steps were taken before gets the rows, files, moment and objects that it left the first time;
whoever has done anything else besides takes it for good. Where a database stands is known by all of its rows: each
row bears the transaction that wrote it, so their number and the sum of those tell every change from none. Most tables
are empty, and to ask which takes a tenth of counting in all.
"""

import asyncio
import copy
import functools
import itertools
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import msgspec

from kernel.crypto.signing import Ed25519Signer
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import FROM_THE_START
from tests.database import as_replica
from tests.makers import CASTS, Cast, is_person

P = ParamSpec("P")
T = TypeVar("T")

KEPT_MAX = 400
"""Steps that a process remembers; those that nobody took for longest are forgotten first."""

PLAIN = (str, int, bool, float, Decimal, date, datetime, timedelta, bytes, type(None))

_COLUMNS = (
    "SELECT c.relname AS name, array_agg(a.attname ORDER BY a.attnum) AS columns FROM pg_class c"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
    " AND c.relname NOT IN ('alembic_version', 'sandbox_clock') GROUP BY c.relname ORDER BY c.relname"
)
_COUNTERS = "SELECT quote_ident(sequencename) AS name FROM pg_sequences ORDER BY sequencename"


class UnknownValue(Exception):
    """A step was told something that cannot be told apart from others of its kind."""


@dataclass
class Place:
    """Where a database stands: after which step of this process, and how each table, counter and file is then.

    A table that holds anything is told by how many rows it holds and the sum of the transactions that wrote them.
    """

    step: int
    tables: dict[str, tuple[int, int]]
    counters: list[str]
    files: dict[str, tuple[int, int]]


@dataclass
class Rows:
    """All rows of a table after a step."""

    table: str
    columns: list[str]
    number: int
    content: bytes


@dataclass
class Kept:
    """What a step changed: rows by table, counters, files, the moment; and the parts of the story, as it left them."""

    place: int
    rows: list[Rows]
    counters: list[str]
    files: dict[str, Path | None]
    moment: datetime
    story: Any


@dataclass
class Shape:
    """The tables with their columns, the counters, and what asks which of those hold rows and how these stand."""

    tables: dict[str, list[str]]
    counters: list[str]
    holding: str
    standing: str


_numbers = itertools.count(1)
_kept: OrderedDict[Any, Kept] = OrderedDict()
_shape: list[Shape] = []
_folder: list[tempfile.TemporaryDirectory[str]] = []


def beginning(make: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """Take a step of a story once in a process, and put back what it left for whoever takes it there again."""

    @functools.wraps(make)
    async def taken(*args: P.args, **kwargs: P.kwargs) -> T:
        given = [*args, *kwargs.values()]
        cast = _cast(given)
        if cast is None or not isinstance(cast.runtime.clock, FixedClock):
            return await make(*args, **kwargs)
        me = asyncio.current_task()
        if cast.taking not in (None, me):
            cast.disturbed = True  # Two at once leave what neither would leave alone.
            return await make(*args, **kwargs)
        outer, cast.taking = cast.taking, me
        try:
            return await _taken(make, cast, given, args, kwargs)
        finally:
            cast.taking = outer
            if outer is None:
                cast.disturbed = False

    return taken


async def _taken(make: Any, cast: Cast, given: list[Any], args: Any, kwargs: Any) -> Any:
    runtime = cast.runtime
    place = await _standing(cast)
    try:
        about = msgspec.json.encode([_known_by(each) for each in given])
    except UnknownValue:
        place = None
    people = [each for each in _leaves(given) if is_person(each)]
    if place is None or any(each.http is not cast.client.http for each in people):
        return await make(*args, **kwargs)
    known = tuple((name, each.key) for name, each in cast.known.items())
    key = (make.__module__, make.__qualname__, tuple(kwargs), about, _world(runtime), known, place.step)
    own = _own(cast, given)
    if (kept := _kept.get(key)) is not None:
        _kept.move_to_end(key)
        written_by = await _put_back(kept, runtime)
        story, cast.known, cast.operator, cast.signers, parts = _moved(kept.story, _marks(len(own)), own)
        for part, new in zip(_parts(given), parts, strict=True):
            _become(part, new)
        cast.place = _after(place, kept, written_by, _files(runtime.settings.data_dir))
        return story
    story = await make(*args, **kwargs)
    if not cast.disturbed:
        after = await _look(runtime, next(_numbers))
        whole = (story, cast.known, cast.operator, cast.signers, _parts(given))
        _kept[key] = await _keep(runtime, place, after, _moved(whole, own, _marks(len(own))))
        cast.place = after
        while len(_kept) > KEPT_MAX:
            _, forgotten = _kept.popitem(last=False)
            for path in filter(None, forgotten.files.values()):
                path.unlink()
    return story


class Mark:
    """Where a story holds something that each test has of its own."""


_all_marks: list[Mark] = []


def _marks(number: int) -> list[Mark]:
    _all_marks.extend(Mark() for _ in range(number - len(_all_marks)))
    return _all_marks[:number]


def _cast(given: list[Any]) -> Cast | None:
    """The cast of whatever a step was given."""
    for each in _leaves(given):
        if isinstance(each, Cast):
            return each
        if isinstance(owner := getattr(each, "__self__", None), Cast):
            return owner
        if (runtime := each if isinstance(each, Runtime) else getattr(each, "runtime", None)) is not None:
            return CASTS.get(id(runtime))
    return None


def _leaves(values: Any) -> Iterator[Any]:
    """Everything in what was given that is no plain value, through the parts of stories and collections."""
    for each in values:
        if isinstance(each, list | tuple):
            yield from _leaves(each)
        elif isinstance(each, dict):
            yield from _leaves(each.values())
        elif _is_part(each):
            yield from _leaves([getattr(each, field.name) for field in fields(each)])
        elif not isinstance(each, PLAIN):
            yield each


def _is_part(value: Any) -> bool:
    """Whether something is a part of a story, which a step may change: data of the tests themselves."""
    return (
        is_dataclass(value)
        and type(value).__module__.startswith("tests.")
        and not isinstance(value, Cast)
        and not is_person(value)
    )


def _parts(given: list[Any]) -> list[Any]:
    return [each for each in given if _is_part(each)]


def _become(part: Any, new: Any) -> None:
    """Make a part what a step left of it, without exchanging the parts that others hold as well."""
    for field in fields(part):
        old, value = getattr(part, field.name), getattr(new, field.name)
        if _is_part(old) and type(old) is type(value):
            _become(old, value)
        else:
            object.__setattr__(part, field.name, value)


def _known_by(value: Any) -> Any:
    """What tells a value from others of its kind; raises UnknownValue."""
    if isinstance(value, PLAIN):
        return [type(value).__name__, value.hex() if isinstance(value, bytes) else value]
    if is_person(value):
        return ["person", value.key, value.party]
    if isinstance(value, Ed25519Signer):
        return ["signer", value.public.hex()]
    if isinstance(value, list | tuple):
        return [_known_by(each) for each in value]
    if isinstance(value, dict):
        return [[name, _known_by(each)] for name, each in value.items()]
    if _is_part(value):
        return [type(value).__qualname__, *(_known_by(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, msgspec.Struct):
        return [type(value).__qualname__, msgspec.to_builtins(value)]
    if isinstance(value, Cast | Runtime | FixedClock) or callable(value):
        return type(value).__qualname__  # Each test has its own, and they are alike.
    raise UnknownValue


def _own(cast: Cast, given: list[Any]) -> list[Any]:
    """What each test has of its own, in an order that is the same wherever a step is taken."""
    runtime = cast.runtime
    own = [runtime, runtime.clock, runtime.settings, runtime.storage, runtime.pool, runtime.sessions]
    fixtures = [
        each for each in _leaves(given) if not is_person(each) and not isinstance(each, msgspec.Struct | Ed25519Signer)
    ]
    return [*own, cast, cast.client, cast.client.http, *fixtures]


def _moved(story: Any, before: list[Any], after: list[Any]) -> Any:
    """A deep copy in which what is each test's own is another's."""
    memo: dict[int, Any] = {id(old): new for old, new in zip(before, after, strict=True)}
    return copy.deepcopy(story, memo)


Ed25519Signer.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]  # A key never changes.


def _world(runtime: Runtime) -> Any:
    """What a step depends on beyond what it is told: the moment, the settings and the issuer's key."""
    own = {"database_url", "data_dir"}
    settings = runtime.settings
    told = tuple(repr(getattr(settings, each.name)) for each in fields(settings) if each.name not in own)  # type: ignore[arg-type]
    return runtime.clock.now(), told, repr(runtime.issuer)


async def _standing(cast: Cast) -> Place | None:
    """Where the story stands: at its very beginning, after the step that it took last, or nowhere that is known.

    Who left the way does not come back to it, and is asked no more.
    """
    untouched = not cast.known and cast.operator is None
    if not untouched and not (cast.steps and cast.place is not None):
        return None
    now = await _look(cast.runtime, 0)
    if cast.steps and cast.place is not None and replace(now, step=cast.place.step) == cast.place:
        return cast.place
    cast.place = None
    empty = not now.files and not now.tables and not any(each.strip("0/tf") for each in now.counters)
    return now if untouched and empty else None


async def _look(runtime: Runtime, step: int) -> Place:
    async with runtime.pool.acquire() as connection:
        if not _shape:
            _shape.append(await _shaped(connection))
        shape = _shape[0]
        holding = zip(shape.tables, await connection.fetchval(shape.holding), strict=True)
        full = [table for table, rows in holding if rows]
        counted = await connection.fetch(_counting(full)) if full else []
        counters = await connection.fetchval(shape.standing)
    tables = {name: (row["number"], row["written_by"]) for name, row in zip(full, counted, strict=True)}
    return Place(step, tables, counters, _files(runtime.settings.data_dir))


async def _shaped(connection: Any) -> Shape:
    tables = {row["name"]: list(row["columns"]) for row in await connection.fetch(_COLUMNS)}
    counters = [row["name"] for row in await connection.fetch(_COUNTERS)]
    holds = ", ".join(f'EXISTS (SELECT FROM "{table}")' for table in tables)
    stand = [f"(SELECT CASE WHEN is_called THEN last_value || '/t' ELSE '0/f' END FROM {name})" for name in counters]
    stand.append("(SELECT offset_seconds::text FROM sandbox_clock)")
    return Shape(tables, counters, f"SELECT ARRAY[{holds}]", f"SELECT ARRAY[{', '.join(stand)}]")


@functools.cache
def _asked_of(table: str) -> str:
    return f'SELECT count(*) AS number, sum(xmin::text::bigint)::bigint AS written_by FROM "{table}"'


def _counting(tables: list[str]) -> str:
    return " UNION ALL ".join(map(_asked_of, tables))


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    stats = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    found = {str(path.relative_to(folder)): (stat.st_size, stat.st_mtime_ns) for path, stat in stats}
    return {name: stat for name, stat in found.items() if name not in FROM_THE_START}


async def _keep(runtime: Runtime, before: Place, after: Place, story: Any) -> Kept:
    rows = []
    async with runtime.pool.acquire() as connection:
        for table, columns in _shape[0].tables.items():
            if before.tables.get(table) != after.tables.get(table):
                number, _ = after.tables.get(table, (0, 0))
                content = await _copied(connection, table, columns) if number else b""
                rows.append(Rows(table, columns, number, content))
    files = _kept_files(runtime, before, after)
    return Kept(after.step, rows, after.counters[:-1], files, runtime.clock.now(), story)


async def _copied(connection: Any, table: str, columns: list[str]) -> bytes:
    """All rows of a table. Handing each part over ourselves spares a thread, which a file would be written by."""
    content = bytearray()

    async def more(part: bytes) -> None:
        content.extend(part)

    await connection.copy_from_table(table, columns=columns, output=more, format="binary")
    return bytes(content)


def _kept_files(runtime: Runtime, before: Place, after: Place) -> dict[str, Path | None]:
    """Copies of the files that a step wrote, and the names of those that it took away."""
    if not _folder:
        _folder.append(tempfile.TemporaryDirectory(prefix="liutong-beginnings-"))
    found: dict[str, Path | None] = dict.fromkeys(set(before.files) - set(after.files))
    for name, stat in after.files.items():
        if before.files.get(name) != stat:
            kept = Path(_folder[0].name) / f"{after.step}-{len(found)}"
            shutil.copy2(runtime.settings.data_dir / name, kept)
            found[name] = kept
    return found


async def _put_back(kept: Kept, runtime: Runtime) -> int:
    """Put back what a step left; gives the number of the transaction, which each of the rows now bears."""
    async with as_replica(str(runtime.settings.database_url)) as connection:
        written_by: int = await connection.fetchval("SELECT pg_current_xact_id()::xid::text::bigint")
        if kept.rows:
            await connection.execute(";".join(f'DELETE FROM "{each.table}"' for each in kept.rows))
        for each in kept.rows:
            if each.number:
                content = memoryview(each.content)
                await connection.copy_to_table(each.table, columns=each.columns, source=content, format="binary")
        for name, stands in zip(_shape[0].counters, kept.counters, strict=True):
            last, called = stands.split("/")
            if called == "t":
                await connection.execute("SELECT setval($1, $2)", name, int(last))
    for name, source in kept.files.items():
        target = runtime.settings.data_dir / name
        if source is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    assert isinstance(runtime.clock, FixedClock)
    runtime.clock.move(kept.moment - runtime.clock.now())
    return written_by


def _after(before: Place, kept: Kept, written_by: int, files: dict[str, tuple[int, int]]) -> Place:
    """Where a database stands after a step was put back, without looking: that is what was put there."""
    tables = dict(before.tables)
    for each in kept.rows:
        tables.pop(each.table, None)
        if each.number:
            tables[each.table] = (each.number, each.number * written_by)
    return Place(kept.place, tables, [*kept.counters, *before.counters[-1:]], files)
