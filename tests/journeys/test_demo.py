"""The whole story in real processes: once in peace, and once with the power cut again and again."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import asyncpg
import pytest

from centre.demo import processes
from centre.demo.printer import Printer
from centre.demo.run import stage
from centre.demo.steps import STEPS, run_all
from kernel.db import dsn_of
from tests.patience import PATIENCE_SECONDS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

DOCUMENTS = ("certificate", "scorecard", "valuation", "agreement", "receipt", "settlement")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """`liutong demo` in a folder that was used before; gives the output folder."""
    home = tmp_path_factory.mktemp("demo")
    home.chmod(0o755)
    output = home / "demo-output"
    output.mkdir()
    # What an earlier demonstration left here is another centre's, and is written over before anything is verified.
    (output / "status-list.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-m", "centre", "demo", "--plain", "--output", str(output)],
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return output


def test_the_summary_holds_what_was_traded(told):
    summary = json.loads((told / "summary.json").read_text())
    assert len(summary["certificate_number"]) == 15
    assert 0 < summary["quality_score"] <= 100
    assert float(summary["valuation"]["amount"]) > 0
    assert summary["order_state"] == "settled"
    assert summary["payout_state"] == "confirmed"
    assert summary["registered_sha256"] == summary["delivered_sha256"]
    assert summary["trial_balance"] == 0
    assert len(summary["agreement_sha256"]) == len(summary["log_root"]) == 64
    assert summary["log_size"] > 30
    assert {"listing_id", "order_id"} <= set(summary)


def test_the_delivered_files_are_the_registered_ones(told):
    import hashlib

    summary = json.loads((told / "summary.json").read_text())
    for name, sha256 in summary["registered_sha256"].items():
        assert hashlib.sha256((told / "delivered" / name).read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_has_readable_forms(told, name):
    for lang, mark in (("zh", 'lang="zh-CN"'), ("en", 'lang="en"')):
        assert mark in (told / f"{name}.{lang}.html").read_text()


def liutong(*arguments, cwd):
    """The command in an environment without network or database settings."""
    return subprocess.run(
        [sys.executable, "-m", "centre", *arguments],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def test_an_outsider_verifies_every_document_and_the_log(told):
    verified = liutong("verify", "--trust", "trust.json", *[f"{name}.json" for name in DOCUMENTS], cwd=told)
    assert verified.returncode == 0, verified.stdout
    assert verified.stdout.count("✓") > 3 * len(DOCUMENTS)
    log = liutong("log", "verify", "log", "--trust", "trust.json", cwd=told)
    assert log.returncode == 0, log.stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_one_changed_byte_is_caught(told, tmp_path, name):
    """Sampled places all over the file; a change may make it unreadable or false, but never pass."""
    original = (told / f"{name}.json").read_bytes()
    (tmp_path / "trust.json").write_bytes((told / "trust.json").read_bytes())
    dice = random.Random(name)
    from centre.verification.verify import verified
    from kernel.documents.verify import FileUnreadable

    for place in dice.sample(range(len(original)), 60):
        changed = bytearray(original)
        changed[place] ^= 1 << dice.randrange(7)
        path = tmp_path / f"{name}.json"
        path.write_bytes(changed)
        try:
            before, after = json.loads(original), json.loads(bytes(changed))
        except ValueError:
            before, after = None, object()
        if before == after:
            continue  # White space between tokens is not content.
        with contextlib.suppress(FileUnreadable):
            assert not verified(path, tmp_path / "trust.json").holds, (
                f"byte {place}: {original[place]!r} -> {changed[place]!r}"
            )


class Saboteur(Printer):
    """Kills the API server and the worker at moments of its choosing while the story is told."""

    def __init__(self, set_up, dice):
        super().__init__(STEPS, plain=True)
        self.set_up, self.dice, self.number, self.killed = set_up, dice, 0, []
        self.threads = []
        self.lock = threading.Lock()

    def step(self, zh, en):
        """Some steps are hit, some moments after their beginning."""
        super().step(zh, en)
        self.number += 1
        victim = {3: "api", 4: "worker", 8: "api", 9: "both", 10: "api", 11: "worker"}.get(self.number)
        if victim:
            thread = threading.Thread(target=self.strike, args=(victim, self.dice.uniform(0, 0.15)), daemon=True)
            thread.start()
            self.threads.append(thread)

    def strike(self, victim, delay):
        """SIGKILL, then start again."""
        time.sleep(delay)
        with self.lock:
            for name, process in (("api", self.set_up.api), ("worker", self.set_up.worker)):
                if victim in (name, "both"):
                    process.kill()
                    process.start()
                    self.killed.append(name)


def orphans(folder, parents):
    """Processes of an installation's own making that live while whoever started them does not."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_text().replace("\0", " ")
            if "multiprocessing" in words and f"LIUTONG_DATA_DIR={folder}" in (place / "environ").read_text():
                parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                found += [] if parent in parents else [words]
    return found


async def test_kill_minus_nine_loses_nothing_that_was_answered(tmp_path):
    tmp_path.chmod(0o755)
    async with stage(tmp_path) as set_up:
        printer = Saboteur(set_up, random.Random(20261123))
        answers = set_up.centre.operator.answers
        await asyncio.to_thread(run_all, set_up.centre, tmp_path / "out", printer)
        for thread in printer.threads:
            thread.join()
        assert len(printer.killed) >= 7
        living = {process.child.pid for process in (set_up.api, set_up.worker)}
        left = set_up.api.environment["LIUTONG_DATA_DIR"]
        for _ in range(600):
            if not (remaining := orphans(left, living)):
                break
            await asyncio.sleep(0.1)
        assert remaining == [], "what was killed took its processes with it"
        summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
        assert summary["order_state"] == "settled"
        assert summary["trial_balance"] == 0
        assert summary["registered_sha256"] == summary["delivered_sha256"]
        made = {answer["id"] for answer in answers if isinstance(answer, dict) and "id" in answer}
        connection = await asyncpg.connect(dsn_of(set_up.api.environment["LIUTONG_DATABASE_URL"]))
        logged = {row["subject"] for row in await connection.fetch("SELECT subject FROM log_entry")}
        kept = {row["id"] for row in await connection.fetch("SELECT id FROM stored_file")}
        await connection.close()
        assert made - logged - kept == set()
        assert len(made) > 15


def test_interrupted_it_leaves_nothing_running(tmp_path):
    tmp_path.chmod(0o755)
    # A suite that is a background job of a shell ignores Ctrl-C, and so would the child.
    listening = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    child = subprocess.Popen(
        [sys.executable, "-c", listening + "runpy.run_module('centre', run_name='__main__')", "demo", "--plain"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(" 4."):
            break
    # A terminal sends Ctrl-C to the whole group.
    os.killpg(child.pid, signal.SIGINT)
    with child.stdout:
        child.stdout.read()
    assert child.wait(40) == 130
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True)
    assert left.stdout == ""
    assert list((tmp_path / "var").iterdir()) == []
    assert processes.free_port() > 0
