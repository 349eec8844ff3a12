"""What a step of a story left is put back whole, and only where nothing else was done."""

from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256

import asyncpg
import pytest

from kernel.db import dsn_of
from kernel.settings import Secret
from kernel.time.clock import FixedClock
from tests.conftest import FROM_THE_START, NOW, make_runtime, serving, with_wrapping_key
from tests.database import emptied_database
from tests.makers import Cast
from tests.market.trade import Trade
from tests.rights import story


@pytest.fixture
def stage(cluster, settings, signer, tmp_path, resting):
    """An empty database with its folder, clock and cast, as each test has them."""

    @asynccontextmanager
    async def made(name, *, steps=True):
        async with emptied_database(cluster) as url:
            own = replace(settings, database_url=Secret(url), data_dir=with_wrapping_key(tmp_path / name))
            async with make_runtime(own, FixedClock(NOW), signer) as runtime, serving(runtime) as client:
                yield Cast(client, runtime, steps=steps)

    return made


async def whole(cast):
    """Every row, counter and file, the moment, and who is known."""
    pool, folder = cast.runtime.pool, cast.runtime.settings.data_dir
    names = await pool.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    rows = {}
    for name in (each["relname"] for each in names):
        found = await pool.fetch(f'SELECT t::text AS row FROM "{name}" t ORDER BY 1')
        rows[name] = [each["row"] for each in found]
    counters = [
        tuple(each) for each in await pool.fetch("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
    ]
    files = {
        path.relative_to(folder): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and str(path.relative_to(folder)) not in FROM_THE_START
    }
    people = {name: (each.key, each.party) for name, each in cast.known.items()}
    return rows, counters, files, cast.runtime.clock.now(), people


async def paid(cast, use_case="延误"):
    trade = await Trade.begin(cast.runtime, cast.act)
    order = await trade.paid()
    return trade, order


async def certified(cast):
    return await story.certified(cast.act, cast.runtime.clock)


@pytest.mark.parametrize("take", [certified, pytest.param(paid, marks=pytest.mark.slow)])
async def test_what_is_put_back_is_what_was_left(stage, take):
    async with stage("first") as cast:
        await take(cast)
        left = await whole(cast)
    async with stage("second") as cast:
        await take(cast)
        assert await whole(cast) == left
    async with stage("by hand", steps=False) as cast:
        folder = cast.runtime.settings.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "more").write_bytes(b"x")  # So that this is no beginning.
        await take(cast)
        (folder / "more").unlink()
        anew = await whole(cast)
    assert [len(rows) for rows in anew[0].values()] == [len(rows) for rows in left[0].values()]
    assert (anew[1], len(anew[2]), anew[3], anew[4].keys()) == (left[1], len(left[2]), left[3], left[4].keys())
    assert anew[0] != left[0]


async def test_a_story_goes_on_from_what_was_put_back(stage):
    for name in ("first", "second"):
        async with stage(name) as cast:
            trade, order = await paid(cast)
            answer = await trade.buyer.get(f"/v1/orders/{order}")
            assert (answer.status_code, answer.json()["status"]) == (200, "paid")
            assert trade.provider_key is not None
            delivered = await trade.provider.post(f"/v1/orders/{order}/delivery")
            assert delivered.status_code == 201, delivered.text


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            "UPDATE party SET name = name || '.' WHERE id = (SELECT min(id) FROM party)", marks=pytest.mark.slow
        ),
        "UPDATE listing SET version = version",
        "DELETE FROM idempotency_record",
        "UPDATE sandbox_clock SET offset_seconds = 1",
    ],
)
async def test_whoever_did_anything_else_takes_the_step_for_good(stage, change):
    async with stage("first") as cast:
        _, kept = await paid(cast)
    async with stage("second") as cast:
        trade = await Trade.begin(cast.runtime, cast.act)
        listing = await trade.buyer.post("/v1/orders", trade.body()) if "DELETE" in change else None
        assert listing is None or listing.status_code == 201
        await cast.runtime.pool.execute(change)
        assert await trade.paid() != kept


async def test_a_file_or_another_moment_is_another_place(stage):
    async with stage("first") as cast:
        _, kept = await paid(cast)
    async with stage("second") as cast:
        trade = await Trade.begin(cast.runtime, cast.act)
        (cast.runtime.settings.data_dir / "more").write_bytes(b"x")
        assert await trade.paid() != kept


async def test_a_database_in_which_a_trigger_was_silenced_is_no_other_tests(cluster, resting):
    async with emptied_database(cluster) as url:
        await asked(url, "ALTER TABLE scorecard DISABLE TRIGGER USER")
    async with emptied_database(cluster) as url:
        assert await asked(url, "SELECT count(*) FROM pg_trigger WHERE tgenabled <> 'O'") == 0


async def asked(url, statement):
    connection = await asyncpg.connect(dsn_of(url))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
