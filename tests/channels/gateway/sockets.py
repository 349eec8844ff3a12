"""A server in a process of its own, an upstream that counts, and callers on connections that stay open."""

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from kernel.settings import Settings
from tests.channels.gateway.story import Caller
from tests.patience import PATIENCE_SECONDS

CONNECTIONS = 16


@dataclass
class CountingUpstream:
    """Answers each request at once and counts it; every fiftieth company's first request fails."""

    port: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    failed: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v2"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                name = head.split(b" ", 2)[1].rpartition(b"/")[2].decode()
                if name.endswith("49") and name not in self.failed:
                    self.failed.add(name)
                    writer.write(b"HTTP/1.1 500 Internal\r\nContent-Length: 6\r\n\r\nbroken")
                else:
                    self.answered[name] += 1
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@asynccontextmanager
async def counting() -> AsyncIterator[CountingUpstream]:
    """The upstream on a port of its own."""
    made = CountingUpstream()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()


@dataclass
class Server:
    """`liutong serve` on the test's database and folder."""

    settings: Settings
    port: int
    process: asyncio.subprocess.Process | None = None
    silence: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and wait until it serves."""
        ours = {
            "LIUTONG_DATABASE_URL": str(self.settings.database_url),
            "LIUTONG_DATA_DIR": str(self.settings.data_dir),
            "LIUTONG_PUBLIC_URL": self.settings.public_url,
            "LIUTONG_LINK_SECRETS": str(self.settings.link_secrets),
            "LIUTONG_RATE_PER_MINUTE": "100000000",
            "LIUTONG_POOL_SIZE": "16",
            "LIUTONG_LOG_LEVEL": "info",
        }
        clean = {name: value for name, value in os.environ.items() if not name.startswith("LIUTONG_")}
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from centre.cli import main; main()", "serve", "--no-worker"),
            *("--port", str(self.port)),
            env={**clean, **ours},
            stderr=asyncio.subprocess.PIPE,
            limit=2**20,
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            lines = []
            while b'"serving"' not in (lines[-1:] or [b""])[0]:
                lines.append(await self._line(lines))
        # Nobody reads its log any further, and it must not wait for that.
        self.silence = asyncio.create_task(self._drop())

    async def _line(self, before: list[bytes]) -> bytes:
        line = await self._log.readline()
        assert line, b"".join(before).decode()
        return line

    async def _drop(self) -> None:
        while await self._log.read(2**16):
            pass

    @property
    def _log(self) -> asyncio.StreamReader:
        assert self.process is not None
        assert self.process.stderr is not None
        return self.process.stderr

    async def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Server]:
    """The server, until the end of the test."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = Server(settings, port)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


@dataclass(frozen=True)
class Told:
    """An answer that arrived whole: for which name, and what it was."""

    name: str
    status: int
    is_repeated: bool
    body: bytes


async def ask(port: int, caller: Caller, names: Iterator[str], answers: list[Told]) -> None:
    """Call for one name after the other on one connection, until there is none left or the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for name in names:
            writer.write(
                f"GET /gateway/{caller.agreement}/companies/{name} HTTP/1.1\r\nHost: test\r\n"
                f"Liutong-Key: {caller.key}\r\nIdempotency-Key: {name}\r\n\r\n".encode()
            )
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            at = head.index(b"content-length:") + 15
            body = await reader.readexactly(int(head[at:].split(b"\r\n", 1)[0]))
            answers.append(Told(name, int(head[9:12]), b"liutong-repeated" in head, body))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def counts(pool: Any) -> dict[str, int]:
    """How many calls are in which state."""
    rows = await pool.fetch("SELECT state, count(*) AS n FROM gateway_call GROUP BY state")
    return {row["state"]: row["n"] for row in rows}
