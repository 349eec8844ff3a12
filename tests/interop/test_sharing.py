"""Clients that others wrote read a share: delta-sharing in both forms, with versions and changes; Polars, DuckDB."""

import asyncio
import json
import os
import socket
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import uvicorn

from channels.publishing.jobs import follow
from kernel.settings import Settings
from tests.channels import story
from tests.conftest import As
from tests.interop.stand import HERE, interpreter

PACKAGES = ("delta-sharing==1.4.2", "polars==2.1.0", "duckdb==1.5.5", "duckdb-extension-httpfs==1.5.5")
LISTENER = socket.create_server(("127.0.0.1", 0))
NUMBERS, CITIES = ["1", "2", "3", "4"], ["北京", "广州", "上海", "None"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The centre is reached where it listens."""
    return replace(settings, public_url=f"http://127.0.0.1:{LISTENER.getsockname()[1]}")


@pytest.mark.slow
@pytest.mark.xdist_group("interop")
async def test_foreign_clients_read_a_share(runtime, as_: As, client, drain, tmp_path: Path):
    python = await asyncio.to_thread(interpreter, "LIUTONG_SHARING_CLIENTS", tmp_path, *PACKAGES)
    trade = await story.begin(runtime, as_)
    order, key = await story.shared(trade, drain)
    profile = tmp_path / "buyer.share"
    profile.write_text(json.dumps(key["profile"]), encoding="utf-8")
    server = uvicorn.Server(uvicorn.Config(client.http._transport.app, lifespan="off", log_level="warning", ws="none"))
    serving = asyncio.create_task(server.serve([LISTENER]))
    try:
        first = await told_by(python, profile, "first")
        later = story.ORDERS.filter(pl.col("编号") != 1).with_columns(
            pl.when(pl.col("编号") == 2).then(pl.lit(Decimal("7.77"))).otherwise(pl.col("金额")).alias("金额")
        )
        await story.reach(runtime, order, story.files(later))
        await follow(runtime)
        await drain()
        second = await told_by(python, profile, "changed")
    finally:
        server.should_exit = True
        await serving
    assert (first["tables"], first["version"]) == (["订单_表", "shops"], 0)
    assert first["all"] == first["first"] == first["delta"] == {"编号": NUMBERS, "城市": CITIES}
    assert first["limited"] == {"编号": ["1", "2"], "城市": ["北京", "广州"]}
    assert first["polars"] == {"编号": [1, 2, 3, 4], "城市": ["北京", "广州", "上海", None]}
    assert first["duckdb"] == [[1, "北京"], [2, "广州"], [3, "上海"], [4, None]]
    assert second["version"] == 1
    assert second["all"] == {"编号": NUMBERS[1:], "城市": CITIES[1:]}
    assert second["first"]["编号"] == NUMBERS
    feed = [[1, "delete", 1], [2, "update_postimage", 1], [2, "update_preimage", 1]]
    assert second["feed"] == second["delta_feed"] == feed


async def told_by(python: Path, profile: Path, step: str) -> dict:
    """What the clients saw."""
    pipe = asyncio.subprocess.PIPE
    script = (str(python), str(HERE / "sharing_check.py"), str(profile), step)
    process = await asyncio.create_subprocess_exec(*script, stdout=pipe, stderr=pipe, env={"PATH": os.environ["PATH"]})
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-3000:]
    return dict(json.loads(out.splitlines()[-1]))  # The client writes lines of its own before.
