"""A product that is called: its provider's own service on this machine, its document, and a buyer with a key."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import msgspec
import uvicorn

from channels.gateway.calls import upstream
from contracts.terms.prices import Flat, Meter, Metered, Plan
from kernel import ids
from kernel.money import Money
from tests.conftest import NOW, Drain
from tests.market.agreed import opened, signed, terms_of
from tests.market.trade import Trade

PATHS: dict[str, Any] = {
    "/companies/{code}": {
        "get": {
            "operationId": "getCompany",
            "parameters": [
                {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": "year", "in": "query", "schema": {"type": "integer"}},
            ],
            "responses": {
                "200": {
                    "description": "企业",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Company"}}},
                }
            },
        }
    },
    "/companies": {
        "post": {
            "operationId": "findCompanies",
            "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {"200": {"description": "ok"}},
        }
    },
    "/events": {
        "get": {"responses": {"200": {"description": "events", "content": {"text/event-stream": {}}}}},
    },
    **{
        f"/{name}": {"get": {"responses": {"200": {"description": name}}}}
        for name in (
            "short",
            "endless",
            "large",
            "inward",
            "moved",
            "slow",
            "fault",
            "missing",
            "more",
            "drip",
            "die",
            "odd",
        )
    },
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "企业信息", "version": "1"},
    "servers": [{"url": "https://upstream.example.cn"}],
    "paths": PATHS,
    "components": {
        "schemas": {"Company": {"type": "object", "properties": {"name": {"type": "string"}}}},
        "securitySchemes": {"own": {"type": "http", "scheme": "bearer"}},
    },
    "security": [{"own": []}],
}
TODAY = NOW.date()
SECRET = "Bearer upstream-secret-1"


@dataclass
class Seen:
    """A request as the upstream has received it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of a name."""
        return next((value for key, value in self.headers if key.lower() == name), None)


Handler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Service:
    """The provider's service: a real server that does at each path what its name says."""

    port: int = 0
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    release: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v2"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                line, *lines = head.decode().split("\r\n")[:-2]
                method, target, _ = line.split(" ")
                headers = [(each.partition(": ")[0], each.partition(": ")[2]) for each in lines]
                length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
                seen = Seen(method, target, headers, await reader.readexactly(length))
                self.seen.append(seen)
                await self._answer(seen, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        name = seen.target.removeprefix("/v2/").partition("?")[0].partition("/")[0]
        handler = getattr(self, f"_{name}", self._companies)
        await handler(seen, writer)
        await writer.drain()

    async def _companies(self, seen: Seen, writer: asyncio.StreamWriter) -> None:
        told = {"name": "流通", "method": seen.method, "target": seen.target, "body": seen.body.decode()}
        answer(writer, json.dumps(told).encode(), "Set-Cookie: a=b", "Server: hidden", "X-Kept: 1", "RateLimit: x")

    async def _short(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 40)
        await writer.drain()
        writer.close()

    async def _die(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def _more(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        answer(writer, b"ok")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen")

    async def _endless(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        block = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        while not writer.is_closing():
            writer.write(block)
            await writer.drain()

    async def _large(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n")

    async def _inward(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        answer(writer, b"", "Location: http://169.254.169.254/latest", status="301 Moved")

    async def _moved(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        answer(writer, b"", f"Location: {self.url}/companies/1?a=b", status="302 Found")

    async def _slow(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        await self.release.wait()
        answer(writer, b"at last")

    async def _fault(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        answer(writer, b"broken", status="500 Internal")

    async def _missing(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        answer(writer, b"no such", status="404 Not Found")

    async def _odd(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/\xff\xfe\r\n\r\nok")

    async def _drip(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def _events(self, _: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        writer.write(b"9\r\ndata: 1\n\n\r\n")
        await writer.drain()
        await self.release.wait()
        writer.write(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")


def answer(writer: asyncio.StreamWriter, body: bytes, *headers: str, status: str = "200 OK") -> None:
    """Write an honest answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    writer.write("\r\n".join(lines).encode() + body)


@asynccontextmanager
async def service() -> AsyncIterator[Service]:
    """The provider's service on a port of its own."""
    made = Service()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.release.set()
        server.close()


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The application on a real port, so that connections are cut as they are."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="critical", ws="none"))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@dataclass
class Caller:
    """A buyer's program, with a channel key."""

    trade: Trade
    service: Service
    agreement: str
    order: str
    key: str
    key_id: str
    subscription: dict[str, Any] | None = None
    base: str = ""

    async def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call an operation of the interface."""
        headers = {"liutong-key": self.key, "accept-language": "en", **more.pop("headers", {})}
        url = f"{self.base}/gateway/{self.agreement}{path}"
        return await self.trade.buyer.http.request(method, url, headers=headers, **more)

    async def read(self, path: str, each: Callable[[bytes], Any]) -> None:
        """Read an answer part by part, as it arrives."""
        url, headers = f"{self.base}/gateway/{self.agreement}{path}", {"liutong-key": self.key}
        async with self.trade.buyer.http.stream("GET", url, headers=headers) as told:
            async for part in told.aiter_raw():
                if isinstance(waiting := each(part), Awaitable):
                    await waiting

    async def calls(self) -> list[dict[str, Any]]:
        """The calls as the provider reads them, oldest first."""
        told = await self.trade.provider.get(f"/v1/agreements/{self.agreement}/gateway-calls?limit=100")
        return list(reversed(told.json()["items"]))

    async def meters(self) -> tuple[int, int]:
        """The agreement's uses: counted, and reserved."""
        told = (await self.trade.buyer.get(f"/v1/agreements/{self.agreement}/policy")).json()["meters"]
        return told["calls"], told["calls_reserved"]


async def register(trade: Trade, base_url: str, document: Any = None, **more: Any) -> httpx.Response:
    """The provider registers a version of the interface."""
    asset = await trade.runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    body = {
        "base_url": base_url,
        "document": document if isinstance(document, str) else json.dumps(document or DOCUMENT),
        "credential": {"header": "Authorization", "value": SECRET},
        "tests_per_day": 3,
        **more,
    }
    return await trade.provider.post(f"/v1/assets/{asset}/api-interfaces", body)


CALLS = Metered(name="calls", meter=Meter.CALL, tariff=Flat(unit_price="0.50"))


async def begin(
    trade: Trade, provided: Service, drain: Drain, *, price: Plan | None = None, calls_max: int | None = None
) -> Caller:
    """An agreement in force on a registered interface, and a key of the buyer's under it."""
    made = await register(trade, provided.url)
    assert made.status_code == 201, made.text
    terms = await terms_of(trade, price=Money(1, "CNY") if price is not None else None)
    if price is not None:
        terms = msgspec.structs.replace(terms, price=price)
    if calls_max is not None:
        permitted = tuple(msgspec.structs.replace(one, calls_max=calls_max) for one in terms.policy.permissions)
        terms = msgspec.structs.replace(terms, policy=msgspec.structs.replace(terms.policy, permissions=permitted))
    order = await opened(trade, terms, ids.new("neg"))
    agreement = await signed(trade, order)
    assert agreement["status"] == "in_force", agreement
    if order.amount_minor:
        await trade.pay(order.id)
    await drain()
    key = await trade.buyer.post(f"/v1/orders/{order.id}/channel-keys", {"recipient": "风控系统"})
    assert key.status_code == 201, key.text
    listed = (await trade.buyer.get("/v1/subscriptions")).json()["items"]
    found = next((dict(one) for one in listed if one["agreement_id"] == agreement["id"]), None)
    told = key.json()
    return Caller(trade, provided, agreement["id"], order.id, told["secret"], told["key"]["id"], found)


@asynccontextmanager
async def served(caller: Caller) -> AsyncIterator[Caller]:
    """The same caller over real connections."""
    app = caller.trade.buyer.http._transport.app  # type: ignore[attr-defined]
    async with listening(app) as base, httpx.AsyncClient(timeout=30) as http:
        trade = replace(caller.trade, buyer=replace(caller.trade.buyer, http=http))
        yield replace(caller, trade=trade, base=base)


async def close(runtime: Any) -> None:
    """Close what calls have opened."""
    await upstream.close(runtime)
