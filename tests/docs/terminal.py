"""A reader's terminal: a folder like a checkout that is set up, and a shell that runs a document's blocks."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from tests.docs.blocks import Block
from tests.laws.source import ROOT
from tests.patience import PATIENCE_SECONDS

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(("LIUTONG_", "PYTHON", "LT_"))}
PRINTED = "http://127.0.0.1:8000"
"""The address that the documents print. Tests put one of their own in its place, since another may have this one."""


def set_up(folder: Path) -> Path:
    """What `make` finds in a checkout that is set up: its files, and a `.venv` whose programs run this very code."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock", "client"):
        (folder / name).symlink_to(ROOT / name)
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    for name, words in (("python", ""), ("liutong", "-m centre")):
        program = binaries / name
        program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} {words} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    for stamp in (".runtime", ".dev"):
        (folder / ".venv" / stamp).touch()
    return folder


def path_of(folder: Path, *, liutong: bool) -> dict[str, str]:
    """The environment of a reader; `liutong` is found by its bare name where the document takes that for granted."""
    ours = f"{folder / '.venv' / 'bin'}:" if liutong else ""
    places = {"LIUTONG_DATA_DIR": str(folder / "var"), "XDG_CONFIG_HOME": str(folder / "config")}
    return {**CLEAN, "PATH": ours + CLEAN["PATH"], **places}


def run(blocks: list[Block], folder: Path, environment: dict[str, str], address: str = PRINTED) -> str:
    """Run blocks one after the other in one shell, which stops at the first command that fails; gives what was said.

    Raises AssertionError with the block's place and the end of what it said.
    """
    script = "".join(f"printf '\\036{block.name}\\n'\n{block.text}\n" for block in blocks)
    shell = shutil.which("bash") or "/bin/sh"
    done = subprocess.run(
        [shell, "-e", "-u", "-o", "pipefail"],
        input=script.replace(PRINTED, address).encode(),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE_SECONDS,
    )
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, f"{said.rpartition(chr(30))[2][-4000:]}\nexit status {done.returncode}"
    return said


@contextlib.contextmanager
def running(block: Block, folder: Path, environment: dict[str, str], address: str) -> Iterator[None]:
    """A server's block, begun and ready; at the end it is told to stop as a terminal's Ctrl-C tells it."""
    port = re.sub(r".*:", "", address)
    log = folder / "server.log"
    with log.open("wb") as said:
        child = subprocess.Popen(
            ["/bin/sh", "-e", "-c", block.text],
            cwd=folder,
            env={**environment, "LIUTONG_PORT": port},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _ready(child, address, log)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)
        child.wait(PATIENCE_SECONDS)


def _ready(child: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-4000:])
