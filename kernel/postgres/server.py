"""Embedded PostgreSQL: starts a real server on a data directory, so that nobody has to install one.

Safe to call from many processes at once: one starts the server, the others attach to it.
Access is by file permission: the server listens on a Unix socket only, in a folder of mode 0700 that no other
cluster uses, so who can open it is the account or root and is trusted; every other way in is rejected.
"""

import logging
import os
import pwd
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from kernel.postgres import binaries as postgres_binaries
from kernel.postgres import cluster as postgres_cluster
from kernel.postgres.cluster import HERE, SOCKET_NAME
from kernel.postgres.host import (
    ENVIRONMENT,
    Account,
    AccountLookup,
    PostgresUnavailable,
    account_for,
    exclusive,
    has_ended,
)

__all__ = ["PostgresUnavailable", "Server", "running", "start"]

logger = logging.getLogger(__name__)

# On every command line, so that no file and no ALTER SYSTEM can open another way in.
GUARDED = {"listen_addresses": "", "unix_socket_permissions": "0700", "port": SOCKET_NAME.rpartition(".")[2]}
NOT_FOR_CALLERS = {*GUARDED, "unix_socket_directories", "data_directory", "config_file", "hba_file", "ident_file"}
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
LOG_BYTES_MAX = 16 * 1024 * 1024
# What PostgreSQL says while another server, or what is left of a killed one, still holds the directory.
BLOCKED = re.compile(r'lock file "postmaster.pid" already exists|pre-existing shared memory block')


class _Postmaster(NamedTuple):
    pid: int
    socket_dir: Path
    status: str


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered; `started` says whether this call started it, so it is clear who stops it."""

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
        """Ends the server in good order, else at once (the next start then recovers), else says it failed."""
        for order, seconds in ((signal.SIGINT, timeout_seconds * 2 / 3), (signal.SIGQUIT, timeout_seconds / 3)):
            postmaster = _postmaster(self.data)
            if postmaster is None or postmaster.pid != self.pid:
                return
            if order is signal.SIGQUIT:
                logger.warning("PostgreSQL %d did not stop in good order; stopping it at once", self.pid)
            self._signal(order)
            if _ends(self.pid, seconds):
                return
        raise PostgresUnavailable(
            f"PostgreSQL（进程 {self.pid}）在 {timeout_seconds:g} 秒内没有停止。请检查该进程；"
            f"不得已时可用 kill -9 {self.pid}，下次启动会自动恢复。",
            f"PostgreSQL (process {self.pid}) did not stop within {timeout_seconds:g} s: look at that process; "
            f"as a last resort kill -9 {self.pid}, the next start recovers.",
        )

    def _signal(self, order: signal.Signals) -> None:
        try:
            os.kill(self.pid, order)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise PostgresUnavailable(
                f"无权停止 PostgreSQL（进程 {self.pid}）。请以启动它的用户或 root 运行。",
                f"This user may not stop PostgreSQL (process {self.pid}): run as the user who started it, or root.",
            ) from error


def running(data: Path) -> Server | None:
    """The server that answers for this directory and is ready, if there is one."""
    data = data.resolve()
    postmaster = _postmaster(data)
    if postmaster is None or postmaster.status != "ready":
        return None
    return Server(data, postmaster.socket_dir, postmaster.pid, started=False)


def start(
    data: Path,
    *,
    timeout_seconds: float = 60.0,
    settings: Mapping[str, str] = NO_SETTINGS,
    binaries: Path | None = None,
    lookup: AccountLookup = pwd.getpwnam,
    cache: Path = postgres_binaries.CACHE,
) -> Server:
    """The server of this directory: attached to if it runs, else started, and the cluster made if there is none.

    `settings` count only when this call starts it.
    """
    if refused := NOT_FOR_CALLERS & settings.keys():
        raise ValueError(f"settings that decide who may connect are not open to callers: {sorted(refused)}")
    deadline = time.monotonic() + timeout_seconds
    data = postgres_cluster.prepared(data)
    with exclusive(data.parent / f".{data.name}.lock", deadline=deadline):
        if server := running(data):
            return server
        account = account_for(data, lookup=lookup)
        programs = postgres_binaries.usable(binaries or postgres_binaries.pg_bin(), account, cache=cache)
        direct = postgres_cluster.walkable(data, account)
        if not postgres_cluster.exists(data, programs):
            sync = settings.get("fsync") != "off"
            postgres_cluster.create(data, programs, account, direct=direct, sync=sync, deadline=deadline)
        folder = postgres_cluster.socket_dir(data, account)
        listen = HERE if folder == data and not direct else str(folder)
        options = {**settings, **GUARDED, "unix_socket_directories": listen}
        words = [word for item in options.items() for word in ("-c", "=".join(item))]
        command = [str(programs.folder / "postgres"), "-D", str(data) if direct else HERE, *words]
        return _launch(data, command, account, deadline)


def _postmaster(data: Path) -> _Postmaster | None:
    """Who serves this directory; believed only if the kernel says that very process listens on the socket.

    A number in a file may be stale, given to another process since, or a zombie's.
    """
    try:
        lines = os.fsdecode((data / "postmaster.pid").read_bytes()).splitlines()
        owner = data.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise PostgresUnavailable(
            f"无权读取数据目录 {data}。请以建立它的用户或 root 运行。",
            f"This user may not read {data}: run as the user who made it, or as root.",
        ) from error
    if len(lines) < 8:
        return None
    pid, folder = int(lines[0]), data if lines[4] == HERE else Path(lines[4])
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(str(folder / SOCKET_NAME))
            listener = _listener(probe, owner)
        except OSError:
            return None
    if listener == (0, owner):
        raise PostgresUnavailable(
            f"{data} 正由另一个容器中的 PostgreSQL 使用。请先停止它，或用 LIUTONG_DATABASE_URL 连接它。",
            f"A PostgreSQL in another container is using {data}: stop it first, or connect to it through "
            "LIUTONG_DATABASE_URL.",
        )
    return _Postmaster(pid, folder, lines[7].strip()) if listener == (pid, owner) else None


def _listener(probe: socket.socket, owner: int) -> tuple[int, int]:
    """Process and user behind a connected socket; process 0 is one of another container."""
    if sys.platform == "linux":
        pid, uid, _ = struct.unpack("iII", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return pid, uid
    else:  # noqa: RET505 - mypy takes the branch of another system for dead code without it
        sol_local, local_peerpid = 0, 2  # macOS, whose Python has no names for them.
        return probe.getsockopt(sol_local, local_peerpid), owner


def _launch(data: Path, command: Sequence[str], account: Account, deadline: float) -> Server:
    """Starts the server and waits until it answers; one that is still leaving or arriving is waited for."""
    log = data.parent / f"{data.name}.log"
    while True:
        # The server of a starter that was killed meanwhile may have become ready by itself.
        if server := running(data):
            return server
        process, begin = _spawn(command, data, log, account)
        try:
            server = _ready(data, process, deadline)
        except BaseException:
            _abort(process)
            raise
        if server is not None:
            # Reaped by whoever started it: PostgreSQL takes a zombie for a server that still runs.
            threading.Thread(target=process.wait, name=f"postgres-{process.pid}", daemon=True).start()
            return server
        output = _tail(log, begin)
        if time.monotonic() > deadline or not BLOCKED.search(output):
            raise PostgresUnavailable(
                f"PostgreSQL 没有启动，它给出的原因见文末（日志 {log}）。请按提示处理后重试。",
                f"PostgreSQL did not start; mend what it says here and try again (its log is {log}):\n{output}",
            )
        _forget_dead(data)
        time.sleep(0.2)


def _spawn(command: Sequence[str], data: Path, log: Path, account: Account) -> tuple[subprocess.Popen[bytes], int]:
    """The server process, and where its words begin in the log."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_name(f"{log.name}.1"))
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        begin = os.fstat(output).st_size
        process = subprocess.Popen(  # noqa: S603 - the command is built in start()
            command,
            cwd=data,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal goes to its whole session, and the application must stop before its database.
            start_new_session=True,
            umask=0o077,
            **account.identity(),
        )
    finally:
        os.close(output)
    return process, begin


def _ready(data: Path, process: subprocess.Popen[bytes], deadline: float) -> Server | None:
    """The server once it answers, or None if it has given up."""
    while time.monotonic() <= deadline:
        postmaster = _postmaster(data)
        if postmaster is not None and postmaster.pid == process.pid and postmaster.status == "ready":
            return Server(data, postmaster.socket_dir, postmaster.pid, started=True)
        if process.poll() is not None:
            return None
        time.sleep(0.02)
    raise PostgresUnavailable(
        f"PostgreSQL 未能按时启动，已终止。日志：{data}.log。若它正在恢复数据，请放宽时限后重试。",
        f"PostgreSQL was not ready in time and was ended; its log is {data}.log. If it was recovering, allow more.",
    )


def _abort(process: subprocess.Popen[bytes]) -> None:
    """Leaves no server behind that nobody knows of."""
    process.send_signal(signal.SIGQUIT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _forget_dead(data: Path) -> None:
    """Removes a process number that is not a PostgreSQL's: a zombie's, or a stranger's since a restart.

    PostgreSQL would take it for a running server for ever; it still guards the directory by its shared memory.
    """
    with suppress(OSError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_bytes().split()[0])
        there = Path(f"/proc/{pid}")
        if there.exists() and (has_ended(pid) or not (there / "exe").readlink().name.startswith("postgres")):
            (data / "postmaster.pid").unlink()


def _tail(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        return file.read()[-2000:].decode(errors="replace").strip()


def _ends(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not has_ended(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
