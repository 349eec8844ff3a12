"""Embedded PostgreSQL: starts a real server on a data directory, so that nobody has to install one.

Safe to call from many processes at once: one starts the server, the others attach to it.
Access is by file permission. The server listens on a Unix socket only; the socket lies in the data directory
itself (0700, or in a 0700 folder of its own where the path is too long for a socket), so whoever opens it is
the account or root, and is trusted; every other way in is rejected.
"""

import logging
import os
import pwd
import re
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from kernel import postgres_binaries
from kernel.postgres_host import (
    AccountLookup,
    PostgresUnavailable,
    account_for,
    exclusive,
)

__all__ = ["PostgresUnavailable", "Server", "running", "start"]

logger = logging.getLogger(__name__)

# Written into a new cluster's postgresql.conf, where an operator may tune it. Durability stays on.
DEFAULTS = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_duration_statement": "500",
    "log_parameter_max_length": "0",  # Statement parameters hold secrets and personal data.
    "idle_in_transaction_session_timeout": "30s",
}
# Given on every command line, so no file and no ALTER SYSTEM can open another way in.
GUARDED = {"listen_addresses": "", "unix_socket_permissions": "0700", "port": "5432"}
OURS = {*GUARDED, "unix_socket_directories", "data_directory", "config_file", "hba_file", "ident_file"}
SOCKET_NAME = f".s.PGSQL.{GUARDED['port']}"
SOCKET_PATH_BYTES_MAX = 100  # 104 on macOS, 108 on Linux, with the closing zero.
LOG_BYTES_MAX = 16 * 1024 * 1024
# A process that stands in a folder needs no permission on the folders above it to use it by this name.
HERE = "/proc/self/cwd"
# What PostgreSQL says while another server, or what is left of a killed one, still holds the directory.
BLOCKED = re.compile(r'lock file "postmaster.pid" already exists|pre-existing shared memory block')
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered; `started` says whether this call started it, so who stops it is clear."""

    data: Path
    socket_dir: Path
    pid: int
    started: bool

    def dsn(self, database: str) -> str:
        """For asyncpg."""
        return f"postgresql://postgres@/{quote(database, safe='')}?host={quote(str(self.socket_dir))}"

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return self.dsn(database).replace("postgresql:", "postgresql+asyncpg:", 1)

    def stop(self, *, timeout_seconds: float = 30.0) -> None:
        """Ends clients and server in good order, else at once (the next start recovers), else raises."""
        for order, seconds in (
            (signal.SIGINT, timeout_seconds * 2 / 3),
            (signal.SIGQUIT, timeout_seconds / 3),
        ):
            found = _postmaster(self.data)
            if found is None or found[0] != self.pid:
                return
            if order is signal.SIGQUIT:
                logger.warning("PostgreSQL %d did not stop in %.1f s; stopping it at once", self.pid, seconds * 2)
            with suppress(ProcessLookupError):
                os.kill(self.pid, order)
            if _ends(self.pid, seconds):
                return
        raise PostgresUnavailable(
            f"PostgreSQL（进程 {self.pid}）在 {timeout_seconds:.0f} 秒内没有停止。请检查该进程；"
            f"不得已时可用 kill -9 {self.pid}，下次启动会自动恢复。",
            f"PostgreSQL (process {self.pid}) did not stop within {timeout_seconds:.0f} s: look at that process; "
            f"as a last resort kill -9 {self.pid}, the next start recovers.",
        )


def running(data: Path) -> Server | None:
    """The server that answers for this directory and is ready, if there is one."""
    data = data.resolve()
    found = _postmaster(data)
    return Server(data, found[1], found[0], started=False) if found and found[2] == "ready" else None


def start(
    data: Path,
    *,
    timeout_seconds: float = 60.0,
    settings: Mapping[str, str] = NO_SETTINGS,
    binaries: Path | None = None,
    lookup: AccountLookup = pwd.getpwnam,
    cache: Path = postgres_binaries.CACHE,
) -> Server:
    """The server of this directory: attached to if it runs, else started, and first created if need be.

    `settings` count only when this call starts it.
    """
    if refused := OURS & settings.keys():
        raise ValueError(f"settings that decide who may connect are not open to callers: {sorted(refused)}")
    deadline = time.monotonic() + timeout_seconds
    data = _prepared(data)
    with exclusive(data.parent / f".{data.name}.lock", deadline=deadline):
        if server := running(data):
            return server
        account = account_for(data, lookup=lookup)
        programs = postgres_binaries.usable(binaries or postgres_binaries.pg_bin(), account, cache=cache)
        direct = _walkable(data, account)
        if not _is_cluster(data, programs):
            _create(data, programs, account, direct=direct, sync=settings.get("fsync") != "off", deadline=deadline)
        place = _socket_dir(data, account)
        options = {
            "unix_socket_directories": HERE if place == data and not direct else str(place),
            **settings,
        }
        words = [f"{name}={value}" for name, value in {**options, **GUARDED}.items()]
        command = [str(programs.folder / "postgres"), "-D", str(data) if direct else HERE]
        return _launch(data, [*command, *(part for word in words for part in ("-c", word))], account, deadline)
