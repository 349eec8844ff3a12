"""Which words a report was built with: the digest of the texts, so that an old form is never called altered."""

import hashlib
from functools import cache
from importlib import resources
from typing import Final

_SOURCES: Final = (
    ("valuation.reports", ("build.py", "facts.py", "model.py", "ranges.py")),
    ("valuation.reports.forms.workbook", None),
    ("valuation.reports.sections", None),
    ("valuation.appraisal.presentation", ("figures.py", "names.py")),
    ("valuation.appraisal.analysis", ("sensitivity.py",)),
    ("valuation.policies", None),
)


@cache
def digest() -> str:
    """The digest of everything that puts facts into words."""
    whole = hashlib.sha256()
    for package, only in _SOURCES:
        folder = resources.files(package)
        for file in sorted(folder.iterdir(), key=lambda each: each.name):
            if file.is_file() and file.name.endswith((".py", ".toml")) and (only is None or file.name in only):
                whole.update(f"{package}/{file.name}\0".encode() + file.read_bytes() + b"\0")
    return f"sha256:{whole.hexdigest()}"
