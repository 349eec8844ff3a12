"""The licences of everything that is installed with Liutong, as its own metadata states them.

`python -m release.notices` writes THIRD-PARTY.md anew from requirements.lock and the packages that are installed here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LOCK: Final = ROOT / "requirements.lock"
NOTICES: Final = ROOT / "THIRD-PARTY.md"
HOLDERS_MAX: Final = 3
LICENCE_LENGTH_MAX: Final = 80
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)(?: ; (.+?))?(?: \\)?$", re.MULTILINE)
_HOLDER: Final = re.compile(r"^[\s*#]*(copyright\b.*\d{4}.*?)[\s*]*$", re.IGNORECASE | re.MULTILINE)
_HEAD: Final = """# Third-party software

Liutong installs the packages below and none of their code is part of it; each is under its own licence, which its
distribution holds in full. This list is made from `requirements.lock` and the packages' own metadata by
`python -m release.notices`.
"""


class LicenceUnknown(LookupError):
    """A package says nowhere under which licence it is; somebody must look before it is released with us."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package of the lock file: all versions that some platform gets, and on which it is installed."""

    name: str
    versions: tuple[str, ...]
    markers: tuple[str, ...]


def pinned(lock: str) -> list[Pinned]:
    """The packages of a lock file, by name."""
    rows: dict[str, list[tuple[str, str]]] = {}
    for name, version, marker in _PIN.findall(lock):
        rows.setdefault(name.lower(), []).append((version, marker))
    return [
        Pinned(name, tuple(version for version, _ in each), tuple(marker for _, marker in each if marker))
        for name, each in sorted(rows.items())
    ]


def licence(package: Distribution) -> str:
    """The licence that a package states: SPDX expression, title of its licence, or classifiers; else LicenceUnknown."""
    meta = package.metadata
    expression, stated = ((meta.get_all(name) or [""])[0] for name in ("License-Expression", "License"))
    # Some put the whole text there; its first line is its name.
    title = next((line.strip() for line in stated.splitlines() if line.strip()), "")
    classified = [each.rpartition(" :: ")[2] for each in meta.get_all("Classifier") or () if each.startswith("License")]
    for text in (expression, title, ", ".join(classified)):
        if 0 < len(text) <= LICENCE_LENGTH_MAX and not text.upper().startswith(("UNKNOWN", "COPYRIGHT")):
            return text
    raise LicenceUnknown(str(meta["Name"]))


def holders(package: Distribution) -> list[str]:
    """The first copyright lines of its licence files."""
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for file in package.files or ()
        if re.match(r"(LICEN[CS]E|COPYING|NOTICE)", file.name, re.IGNORECASE) and ".dist-info" in str(file)
        for path in [Path(str(file.locate()))]
        if path.is_file()
    ]
    lines = (re.sub(r"\s+", " ", line) for text in sorted(texts) for line in _HOLDER.findall(text))
    return [line for line in dict.fromkeys(lines) if "[yyyy]" not in line][:HOLDERS_MAX]


def notices(packages: Iterable[Pinned]) -> str:
    """The whole list; raises LicenceUnknown."""
    parts = [_HEAD]
    for each in packages:
        head = f"## {each.name} {', '.join(each.versions)}"
        try:
            found = distribution(each.name)
        except PackageNotFoundError:
            parts.append(f"{head}\n\nInstalled only where {' or '.join(each.markers)}; see its own metadata there.\n")
            continue
        lines = [f"Licence: {licence(found)}", *holders(found)]
        parts.append(head + "\n\n" + "\n".join(f"- {line}" for line in lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    NOTICES.write_text(notices(pinned(LOCK.read_text(encoding="utf-8"))), encoding="utf-8")
