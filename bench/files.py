"""How fast files leave: the file route, plain and encrypted, against asyncio's own sendfile of the same bytes.

Each serves from a process of its own on one core's worth of work; a small request is sent again and again meanwhile.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import uvicorn
from litestar import Litestar, Response, get
from litestar.params import FromPath

from bench import report
from kernel.settings import Settings
from kernel.storage.download import Conditions, Download, range_response
from kernel.storage.store import Storage

FILE_BYTES: Final = 128 * 1024 * 1024
ROUNDS: Final = 7
PLAIN_OF_SENDFILE: Final = 0.9
ENCRYPTED_OF_SENDFILE: Final = 0.75
PING_MS_MAX: Final = 10.0
_SERVERS: Final = ("sendfile", "route")


def run() -> None:
    """The two ratios and the small request beside them."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measured(Path(folder)))


async def _measured(folder: Path) -> None:
    storage = Storage.open(Settings(data_dir=folder))
    for key in ("files/a", "log/a"):
        await storage.put_stream(key, _content(), FILE_BYTES)
    children = [await _child(folder, name) for name in _SERVERS]
    try:
        bare, ours = children[0][1], children[1][1]
        ways = {"bare": (bare, "/"), "plain": (ours, "/log"), "encrypted": (ours, "/files")}
        rates: dict[str, list[float]] = {way: [] for way in ways}
        pings: list[float] = []
        for _ in range(ROUNDS):
            for way, (port, path) in ways.items():
                taken, beside = await _fetched(port, path, ours)
                rates[way].append(FILE_BYTES / taken / 1e6)
                pings += beside if way != "bare" else []
    finally:
        for process, _ in children:
            process.kill()
            await process.wait()
    limit = f"asyncio sendfile of {FILE_BYTES // 1024**2} MiB, in MB"
    report.ratio("files: route, plain", limit, rates["bare"], rates["plain"], PLAIN_OF_SENDFILE)
    report.ratio("files: route, encrypted", limit, rates["bare"], rates["encrypted"], ENCRYPTED_OF_SENDFILE)
    p95 = sorted(pings)[int(len(pings) * 0.95)] * 1000
    verdict = "reached" if p95 <= PING_MS_MAX else "NOT reached"
    print(f"  small requests meanwhile: p95 {p95:.1f} ms; aim ≤ {PING_MS_MAX:.0f} ms: {verdict}")


async def _content() -> AsyncIterator[bytes]:
    block = bytes(range(256)) * 4096
    for _ in range(FILE_BYTES // len(block)):
        yield block


async def _child(folder: Path, name: str) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.files", name, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


async def _fetched(port: int, path: str, ping_port: int) -> tuple[float, list[float]]:
    """Fetch the file once; gives its seconds, and those of each small request meanwhile."""
    beside: list[float] = []
    pinging = asyncio.create_task(_ping(ping_port, beside))
    began = time.perf_counter()
    arrived = await _get(port, path)
    taken = time.perf_counter() - began
    pinging.cancel()
    assert arrived >= FILE_BYTES
    return taken, beside


async def _ping(port: int, beside: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await _get(port, "/ping")
        beside.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)


async def _get(port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4 * 1024 * 1024)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    arrived = 0
    while data := await reader.read(1024 * 1024):
        arrived += len(data)
    writer.close()
    return arrived


async def _serve_bare(folder: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {FILE_BYTES}\r\n\r\n".encode())
        await writer.drain()
        with (folder / "storage/log/a").open("rb") as file:
            await asyncio.get_running_loop().sendfile(writer.transport, file)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _serve_route(folder: Path) -> None:
    storage = Storage.open(Settings(data_dir=folder))

    @get("/{area:str}")
    async def fetch(area: FromPath[str]) -> Response[Any]:
        return await range_response(storage, Download(f"{area}/a", FILE_BYTES, "0" * 64, "a"), Conditions())

    @get("/ping")
    async def ping() -> str:
        return "pong"

    app = Litestar([fetch, ping], openapi_config=None)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run({"sendfile": _serve_bare, "route": _serve_route}[sys.argv[1]](Path(sys.argv[2])))
