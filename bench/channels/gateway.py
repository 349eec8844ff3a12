"""Calls through the gateway, metered, against a bare asyncio relay of the same upstream: in turn, in one run."""

import asyncio
import json
import sys
import time
from urllib.parse import urlsplit

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
OF_RELAY = 0.4
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "bench", "version": "1"},
    "paths": {"/answer": {"get": {"responses": {"200": {"description": "ok"}}}}},
}


async def run(set_up: Stage, context: Context) -> None:
    """The ratio of rates, and what the gateway adds to a call at a time."""
    upstream = await _child("upstream", 0)
    relay = await _child("relay", upstream[1])
    try:
        path, headers = await asyncio.to_thread(_opened, context, upstream[1])
        port = urlsplit(set_up.centre.operator.base_url).port
        assert port is not None
        ours, bare = request("GET", path, None, more=headers), request("GET", "/answer", None)
        rates: dict[str, list[float]] = {"relay": [], "gateway": []}
        for _ in range(ROUNDS):
            for name, at, sent in (("relay", relay[1], bare), ("gateway", port, ours)):
                load = await burst(at, lambda sent=sent: sent, connections=CONNECTIONS, seconds=SECONDS)  # type: ignore[misc]
                if load.failed:
                    raise RuntimeError(f"{load.failed} of {load.answered} calls failed at the {name}")
                rates[name].append(load.rate)
        report.ratio("gateway: metered calls", "bare asyncio relay", rates["relay"], rates["gateway"], OF_RELAY)
        times = {name: [] for name in rates}  # type: dict[str, list[float]]
        for _ in range(ALONE):
            for name, at, sent in (("relay", relay[1], bare), ("gateway", port, ours)):
                times[name].append(await _once(at, sent))
        added = report.quantile(times["gateway"], 0.95) - report.quantile(times["relay"], 0.95)
        verdict = "reached" if added <= P95_MS else "NOT reached"
        print(
            f"  a call at a time: p95 {report.quantile(times['gateway'], 0.95):.1f} ms, {added:.1f} ms over the relay"
        )
        print(f"  aim ≤ {P95_MS:.0f} ms: {verdict}")
    finally:
        for process, _ in (upstream, relay):
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


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
