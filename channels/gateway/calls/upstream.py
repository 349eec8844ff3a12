"""Asking an upstream: at public addresses only, whatever its name leads to, and never further than its first answer.

The address is checked three times: as it is written, as its name is resolved, and as it is connected to. aiohttp asks
no resolver for an address that is written as a number, so each of them is needed.
"""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerTimeoutError,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from channels.gateway.rules import GatewayRules, HeaderPair
from kernel.crypto.tls import trusted
from kernel.runtime import Runtime
from kernel.text import Text
from kernel.webhooks.rules import Address, address_allowed, url_fault
from kernel.webhooks.sending import resolve

CONNECTIONS_MAX: Final = 256
CONNECTIONS_EACH_MAX: Final = 64
ADDRESSES_MAX: Final = 4_096
"""Addresses of which it is remembered whether they are public, which hangs on nothing else."""
_EXTRAS: Final = "channels.gateway.upstreams"
_AUTOMATIC: Final = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
_REPEATED: Final = ("GET", "HEAD")
"""What is sent once more where a connection that was kept had been closed before a byte of an answer."""


class AddressRefused(OSError):
    """The upstream leads to an address that is not public."""


class UpstreamUnreached(Exception):
    """The upstream gave no answer: `code` says why, and `timed_out` that it took too long."""

    def __init__(self, code: str, *, timed_out: bool = False) -> None:
        super().__init__(code)
        self.code, self.timed_out = code, timed_out


class _PublicResolver(AbstractResolver):
    """Gives the addresses of a name if all of them are allowed, since which one is used is chance."""

    def __init__(self, *, sandbox: bool) -> None:
        self._sandbox = sandbox

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Look a name up, in whichever family it has addresses; raises AddressRefused and OSError."""
        del family
        addresses = await resolve(host, port)
        if not addresses or not all(address_allowed(each, sandbox=self._sandbox) for each in addresses):
            raise AddressRefused(f"{host} leads to an address that is not public")
        return [_result(host, port, address) for address in addresses]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, port: int, address: Address) -> ResolveResult:
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=str(address), port=port, family=family, proto=0, flags=flags)


class _Connector(TCPConnector):
    """Hands out no connection to an address that is not allowed, and none on which unasked bytes have arrived."""

    def __init__(self, *, sandbox: bool, **more: Any) -> None:
        super().__init__(resolver=_PublicResolver(sandbox=sandbox), **more)
        self._sandbox = sandbox

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:  # noqa: ASYNC109 - aiohttp's own signature
        """Connect, or take a connection that was kept; raises AddressRefused before anything is sent."""
        while True:
            connection = await super().connect(req, traces, timeout)
            if connection.protocol is not None and connection.protocol.should_close:
                connection.close()
                continue
            peer = connection.transport.get_extra_info("peername") if connection.transport is not None else None
            if peer is None or not _allowed(str(peer[0]).partition("%")[0], sandbox=self._sandbox):
                connection.close()
                raise AddressRefused("the connection leads to an address that is not public")
            return connection


@lru_cache(ADDRESSES_MAX)
def _allowed(host: str, *, sandbox: bool) -> bool:
    return address_allowed(ipaddress.ip_address(host), sandbox=sandbox)


def base_fault(text: str, *, sandbox: bool) -> Text | None:
    """What is wrong with an upstream's address as it is written, by the rule of webhooks and by who will connect."""
    if (fault := url_fault(text, sandbox=sandbox)) is not None:
        return fault
    try:
        url = URL(text)
        literal = _literal(url)
    except ValueError:
        return Text("网址无法解析", "This is not a URL")
    if url.query_string or url.fragment or not url.host or "%" in text or ".." in text:
        return Text("网址不得含查询、片段或转义", "Give an address without query, fragment and escapes")
    if literal is not None and not address_allowed(literal, sandbox=sandbox):
        return Text("该地址不在公网上", "This is not a public address")
    return None


def _literal(url: URL) -> Address | None:
    """The address of a URL that names it as a number; None for a name."""
    try:
        return ipaddress.ip_address(url.host or "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """What is asked of an upstream: `target` is the raw path and query below its base address."""

    method: str
    base_url: str
    target: bytes
    headers: Sequence[HeaderPair]
    body: bytes
    streams: bool


class Upstreams:
    """The connections of a process to upstreams; those of all agreements are kept together, cookies nowhere."""

    def __init__(self, rules: GatewayRules, *, sandbox: bool) -> None:
        self._sandbox = sandbox
        self._connector = _Connector(
            sandbox=sandbox,
            ssl=trusted(),
            limit=CONNECTIONS_MAX,
            limit_per_host=CONNECTIONS_EACH_MAX,
            ttl_dns_cache=10,
        )
        self._repeating, self._once = self._session(rules), self._session(rules)
        # aiohttp repeats whatever is idempotent by its method; what providers do with a PUT is not known here.
        self._once._retry_connection = False  # noqa: SLF001 - it can be said in no other way

    def _session(self, rules: GatewayRules) -> ClientSession:
        return ClientSession(
            connector=self._connector,
            connector_owner=False,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=DummyCookieJar(),
            skip_auto_headers=_AUTOMATIC,
            max_line_size=rules.header_bytes_max,
            max_field_size=rules.header_bytes_max,
        )

    async def ask(self, wanted: UpstreamRequest, rules: GatewayRules) -> ClientResponse:
        """Send a request and give the answer's head; its body is still to be read. Raises UpstreamUnreached."""
        url = URL(wanted.base_url.rstrip("/") + wanted.target.decode("ascii"), encoded=True)
        literal = _literal(url)
        if literal is not None and not address_allowed(literal, sandbox=self._sandbox):
            raise UpstreamUnreached("address-refused")
        session = self._repeating if wanted.method in _REPEATED else self._once
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in wanted.headers]
        timeout = ClientTimeout(
            total=rules.seconds(streams=wanted.streams),
            connect=rules.connect_seconds,
            sock_read=rules.stream_idle_seconds if wanted.streams else rules.first_byte_seconds,
        )
        try:
            return await session.request(
                wanted.method,
                url,
                headers=headers,
                data=wanted.body or None,
                allow_redirects=False,
                timeout=timeout,
            )
        except (TimeoutError, ServerTimeoutError):
            raise UpstreamUnreached("timed-out", timed_out=True) from None
        except ClientConnectorDNSError as problem:
            refused = isinstance(problem.os_error, AddressRefused)
            raise UpstreamUnreached("address-refused" if refused else "name-not-found") from None
        except AddressRefused:
            raise UpstreamUnreached("address-refused") from None
        except ClientConnectorError:
            raise UpstreamUnreached("connection-failed") from None
        except (ClientError, OSError, ValueError):
            raise UpstreamUnreached("answer-unreadable") from None

    async def close(self) -> None:
        """Close every connection."""
        await self._repeating.close()
        await self._once.close()
        await self._connector.close()


def upstreams(runtime: Runtime, rules: GatewayRules) -> Upstreams:
    """The connections of this process, opened when they are first needed."""
    made: Upstreams | None = runtime.extras.get(_EXTRAS)
    if made is None:
        made = runtime.extras[_EXTRAS] = Upstreams(rules, sandbox=runtime.settings.sandbox)
    return made


async def close(runtime: Runtime) -> None:
    """Close them at the end of the process."""
    made: Upstreams | None = runtime.extras.pop(_EXTRAS, None)
    if made is not None:
        await made.close()
