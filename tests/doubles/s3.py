"""A small store that speaks as much of the S3 protocol as reading needs: GET with ranges, HEAD, errors as XML."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Store(ThreadingHTTPServer):
    """Objects by `bucket/key`; `cut` ends every answer early, `seen` are the requests that came."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.cut = 0
        self.key = "AKIATEST"
        self.seen: list[tuple[str, str]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        self.server.seen.append((self.command, path))
        if f"Credential={self.server.key}/" not in self.headers.get("Authorization", ""):
            return self._refuse(403, "AccessDenied")
        found = self.server.objects.get(path)
        if found is None:
            return self._refuse(404, "NoSuchKey")
        status, body, first = 200, found, "0"
        if asked := self.headers.get("Range", "").removeprefix("bytes="):
            first, _, last = asked.partition("-")
            status, body = 206, found[int(first) : int(last) + 1 if last else None]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"one"')
        self.send_header("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT")
        if status == 206:
            self.send_header("Content-Range", f"bytes {first}-{int(first) + len(body) - 1}/{len(found)}")
        self.end_headers()
        if with_body:
            self.wfile.write(body[: len(body) - self.server.cut])
        return None

    def _refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@contextmanager
def store() -> Iterator[Store]:
    """A store that runs as long as it is needed."""
    server = Store()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
