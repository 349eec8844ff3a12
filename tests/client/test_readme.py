"""The story in README.md is run as it stands there, against the sandbox that `make serve` seeds."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from centre.demo.processes import free_port
from tests.docs import blocks, terminal
from tests.laws.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docs")]

LINES_MAX = 25


@pytest.fixture
def folder():
    """A checkout that is set up, in a folder that the embedded PostgreSQL's user may enter."""
    place = Path(tempfile.mkdtemp(prefix="liutong-client-"))
    place.chmod(0o755)
    yield terminal.set_up(place)
    shutil.rmtree(place, ignore_errors=True)


def test_the_story_is_short_and_true(folder):
    every = blocks.blocks(ROOT / "README.md")
    [story] = [block for block in every if block.language == "python"]
    [serve] = [block for block in every if block.way == "server"]
    assert len([line for line in story.text.splitlines() if line.strip()]) <= LINES_MAX
    address = f"http://127.0.0.1:{free_port()}"
    program = story.text.replace('sandbox-keys.json")', f'sandbox-keys.json", "{address}")')
    with terminal.running(serve, folder, terminal.path_of(folder, liutong=False), address):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program + "print(buyer.orders.wait(order.id, 'settled').status)\n"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "client/src")},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "settled"
    assert (folder / "data/levels.csv").read_bytes() == (ROOT / "client/examples/levels.csv").read_bytes()
