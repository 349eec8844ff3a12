"""The peers' environments: made by the benchmark itself, with exact versions, outside of the repository.

They stand in `$LIUTONG_BENCH_ENVIRONMENTS`, by default in the user's cache directory, and are made anew when the
versions that they need change. What cannot be installed is named with its reason, and is not measured.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "peers"
PEERS = {
    "soda-core": ("soda-core", "with_soda.py"),
    "datacontract-cli": ("datacontract-cli", "with_datacontract.py"),
    "pandera-on-pandas": ("pandera", "with_pandera.py", "default"),
    "pandera-on-arrow": ("pandera", "with_pandera.py", "arrow"),
    "great-expectations": ("great-expectations", "with_great_expectations.py"),
}
"""Each peer's list of versions (`<name>.txt`), its script, and how the script is called beside its specification."""


def home() -> Path:
    """Where the environments stand."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("LIUTONG_BENCH_ENVIRONMENTS") or cache / "liutong" / "bench")


def command(peer: str, spec: Path) -> list[str]:
    """How to run the script of a peer; raises OSError or CalledProcessError where it cannot be installed."""
    name, script, *more = PEERS[peer]
    wanted = FOLDER / f"{name}.txt"
    place = home() / f"{name}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    python, made = place / "bin" / "python", place / "made"
    if not made.exists():
        print(f"  installing {name} into {place} …", flush=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)])
        made.touch()
    return [str(python), str(FOLDER / script), str(spec), *more]


def available(spec: Path, peers: Iterable[str]) -> dict[str, list[str]]:
    """The commands of those of these peers that can be installed; the others are named."""
    found: dict[str, list[str]] = {}
    for peer in peers:
        try:
            found[peer] = command(peer, spec)
        except (OSError, subprocess.CalledProcessError) as failed:
            told = getattr(failed, "stderr", None) or str(failed)
            print(f"  {peer}: SKIPPED, it cannot be installed here: {told.strip().splitlines()[-1]}")
    return found


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
