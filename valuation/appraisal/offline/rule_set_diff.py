"""What two released rule sets say differently, number by number."""

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from msgspec import Struct


class Difference(Struct, frozen=True):
    """One place: what the first says and what the second says; None where it says nothing."""

    place: str
    first: str | None
    second: str | None


def read(named: str) -> dict[str, Any]:
    """A rule set by version, or by the path of a file; raises LookupError, ValueError."""
    path = Path(named)
    if path.suffix == ".toml" and path.is_file():
        return tomllib.loads(path.read_text(encoding="utf-8"))
    folder = resources.files("valuation.appraisal") / "policies"
    file = folder / f"appraisal-{path.name}.toml"
    if path.name != named or not file.is_file():
        versions = sorted(each.name.removeprefix("appraisal-").removesuffix(".toml") for each in folder.iterdir())
        raise LookupError(f"no rule set {named}; there are {', '.join(versions)}, or name a .toml file")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def differences(first: dict[str, Any], second: dict[str, Any]) -> Iterator[Difference]:
    """Every place where they differ, in alphabetical order."""
    one, other = dict(_leaves(first, "")), dict(_leaves(second, ""))
    for place in sorted(set(one) | set(other)):
        if one.get(place) != other.get(place):
            yield Difference(place, one.get(place), other.get(place))


def _leaves(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, below in node.items():
            yield from _leaves(below, f"{place}.{key}" if place else key)
    elif isinstance(node, list):
        for i, below in enumerate(node):
            yield from _leaves(below, f"{place}.{i}")
    else:
        yield place, str(node)
