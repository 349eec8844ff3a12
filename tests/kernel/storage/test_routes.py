"""Uploads over HTTP: streamed, limited, checked, and readable by their owner only."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kernel.settings import Settings
from kernel.storage.store import Storage
from tests.conftest import As, Client
from tests.refusals import refused

BODY = b"PAR1" + bytes(range(256)) * 1000


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _objects(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "storage").rglob("*") if path.is_file()]


async def test_upload_and_read_back(as_: As, settings: Settings) -> None:
    provider = await as_("provider")
    made = await provider.post(
        "/v1/files?name=航班.parquet&purpose=data", content=BODY, headers={"repr-digest": _digest(BODY)}
    )
    assert made.status_code == 201, made.text
    file = made.json()
    assert (file["owner"], file["name"], file["size_bytes"]) == (provider.party, "航班.parquet", len(BODY))
    assert (file["sha256"], file["media_type"]) == (hashlib.sha256(BODY).hexdigest(), "application/vnd.apache.parquet")
    assert "storage_key" not in file
    read = await provider.get(f"/v1/files/{file['id']}")
    assert (read.status_code, read.json()) == (200, file)
    (path,) = _objects(settings)
    key = str(path.relative_to(settings.data_dir / "storage"))
    assert await Storage.open(settings).get(key) == BODY
    assert BODY[:100] not in path.read_bytes()


async def test_somebody_elses_file_does_not_exist(as_: As) -> None:
    made = await (await as_("provider")).post("/v1/files?name=a.csv&purpose=data", content=b"x")
    other = await (await as_("provider", "other")).get(f"/v1/files/{made.json()['id']}")
    assert (other.status_code, other.json()["code"]) == (404, "not-found")


async def test_without_a_key_nothing_is_read(client: Client, settings: Settings) -> None:
    answer = await client.post("/v1/files?name=a.csv&purpose=data", content=b"x")
    refused(answer, 401, "unauthenticated")
    assert _objects(settings) == []


@pytest.mark.parametrize("length", [{}, {"content-length": "0"}])
async def test_nothing_is_no_file(as_: As, settings: Settings, length: dict[str, str]) -> None:
    answer = await (await as_("provider")).post("/v1/files?name=a.csv&purpose=data", content=b"", headers=length)
    assert (answer.status_code, answer.json()["code"]) == (400, "file-empty")
    assert _objects(settings) == []


@pytest.mark.parametrize("declared", [True, False])
async def test_too_large(as_: As, settings: Settings, declared: bool) -> None:
    """Declared by Content-Length, or found out while it streams."""
    provider = await as_("provider")
    assert provider.runtime is not None
    provider.runtime.settings = replace(settings, upload_bytes_max=1000)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    answer = await provider.post("/v1/files?name=a.csv&purpose=data", content=b"x" * 1100 if declared else chunks())
    assert (answer.status_code, answer.json()["code"]) == (413, "file-too-large")
    assert answer.json()["limit_bytes"] == 1000
    assert _objects(settings) == []


async def test_a_body_above_the_json_limit_is_taken_as_a_file(as_: As, settings: Settings) -> None:
    provider = await as_("provider")
    body = b"x" * (settings.body_bytes_max + 1)
    answer = await provider.post("/v1/files?name=a.csv&purpose=data", content=body)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("query", "headers", "status", "code"),
    [
        ("name=a.csv&purpose=data", {"repr-digest": _digest(b"other")}, 422, "digest-mismatch"),
        ("name=a.csv&purpose=data", {"repr-digest": "md5=:AAAA:"}, 400, "digest-unreadable"),
        ("name=..&purpose=data", {}, 400, "file-name-unusable"),
        ("name=a.csv&purpose=fun", {}, 400, "invalid-input"),
        ("name=a.csv", {}, 400, "invalid-input"),
        ("purpose=data", {}, 400, "invalid-input"),
    ],
)
async def test_refusals_keep_nothing(
    as_: As, settings: Settings, query: str, headers: dict[str, str], status: int, code: str
) -> None:
    provider = await as_("provider")
    answer = await provider.post(f"/v1/files?{query}", content=b"abc", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert _objects(settings) == []


async def test_a_sender_that_goes_away_leaves_nothing(as_: As, settings: Settings) -> None:
    """Spoken to as a server speaks to the application: two pieces of the body, then a disconnect."""
    provider = await as_("provider")
    app: Any = provider.http._transport.app  # type: ignore[attr-defined]
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"x" * 100_000, "more_body": True},
        {"type": "http.request", "body": b"x" * 100_000, "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return events.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"liutong.test"), (b"authorization", f"Bearer {provider.key}".encode())]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/files",
        "raw_path": b"/v1/files",
        "root_path": "",
        "query_string": b"name=a.csv&purpose=data",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("liutong.test", 80),
        "state": {},
    }
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert b"upload-incomplete" in sent[1]["body"]
    assert _objects(settings) == []
