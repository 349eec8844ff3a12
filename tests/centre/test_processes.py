"""The processes themselves: they start, do their work, and stop when they are told to."""

import asyncio
import os
import signal
import socket
import sys
from dataclasses import replace

import httpx
import pytest

from centre.process import open_runtime
from kernel import db
from kernel.db import make_engine, make_sessions
from kernel.jobs.queue import enqueue
from kernel.log.tree_models import LogCheckpoint
from kernel.postgres import server as postgres
from kernel.settings import Secret, SettingsInvalid
from tests.database import fresh_database
from tests.patience import PATIENCE_SECONDS, nearby

SIGNALS = [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
"""The system's signal on every run; the keyboard's, which goes the same way, where there is time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def start(database_url, tmp_path):
    """Start `liutong …` on the test's database; whatever still runs at the end is killed."""
    started = []

    async def begin(*words, embedded=False):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LIUTONG_")}
        ours = {"LIUTONG_DATA_DIR": str(tmp_path / "var")}
        if not embedded:
            ours["LIUTONG_DATABASE_URL"] = database_url
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from centre.cli import main; main()",
            *words,
            env={**clean, **ours},
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def said(process, words):
    """Wait until the process logs something; gives what it logged before."""
    lines = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while line := (await process.stderr.readline()).decode():
            lines.append(line)
            if words in line:
                return lines
    raise AssertionError("".join(lines))


async def stop(process, number):
    process.send_signal(number)
    _, rest = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    assert process.returncode == 0, rest.decode()
    assert "Traceback" not in rest.decode()


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
async def test_a_worker_of_its_own_does_jobs_and_stops_when_told(start, database_url, number):
    worker = await start("worker")
    await said(worker, "working")
    engine = make_engine(database_url)
    try:
        async with db.unit(make_sessions(engine)) as session:
            # A delivery to an address that is gone already: the job has nothing to do and is done.
            payload = {"endpoint": "whk_x", "entry": "ent_x", "attempt": 0}
            await enqueue(session, "kernel.webhook.deliver", payload)
        async with asyncio.timeout(PATIENCE_SECONDS):
            left = 1
            while left:
                async with engine.connect() as connection:
                    left = (await connection.exec_driver_sql("SELECT count(*) FROM pgqueuer")).scalar_one()
                await asyncio.sleep(0.05)
    finally:
        await engine.dispose()
    await stop(worker, number)


@pytest.mark.slow  # The next one does the same and starts the database besides.
async def test_the_server_answers_and_stops_when_told(start):
    await _serve_and_stop(start, signal.SIGTERM)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.slow
async def test_the_embedded_database_stops_with_the_server(start, tmp_path, number):
    tmp_path.chmod(0o755)
    await _serve_and_stop(start, number, embedded=True)
    assert postgres.running(tmp_path / "var" / "pg") is None
    assert not (tmp_path / "var" / "pg" / "postmaster.pid").exists()


async def _serve_and_stop(start, number, *, embedded=False):
    port = free_port()
    server = await start("serve", "--port", str(port), embedded=embedded)
    await said(server, '"serving"')
    base = f"http://127.0.0.1:{port}"
    async with nearby(base_url=base) as http:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    ready = await http.get("/readyz")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        assert ready.status_code == 200
        assert "server" not in ready.headers, "who asks need not know what serves"
        assert (await http.get("/docs")).status_code == 200
    await stop(server, number)


async def test_a_log_goes_on_under_the_name_it_was_founded_under(cluster, settings):
    """Heads under two names would be two logs, so a process that has another name does not start."""
    elsewhere = replace(settings, public_url="https://elsewhere.example.cn")
    async with fresh_database(cluster) as url:
        here = replace(settings, database_url=Secret(url))
        async with open_runtime(here) as runtime, db.unit(runtime.sessions) as session:
            note = f"{here.log_origin}\n1\n…\n"
            session.add(LogCheckpoint(size=1, root=bytes(32), note=note, at=runtime.clock.now()))
        async with open_runtime(here):
            pass
        with pytest.raises(SettingsInvalid, match=r"LIUTONG_PUBLIC_URL: .*and not elsewhere\.example\.cn/log"):
            async with open_runtime(replace(elsewhere, database_url=Secret(url))):
                pass
