"""A table of PostgreSQL, copied in one read-only snapshot, with limits on time and bytes, never with a write."""

from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from asyncpg import exceptions

from valuation.quality.errors import DataTooLarge, SourceUnreachable
from valuation.quality.policy import Limits

CONNECT_SECONDS = 15
STATEMENT_SECONDS = 3600
_SETTINGS = {
    "application_name": "liutong score",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "3",
}
_COLUMNS = """
SELECT a.attname, a.atttypid = 'boolean'::regtype AS truth
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attnum
"""


class _Spool:
    """Takes what the server sends, up to a limit."""

    def __init__(self, source: str, sink: BinaryIO, limit: int) -> None:
        self._source, self._sink, self._limit, self._written = source, sink, limit, 0
        self.refusal: DataTooLarge | None = None

    async def write(self, data: bytes) -> None:
        """Keep one chunk."""
        self._written += len(data)
        if self._written > self._limit:
            self.refusal = DataTooLarge(file=self._source, measure="size_bytes", value=self._written, limit=self._limit)
            raise self.refusal
        self._sink.write(data)


async def fetch(address: str, source: str, target: Path, limits: Limits, *, as_json: bool) -> None:
    """Copy a table as CSV, or as JSON lines where nested values are wanted; raises SourceUnreachable.

    The password may be in the address, in PGPASSWORD or in a password file; it is told nowhere.
    """
    parts = urlsplit(address)
    schema, _, table = parts.fragment.rpartition(".")
    if not table:
        raise SourceUnreachable(source=source, reason="no table is named; end the address with #schema.table")
    problem, connection, spool = "", None, None
    try:
        connection = await asyncpg.connect(
            urlunsplit(parts._replace(fragment="")), timeout=CONNECT_SECONDS, server_settings=_SETTINGS
        )
        # Nothing is written, so nothing has to be rolled back: the connection ends with the transaction in it.
        await connection.transaction(isolation="repeatable_read", readonly=True).start()
        with target.open("wb") as sink:
            spool = _Spool(source, sink, limits.file_size_bytes_max)
            await _copy(connection, schema or "public", table, spool, source, limits, as_json=as_json)
    except (exceptions.PostgresError, exceptions.InterfaceError, OSError, TimeoutError, ValueError) as error:
        problem = _told(error)
    finally:
        if connection is not None:
            connection.terminate()
    if spool is not None and spool.refusal is not None:  # The driver wraps what its receiver raises.
        raise spool.refusal
    if problem:  # Raised here, so that no chained error carries the address with its password.
        raise SourceUnreachable(source=source, reason=problem)


async def _copy(
    connection: asyncpg.Connection,
    schema: str,
    table: str,
    spool: _Spool,
    source: str,
    limits: Limits,
    *,
    as_json: bool,
) -> None:
    columns = await connection.fetch(_COLUMNS, schema, table)
    if not columns:
        raise SourceUnreachable(source=source, reason="there is no such table or view, or no column of it may be read")
    if len(columns) > limits.columns_max:
        raise DataTooLarge(file=source, measure="columns", value=len(columns), limit=limits.columns_max)
    name = f"{_quoted(schema)}.{_quoted(table)}"
    if as_json:
        async for record in connection.cursor(f"SELECT to_jsonb(t)::text FROM {name} AS t", prefetch=1000):  # noqa: S608
            await spool.write(record[0].encode() + b"\n")
        return
    wanted = ", ".join(
        f"{_quoted(c['attname'])}::text AS {_quoted(c['attname'])}" if c["truth"] else _quoted(c["attname"])
        for c in columns
    )
    query = f"SELECT {wanted} FROM {name}"  # noqa: S608 -- every name is quoted.
    await connection.copy_from_query(query, output=spool.write, format="csv", header=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _told(error: Exception) -> str:
    """What went wrong in words that hold no secret: the server's own texts may quote what was sent to it."""
    known: tuple[tuple[type[Exception], str], ...] = (
        (exceptions.InvalidAuthorizationSpecificationError, "the server refused the login; check user and password"),
        (exceptions.InvalidCatalogNameError, "there is no such database"),
        (exceptions.InsufficientPrivilegeError, "the user may not read this table; grant SELECT"),
        (exceptions.QueryCanceledError, f"it took longer than {STATEMENT_SECONDS} seconds"),
        (exceptions.LockNotAvailableError, "the table is locked; try again later"),
        (TimeoutError, f"the server did not answer within {CONNECT_SECONDS} seconds"),
        (OSError, "the server cannot be reached; check host and port"),
        (ValueError, "the address is none that PostgreSQL understands"),
    )
    for kind, words in known:
        if isinstance(error, kind):
            return words
    state = getattr(error, "sqlstate", None)
    return f"the server answered with the error {state}" if state else "the connection broke"
