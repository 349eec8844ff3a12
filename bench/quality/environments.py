"""The peers' environments: made by the benchmark itself, with exact versions, outside of the repository.

They stand in `$LIUTONG_BENCH_ENVIRONMENTS`, by default in the user's cache directory, and are made anew when the
versions that they need change. What cannot be installed is named with its reason, and is not measured.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "peers"
PEERS = {
    "soda-core": "with_soda.py",
    "datacontract-cli": "with_datacontract.py",
    "pandera-on-pandas": "with_pandera.py",
    "great-expectations": "with_great_expectations.py",
}
"""Each peer's script; `<name>.txt` beside it lists its versions."""


def home() -> Path:
    """Where the environments stand."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("LIUTONG_BENCH_ENVIRONMENTS") or cache / "liutong" / "bench")


def command(peer: str) -> list[str]:
    """How to run the script of a peer; raises OSError or CalledProcessError where it cannot be installed."""
    wanted = FOLDER / f"{peer}.txt"
    place = home() / f"{peer}-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    python, made = place / "bin" / "python", place / "made"
    if not made.exists():
        print(f"  installing {peer} into {place} …", flush=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(place)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(wanted)])
        made.touch()
    return [str(python), str(FOLDER / PEERS[peer])]


def available() -> dict[str, list[str]]:
    """The commands of all peers that can be installed; the others are named."""
    found: dict[str, list[str]] = {}
    for peer in PEERS:
        try:
            found[peer] = command(peer)
        except (OSError, subprocess.CalledProcessError) as failed:
            told = getattr(failed, "stderr", None) or str(failed)
            print(f"  {peer}: SKIPPED, it cannot be installed here: {told.strip().splitlines()[-1]}")
    return found


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
