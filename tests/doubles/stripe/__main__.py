"""Runs the double from the command line: `python -m tests.doubles.stripe --port 0`."""

import argparse
import os

from .events import RETRY_WAITS_SECONDS
from .server import build, webhook


def main() -> None:
    """Serve until interrupted; the first line printed is the double's address."""
    parser = argparse.ArgumentParser(prog="tests.doubles.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--webhook-url", help="where events are posted")
    parser.add_argument(
        "--webhook-secret",
        default=os.environ.get("STRIPE_DOUBLE_WEBHOOK_SECRET"),
        help="signs the events; or set STRIPE_DOUBLE_WEBHOOK_SECRET",
    )
    given = parser.parse_args()
    hook = webhook(given.webhook_url, given.webhook_secret if given.webhook_url else None)
    listener, server = build(given.port, hook, RETRY_WAITS_SECONDS)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201  (its output is its interface)
    server.run([listener])


if __name__ == "__main__":
    main()
