"""A store that speaks as much of the S3 protocol as a push needs, and is strict about it: digests, ETags, conditions.

It compares the digest of each body and each part with what its headers say, which others do not. `hold` makes parts
wait, `answers` are given instead of what would be done, `page` is how many parts a listing tells at once.
"""

import base64
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, unquote, urlsplit

KEY, SECRET = "AKIATEST", "a-secret-of-the-buyer"


@dataclass
class Upload:
    """What was sent of an object so far: by number, the bytes of a part."""

    key: str
    parts: dict[int, bytes] = field(default_factory=dict)


def etag(data: bytes) -> str:
    """As S3 has it."""
    return f'"{hashlib.md5(data).hexdigest()}"'


class Store(ThreadingHTTPServer):
    """Objects by `bucket/key`."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, Upload] = {}
        self.buckets = {"liutong-in"}
        self.seen: list[tuple[str, str]] = []
        self.answers: list[tuple[str, int, str]] = []
        self.page = 1000
        self.hold: int | None = None
        self.holding, self.let_go = threading.Event(), threading.Event()
        self.numbers = count(1)
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def sent(self, operation: str) -> int:
        """How often something was asked."""
        return sum(1 for each, _ in self.seen if each == operation)


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _do(self) -> None:
        parts = urlsplit(self.path)
        self.key, query = unquote(parts.path).lstrip("/"), parse_qs(parts.query, keep_blank_values=True)
        self.query = {name: values[0] for name, values in query.items()}
        self.body = self.rfile.read(int(self.headers.get("content-length") or 0))
        operation = self.command + "".join(f" {name}" for name in sorted(self.query))
        self.server.seen.append((operation, self.key))
        for position, (wanted, status, code) in enumerate(self.server.answers):
            if wanted == operation:
                del self.server.answers[position]
                return self._refuse(status, code)
        if fault := self._fault():
            return self._refuse(*fault)
        answer = getattr(self, "_" + operation.replace(" ", "_").replace("-", "_").lower())
        with suppress(ConnectionError):  # Who asked is gone.
            return answer()

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method of HTTP is answered in one place."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._do

    def _fault(self) -> tuple[int, str] | None:
        headers, digest = self.headers, hashlib.sha256(self.body)
        if f"Credential={KEY}/" not in headers.get("authorization", ""):
            return 403, "InvalidAccessKeyId"
        if self.key.split("/", 1)[0] not in self.server.buckets:
            return 404, "NoSuchBucket"
        if headers["x-amz-content-sha256"] != digest.hexdigest():
            return 400, "XAmzContentSHA256Mismatch"
        told = headers.get("x-amz-checksum-sha256")
        if told is not None and told != base64.b64encode(digest.digest()).decode():
            return 400, "BadDigest"
        if (upload := self.query.get("uploadId")) is not None and upload not in self.server.uploads:
            return 404, "NoSuchUpload"
        taken = self.key in self.server.objects and (self.command == "PUT" or "uploadId" in self.query)
        return (412, "PreconditionFailed") if taken and headers.get("if-none-match") == "*" else None

    def _put(self) -> None:
        self.server.objects[self.key] = self.body
        self._answer(200, b"")

    def _delete(self) -> None:
        self.server.objects.pop(self.key, None)
        self._answer(204, b"")

    def _head(self) -> None:
        found = self.server.objects.get(self.key)
        self._refuse(404, "NoSuchKey") if found is None else self._answer(200, found)

    def _get(self) -> None:
        if (found := self.server.objects.get(self.key)) is None:
            return self._refuse(404, "NoSuchKey")
        first, _, last = self.headers["range"].removeprefix("bytes=").partition("-")
        return self._answer(206, found[int(first) : int(last) + 1])

    def _post_uploads(self) -> None:
        assert self.headers["x-amz-checksum-algorithm"] == "SHA256"
        upload = f"upload+{next(self.server.numbers)}/="
        self.server.uploads[upload] = Upload(self.key)
        self._xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")

    def _put_partnumber_uploadid(self) -> None:
        number, upload = int(self.query["partNumber"]), self.server.uploads[self.query["uploadId"]]
        assert self.headers["x-amz-checksum-sha256"]
        if self.server.hold is not None and number >= self.server.hold:
            self.server.holding.set()
            self.server.let_go.wait(30)
        upload.parts[number] = self.body
        self._answer(200, b"", etag=etag(self.body))

    def _get_part_number_marker_uploadid(self) -> None:
        after, upload = int(self.query["part-number-marker"]), self.server.uploads[self.query["uploadId"]]
        rest = [number for number in sorted(upload.parts) if number > after]
        listed = "".join(
            f"<Part><PartNumber>{n}</PartNumber><ETag>{etag(upload.parts[n]).replace(chr(34), '&quot;')}</ETag>"
            f"<Size>{len(upload.parts[n])}</Size></Part>"
            for n in rest[: self.server.page]
        )
        more = len(rest) > self.server.page
        marker = f"<NextPartNumberMarker>{rest[self.server.page - 1]}</NextPartNumberMarker>" if more else ""
        self._xml("ListPartsResult", f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}{listed}")

    def _post_uploadid(self) -> None:
        upload = self.server.uploads[self.query["uploadId"]]
        told = re.findall(
            r"<Part><ChecksumSHA256>(.*?)</ChecksumSHA256><ETag>(.*?)</ETag><PartNumber>(\d+)</PartNumber></Part>",
            self.body.decode(),
        )
        for sha256, tag, number in told:
            part = upload.parts[int(number)]
            assert (tag, sha256) == (etag(part), base64.b64encode(hashlib.sha256(part).digest()).decode())
        self.server.objects[self.key] = b"".join(upload.parts[int(number)] for *_, number in told)
        del self.server.uploads[self.query["uploadId"]]
        self._xml("CompleteMultipartUploadResult", "")

    def _delete_uploadid(self) -> None:
        del self.server.uploads[self.query["uploadId"]]
        self._answer(204, b"")

    def _xml(self, name: str, content: str) -> None:
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        self._answer(200, f'<?xml version="1.0"?>\n<{name} xmlns="{space}">{content}</{name}>'.encode())

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode())


@contextmanager
def store() -> Iterator[Store]:
    """A store that runs as long as it is needed."""
    server = Store()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
