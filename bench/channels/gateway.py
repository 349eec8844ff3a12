"""Calls through the gateway, metered, against two proxies of the same upstream that meter nothing: in turn, in one run.

The relay copies bytes and is the limit of any Python process. The proxy is the peer: it speaks HTTP on both sides, by
the same server and client as the gateway (uvicorn, uvloop, aiohttp), with a pool of connections, and passes on as it
comes. Whoever calls, the upstream and PostgreSQL share the machine with what is measured.
"""

import asyncio
import json
import socket
import sys
import time
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import uvicorn
import uvloop
from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from yarl import URL

from bench import report
from bench.market.load import burst, request
from centre.demo.context import Context
from centre.demo.run import Stage

CONNECTIONS = 16
ROUNDS = 5
SECONDS = 3.0
ALONE = 300
BODY_BYTES = 1024
P95_MS = 5.0
OF_PROXY = 0.4
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "bench", "version": "1"},
    "paths": {"/answer": {"get": {"responses": {"200": {"description": "ok"}}}}},
}


async def run(set_up: Stage, context: Context) -> None:
    """The ratio of rates, and what the gateway adds to a call at a time."""
    upstream = await _child("upstream", 0)
    relay, proxy = await _child("relay", upstream[1]), await _child("proxy", upstream[1])
    try:
        path, headers = await asyncio.to_thread(_opened, context, upstream[1])
        port = urlsplit(set_up.centre.operator.base_url).port
        assert port is not None
        ours, bare = request("GET", path, None, more=headers), request("GET", "/answer", None)
        ways = (("relay", relay[1], bare), ("proxy", proxy[1], bare), ("gateway", port, ours))
        rates: dict[str, list[float]] = {name: [] for name, _, _ in ways}
        for _ in range(ROUNDS):
            for name, at, sent in ways:
                load = await burst(at, lambda sent=sent: sent, connections=CONNECTIONS, seconds=SECONDS)  # type: ignore[misc]
                if load.failed:
                    raise RuntimeError(f"{load.failed} of {load.answered} calls failed at the {name}")
                rates[name].append(load.rate)
        title = "gateway: metered calls"
        report.ratio(title, "bare HTTP proxy (uvicorn, aiohttp)", rates["proxy"], rates["gateway"], OF_PROXY)
        of_relay = [ours / relay for ours, relay in zip(rates["gateway"], rates["relay"], strict=True)]
        print(f"  beside: asyncio relay of bytes: {median(rates['relay']):,.0f}/s; ratio {median(of_relay):.2f}")
        times = {name: [] for name in rates}  # type: dict[str, list[float]]
        for _ in range(ALONE):
            for name, at, sent in ways:
                times[name].append(await _once(at, sent))
        added = report.quantile(times["gateway"], 0.95) - report.quantile(times["relay"], 0.95)
        verdict = "reached" if added <= P95_MS else "NOT reached"
        print(
            f"  a call at a time: p95 {report.quantile(times['gateway'], 0.95):.1f} ms, {added:.1f} ms over the relay"
        )
        print(f"  aim ≤ {P95_MS:.0f} ms: {verdict}")
    finally:
        for process, _ in (upstream, relay, proxy):
            process.kill()
            await process.wait()


def _opened(context: Context, port: int) -> tuple[str, str]:
    """The path of an operation under what the buyer has bought, and the header with its key."""
    provider, buyer = context.people.provider, context.people.buyer
    body = {"base_url": f"http://127.0.0.1:{port}", "document": json.dumps(DOCUMENT)}
    provider.post(f"/v1/assets/{context.results['asset_id']}/api-interfaces", body)
    order = context.results["order_id"]
    key = buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "bench"})
    return f"/gateway/{key['key']['agreement_id']}/answer", f"liutong-key: {key['secret']}\r\n"


async def _once(port: int, sent: bytes) -> float:
    """Milliseconds of one call on a connection that is open already."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken = 0.0
    for _ in range(2):
        began = time.perf_counter()
        writer.write(sent)
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().index(b"content-length:") + 15
        await reader.readexactly(int(head[at:].split(b"\r\n", 1)[0]))
        taken = (time.perf_counter() - began) * 1000
    writer.close()
    return taken


async def _child(name: str, port: int) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.channels.gateway", name, str(port), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


async def _serve(name: str, upstream: int) -> None:
    if name == "proxy":
        await _proxy(upstream)
        return
    answer = _upstream if name == "upstream" else lambda reader, writer: _relay(reader, writer, upstream)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _upstream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request at once."""
    told = f"HTTP/1.1 200 OK\r\nContent-Length: {BODY_BYTES}\r\n\r\n".encode() + b"x" * BODY_BYTES
    try:
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(told)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int) -> None:
    """Pass heads on and answers back, on one connection each; it reads no more of them than their length."""
    from_upstream, to_upstream = await asyncio.open_connection("127.0.0.1", upstream)
    try:
        while True:
            to_upstream.write(await reader.readuntil(b"\r\n\r\n"))
            head = await from_upstream.readuntil(b"\r\n\r\n")
            at = head.lower().index(b"content-length:") + 15
            writer.write(head + await from_upstream.readexactly(int(head[at:].split(b"\r\n", 1)[0])))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
        to_upstream.close()


async def _proxy(upstream: int) -> None:
    """A bare HTTP proxy: heads are parsed on both sides, connections are pooled, bodies pass as they come."""
    session = ClientSession(
        connector=TCPConnector(limit=64), auto_decompress=False, trust_env=False, cookie_jar=DummyCookieJar()
    )

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        url = URL(f"http://127.0.0.1:{upstream}{scope['raw_path'].decode()}", encoded=True)
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        async with session.request(scope["method"], url, headers=headers, allow_redirects=False) as answer:
            told = [(name.lower(), value) for name, value in answer.raw_headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": told})
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, server_header=False)
    print(listening.getsockname()[1], flush=True)
    await uvicorn.Server(config).serve([listening])
    await session.close()


if __name__ == "__main__":
    run_in_loop = uvloop.run if sys.argv[1] == "proxy" else asyncio.run
    run_in_loop(_serve(sys.argv[1], int(sys.argv[2])))
