"""What goes with a release: licence, notices that are current, and types for whoever builds on it."""

import tomllib

from release import notices
from tests.laws import source

PROJECT = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def test_the_notices_are_those_of_the_lock_file():
    """`make notices` writes them anew; a package that states no licence raises LicenceUnknown here."""
    now = notices.notices(notices.pinned(notices.LOCK.read_text(encoding="utf-8")))
    assert notices.NOTICES.read_text(encoding="utf-8") == now


def test_every_locked_package_is_noticed():
    lock = notices.LOCK.read_text(encoding="utf-8")
    names = {line.partition("==")[0].lower() for line in lock.splitlines() if "==" in line and line[0].isalnum()}
    assert {each.name for each in notices.pinned(lock)} == names
    assert len(names) > 100


def test_the_licence_stands_with_the_code():
    for name in PROJECT["project"]["license-files"]:
        assert (source.ROOT / name).is_file(), name
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (source.ROOT / "LICENSE").read_text(encoding="utf-8")


def test_every_package_of_the_wheel_is_typed():
    assert [name for name in WHEEL if not (source.ROOT / name / "py.typed").is_file()] == []
