"""Appraisals with their trace against the bare arithmetic of the same numbers; a portfolio; Monte Carlo."""

import random
import resource
import statistics
import time
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import msgspec

from bench import report
from valuation.appraisal.approaches import cost
from valuation.appraisal.engine import study as engine
from valuation.appraisal.engine.inputs import Study
from valuation.appraisal.policy import policies
from valuation.appraisal.schemas import CostInputs, QualityBasis
from valuation.simulation import Distribution, simulate

ON, UNTIL = date(2026, 11, 23), date(2027, 11, 22)
ROUNDS, EACH = 5, 2_000
ASSETS = 100_000
AIM_RATE, AIM_PORTFOLIO_SECONDS, AIM_DRAWS_MS = 5_000, 60, 100


def said(value: str) -> dict[str, str]:
    """A parameter with its provenance."""
    return {"value": value, "source": "management forecast", "evidence": "fil_1", "confidence": "high"}


def cost_parts(direct: str) -> dict[str, Any]:
    """The cost approach with four stages."""
    return {
        "stages": {
            "plan": {"early": said("20000")},
            "collect": {"direct": said(direct), "indirect": said("30000.50")},
            "process": {"direct": said("150000"), "taxes": said("9000")},
            "deliver": {"indirect": said("12000"), "taxes": said("720.30")},
        },
        "return_on_cost": said("0.10"),
        "economic_life_years": said("4"),
        "remaining_life_years": said("3"),
    }


def income_parts(revenue: str) -> dict[str, Any]:
    """A share of revenue over three years, declining."""
    rate = {"risk_free": "0.02", "market": "0.05", "industry": "0.02", "size": "0.02", "data": "0.03"}
    return {
        "method": "share",
        "share_of": "revenue",
        "share_rate": said("0.05"),
        "income": [said(revenue)],
        "decay": said("0.15"),
        "tax_basis": "post-tax",
        "discount_tax_basis": "post-tax",
        "discount": {"by": "build-up", **{name: said(text) for name, text in rate.items()}},
        "life": {"years": said("3"), "right": said("5")},
    }


def only_cost(direct: str) -> CostInputs:
    """The inputs of an appraisal by the cost approach."""
    head = {"currency": "CNY", "purpose": "price", "single_approach_reason": "no deals"}
    return msgspec.convert({**head, **cost_parts(direct)}, CostInputs)


def two_approaches(direct: str, revenue: str) -> Study:
    """Cost and income, weighed."""
    weights = {"cost": said("0.4"), "income": said("0.6")}
    return msgspec.convert(
        {
            "currency": "CNY",
            "purpose": "price",
            "value_type": "market-value",
            "cost": cost_parts(direct),
            "income": income_parts(revenue),
            "weighing": {"reason": "both known", "weights": weights, "gap_reason": "demand"},
        },
        Study,
    )


QUALITY = QualityBasis("scr_1", "sha256:aa", "92.50", "rev_1", "bb")
CENT = Decimal("0.01")


def by_hand(stated: CostInputs) -> tuple[Decimal, Decimal, Decimal]:
    """The same numbers, written straight down: read from the same inputs, no trace, no checks, no labels."""
    with localcontext() as context:
        context.prec, context.rounding = 34, ROUND_HALF_EVEN
        invested = taxes = Decimal(0)
        for stage in stated.stages.values():
            for part in (stage.early, stage.direct, stage.indirect):
                if part is not None:
                    invested += Decimal(part.value)
            if stage.taxes is not None:
                taxes += Decimal(stage.taxes.value)
        whole = invested + invested * Decimal(stated.return_on_cost.value) + taxes
        life = (Decimal(stated.remaining_life_years.value) / Decimal(stated.economic_life_years.value)).quantize(
            Decimal("1e-6")
        )
        delta = (Decimal(QUALITY.score) / 100 * life).quantize(Decimal("1e-6"))
        value = (whole * delta).quantize(CENT)
        return value, (value * Decimal("0.9")).quantize(CENT), (value * Decimal("1.1")).quantize(CENT)


def rate(work: Any, given: list[Any]) -> float:
    """How many a second on one core."""
    started = time.perf_counter()
    for each in given:
        work(each)
    return len(given) / (time.perf_counter() - started)


def appraisals() -> None:
    """Full appraisals with trace, digest and notes, beside the bare arithmetic."""
    policy = policies().at(ON)

    def ours(stated: CostInputs) -> Any:
        return cost.appraise("ast_1", stated, QUALITY, base_date=ON, use_until=UNTIL, policy=policy)

    def study(stated: Study) -> Any:
        return engine.appraise("ast_1", stated, QUALITY, base_date=ON, use_until=UNTIL, policy=policy)

    given = [only_cost(str(100_000 + i)) for i in range(EACH)]
    studies = [two_approaches(str(100_000 + i), str(2_000_000 + i)) for i in range(EACH // 2)]
    for stated in given[:50]:
        found = ours(stated)
        assert [Decimal(m.amount) for m in (found.value, found.low, found.high)] == list(by_hand(stated))
    limit, mine, both = [], [], []
    for _ in range(ROUNDS):
        limit.append(rate(by_hand, given))
        mine.append(rate(ours, given))
        both.append(rate(study, studies))
    steps = len(ours(given[0]).trace)
    pairs = [own / bare for own, bare in zip(mine, limit, strict=True)]
    print(f"appraisals by the cost approach, {steps} steps of trace each, on one core")
    print(f"  limit: the same numbers by hand-written Decimal, no trace, no checks: {statistics.median(limit):,.0f}/s")
    each = ", ".join(f"{pair:.3f}" for pair in pairs)
    print(f"  ratio {statistics.median(pairs):.3f} (rounds {each}); no aim was set for it")
    found_rate = statistics.median(mine)
    print(
        f"  ours: {found_rate:,.0f}/s; aim ≥ {AIM_RATE:,}/s: {'reached' if found_rate >= AIM_RATE else 'NOT reached'}"
    )
    steps = len(study(studies[0]).trace)
    print(f"  two approaches and their reconciliation, {steps} steps each: {statistics.median(both):,.0f}/s\n")


def stream(count: int) -> Iterator[CostInputs]:
    """Assets one after the other, as they would come from a table."""
    rng = random.Random(20261123)
    for _ in range(count):
        yield only_cost(str(rng.randrange(10_000, 10_000_000)))


def portfolio() -> None:
    """So many assets in one run, read, valued and written one by one: memory does not grow with their number."""
    policy, total, size = policies().at(ON), Decimal(0), 0
    peaks = []
    started = time.perf_counter()
    for i, stated in enumerate(stream(ASSETS)):
        found = cost.appraise(f"ast_{i}", stated, QUALITY, base_date=ON, use_until=UNTIL, policy=policy)
        total += Decimal(found.value.amount)
        size += len(msgspec.json.encode(found, order="sorted"))
        if i % (ASSETS // 4) == ASSETS // 4 - 1:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    seconds = time.perf_counter() - started
    verdict = "reached" if seconds < AIM_PORTFOLIO_SECONDS else "NOT reached"
    print(
        f"portfolio of {ASSETS:,} assets, cost approach with trace, one core: {seconds:.1f} s; {size / 1e6:,.0f} MB of"
    )
    print(f"  documents, total {total:,.2f}; aim < {AIM_PORTFOLIO_SECONDS} s: {verdict}")
    print(f"  peak memory after each quarter: {', '.join(f'{peak:.0f} MB' for peak in peaks)}\n")


def draws() -> None:
    """Monte Carlo over the trace of two approaches."""
    policy = policies().at(ON)
    found = engine.appraise(
        "ast_1", two_approaches("300000", "2000000"), QUALITY, base_date=ON, use_until=UNTIL, policy=policy
    )
    distributed = {
        "#/inputs/income/share_rate": Distribution("triangular", (Decimal("0.03"), Decimal("0.05"), Decimal("0.08"))),
        "#/trace/income.r": Distribution("normal", (Decimal("0.14"), Decimal("0.01"))),
        "#/inputs/cost/return_on_cost": Distribution("uniform", (Decimal("0.05"), Decimal("0.15"))),
        "#/quality/score": Distribution("triangular", (Decimal(80), Decimal("92.5"), Decimal(98))),
    }
    taken = []
    for seed in range(20):
        started = time.perf_counter()
        simulate(found.trace, distributed, draws=10_000, seed=seed)
        taken.append((time.perf_counter() - started) * 1000)
    median = statistics.median(taken)
    verdict = "reached" if median < AIM_DRAWS_MS else "NOT reached"
    print(f"Monte Carlo, 10,000 draws of 4 inputs through {len(found.trace)} steps: median {median:.1f} ms,")
    print(f"  worst {max(taken):.1f} ms; aim < {AIM_DRAWS_MS} ms: {verdict}\n")


def run() -> None:
    """Measure all of it."""
    appraisals()
    portfolio()
    draws()


if __name__ == "__main__":
    report.machine()
    run()
