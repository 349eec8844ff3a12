"""Runs the double on a port of its own, in a thread of the calling process."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from .api import create_app
from .events import RETRY_WAITS_SECONDS, Hook, Sender
from .world import World


@dataclass(frozen=True)
class StripeDouble:
    """Where a running double listens."""

    port: int
    url: str


def build(port: int, webhook: Hook | None, retry_waits: Sequence[float]) -> tuple[socket.socket, uvicorn.Server]:
    """Bind the port first, so that port 0 gives a number that nobody can take in between."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    world = World(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    sender = Sender(retry_waits, [webhook] if webhook else [])
    config = uvicorn.Config(create_app(world, sender), log_level="warning", ws="none", lifespan="off", access_log=False)
    return listener, uvicorn.Server(config)


@contextmanager
def serve(
    port: int = 0,
    *,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
    retry_waits: Sequence[float] = RETRY_WAITS_SECONDS,
) -> Iterator[StripeDouble]:
    """Serve a fresh double until the block ends; port 0 picks a free one."""
    listener, server = build(port, webhook(webhook_url, webhook_secret), retry_waits)
    thread = threading.Thread(target=server.run, args=([listener],), name="stripe-double", daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The Stripe double did not start")
        time.sleep(0.01)
    chosen = listener.getsockname()[1]
    try:
        yield StripeDouble(chosen, f"http://127.0.0.1:{chosen}")
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def webhook(url: str | None, secret: str | None) -> Hook | None:
    """Accept both or neither: an unsigned webhook would be refused anyway."""
    if (url is None) != (secret is None):
        raise ValueError("A webhook needs both a URL and a secret")
    return Hook(url, secret) if url is not None and secret is not None else None
