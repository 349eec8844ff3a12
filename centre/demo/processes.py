"""The demonstration's processes: the API server, the worker and the Stripe stand-in, started, watched and stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx


class ProcessDied(RuntimeError):
    """A process ended before it was ready; the end of its log is in the message."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One child with its log file."""

    name: str
    arguments: list[str]
    environment: Mapping[str, str]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    _file: IO[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, or start it again."""
        self._close()
        self._file = self.log.open("ab")
        self.child = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, "-m", "kernel.jobs.parents", *self.arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,  # Held open as long as we live; see kernel/jobs/parents.py.
            stdout=self._file,
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        if self.child is not None:
            self.child.kill()
            self.child.wait()

    def stop(self, seconds: float = 25) -> None:
        """Ask it to stop and wait; kill it when it does not."""
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._close()

    def alive(self) -> bool:
        """Whether it runs."""
        return self.child is not None and self.child.poll() is None

    def wait_ready(self, url: str, seconds: float = 120) -> None:
        """Wait until its URL answers; raises ProcessDied."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.alive():
                raise ProcessDied(f"{self.name} ended early:\n{self.tail()}")
            try:
                if httpx.get(url, timeout=2).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise ProcessDied(f"{self.name} was not ready after {seconds} s:\n{self.tail()}")

    def tail(self, size: int = 3000) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-size:] if self.log.exists() else ""

    def _close(self) -> None:
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()
        if self._file is not None:
            self._file.close()
            self._file = None


def api(environment: Mapping[str, str], port: int, folder: Path) -> Process:
    """The API server, without a worker inside."""
    arguments = ["centre", "serve", "--no-worker", "--port", str(port)]
    return Process("api", arguments, environment, folder / "api.log")


def worker(environment: Mapping[str, str], folder: Path) -> Process:
    """A worker of its own."""
    return Process("worker", ["centre", "worker"], environment, folder / "worker.log")
