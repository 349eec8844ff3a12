"""The published rules (规则手册): every refusal cites one of them by its number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from kernel.rules.policy import Confidence, PolicyRef

PACKAGES: Final = ("kernel", "rights", "valuation", "contracts", "market", "channels", "centre")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: its number, its sentence in both languages, the law or decision it rests on."""

    id: Annotated[str, msgspec.Meta(pattern=r"^LT-[A-Z]{3}-\d{2}$(?!\n)")]
    zh: str
    en: str
    basis: str
    confidence: Confidence


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: list[Rule]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in force on a day, and the files they come from."""

    rules: dict[str, Rule]
    sources: tuple[PolicyRef, ...]

    def cite(self, rule_id: str | None) -> Rule | None:
        """Find a rule by number."""
        return self.rules.get(rule_id) if rule_id else None


@cache
def _sets(packages: tuple[str, ...]) -> tuple[policy.PolicySet[_Body], ...]:
    present = [p for p in packages if any(_has_rules(p))]
    return tuple(policy.load("rulebook", _Body, package) for package in present)


def _has_rules(package: str) -> Iterable[bool]:
    folder = resources.files(package) / "policies"
    if folder.is_dir():
        yield from (True for file in folder.iterdir() if file.name.startswith("rulebook-"))


@cache
def in_force(on: date, packages: tuple[str, ...] = PACKAGES) -> Rulebook:
    """The rulebook of a day; raises ValueError when two rules share a number."""
    rules: dict[str, Rule] = {}
    sources: list[PolicyRef] = []
    for versions in _sets(packages):
        try:
            current = versions.at(on)
        except policy.PolicyMissing:
            continue
        sources.append(current.ref)
        for rule in current.body.rule:
            if rule.id in rules:
                raise ValueError(f"two rules are numbered {rule.id}")
            rules[rule.id] = rule
    return Rulebook(dict(sorted(rules.items())), tuple(sources))
