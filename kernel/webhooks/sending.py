"""One attempt to hand a message to a receiver: resolved, checked, posted to the checked address, bounded in time.

The connection goes to the very address that was checked, so a name cannot lead elsewhere between check and use; the
certificate is still verified for the name. Redirects are not followed, and of the answer's body no more is read than
the caller says: of a webhook's nothing.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx
from standardwebhooks import Webhook

from kernel.crypto.tls import trusted
from kernel.time.clock import Clock
from kernel.webhooks.rules import Address, address_allowed

Resolve = Callable[[str, int], Awaitable[list[Address]]]

ADDRESSES_TRIED: Final = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt: the receiver's status, or why there was none."""

    status: int | None
    failure: str | None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def received(self) -> bool:
        """Any 2xx means that the receiver has the message."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """The receiver wants no more (410 in Standard Webhooks)."""
        return self.status == 410


class _Refused(Exception):
    """The attempt ended before the receiver answered."""


async def resolve(host: str, port: int) -> list[Address]:
    """The addresses of a name, IPv4 first; raises OSError."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = {ipaddress.ip_address(str(where[0])) for *_, where in answers}
    return sorted(addresses, key=lambda address: (address.version, int(address)))


def signed(entry_id: str, body: bytes, secrets: Sequence[str], clock: Clock) -> dict[str, str]:
    """The headers of a message; `clock` tells real time, since receivers refuse what is minutes away from theirs."""
    now = clock.now()
    signatures = [Webhook(secret).sign(entry_id, now, body.decode("utf-8")) for secret in secrets]
    return {
        "content-type": "application/json",
        "user-agent": "Liutong-Webhooks/1",
        "webhook-id": entry_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


@dataclass(frozen=True, slots=True)
class Sender:
    """How messages leave: the sandbox may reach this machine, production reaches public addresses by https only."""

    sandbox: bool
    timeout_seconds: float
    resolve: Resolve = resolve
    tls: ssl.SSLContext | None = None

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        """Make one attempt; never raises for what a receiver or its network does."""
        return await self.ask("POST", url, body, headers, read_bytes_max=0)

    async def ask(
        self, method: str, url: str, body: bytes | None, headers: dict[str, str], *, read_bytes_max: int
    ) -> Outcome:
        """Make one request and read so much of the answer at most; never raises for what the other side does."""
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._ask(
                    httpx.Request(method, httpx.URL(url), headers=headers, content=body), read_bytes_max
                )
        except (TimeoutError, httpx.TimeoutException):
            return Outcome(None, "timed-out")
        except _Refused as refusal:
            return Outcome(None, str(refusal))
        except httpx.ConnectError as problem:
            broken = isinstance(problem.__cause__, ssl.SSLError) or "SSL" in str(problem)
            return Outcome(None, "tls-failed" if broken else "connection-failed")
        except httpx.HTTPError:
            return Outcome(None, "connection-failed")

    async def _ask(self, request: httpx.Request, read_bytes_max: int) -> Outcome:
        url = request.url
        if url.scheme != "https" and not self.sandbox:
            raise _Refused("address-refused")
        addresses = await self._checked(url)
        async with httpx.AsyncClient(
            verify=self.tls or trusted(), trust_env=False, follow_redirects=False, timeout=self.timeout_seconds
        ) as client:
            for address in addresses[:-1]:
                try:
                    return await self._attempt(client, request, address, read_bytes_max)
                except httpx.ConnectError:
                    continue
            return await self._attempt(client, request, addresses[-1], read_bytes_max)

    async def _checked(self, url: httpx.URL) -> list[Address]:
        """Where the name leads now; refused when any of it is not public, since which one is used is chance."""
        host = url.raw_host.decode("ascii")
        try:
            addresses = await self.resolve(host, url.port or (443 if url.scheme == "https" else 80))
        except (OSError, UnicodeError):
            raise _Refused("name-not-found") from None
        if not addresses:
            raise _Refused("name-not-found")
        if not all(address_allowed(address, sandbox=self.sandbox) for address in addresses):
            raise _Refused("address-refused")
        return addresses[:ADDRESSES_TRIED]

    async def _attempt(
        self, client: httpx.AsyncClient, request: httpx.Request, address: Address, read_bytes_max: int
    ) -> Outcome:
        url = request.url
        async with client.stream(
            request.method,
            url.copy_with(host=str(address)),
            content=request.content,
            headers={**request.headers, "host": url.netloc.decode("ascii"), "accept-encoding": "identity"},
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        ) as answer:
            read = await _read(answer, read_bytes_max) if read_bytes_max else b""
            return Outcome(answer.status_code, None, read, answer.headers)


async def _read(answer: httpx.Response, bytes_max: int) -> bytes:
    """The beginning of a body as it was sent; what says more than is read is read as nothing.

    It is not unpacked, since what is packed can be a thousand times as much, and packed again a thousand times that.
    """
    parts, size = [], 0
    async for part in answer.aiter_raw():
        size += len(part)
        if size > bytes_max:
            return b""
        parts.append(part)
    return b"".join(parts)
