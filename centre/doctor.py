"""`liutong doctor`: what is set, whether it works here and now, and what an operator must mend."""

import asyncio
import os
import shutil
import stat
import tempfile
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import asyncpg
from alembic.script import ScriptDirectory
from asyncpg.exceptions import InterfaceError, PostgresError

import migrations
from centre import stored_keys
from centre.agents.finding import finding as agents
from centre.safety import Finding, unsafe, weak
from kernel import db
from kernel.crypto import seal, signing
from kernel.logging import without_secrets
from kernel.postgres.database import database
from kernel.postgres.server import PostgresUnavailable
from kernel.settings import Settings
from kernel.storage.links import Keyring
from kernel.storage.objects import Objects
from kernel.storage.store import new_key
from kernel.time.clock import SystemClock, day_in_china
from kernel.time.workdays import is_working_day

POSTGRES_MIN: Final = 15
SKEW_SECONDS_WARN: Final = 2.0
SKEW_SECONDS_MAX: Final = 60.0
DISK_BYTES_WARN: Final = 5 * 1024**3
DISK_BYTES_MIN: Final = 256 * 1024**2
CONNECT_SECONDS: Final = 10
DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_PROBE: Final = b"liutong doctor"


def _good(name: str, message: str) -> Finding:
    return Finding(name, fatal=False, message=message)


def _warning(name: str, message: str, cure: str) -> Finding:
    return Finding(name, fatal=False, message=message, cure=cure)


def _fatal(name: str, message: str, cure: str) -> Finding:
    return Finding(name, fatal=True, message=message, cure=cure)


async def examine(settings: Settings) -> list[Finding]:
    """Everything at once; nothing of the installation is changed but probes that are taken away again.

    A finding without a cure is in order; with one it is a warning, or fatal when it says so.
    """
    findings = [*unsafe(settings), *await asyncio.to_thread(local, settings), calendar(_today())]
    findings.append(await _storage(settings))
    return [*findings, *await _database(settings)]


def _today() -> date:
    return day_in_china(SystemClock().now())


def local(settings: Settings) -> list[Finding]:
    """What this machine alone can say: folders, disk, key files, secrets, optional parts."""
    findings = [_data_dir(settings), *_keys(settings), *_link_secrets(settings), *_otel(settings), *weak(settings)]
    findings += [agents(), *stored_keys.examined(settings)]
    if not findings[0].fatal:
        findings.insert(1, _disk(settings))
    return findings


def _data_dir(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(_PROBE)
    except OSError as problem:
        cure = "name a folder in LIUTONG_DATA_DIR that this user may write"
        return _fatal("data_dir", f"{folder} cannot be written: {problem.strerror or problem}", cure)
    return _good("data_dir", f"{folder} can be written")


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir.absolute()).free
    message = f"{free / 1024**3:.1f} GiB free at {settings.data_dir}"
    if free < DISK_BYTES_MIN:
        return _fatal("disk", message, "make room: the database stops when its disk is full")
    return _warning("disk", message, "make room soon") if free < DISK_BYTES_WARN else _good("disk", message)


def _keys(settings: Settings) -> list[Finding]:
    named = {
        "issuer_key_file": settings.issuer_key_file,
        "log_key_file": settings.log_key_file,
        "sketch_key_file": settings.sketch_key_file,
    }
    findings = [_key_file(name, path, settings) for name, path in named.items() if path is not None]
    if settings.seal_file is not None:
        findings.append(_seal(settings.seal_file, settings))
    return findings


def _seal(path: Path, settings: Settings) -> Finding:
    """The seal of printed certificates: readable, of its certificate, not about to end, and nobody else's to read."""
    if not path.exists() and settings.sandbox:
        return _good("seal_file", f"{path} is made at the first start")
    try:
        mode, until = stat.S_IMODE(path.stat().st_mode), seal.load(path).chain[0].not_valid_after_utc
    except (OSError, ValueError) as problem:
        return _fatal("seal_file", str(problem), f"make one with: liutong keys seal {path}")
    if mode & 0o077:
        message = f"{path} can be read by others (mode {mode:04o})"
        return Finding("seal_file", fatal=not settings.sandbox, message=message, cure=f"chmod 600 {path}")
    if until - SystemClock().now() < timedelta(days=90):
        return _warning("seal_file", f"its certificate ends on {until.date()}", "renew it, and keep the old one listed")
    return _good("seal_file", f"{path} holds a seal valid until {until.date()}")


def _key_file(name: str, path: Path, settings: Settings) -> Finding:
    if not path.exists() and settings.sandbox:
        return _good(name, f"{path} is made at the first start")
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        public = signing.multibase(signing.load(path).public)
    except OSError as problem:
        message = f"{path} cannot be read: {problem.strerror or problem}"
        return _fatal(name, message, f"make one with: liutong keys new {path}; or give this user the right to read it")
    except ValueError as problem:
        return _fatal(name, str(problem), f"restore the key from its backup, or make one: liutong keys new {path}")
    if mode & 0o077:
        message = f"{path} can be read by others (mode {mode:04o})"
        return Finding(name, fatal=not settings.sandbox, message=message, cure=f"chmod 600 {path}")
    return _good(name, f"{path} holds {public}")


def _link_secrets(settings: Settings) -> list[Finding]:
    if not settings.link_secrets:
        return []  # In production their absence is told by kernel.settings.unsafe.
    try:
        ring = Keyring.parse(settings.link_secrets)
    except ValueError as problem:
        return [_fatal("link_secrets", str(problem), "set kid:hex, 32 random bytes; several during rotation")]
    return [_good("link_secrets", f"{len(ring.secrets)} set; {ring.current} signs")]


def _otel(settings: Settings) -> list[Finding]:
    if not settings.otel:
        return []
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.instrumentation") is None:
        cure = "pip install 'liutong[otel]', or set LIUTONG_OTEL=0"
        return [_fatal("otel", "tracing is on and its packages are missing", cure)]
    return [_good("otel", f"traces go to {os.environ.get('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318')}")]


def calendar(today: date) -> Finding:
    """Whether the statutory days of this year and the next are known; the State Council announces them in autumn."""
    unknown = [year for year in (today.year, today.year + 1) if is_working_day(date(year, 12, 31))[1]]
    if unknown:
        years = ", ".join(str(year) for year in unknown)
        return _warning(
            "calendar",
            f"the public holidays of {years} are not known; deadlines there are provisional",
            "upgrade the package chinesecalendar after the State Council's notice",
        )
    return _good("calendar", f"the public holidays of {today.year} and {today.year + 1} are known")


async def _storage(settings: Settings) -> Finding:
    key = new_key("doctor")

    try:
        objects = Objects.open(settings.storage_url, settings.data_dir)
        staged = objects.stage()
        await asyncio.to_thread(staged.write_bytes, _PROBE)
        try:
            await objects.publish(staged, key)
        finally:
            await asyncio.to_thread(staged.unlink, missing_ok=True)
        same = await objects.read(key, 0, len(_PROBE), bytes) == _PROBE
        await objects.delete(key)
        gone = not await objects.exists(key)
    except Exception as problem:
        # Each store has errors of its own, and whichever it is, uploads would fail.
        cure = "check LIUTONG_STORAGE_URL and, for a bucket, the AWS_… variables"
        return _fatal("storage_url", f"the store does not work: {type(problem).__name__}: {str(problem)[:300]}", cure)
    if not (same and gone):
        return _fatal("storage_url", "the store gave back something else than was put in", "use another store")
    return _good("storage_url", f"{settings.storage_url or settings.data_dir / 'storage'}: write, read, delete")


async def _database(settings: Settings) -> list[Finding]:
    if not settings.database_url and not settings.sandbox:
        return []  # Its absence is told by kernel.settings.unsafe, and nothing is started in its place.
    try:
        async with database(settings) as ready:
            dsn = db.dsn_of(str(ready.database_url))
            connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS)
            try:
                # The embedded server's address is nobody's secret: PostgreSQL's own tools need it.
                return await _questions(connection, settings, "" if settings.database_url else f" at {dsn}")
            finally:
                await connection.close()
    except PostgresUnavailable as problem:
        return [_fatal("database_url", str(problem), "or set LIUTONG_DATABASE_URL to a PostgreSQL of yours")]
    except (OSError, ValueError, TimeoutError, PostgresError, InterfaceError) as problem:
        message = without_secrets(f"the database does not answer: {type(problem).__name__}: {problem}")
        return [_fatal("database_url", message, "check LIUTONG_DATABASE_URL, the network and the server's pg_hba.conf")]


async def _questions(connection: asyncpg.Connection, settings: Settings, where: str) -> list[Finding]:
    version = int(await connection.fetchval("SHOW server_version_num")) // 10000
    findings = [
        _good("database_url", f"PostgreSQL {version} answers{where}")
        if version >= POSTGRES_MIN
        else _fatal("database_url", f"PostgreSQL {version} is too old", f"use version {POSTGRES_MIN} or later")
    ]
    findings.append(await _durable(connection, settings))
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        findings.append(_fatal("encoding", f"the database holds {encoding}", "create it with ENCODING 'UTF8'"))
    findings.append(await _schema(connection))
    findings.extend(await _mode(connection, settings))
    findings.append(await _skew(connection))
    return [*findings, *await _room(connection, settings)]


async def _durable(connection: asyncpg.Connection, settings: Settings) -> Finding:
    shown = {name: await connection.fetchval(f"SHOW {name}") for name in DURABLE}
    weak = [name for name, value in shown.items() if value in ("off", "local")]
    if weak:
        return Finding(
            "durability",
            fatal=not settings.sandbox,
            message=f"{', '.join(weak)} off: an answer could be given and then lost",
            cure="set " + ", ".join(f"{name} = on" for name in weak),
        )
    return _good("durability", ", ".join(f"{name} {value}" for name, value in shown.items()))


async def _schema(connection: asyncpg.Connection) -> Finding:
    script = ScriptDirectory(str(Path(migrations.__path__[0])))
    newest = script.get_current_head()
    table = await connection.fetchval("SELECT to_regclass('alembic_version')")
    current = await connection.fetchval("SELECT version_num FROM alembic_version") if table else None
    if current == newest:
        return _good("schema", f"at {current}")
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        message = f"the database is at {current}, which this version does not know"
        return _fatal("schema", message, "run the version of Liutong that migrated it, or a later one")
    message = f"the database is at {current or 'nothing'}, the newest is {newest}"
    return _warning("schema", message, "liutong migrate (serve and worker do it at their start)")


async def _mode(connection: asyncpg.Connection, settings: Settings) -> list[Finding]:
    """Whether this database was founded in the mode that is set; nothing to say before that, or of an older schema."""
    if not await connection.fetchval("SELECT to_regclass('installation')"):
        return []
    founded = await connection.fetchval("SELECT mode FROM installation")
    if founded is None:
        return []
    if founded != settings.mode:
        said = f"this installation was founded as {founded}, and {settings.mode} is set: nothing starts"
        return [_fatal("mode", said, f"set LIUTONG_MODE={founded}, or use another LIUTONG_DATA_DIR or database")]
    return [_good("mode", f"founded as {founded}")]


async def _skew(connection: asyncpg.Connection) -> Finding:
    clock = SystemClock()
    before = clock.now()
    theirs = await connection.fetchval("SELECT clock_timestamp()")
    after = clock.now()
    seconds = max(before - theirs, theirs - after, timedelta()).total_seconds()
    message = f"this machine and the database differ by {seconds:.1f} s"
    if seconds > SKEW_SECONDS_MAX:
        return _fatal("clock", message, "run a time service (NTP) on both: deadlines and links depend on it")
    if seconds > SKEW_SECONDS_WARN:
        return _warning("clock", message, "run a time service (NTP) on both")
    return _good("clock", "this machine and the database agree")


async def _room(connection: asyncpg.Connection, settings: Settings) -> list[Finding]:
    """Each process holds two pools, some spare connections and those of its worker."""
    total = int(await connection.fetchval("SHOW max_connections"))
    wanted = 2 * settings.pool_size + 5 + 2
    if wanted > total - 3:
        cure = "raise max_connections, or lower LIUTONG_POOL_SIZE"
        return [_warning("pool_size", f"one process may open {wanted} of the server's {total} connections", cure)]
    return []
