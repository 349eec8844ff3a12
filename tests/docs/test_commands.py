"""Every fenced block of commands in README.md and docs/ does what its page says, run as a reader would run it.

The quick part needs no server and no demonstration; the slow one runs each page whole, from top to bottom.
"""

import contextlib
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from centre.demo.processes import free_port
from tests.docs import blocks, terminal
from tests.laws.source import ROOT

pytestmark = pytest.mark.xdist_group("docs")

PAGES = [path for path in blocks.documents() if blocks.commands(path) and path.parent.name != "guides"]
"""All but the guides, which need a seeded sandbox: test_guides."""

LONG = {"README.md", "docs/quality.md"}
"""Pages whose commands load the engines again and again."""

NAMES = [str(path.relative_to(ROOT)) for path in PAGES]
README = ROOT / "README.md"


@pytest.fixture
def folder():
    """A checkout that is set up, in a folder that the embedded PostgreSQL's user may enter."""
    place = Path(tempfile.mkdtemp(prefix="liutong-docs-"))
    place.chmod(0o755)
    yield terminal.set_up(place)
    shutil.rmtree(place, ignore_errors=True)


def flights(path):
    """A small table where the demonstration would have left the delivered one."""
    path.parent.mkdir(parents=True)
    day = [date(2013, 1, 1) + timedelta(days=number) for number in range(300)]
    columns = {
        "carrier": ["UA", "B6", "DL"] * 100,
        "flight": range(300),
        "origin": ["EWR", "JFK", "LGA"] * 100,
        "day": day,
    }
    pl.DataFrame(columns).write_parquet(path)


def own_data(folder):
    """What the reader has: transactions, the regions that they name, and an answer of the API to be signed."""
    regions = ["CN-NM", "CN-SX", "CN-SN"]
    day = [date(2026, 1, 1) + timedelta(days=number) for number in range(300)]
    columns = {"id": range(1, 301), "traded_on": day, "region": regions * 100, "tons": [20 + n % 7 for n in range(300)]}
    pl.DataFrame(columns).write_csv(folder / "tx.csv")
    (folder / "agreement.json").write_text('{"signing_text": "双方同意。"}', encoding="utf-8")
    pl.DataFrame({"region": regions, "name": ["内蒙古", "山西", "陕西"]}).write_parquet(folder / "regions.parquet")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(page, marks=[pytest.mark.slow] * (name in LONG), id=name)
        for page, name in zip(PAGES, NAMES, strict=True)
    ],
)
def test_what_needs_no_server_runs(path, folder):
    if path == README:
        flights(folder / "demo-output" / "delivered" / "flights.parquet")
    own_data(folder)
    terminal.run(
        [block for block in blocks.commands(path) if block.way == "quick"],
        folder,
        terminal.path_of(folder, liutong=path != README),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [each for each in PAGES if any(b.way in ("slow", "server") for b in blocks.commands(each))]
)
def test_a_whole_page_runs(path, folder):
    own_data(folder)
    address = f"http://127.0.0.1:{free_port()}"
    environment = terminal.path_of(folder, liutong=path != README)
    with contextlib.ExitStack() as servers:
        waiting = []
        for block in blocks.commands(path):
            if block.way == "server":
                terminal.run(waiting, folder, environment)
                waiting = []
                servers.enter_context(terminal.running(block, folder, environment, address))
            elif block.way != "not":
                waiting.append(block)
        terminal.run(waiting, folder, environment, address)
