"""The log over HTTP: a stranger copies it with nothing but the standard's paths, and checks the copy."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException

from kernel import ids
from kernel.errors import DomainError
from kernel.http import problems
from kernel.http.session import provide_clock, provide_runtime, provide_session
from kernel.log import routes
from kernel.log.models import LogEntry
from kernel.settings import Settings
from kernel.time.clock import FixedClock
from kernel.tlog import proof, tiles
from kernel.tlog.note import open_checkpoint
from kernel.tlog.verify import verify_log
from tests.refusals import not_there, outcome

from .conftest import AT, Log


async def _nothing_to_follow() -> None:
    """The clock of these tests is nobody else's."""


@pytest.fixture
async def http(log: Log) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        routes.ROUTES,
        dependencies={
            "session": Provide(provide_session),
            "runtime": Provide(provide_runtime),
            "clock": Provide(provide_clock),
        },
        exception_handlers={
            DomainError: problems.on_domain_error,
            HTTPException: problems.on_http_exception,
            Exception: problems.on_exception,
        },
        openapi_config=None,
    )
    app.state.runtime = SimpleNamespace(
        sessions=log.sessions, tick=_nothing_to_follow, clock=FixedClock(AT), settings=Settings()
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://centre.example.cn") as client:
        yield client


async def test_a_stranger_can_copy_and_check_the_log(http: httpx.AsyncClient, log: Log, tmp_path: Path) -> None:
    for count in (3, 600):
        await log.add(count)
        await log.sequence()
        answer = await http.get("/log/checkpoint")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        head = open_checkpoint(answer.text, [log.key])
        copy = tmp_path / f"copy-{head.size}"
        for level, size in tiles.levels(head.size):
            for number in range(-(-size // 256)):
                width = min(256, size - 256 * number)
                for kind in (level, None) if level == 0 else (level,):
                    path = tiles.tile_path(kind, number, width)
                    tile = await http.get(f"/log/{path}")
                    assert tile.headers["content-type"] == "application/octet-stream"
                    assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
                    (copy / path).parent.mkdir(parents=True, exist_ok=True)
                    (copy / path).write_bytes(tile.content)
                    assert (log.folder / "log" / path).read_bytes() == tile.content
        (copy / "checkpoint").write_text(answer.text)
        assert verify_log(copy, [log.key]).entries == head.size == (3 if count == 3 else 603)
        assert verify_log(copy, [log.key]).ok


async def test_the_partial_tiles_of_older_heads_stay(http: httpx.AsyncClient, log: Log) -> None:
    await log.add(3)
    await log.sequence()
    before = {path: (await http.get(path)).content for path in ("/log/tile/0/000.p/3", "/log/tile/entries/000.p/3")}
    await log.add(400)
    await log.sequence()
    for path, content in before.items():
        assert (await http.get(path)).content == content


@pytest.mark.parametrize(
    "path",
    [
        "0/001", "0/000.p/4", "0/000", "1/000", "1/000.p/1", "entries/000.p/4", "entries/001", "0/999.p/1",
        "0/0", "00/000", "0/000.p/256", "0/000.p/03", "0/%30%30%30.p/4", "%2e%2e/checkpoint", "x",
        "63/x999/x999/x999/x999/x999/x999/999", "entries/x999/x999/x999/x999/x999/x999/999.p/1",
    ],
)  # fmt: skip
async def test_what_is_beyond_the_tree_is_not_there(http: httpx.AsyncClient, log: Log, path: str) -> None:
    await log.add(3)
    await log.sequence()
    assert (await http.get("/log/tile/0/000.p/3")).status_code == 200
    answer = await http.get(f"/log/tile/{path}")
    assert outcome(answer) in ((404, "tile-absent", None), (404, "not-found", None))
    assert answer.headers["content-type"] == "application/problem+json"
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_entries_that_wait_are_not_shown(http: httpx.AsyncClient, log: Log) -> None:
    assert (await http.get("/log/checkpoint")).json()["code"] == "checkpoint-absent"
    (waiting,) = await log.add(1)
    not_there(await http.get("/log/tile/entries/000.p/1"), "tile-absent")
    pending = await http.get(f"/v1/log/entries/{waiting}/proof")
    assert (pending.status_code, pending.json()["code"]) == (409, "proof-pending")
    await log.sequence()
    answer = await http.get(f"/v1/log/entries/{waiting}/proof")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    async with log.sessions() as session:
        entry = await session.get_one(LogEntry, waiting)
    assert proof.verify_entry(entry.payload, answer.text, [log.key]).size == 1


async def test_the_proof_of_an_unknown_entry(http: httpx.AsyncClient) -> None:
    for unknown in (ids.new("ent"), "ent_x", ids.new("ast"), "ent_%00"):
        answer = await http.get(f"/v1/log/entries/{unknown}/proof")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
