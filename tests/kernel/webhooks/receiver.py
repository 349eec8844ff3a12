"""A real HTTP receiver on this machine: it keeps what it gets and answers as the test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import h11


@dataclass
class Received:
    """One request as it arrived."""

    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers are taken from the front of `script`; when it is empty, 200."""

    port: int = 0
    script: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    delay: float = 0
    body: bytes = b""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/hook", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection, body, request = h11.Connection(h11.SERVER), b"", None
        try:
            while True:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    data = await reader.read(65536)
                    if not data:
                        return
                    connection.receive_data(data)
                elif isinstance(event, h11.Request):
                    request = event
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
                else:
                    break
            assert request is not None
            headers = {name.decode(): value.decode() for name, value in request.headers}
            self.received.append(Received(request.target.decode(), headers, body))
            self.arrived.set()
            await asyncio.sleep(self.delay)
            status = self.script.pop(0) if self.script else 200
            head = [("content-length", str(len(self.body))), ("connection", "close"), *self.headers]
            writer.write(connection.send(h11.Response(status_code=status, headers=head)) or b"")
            if self.body:
                writer.write(connection.send(h11.Data(data=self.body)) or b"")
            await writer.drain()
        except (ConnectionError, h11.RemoteProtocolError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(ssl=None) -> AsyncIterator[Receiver]:
    """Listen on a free port of the loopback address."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, ssl=ssl)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
