"""The dated rules of portfolios: ranges of what is declared, limits, and what each step rests on."""

from functools import cache

from msgspec import Struct

from kernel.rules import policy
from kernel.rules.policy import Policy, PolicySet
from valuation.appraisal.policy import Ground, Usual


class PortfolioPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the rules."""

    assets_max: int
    upstream_max: int
    sources_max: int
    depth_max: int
    overlap: Usual
    correlation: Usual
    share: Usual
    sum: Ground
    discount: Ground
    spread: Ground


PortfolioRules = Policy[PortfolioPolicy]


@cache
def policies() -> PolicySet[PortfolioPolicy]:
    """All released versions."""
    return policy.load("portfolio", PortfolioPolicy, "valuation.portfolio")
