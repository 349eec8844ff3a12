"""A copy of somebody else's certified data is found in the register; one's own data and lapsed claims are not."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from sqlalchemy import select

from kernel.db import unit
from kernel.jobs.queue import HANDLERS
from kernel.runtime import Runtime
from kernel.settings import Mode
from kernel.time.clock import FixedClock
from rights.duplicates import commands, jobs, process, queries
from rights.duplicates.errors import SketchPending
from rights.duplicates.models import AssetSketch, AssetSketchKey
from rights.duplicates.queries import Hit, find_claims
from rights.duplicates.sketching.hashing import SketchKey
from rights.duplicates.sketching.sealing import open_sketch_key
from tests.conftest import As, Client
from tests.rights import story

RNG = np.random.default_rng(9)
ROWS = 400
TABLE = pl.DataFrame(
    {
        "户号": RNG.permutation(100_000)[:ROWS],
        "日期": np.datetime64("2025-01-01") + RNG.integers(0, 300, ROWS),
        "用电量": RNG.gamma(3, 40, ROWS).round(2),
        "区县": pl.Series(RNG.integers(0, 12, ROWS)).cast(pl.String) + " 区",
    }
)
ORIGINAL = TABLE.write_csv().encode()


async def sketch(runtime: Runtime, revision_id: str) -> None:
    """Do what the queued job would."""
    await HANDLERS[commands.JOB](runtime, {"revision": revision_id})


async def claims(runtime: Runtime, revision_id: str, party: str | None) -> list[Hit]:
    assert party is not None
    async with runtime.act() as act:
        key = open_sketch_key(runtime.settings)
        return await find_claims(act, revision_id, excluding_party=party, key=key)


async def certified(as_: As, clock: FixedClock, runtime: Runtime, content: bytes = ORIGINAL) -> dict[str, Any]:
    done = await story.certified(as_, clock, content, provider="first")
    await sketch(runtime, done["revision_id"])
    return done


async def offered(runtime: Runtime, client: Client, content: bytes) -> str:
    made = await story.asset(client, content)
    await sketch(runtime, made["latest_revision"]["id"])
    return str(made["latest_revision"]["id"])


@pytest.mark.slow
async def test_copies_are_found_and_the_hit_names_the_certificate(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    done = await certified(as_, clock, runtime)
    second = await as_("provider", "second")
    other = pl.DataFrame({"x": RNG.random(ROWS), "y": RNG.integers(0, 9, ROWS), "z": RNG.random(ROWS)})
    copies = {
        "near-duplicate": TABLE.sample(fraction=0.4, shuffle=True, seed=1).rename({"户号": "id", "用电量": "kwh"}),
        "identical-content": TABLE.select(reversed(TABLE.columns))
        .sort("日期")
        .with_columns(pl.col("户号").cast(pl.String)),
    }
    for kind, copy in copies.items():
        revision = await offered(runtime, second, copy.write_csv(separator="\t").encode("gb18030"))
        [hit] = await claims(runtime, revision, second.party)
        assert (hit.kind, hit.claim, hit.asset_id) == (kind, done["certificate_number"], done["asset_id"])
        assert 0.4 < hit.score <= 1.0
        assert await claims(runtime, revision, (await as_("provider", "first")).party) == [], "one's own claim"
    exact = await offered(runtime, second, ORIGINAL)
    assert [hit.kind for hit in await claims(runtime, exact, second.party)] == ["identical-content"]
    unrelated = await offered(runtime, second, other.write_csv().encode())
    assert await claims(runtime, unrelated, second.party) == []
    clock.move(timedelta(days=2000))
    assert await claims(runtime, exact, second.party) == [], "a lapsed claim"


async def test_no_answer_without_a_sketch(as_: As, runtime: Runtime) -> None:
    provider = await as_("provider")
    made = await story.asset(provider, ORIGINAL)
    revision = made["latest_revision"]["id"]
    with pytest.raises(SketchPending):
        await claims(runtime, revision, provider.party)
    queued = await runtime.pool.fetch("SELECT payload FROM pgqueuer WHERE entrypoint = $1", commands.JOB)
    assert [revision.encode() in row["payload"] for row in queued] == [True], "adding a revision asks for its sketch"


@pytest.mark.slow
async def test_files_that_are_no_tables_are_known_by_their_digest(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    picture = b"\x89PNG\x00\x01\x02 not a table"
    done = await certified(as_, clock, runtime, picture)
    second = await as_("provider", "second")
    made = await story.asset(second, ORIGINAL, picture)
    await sketch(runtime, made["latest_revision"]["id"])
    [hit] = await claims(runtime, made["latest_revision"]["id"], second.party)
    assert (hit.kind, hit.claim) == ("identical-content", done["certificate_number"])
    async with unit(runtime.sessions) as session:
        rows = {row.revision_id: row for row in await session.scalars(select(AssetSketch))}
    [fault] = rows[done["revision_id"]].faults
    assert fault["reason"] == "binary bytes of no known format"
    assert ORIGINAL[:20] not in rows[made["latest_revision"]["id"]].sketch


@pytest.mark.slow
async def test_a_file_that_kills_its_process_is_recorded_as_unsketched(
    as_: As, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await story.asset(await as_("provider"), ORIGINAL)
    monkeypatch.setattr(process, "run", _die)
    await sketch(runtime, made["latest_revision"]["id"])
    async with unit(runtime.sessions) as session:
        row = (await session.scalars(select(AssetSketch))).one()
        keys = list(await session.scalars(select(AssetSketchKey.key)))
    assert "killed" in row.faults[0]["reason"]
    assert len(keys) == 1


def _die(*_: object) -> None:
    import os

    os._exit(9)


@pytest.mark.slow
async def test_certified_data_is_sketched_anew_under_a_new_key(as_: As, clock: FixedClock, runtime: Runtime) -> None:
    done = await certified(as_, clock, runtime)
    await runtime.pool.execute("DELETE FROM pgqueuer")
    async with unit(runtime.sessions) as session:
        assert await commands.request_missing(session, key=open_sketch_key(runtime.settings)) == 0
        other = SketchKey(b"n" * 32)
        assert not await queries.has_sketch(session, done["revision_id"], other)
        assert await commands.request_missing(session, key=other) == 1
        assert await commands.request_missing(session, key=other) == 1, "asking twice queues once"
    assert await runtime.pool.fetchval("SELECT count(*) FROM pgqueuer") == 1
    await jobs.missing(runtime)
    await sketch(runtime, done["revision_id"])


def test_production_keeps_its_own_key(settings: Any, tmp_path: Any) -> None:
    from dataclasses import replace

    production = replace(settings, mode=Mode.PRODUCTION)
    with pytest.raises(ValueError, match="LIUTONG_SKETCH_KEY_FILE"):
        open_sketch_key(production)
    with pytest.raises(FileNotFoundError):
        open_sketch_key(replace(production, sketch_key_file=tmp_path / "none.key"))
    assert open_sketch_key(settings) == open_sketch_key(replace(settings))
