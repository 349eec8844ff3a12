"""A load over HTTP from one asyncio process: raw protocol, keep-alive, requests built beforehand, answers counted."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What a burst came to."""

    answered: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


class _Line(asyncio.Protocol):
    """One connection: it sends the next request when an answer is complete."""

    def __init__(self, make: Callable[[], bytes], until: float, done: asyncio.Future[None]) -> None:
        self.make, self.until, self.done = make, until, done
        self.answered = self.failed = 0
        self.buffer = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.make())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        at = head.lower().index(b"content-length:") + 15
        length = int(head[at:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        self.buffer = body[length:]
        self.answered += 1
        self.failed += head[9:10] != b"2"
        assert self.transport is not None
        if time.monotonic() < self.until:
            self.transport.write(self.make())
        else:
            self.transport.close()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def burst(port: int, make: Callable[[], bytes], *, connections: int, seconds: float) -> Load:
    """Send as fast as answers come on a number of connections, for a time."""
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    lines = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        _, line = await loop.create_connection(lambda d=done: _Line(make, began + seconds, d), "127.0.0.1", port)  # type: ignore[misc]
        lines.append((line, done))
    await asyncio.gather(*(done for _, done in lines))
    took = time.monotonic() - began
    return Load(sum(line.answered for line, _ in lines), sum(line.failed for line, _ in lines), took)


def request(method: str, path: str, key: str | None, body: bytes = b"", more: str = "") -> bytes:
    """A request's bytes."""
    head = f"{method} {path} HTTP/1.1\r\nhost: bench\r\n"
    if key:
        head += f"authorization: Bearer {key}\r\n"
    if body:
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}{more}\r\n".encode() + body
