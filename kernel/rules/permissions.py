"""What each role may do (权限), by the day: each package tells which permissions its own routes ask for."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import msgspec

from kernel.rules import policy
from kernel.rules.policy import PolicyMissing, PolicySet
from kernel.rules.rulebook import PACKAGES
from kernel.states import Role

KIND: Final = "permissions"
HOLDERS: Final = ("kernel.identity", *PACKAGES)
"""Packages that may hold a table; what existed before each had its own stands in the first."""


class Permissions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each role may do."""

    roles: dict[Role, list[str]]


@cache
def tables() -> tuple[PolicySet[Permissions], ...]:
    """The tables of every package that has one, with all their versions."""
    return tuple(policy.load(KIND, Permissions, holder) for holder in HOLDERS if _has_table(holder))


def _has_table(holder: str) -> bool:
    folder = resources.files(holder) / "policies"
    return folder.is_dir() and any(file.name.startswith(f"{KIND}-") for file in folder.iterdir())


@cache
def by_role(on: date) -> dict[Role, frozenset[str]]:
    """Every role with what it may do on a day: the union of the tables then in force."""
    held: dict[Role, frozenset[str]] = {}
    for table in tables():
        try:
            roles = table.at(on).body.roles
        except PolicyMissing:
            continue
        for role, names in roles.items():
            held[role] = held.get(role, frozenset()) | frozenset(names)
    return held


def permissions_of(roles: Iterable[Role], on: date) -> frozenset[str]:
    """The union of what the roles may do on a day."""
    held = by_role(on)
    return frozenset(name for role in roles for name in held.get(role, ()))
