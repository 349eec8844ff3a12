"""An answer's head and its body leave together: one call of the system and one packet where uvicorn makes two."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GATHERED_BYTES_MAX: Final = 65_536
"""What is written in one turn of the loop waits for the turn's end up to this size; more is handed on at once."""


class GatheringTransport:
    """A transport that hands on at the end of a turn of the loop what was written to it in that turn."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._bytes = 0

    def write(self, data: bytes) -> None:
        """Keep data until the turn ends, or until there is much of it."""
        if not self._parts:
            self._loop.call_soon(self._hand_on)
        self._parts.append(data)
        self._bytes += len(data)
        if self._bytes > GATHERED_BYTES_MAX:
            self._hand_on()

    def close(self) -> None:
        """Close the connection after all that was written."""
        self._hand_on()
        self._transport.close()

    def _hand_on(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._bytes = 0
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's own."""
        return getattr(self._transport, name)


class GatheringProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP over a gathering transport."""

    def connection_made(self, transport: Any) -> None:
        """Take a connection."""
        super().connection_made(GatheringTransport(transport, self.loop))  # type: ignore[arg-type]
