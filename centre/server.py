"""Processes: the API server, a worker of its own, and the short ones that migrate, seed and check."""

import asyncio
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn

from centre.app import create_app
from centre.process import open_runtime
from centre.writes import GatheringProtocol
from channels.computing.engine.locked import ready as computes
from kernel.identity import commands, credentials
from kernel.identity.schemas import ApplyForAdmission, Contact
from kernel.jobs import starting
from kernel.jobs.worker import working
from kernel.logging import configure
from kernel.postgres.database import database
from kernel.settings import Settings
from migrations import run


class _Server(uvicorn.Server):
    """Stops on a signal as uvicorn does, but does not raise it again after: then the database would be left behind."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where the API is only once it is there."""
        await super().startup(sockets)
        if self.started:
            _keep_what_is_loaded()
            url = f"http://{self.config.host}:{self.config.port}"
            structlog.get_logger("liutong").info("serving", url=url, portal=f"{url}/zh", docs=f"{url}/docs")

    def listen_for_signals(self) -> None:
        """Let the loop hand signals over; a second Ctrl-C does not wait for answers under way."""
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing to capture: the loop does it."""
        yield


def _keep_what_is_loaded() -> None:
    """Spare what a process has loaded by now from every later collection, which would stop all answers for long."""
    gc.collect()
    gc.freeze()


async def migrate(settings: Settings) -> None:
    """Migrate and leave."""
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))


def server_config(app: Any, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves; whose word is taken for an address is our own setting: see kernel/http/addresses.py."""
    return uvicorn.Config(
        app,
        http=GatheringProtocol,
        host=settings.host,
        port=settings.port,
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=32_768,
    )


async def serve(settings: Settings, *, worker: bool, seed: bool) -> None:
    """Serve until told to stop; answers under way are finished first."""
    configure("warning" if seed else settings.log_level)
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        if seed:
            from centre.seed import seed_sandbox

            print(await seed_sandbox(ready))  # noqa: T201 - for the person who started it
            configure(settings.log_level)
        async with open_runtime(ready):
            pass  # What cannot be opened is told in one line here, and not from deep within the server.
        app: Any = create_app(ready, worker=worker)
        if worker:
            starting.prepare(computes)
        if settings.otel:
            from kernel.http.tracing import traced

            app = traced(app)
        server = _Server(server_config(app, settings))
        server.listen_for_signals()
        await server.serve()


async def work(settings: Settings) -> None:
    """Run a worker until told to stop."""
    configure(settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, working(runtime):
            _keep_what_is_loaded()
            starting.prepare(computes)
            structlog.get_logger("liutong").info("working")
            await stop.wait()


async def found(settings: Settings, uscc: str, name: str, email: str) -> str:
    """Found the centre; gives the operator's key."""
    contact = Contact(name=name[:60], email=email)
    data = ApplyForAdmission(uscc=uscc, name=name, kind="institution", roles=["operator"], pledges=[], contact=contact)
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            made = await commands.found_centre(act, data, sandbox=settings.sandbox)
            return made.secret


async def renew_operator(settings: Settings) -> str:
    """Renew the operator's key; gives it."""
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            made = await credentials.renew_operator(act, sandbox=settings.sandbox)
            return made.secret


async def invite(settings: Settings, office: str, name: str) -> str:
    """Invite a watching office to take its key; gives the invitation."""
    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        async with open_runtime(ready) as runtime, runtime.act() as act:
            return await credentials.invite(act, office, name)


async def seed_only(settings: Settings) -> str:
    """Fill the sandbox and leave."""
    from centre.seed import seed_sandbox

    async with database(settings) as ready:
        await run.upgrade(str(ready.database_url))
        return await seed_sandbox(ready)
