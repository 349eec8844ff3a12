"""Fixtures: one real PostgreSQL for the run, one template that the real migrations made, one database for each test."""

import asyncio
import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uvloop
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis

from kernel import db
from kernel.crypto import signing
from kernel.crypto.issuer import Issuer
from kernel.logging import configure
from kernel.postgres import server as postgres
from kernel.runtime import Runtime
from kernel.settings import Secret, Settings
from kernel.storage.store import Storage
from kernel.time.clock import Clock, FixedClock
from migrations import run
from tests import forms
from tests.costs import Costs
from tests.database import TEMPLATE, close_all, connections, emptied_database
from tests.examples import PROFILE, SHORT
from tests.patience import lift_database_limits, lift_pool_limit, lift_process_limits

CLUSTER = "LT_TEST_CLUSTER"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # What was deleted goes with its database, which lives for minutes; nothing is worth compiling or sweeping.
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in China."""

ISSUER = Issuer("did:web:liutong.test", "http://liutong.test", signing.Ed25519Signer(b"\x01" * 32))
"""Signs where a test makes its own act."""


# One suite for everybody: the same examples on every machine, and no clock that a busy machine could lose against.
# The suite tries the first of them, its slow half all.
for _name, _examples in (("fixed", 50 // SHORT), ("whole", 50)):
    hypothesis.register_profile(
        _name,
        derandomize=True,
        deadline=None,
        max_examples=_examples,
        database=None,
        # What fails is shown as it was met: making it smaller takes minutes, and is what `explore` is for.
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
# What finds new faults: fresh seeds, many examples, and a memory of what failed; see `make explore`.
hypothesis.register_profile(
    "explore", deadline=None, max_examples=500, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile(PROFILE)


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster once, in the process that commands the workers."""
    # What modules define lives as long as the run: looking through it again and again took a sixth of the collection.
    gc.set_threshold(50_000, 20, 20)
    # The default renderer draws every traceback with all its variables, which takes seconds.
    configure("error", json=True)
    lift_database_limits()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # What serves in production.
    config.pluginmanager.register(Costs())
    config.pluginmanager.register(forms)
    if hasattr(config, "workerinput") or config.option.collectonly or CLUSTER in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="liutong-tests-", dir=_memory()))
    folder.chmod(0o755)
    server = postgres.start(folder / "pg", settings=FAST)
    config.stash[_SERVER] = (server, folder)
    os.environ[CLUSTER] = str(folder / "pg")
    asyncio.run(_template(server))


def pytest_collection_finish() -> None:
    """Leave alone what was imported and collected: looking through it finds nothing to free."""
    gc.freeze()
    atexit.register(gc.unfreeze)  # At the end of the process it is let go of like everything else.


def _memory() -> str | None:
    """A folder in memory where there is one with room: a test's database lives seconds, a disk makes it wait."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if roomy else None


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Let every second worker collect from the end: what one has rewritten for its asserts the other finds done."""
    report = yield
    if isinstance(collector, pytest.Directory) and _number(collector.config) % 2:
        report.result.reverse()
    return report


def _number(config: pytest.Config) -> int:
    """The number of a worker, 0 where there are none."""
    return int(getattr(config, "workerinput", {"workerid": "gw0"})["workerid"].removeprefix("gw"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the items of all workers into one order, and mark what hypothesis explores."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path.parts)
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("property")


_SERVER: pytest.StashKey[tuple[postgres.Server, Path]] = pytest.StashKey()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    if _SERVER in config.stash:
        server, folder = config.stash[_SERVER]
        server.stop()
        os.environ.pop(CLUSTER, None)
        shutil.rmtree(folder, ignore_errors=True)


async def _template(server: postgres.Server) -> None:
    connection = await asyncpg.connect(server.dsn("postgres"))
    await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await connection.close()
    await run.upgrade(server.url(TEMPLATE))


@pytest.fixture(scope="session")
def cluster() -> postgres.Server:
    """The run's PostgreSQL."""
    server = postgres.running(Path(os.environ[CLUSTER]))
    assert server is not None
    return server


@pytest.fixture(scope="session")
async def resting() -> AsyncIterator[None]:
    """Closes at the end, while their loop runs, the connections that tests handed on to each other."""
    yield
    await close_all()


@pytest.fixture
async def database_url(cluster: postgres.Server, resting: None) -> AsyncIterator[str]:
    """An empty database for one test; commits in it are real."""
    async with emptied_database(cluster) as url:
        yield url


WRAPPING_KEY = "keys/kek/1"
FROM_THE_START = (WRAPPING_KEY, "keystore/complete")
"""What lies in a data folder before anything is done."""


def with_wrapping_key(folder: Path) -> Path:
    """A data folder with the key that wraps data keys, the same in every test: whose files are put back reads them."""
    key = folder / WRAPPING_KEY
    key.parent.mkdir(parents=True, mode=0o700)
    key.write_text("1f" * 32, encoding="ascii")
    key.chmod(0o600)
    return folder


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Sandbox settings on the test's own database and folder."""
    return Settings(
        database_url=Secret(database_url),
        data_dir=with_wrapping_key(tmp_path / "var"),
        rate_per_minute=1_000_000,
        anonymous_rate_per_minute=1_000_000,
        verifications_per_minute=1_000_000,
        party_rate_per_minute=1_000_000,
        page_rate_per_minute=1_000_000,
        link_secrets=Secret("k1:" + "11" * 32),
        bank_account_name="流通中心 Liutong Centre",
        bank_account_number="6222020000000000000",
        bank_name="示例银行 Sample Bank",
        stripe_webhook_secret=Secret("whsec_test"),
        pool_size=5,
    )


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(NOW)


@pytest.fixture
def signer() -> signing.Ed25519Signer:
    """The issuer's key."""
    return signing.Ed25519Signer(b"\x01" * 32)


@pytest.fixture
def storage(settings: Settings) -> Storage:
    """Local storage in the test's folder."""
    return Storage.open(settings)


@asynccontextmanager
async def make_runtime(settings: Settings, clock: Clock, signer: signing.Ed25519Signer) -> AsyncIterator[Runtime]:
    """A runtime on the test's database with fixed keys."""
    url = str(settings.database_url)
    lent = await connections(url, settings.pool_size)
    engine = lent.engine if lent else db.make_engine(url, pool_size=settings.pool_size)
    lift_pool_limit(engine)
    pool = lent.pool if lent else await db.make_pool(db.dsn_of(url), size=settings.pool_size)
    runtime = Runtime(
        settings=settings,
        engine=engine,
        sessions=db.make_sessions(engine),
        pool=pool,
        clock=clock,
        issuer=Issuer(settings.did, settings.public_url, signer),
        log_signer=signing.Ed25519Signer(b"\x02" * 32),
        storage=Storage.open(settings),
    )
    try:
        yield runtime
    finally:
        if lent is None:
            await pool.close()
            await engine.dispose()


@pytest.fixture
async def runtime(settings: Settings, clock: FixedClock, signer: signing.Ed25519Signer) -> AsyncIterator[Runtime]:
    """The test's runtime."""
    async with make_runtime(settings, clock, signer) as made:
        yield made


@pytest.fixture
def sessions(runtime: Runtime) -> db.Sessions:
    """Sessions on the test's database."""
    return runtime.sessions


@pytest.fixture
async def session(sessions: db.Sessions) -> AsyncIterator[Any]:
    """One unit of work, committed at the end of the test like a request."""
    async with db.unit(sessions) as opened:
        yield opened


@dataclass
class Client:
    """An HTTP client that can act as somebody; every POST carries a fresh idempotency key unless told otherwise."""

    http: httpx.AsyncClient
    key: str | None = None
    party: str | None = None
    runtime: Runtime | None = None

    def with_key(self, key: str, party: str | None = None) -> "Client":
        """The same client with another key."""
        return replace(self, key=key, party=party)

    async def __call__(
        self, method: str, path: str, json: Any = None, *, idempotency: str | None = None, **more: Any
    ) -> httpx.Response:
        """Send a request; answers come in English so that assertions can read them."""
        from kernel import ids

        headers = {"accept-language": "en", **more.pop("headers", {})}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        if method == "POST":
            headers["idempotency-key"] = idempotency or ids.new("idk")
        if json is not None:
            more["json"] = json
        return await self.http.request(method, path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return await self("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """POST."""
        return await self("POST", path, json, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:
        """DELETE."""
        return await self("DELETE", path, **more)


@contextmanager
def application(runtime: Runtime) -> Iterator[Any]:
    """The whole application on a given runtime, without a worker."""
    app = _take(runtime.settings)
    # The lifespan would open a runtime of its own; tests hand theirs in.
    app.inner.state.runtime = runtime
    app.inner.state.authentication.reset()
    yield app
    _free.setdefault(_kind(runtime.settings), []).append(app)


@asynccontextmanager
async def serving(runtime: Runtime) -> AsyncIterator[Client]:
    """A client of the whole application in this event loop."""
    with application(runtime) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://liutong.test") as http:
            yield Client(http, runtime=runtime)


_free: dict[Any, list[Any]] = {}
"""Applications that no test uses now: building one takes longer than most tests."""


def _kind(settings: Settings) -> Any:
    """The settings that an application is built from; everything else comes with the runtime."""
    return (settings.body_bytes_max, settings.public_url, settings.mode)


def _take(settings: Settings) -> Any:
    from centre.app import create_app

    lift_process_limits()
    waiting = _free.get(_kind(settings), [])
    return waiting.pop() if waiting else create_app(settings)


@pytest.fixture
async def client(runtime: Runtime) -> AsyncIterator[Client]:
    """An anonymous client of the whole application; nothing runs in the background, see `drain`."""
    async with serving(runtime) as made:
        yield made


Drain = Callable[[], Awaitable[None]]


@pytest.fixture
def drain(runtime: Runtime) -> Drain:
    """Do what the worker would do, now: every queued job, then the log's sequencing."""
    from tests.worker import drain_once

    async def run_all() -> None:
        await drain_once(runtime)

    return run_all


As = Callable[..., Awaitable[Client]]


STEPPING = (
    "rights",
    *(f"market/{name}" for name in ("auctions", "complaints", "orders", "payments", "payouts", "requests")),
)
"""Where stories go on from step to step."""


@pytest.fixture
def steps(request: pytest.FixtureRequest) -> bool:
    """Whether stories go on from step to step: what a test exchanges in the product is in no step of another test."""
    within = request.path.relative_to(Path(__file__).parent).as_posix()
    return "monkeypatch" not in request.fixturenames and within.startswith(STEPPING)


@pytest.fixture
def as_(client: Client, runtime: Runtime, steps: bool) -> As:
    """`await as_("provider")` gives a client of an admitted party of that role; offices belong to the centre."""
    from tests.makers import Cast

    cast = Cast(client, runtime, steps=steps)
    return cast.act
