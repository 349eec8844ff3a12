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
from kernel.storage.download import Conditions, Download, Watch, range_response
from kernel.storage.encryption.errors import FileDestroyed
from kernel.storage.errors import FileUnavailable, LinkExpired
from kernel.storage.store import Storage
from kernel.time.clock import SystemClock

MIB = 1024 * 1024
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


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": f'"{SHA256}"'}, 304),
        ({"If-None-Match": f'"x", W/"{SHA256}"', "Range": "bytes=0-1"}, 304),  # Judged before Range, and weakly.
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-Match": '"x"'}, 412),
        ({"If-Match": f'W/"{SHA256}"'}, 412),  # Compared strongly.
        ({"If-Match": f'"x", "{SHA256}"', "Range": "bytes=0-1"}, 206),
        ({"If-Match": "*"}, 200),
        ({"If-Match": '"x"', "If-None-Match": f'"{SHA256}"'}, 412),
    ],
)
async def test_preconditions(http: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    """RFC 9110 §13.2.2: If-Match, then If-None-Match, then the range."""
    answer = await http.get("/a", headers=headers)
    assert answer.status_code == status
    if status == 304:
        assert (answer.headers["etag"], answer.content) == (f'"{SHA256}"', b"")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.open(Settings(data_dir=tmp_path))


async def _response(storage: Storage, watch: Watch | None = None) -> Any:
    async def whole() -> AsyncIterator[bytes]:
        yield bytes(4 * MIB)

    await storage.put_stream("files/big", whole(), 4 * MIB)
    sha256 = hashlib.sha256(bytes(4 * MIB)).hexdigest()
    return await range_response(storage, Download("files/big", 4 * MIB, sha256, "a"), Conditions(), watch=watch)


async def _sent(response: Any) -> tuple[int, type[BaseException] | None]:
    """How many bytes of a streamed answer leave before it ends, and by what."""
    sent = 0
    try:
        async for batch in response.iterator:
            sent += len(batch)
    except Exception as problem:
        return sent, type(problem)
    return sent, None


async def test_a_broken_chunk_ends_a_download_that_has_begun_and_is_never_padded(storage: Storage) -> None:
    """A tag broken in chunk 9 of 16, of 256 KiB each: 2 MiB leave, in two batches, and the file is kept back."""
    response = await _response(storage)
    assert storage.objects.folder is not None
    path = storage.objects.folder / "files/big"
    stored = bytearray(path.read_bytes())
    stored[69 + 8 * (2**18 + 16) + 100] ^= 1
    path.write_bytes(stored)
    assert await _sent(response) == (2 * MIB, FileUnavailable)
    with pytest.raises(FileUnavailable):
        await storage.opened("files/big")


async def test_what_cannot_be_read_at_all_is_told_before_the_status(storage: Storage) -> None:
    await _response(storage)
    assert storage.objects.folder is not None
    path = storage.objects.folder / "files/big"
    stored = bytearray(path.read_bytes())
    stored[69] ^= 1
    path.write_bytes(stored)
    with pytest.raises(FileUnavailable):
        await range_response(storage, Download("files/big", 4 * MIB, "0" * 64, "a"), Conditions())


async def test_a_download_ends_at_the_batch_at_which_it_is_not_due_any_more(storage: Storage) -> None:
    asked = 0

    async def watch() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise LinkExpired

    assert await _sent(await _response(storage, watch)) == (3 * MIB, LinkExpired)


async def test_destruction_ends_a_download_under_way(storage: Storage) -> None:
    response = await _response(storage)
    storage.keys.destroy("files/big", "dsr_1", SystemClock().now())
    assert await _sent(response) == (MIB, FileDestroyed)
