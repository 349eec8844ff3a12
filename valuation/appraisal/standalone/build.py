"""Building the one-file verifier from the engine's own modules, so that it computes what the engine computes."""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

ROOT: Final = "valuation.appraisal.standalone.check"
PACKAGES: Final = ("kernel", "valuation")
RULE_SETS: Final = "valuation.appraisal"
HERE: Final = "valuation.appraisal.standalone"

_HEAD: Final = '''#!/usr/bin/env python3
"""Recompute appraisals: python3 -I {name} REPORT.json ...

One file for Python 3.11 or newer, with nothing outside the standard library, no network and no database. It holds
the modules of the engine and the released rule sets as they are, built from sources with the digest
{digest}.
It proves the arithmetic of a report, not its signature: whoever issued it is checked with `liutong verify`.
"""

'''


class CannotEmbed(ValueError):
    """A module cannot be part of the one file."""


def verifier(name: str = "verifier.py") -> str:
    """The text of the verifier; raises CannotEmbed."""
    modules = dict(sorted(_closure().items()))
    modules["msgspec"] = _source(f"{HERE}.structs")
    files = {
        f"{RULE_SETS.replace('.', '/')}/policies/{file.name}": file.read_bytes().decode()
        for file in sorted((resources.files(RULE_SETS) / "policies").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    loader = _source(f"{HERE}.loader")
    everything = "".join(f"{key}\0{text}\0" for key, text in {**modules, **files, "loader": loader}.items())
    head = _HEAD.format(name=name, digest=hashlib.sha256(everything.encode()).hexdigest())
    body = loader.partition('"""\n\n')[2]
    return (
        f"{head}{body}\n\nMODULES = {{\n{''.join(_entries(modules))}}}\n\nFILES = {{\n{''.join(_entries(files))}}}\n\n"
        'if __name__ == "__main__":\n    start(MODULES, FILES)\n'
    )


def write(path: Path) -> int:
    """Write the verifier; gives its size in bytes."""
    data = verifier(path.name).encode()
    path.write_bytes(data)
    return len(data)


def _entries(texts: dict[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        if "'''" in text or text.endswith(("'", "\\")) or "\r" in text:
            raise CannotEmbed(f"{name} cannot stand between quotes")
        yield f"{name!r}: r'''{text}''',\n"


def _closure() -> dict[str, str]:
    """Every module of ours that the verifier imports, and the packages that they stand in."""
    sources: dict[str, str] = {}
    pending = [ROOT]
    while pending:
        name = pending.pop()
        if name in sources:
            continue
        sources[name] = _source(name)
        parent = name.rpartition(".")[0]
        pending += [parent] if parent else []
        pending += [each for each in _imports(name, sources[name]) if each.split(".")[0] in PACKAGES]
    return sources


def _imports(name: str, text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise CannotEmbed(f"{name} imports relatively")
            yield node.module
            below = (f"{node.module}.{alias.name}" for alias in node.names)
            if node.module.split(".")[0] in PACKAGES:
                yield from (each for each in below if _is_module(each))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _source(name: str) -> str:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotEmbed(f"{name} has no source")
    return Path(spec.origin).read_text(encoding="utf-8")
