"""Over a hundred attacks on the confinement: none gets anywhere, and honest programs pass."""

import json
import os
import socket
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from channels.programs.confinement import bubblewrap, probing, seccomp
from channels.programs.confinement.running import Outcome
from tests.channels.programs.attacks import BOMBS, BY_CLASS, FILES, NETWORK, program
from tests.channels.programs.story import HAS_BWRAP, LIMITS, MISSING, POLICY, ROOMY, confined, ran

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not HAS_BWRAP, reason=MISSING)]


@pytest.fixture
def secret(tmp_path):
    """Files of the worker's own that everybody on the machine may read."""
    for name in ("secret", "neighbour.csv"):
        (tmp_path / name).write_text("secret", encoding="utf-8")
        (tmp_path / name).chmod(0o644)
    return str(tmp_path / "secret")


@pytest.fixture
def port():
    """Somebody who listens on this machine."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("kind", BY_CLASS)
async def test_nothing_is_reached(kind, secret, port):
    ending, results = await ran(program(BY_CLASS[kind], secret=secret, port=port))
    assert (ending.outcome, ending.said) == (Outcome.ENDED, b"[]\n"), ending
    assert len(results["result.csv"]) <= LIMITS.file_bytes


def test_the_attacks_are_attacks(secret, port):
    """Outside, where nothing confines, they reach what they look for: the collection can fail."""
    attacks = {
        name: FILES[name]
        for name in ("passwd", "the secret", "a neighbour's table", "proc of itself", "sys", "a shell")
    }
    attacks |= {name: NETWORK[name] for name in ("tcp", "udp", "dns", "unix pair", "listening")}
    text = program(attacks, secret=secret, port=port)
    said = subprocess.run([sys.executable, "-c", text], capture_output=True, check=True).stdout
    assert json.loads(said) == list(attacks)


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_ends_and_leaves_nothing(name):
    text, outcomes = BOMBS[name]
    short = replace(LIMITS, seconds=3 if "out_of_time" in outcomes else 20, tasks_max=32)
    ending, _ = await ran(text, short)
    assert ending.outcome in outcomes, ending
    assert ending.peak_bytes <= LIMITS.memory_bytes
    assert len(ending.said) <= LIMITS.said_bytes
    folders = (await confined()).groups.folders
    groups = [left for folder in folders for left in folder.glob(f"liutong-program-{os.getpid()}-*")]
    assert groups == []


async def test_a_result_is_no_larger_than_it_may_be():
    ending, results = await ran("f = open('/results/result.csv', 'wb')\nwhile True:\n    f.write(bytes(65536))\n")
    assert ending.outcome is Outcome.FAILED
    assert len(results["result.csv"]) == LIMITS.file_bytes


async def test_what_one_run_leaves_no_other_sees():
    await ran("open('/tmp/left', 'w').write('x')")
    ending, _ = await ran("import os\nprint(os.listdir('/tmp'))")
    assert ending.said == b"[]\n"


HONEST = {
    "polars": "import polars as pl\npl.scan_csv('/data/table.csv').group_by('region').agg(pl.len()).collect()"
    ".write_csv('/results/result.csv')",
    "duckdb": "import duckdb\nduckdb.sql(\"copy (select region, count(*) n from '/data/table.csv' group by region)"
    " to '/results/result.csv' (use_tmp_file false)\")",
    "arrow": "import pyarrow.csv as c\nc.write_csv(c.read_csv('/data/table.csv'), '/results/result.csv')",
    "python": "import csv\nrows = list(csv.reader(open('/data/table.csv', encoding='utf-8')))\n"
    "csv.writer(open('/results/result.csv', 'w', newline='')).writerows(rows)",
}


@pytest.mark.parametrize("name", HONEST)
async def test_an_honest_program_passes(name):
    ending, results = await ran(HONEST[name], ROOMY)
    assert (ending.outcome, ending.exit_code) == (Outcome.ENDED, 0), ending
    assert "region" in results["result.csv"].decode()


async def test_a_filter_that_allows_all_is_found_out(monkeypatch):
    """A machine whose system calls are not filtered is offered nowhere."""
    monkeypatch.setattr(seccomp, "compiled", lambda: struct.pack("=HBBI", 6, 0, 0, 0x7FFF0000))
    found = await probing.probe(POLICY.libraries)
    assert found.confinement is None
    assert "reach" in found.missing[0].en


async def test_a_table_that_can_be_written_is_found_out(monkeypatch):
    """As is one whose files are not read only."""
    plain = bubblewrap.arguments

    def open_to_all(**given):
        words = plain(**given)
        at = words.index("/data/table.csv") - 2
        return [*words[:at], "--bind", *words[at + 1 :]]

    monkeypatch.setattr(bubblewrap, "arguments", open_to_all)
    found = await probing.probe(POLICY.libraries)
    assert found.confinement is None
    assert "reach" in found.missing[0].en


def test_there_are_enough_of_them():
    assert sum(map(len, BY_CLASS.values())) + len(BOMBS) >= 100
    assert Path("/etc/passwd").exists()
