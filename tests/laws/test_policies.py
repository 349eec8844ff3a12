"""A released policy never changes; a new version is added instead."""

import hashlib

from tests.laws import source

LOCK = source.ROOT / "tests" / "laws" / "policies.lock"


def digests() -> dict[str, str]:
    """Every policy file's digest."""
    return {
        source.name(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for package in source.PACKAGES
        for path in sorted((source.ROOT / package).rglob("policies/*.toml"))
    }


def test_released_policies_are_untouched():
    """Whatever was computed under a version can be computed again: add a file, and its line here; change none."""
    locked = dict(reversed(line.split("  ", 1)) for line in LOCK.read_text(encoding="utf-8").splitlines() if line)
    assert digests() == locked
