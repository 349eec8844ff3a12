"""Downloads over HTTP as the readers of tables ask for them: whole, in ranges, heads, and beyond the end."""

import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from litestar import Litestar, Request, Response, route
from litestar.datastructures import State
from litestar.params import FromPath

from kernel.errors import DomainError
from kernel.http.problems import on_domain_error
from kernel.settings import Settings
from kernel.storage.download import Conditions, Download, range_response
from kernel.storage.store import Storage
from kernel.time.clock import SystemClock

BODY = bytes(range(256)) * 40_000
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    storage = Storage.open(Settings(data_dir=tmp_path))

    async def whole(body: bytes) -> AsyncIterator[bytes]:
        yield body

    await storage.put_stream("files/a", whole(BODY), len(BODY))
    await storage.put_stream("files/empty", whole(b""), 0)
    files = {
        "a": Download("files/a", len(BODY), SHA256, "航班 2013.parquet"),
        "empty": Download("files/empty", 0, hashlib.sha256(b"").hexdigest(), "empty.csv", "text/csv"),
        "gone": Download("files/gone", 3, SHA256, "gone.csv"),
        "changed": Download("files/a", 3, SHA256, "changed.csv"),
    }

    @route("/{name:str}", http_method=["GET", "HEAD"])
    async def handle(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
        return await range_response(
            storage,
            files[name],
            Conditions.of(request.headers),
            head=request.method == "HEAD",
        )

    runtime = SimpleNamespace(settings=Settings(), clock=SystemClock())
    app = Litestar([handle], exception_handlers={DomainError: on_domain_error}, state=State({"runtime": runtime}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_whole(http: httpx.AsyncClient) -> None:
    answer = await http.get("/a")
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"] == f'"{SHA256}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"] == "application/octet-stream"
    digest = answer.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
    assert base64.b64decode(digest).hex() == SHA256
    assert "filename*=UTF-8''%E8%88%AA%E7%8F%AD%202013.parquet" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-5000000", 5, 5_000_001),
        ("bytes=-7", len(BODY) - 7, len(BODY)),
        ("bytes=-99999999999", 0, len(BODY)),
        (f"bytes={len(BODY) - 1}-", len(BODY) - 1, len(BODY)),
    ],
)
async def test_part(http: httpx.AsyncClient, asked: str, start: int, end: int) -> None:
    answer = await http.get("/a", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, BODY[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(BODY)}"
    assert answer.headers["content-length"] == str(end - start)


async def test_beyond_the_end(http: httpx.AsyncClient) -> None:
    answer = await http.get("/a", headers={"Range": f"bytes={len(BODY)}-"})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(BODY)}"


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=9-1", "pages=1-2", "nonsense"])
async def test_ranges_that_do_not_count(http: httpx.AsyncClient, asked: str) -> None:
    answer = await http.get("/a", headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, len(BODY))


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}])
async def test_head_is_the_whole_files(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.head("/a", headers=headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(BODY))
    assert answer.headers["accept-ranges"] == "bytes"


async def test_if_range(http: httpx.AsyncClient) -> None:
    same = await http.get("/a", headers={"Range": "bytes=0-1", "If-Range": f'"{SHA256}"'})
    other = await http.get("/a", headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


async def test_an_empty_file(http: httpx.AsyncClient) -> None:
    for headers in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=-5"}):
        answer = await http.get("/empty", headers=headers)
        assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


@pytest.mark.parametrize("name", ["gone", "changed"])
async def test_a_file_that_is_not_as_stored_is_our_fault(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/{name}")
    assert (answer.status_code, answer.json()["code"]) == (503, "file-unavailable")
