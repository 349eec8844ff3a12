"""What every verifier stands on: the material, the tools' whereabouts, and the count of who said the right thing."""

import functools
import http.server
import os
import shutil
import subprocess
import threading
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kernel.crypto import signing
from tests.kernel.documents.material import Material

HERE = Path(__file__).parent
SIZES = (2, 255, 256, 257, 600)
LARGE = 66_000
NEXT_KEY = signing.Ed25519Signer(b"\x0a" * 32)


class Absent(Exception):
    """The tool is not here; the message says how to get it."""


@dataclass
class Bench:
    """What is verified, up to a log of how many entries, and how it went."""

    folder: Path
    material: Material
    sizes: tuple[int, ...] = SIZES
    done: list[tuple[str, bool]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def expect(self, what: str, holds: bool, command: list[Any], said: str = "VERIFIED", **more: Any) -> None:
        """Run a verifier; it must say yes to the true thing and no to the altered one."""
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, timeout=300, check=False, **more
        )
        accepted = done.returncode == 0 and said in done.stdout
        self.judge(what, holds, accepted, (done.stdout + done.stderr).strip())

    def judge(self, what: str, holds: bool, accepted: bool, told: str) -> None:
        """Count what a verifier said, and show all of it where it said the wrong thing."""
        right = accepted is holds
        self.done.append((what, right))
        print(f"  {'✓' if right else '✗'} {what}: {'verified' if accepted else 'refused'}")
        if not right:
            print("   ", told.replace("\n", "\n    "))


def needs(program: str, cure: str) -> str:
    """The path of a program; raises Absent."""
    found = shutil.which(program)
    if found is None:
        raise Absent(f"{program} is not installed: {cure}")
    return found


def altered(copy: Path, target: Path, path: str) -> Path:
    shutil.copytree(copy, target)
    victim = next(found for found in (target / path, *sorted((target / f"{path}.p").glob("*"))) if found.is_file())
    data = bytearray(victim.read_bytes())
    data[40] ^= 1
    victim.write_bytes(data)
    return target


def environment(folder: Path, *requirements: str) -> Path:
    """An interpreter of its own with packages, those after `--no-deps` alone; raises Absent when they cannot be had."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    cut = requirements.index("--no-deps") if "--no-deps" in requirements else len(requirements)
    for wanted in (requirements[:cut], requirements[cut:]):
        if not wanted:
            continue
        try:
            done = subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted],
                capture_output=True, text=True, check=False, timeout=600,
            )  # fmt: skip
        except subprocess.TimeoutExpired as problem:
            raise Absent(f"pip does not install {' '.join(wanted)} within ten minutes") from problem
        if done.returncode:
            raise Absent(f"pip cannot install {' '.join(wanted)}: {done.stderr.strip()[-200:]}")
    return python


def interpreter(variable: str, folder: Path, *requirements: str) -> Path:
    """What an environment variable names, or an interpreter of its own with packages; skips where there is neither."""
    if named := os.environ.get(variable):
        return Path(named)
    try:
        return environment(folder / "env", *requirements)
    except Absent as problem:
        pytest.skip(str(problem))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""
