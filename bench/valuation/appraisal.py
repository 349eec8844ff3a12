"""Appraisals with their trace against the bare arithmetic of the same numbers; Monte Carlo."""

import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

import msgspec

from bench import report
from valuation.appraisal import study
from valuation.appraisal.analysis.admission import Stored
from valuation.appraisal.analysis.columns import Distribution
from valuation.appraisal.analysis.simulation import simulate
from valuation.appraisal.engine.inputs import CostInputs, CostModel, QualityBasis, Stated, Study
from valuation.appraisal.policy import policies

ON, UNTIL = date(2026, 11, 23), date(2027, 11, 22)
ROUNDS, EACH = 5, 1_000
AIM_RATE, AIM_DRAWS_MS = 5_000, 100


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


def comparables(index: int) -> Study:
    """Three deals that differ in scale and quality."""
    traits = {"right": "use", "mode": "one-off", "field": "retail", "region": "全国", "tax_basis": "post-tax"}
    same = {"remaining_years": said("3"), "supply_demand": said("1.05"), "other": said("1"), "price_index": said("98")}
    cases = {
        name: {
            **traits, **same, "kind": "realised", "dated": "2026-06-30", "currency": "CNY", "price": said(price),
            "scale": said(scale), "quality": said(score),
        }
        for name, price, scale, score in (
            ("a", "90000", "800000", "88"), ("b", "100000", "1000000", "92.50"), ("c", "120000", "1500000", "95"),
        )
    }  # fmt: skip
    own = {
        "scale": "1000000",
        "remaining_years": "3",
        "price_index": str(index),
        "quality_exponent": "1",
        "capacity_exponent": "0.8",
    }
    head = {"currency": "CNY", "purpose": "price", "value_type": "market-value", "single_approach_reason": "one"}
    model = {**traits, **{name: said(text) for name, text in own.items()}, "comparables": cases}
    return msgspec.convert({**head, "market": model}, Study)


QUALITY = QualityBasis("scr_1", "sha256:aa", "92.50", "rev_1", "bb")
CENT, MICRO = Decimal("0.01"), Decimal("1e-6")


def by_hand(stated: CostModel) -> tuple[Decimal, Decimal, Decimal]:
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


def two_by_hand(stated: Study) -> tuple[Decimal, Decimal, Decimal]:
    """Cost and share of revenue, weighed: the same numbers without trace, checks or labels."""
    assert stated.cost is not None
    assert stated.income is not None
    assert stated.weighing is not None
    cost_band = by_hand(stated.cost)
    model, weights = stated.income, stated.weighing.weights
    with localcontext() as context:
        context.prec, context.rounding = 34, ROUND_HALF_EVEN
        rate_parts = msgspec.structs.asdict(model.discount).values()
        rate = sum((Decimal(part.value) for part in rate_parts), Decimal(0))
        income, keep = Decimal(model.income[0].value), 1 - Decimal(model.decay.value)
        share, factor, total = Decimal(model.share_rate.value), Decimal(1), Decimal(0)
        for year in range(int(Decimal(model.life.years.value))):
            income = income * keep if year else income
            factor = factor / (1 + rate)
            total += income * share * factor
        value = total.quantize(CENT)
        band = value, (value * Decimal("0.8")).quantize(CENT), (value * Decimal("1.2")).quantize(CENT)
        w, v = Decimal(weights["cost"].value), Decimal(weights["income"].value)
        found = [(w * one + v * other).quantize(CENT) for one, other in zip(cost_band, band, strict=True)]
        return found[0], found[1], found[2]


def market_by_hand(stated: Study) -> tuple[Decimal, Decimal, Decimal]:
    """Three comparables with five corrections, weighed by nearness."""
    model = stated.market
    assert model is not None
    with localcontext() as context:
        context.prec, context.rounding = 34, ROUND_HALF_EVEN
        score, scale, life = Decimal(QUALITY.score), Decimal(model.scale.value), Decimal(model.remaining_years.value)
        index, e, f = (Decimal(p.value) for p in (model.price_index, model.quality_exponent, model.capacity_exponent))
        prices, near = [], []
        for _, case in sorted(model.comparables.items()):
            c, its, years = (Decimal(p.value) for p in (case.quality, case.scale, case.remaining_years))
            factors = (
                (score / c if e == 1 else ((score / c).ln() * e).exp(), "0.5", "1.2"),
                (Decimal(case.supply_demand.value), "0.8", "1.25"),
                (index / Decimal(case.price_index.value), "0.5", "2"),
                (((scale / its).ln() * f).exp(), "0.1", "10"),
                (Decimal(case.other.value), "0.8", "1.25"),
            )
            price = Decimal(case.price.value)
            for factor, low, high in factors:
                price *= max(Decimal(low), min(Decimal(high), factor.quantize(MICRO)))
            prices.append(price)
            apart = Decimal(1)
            for one, two in ((scale, its), (life, years), (score, c)):
                apart *= max(one / two, two / one)
            near.append(1 / (1 + (apart - 1).quantize(MICRO)))
        whole = sum(near)
        value = sum((n / whole * price for n, price in zip(near, prices, strict=True)), Decimal(0)).quantize(CENT)
        ordered = sorted(prices)
        low = ((ordered[0] + ordered[1]) / 2).quantize(CENT)
        high = ((ordered[1] + ordered[2]) / 2).quantize(CENT)
        return value, min(value, low), max(value, high)


def rate(work: Any, given: list[Any]) -> float:
    """How many a second of CPU time, which is what one core does when nobody else uses it."""
    started = time.process_time()
    for each in given:
        work(each)
    return len(given) / (time.process_time() - started)


def measured(title: str, given: list[Any], ours: Callable[[Any], Any], hand: Callable[[Any], Any]) -> None:
    """Ours beside the limit, round by round; both must give the same numbers."""
    for stated in given[:50]:
        found = ours(stated)
        assert [Decimal(m.amount) for m in (found.value, found.low, found.high)] == list(hand(stated))
    limit, mine = [], []
    for _ in range(ROUNDS):
        limit.append(rate(hand, given))
        mine.append(rate(ours, given))
    ratio = statistics.median(own / bare for own, bare in zip(mine, limit, strict=True))
    found_rate, steps = statistics.median(mine), len(ours(given[0]).trace)
    verdict = "reached" if found_rate >= AIM_RATE else "NOT reached"
    print(f"  {title:<34}{steps:>6}{found_rate:>12,.0f}/s{statistics.median(limit):>14,.0f}/s{ratio:>9.3f}   {verdict}")


def appraisals() -> None:
    """Full appraisals with trace, digest and notes, beside the bare arithmetic."""
    policy = policies().at(ON)

    def appraised(stated: Stated) -> Any:
        return study.appraise("ast_1", stated, QUALITY, base_date=ON, use_until=UNTIL, policy=policy)

    both = [two_approaches(str(100_000 + i), str(2_000_000 + i)) for i in range(EACH)]
    print(f"full appraisals with trace, checks, notes and digest, a second of one core; aim ≥ {AIM_RATE:,}/s")
    print("  (limit: the same numbers by hand-written Decimal, no trace, no checks)")
    print(f"  {'':<34}{'steps':>6}{'ours':>14}{'limit':>16}{'ratio':>9}")
    measured("cost", [only_cost(str(100_000 + i)) for i in range(EACH)], appraised, by_hand)
    measured("cost and income, reconciled", both, appraised, two_by_hand)
    measured("market, three comparables", [comparables(100 + i % 9) for i in range(EACH)], appraised, market_by_hand)
    print()


def draws() -> None:
    """Monte Carlo over the trace of two approaches."""
    policy = policies().at(ON)
    found = study.appraise(
        "ast_1", two_approaches("300000", "2000000"), QUALITY, base_date=ON, use_until=UNTIL, policy=policy
    )
    distributed = {
        "#/inputs/income/share_rate": Distribution("triangular", (Decimal("0.03"), Decimal("0.05"), Decimal("0.08"))),
        "#/trace/income.r": Distribution("normal", (Decimal("0.14"), Decimal("0.01"))),
        "#/inputs/cost/return_on_cost": Distribution("uniform", (Decimal("0.05"), Decimal("0.15"))),
        "#/quality/score": Distribution("triangular", (Decimal(80), Decimal("92.5"), Decimal(98))),
    }
    stored = Stored(msgspec.json.decode(msgspec.json.encode(found)), policy)
    taken = []
    for seed in range(20):
        started = time.perf_counter()
        simulate(stored, distributed, draws=10_000, seed=seed, on=ON)
        taken.append((time.perf_counter() - started) * 1000)
    median = statistics.median(taken)
    verdict = "reached" if median < AIM_DRAWS_MS else "NOT reached"
    print(f"Monte Carlo, 10,000 draws of 4 inputs through {len(found.trace)} steps: median {median:.1f} ms,")
    print(f"  worst {max(taken):.1f} ms; aim < {AIM_DRAWS_MS} ms: {verdict}\n")


def run() -> None:
    """Measure all of it."""
    appraisals()
    draws()


if __name__ == "__main__":
    report.machine()
    run()
