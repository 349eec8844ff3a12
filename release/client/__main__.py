"""`python -m release.client` writes what of the client library is generated anew."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from release.client import manifests, models, operations, twins

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "client" / "src" / "liutong_client"
BY_HAND: Final = ("machine.py",)
"""What differs between the twins and is written for each."""


def generated() -> dict[Path, str]:
    """Every generated file with its text."""
    description = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    made = {
        PACKAGE / "models.py": models.written(description),
        PACKAGE / "operations.py": operations.written(description),
    }
    for path in sorted((PACKAGE / "aio").glob("*.py")):
        if path.name not in BY_HAND:
            made[PACKAGE / "blocking" / path.name] = twins.blocking(path.read_text(encoding="utf-8"))
    plain = {
        PACKAGE / "cli" / f"{kind}.schema.json": manifests.written(description, name)
        for kind, name in manifests.KINDS.items()
    }
    return {path: formatted(text, path) for path, text in made.items()} | plain


def formatted(text: str, path: Path) -> str:
    """The text as the repository's formatter writes it, its imports in order."""
    for command in (("check", "--select", "I,RUF022", "--fix", "--exit-zero", "--quiet"), ("format",)):
        words = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"]
        text = subprocess.run(words, input=text, text=True, capture_output=True, check=True, cwd=ROOT).stdout  # noqa: S603
    return text


def main() -> None:
    """Write them, and remove twins whose original is gone."""
    made = generated()
    for path in (PACKAGE / "blocking").glob("*.py"):
        if path not in made and path.name not in BY_HAND:
            path.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
