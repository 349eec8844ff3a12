"""How the demonstration's people call the API: each with a key, and again when an answer is lost."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from kernel import ids

PATIENCE_SECONDS: Final = 60.0
LOST: Final = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError, httpx.ReadTimeout)


class Refused(RuntimeError):
    """The centre answered with a problem document."""

    def __init__(self, method: str, path: str, answer: httpx.Response) -> None:
        self.answer = answer
        self.problem: dict[str, Any] = (
            answer.json() if "json" in answer.headers.get("content-type", "") else {"detail": answer.text[:500]}
        )
        errors = "; ".join(f"{e['pointer']}: {e['detail']}" for e in self.problem.get("errors", []))
        reason = " ".join(filter(None, [self.problem.get("code"), self.problem.get("detail"), errors]))
        super().__init__(f"{method} {path}: {answer.status_code} {reason}")

    @property
    def code(self) -> str:
        """The problem's code."""
        return str(self.problem.get("code", ""))


class Stopped(RuntimeError):
    """The demonstration was told to stop."""


@dataclass
class ApiClient:
    """One person's connection to the API; safe to repeat, patient while a server restarts."""

    base_url: str
    key: str | None = None
    party: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    answers: list[Any] = field(default_factory=list)

    def with_key(self, key: str, party: str | None) -> "ApiClient":
        """The same connection for somebody else."""
        return ApiClient(self.base_url, key, party, self.stop, self.http, self.answers)

    def call(self, method: str, path: str, **parts: Any) -> httpx.Response:
        """Send until an answer comes; one idempotency key for all tries. Raises Refused for a 4xx or 5xx answer."""
        headers = {"accept-language": "en", **parts.pop("headers", {})}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        if method == "POST":
            headers.setdefault("idempotency-key", ids.new("idk"))
        until = time.monotonic() + PATIENCE_SECONDS
        tries = 0
        while True:
            tries += 1
            if self.stop.is_set():
                raise Stopped
            try:
                answer = self.http.request(method, self._url(path), headers=headers, **parts)
            except LOST:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
                continue
            if answer.status_code == 503 and time.monotonic() < until:
                time.sleep(0.2)
                continue
            if answer.is_error and not (tries > 1 and self._was_done(answer)):
                raise Refused(method, path, answer)
            return answer

    def _url(self, path: str) -> str:
        return path if path.startswith("http") else self.base_url + path

    @staticmethod
    def _was_done(answer: httpx.Response) -> bool:
        """A repeated step whose first answer was lost is told that the state has moved already."""
        return answer.status_code == 409 and answer.json().get("code") == "illegal-transition"

    def get(self, path: str, **parts: Any) -> Any:
        """GET and read JSON."""
        return self.call("GET", path, **parts).json()

    def post(self, path: str, body: Any = None, **parts: Any) -> Any:
        """POST JSON and read JSON."""
        answer = self.call("POST", path, json=body if body is not None else {}, **parts)
        content = answer.json()
        if answer.is_success:
            self.answers.append(content)
        return content

    def wait_for(self, path: str, ready: Any, *, seconds: float = 60) -> Any:
        """Read a resource until `ready(resource)`; raises TimeoutError with what it last was."""
        until = time.monotonic() + seconds
        while True:
            resource = self.get(path)
            if ready(resource):
                return resource
            if time.monotonic() > until:
                raise TimeoutError(f"{path} did not become ready in {seconds} s: {str(resource)[:400]}")
            time.sleep(0.1)
