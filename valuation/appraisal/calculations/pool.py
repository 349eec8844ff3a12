"""Splitting a pool of many contributors (众多贡献方的夏普利值) by sampled orders of joining, with the error's bound.

What a coalition is worth follows from what its members hold: a source that several hold counts once in full and beyond
that less the declared overlap, and the cost of pooling is taken off. No table of coalitions is needed, nor possible.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.calculations.inputs import PoolInputs
from valuation.appraisal.calculations.shapley import sampled
from valuation.appraisal.engine import expression, limits
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import AppraisalPolicy, ShapleyRules

_RULE: Final = "LT-APR-19"
ZERO: Final = Decimal(0)


def faults(inputs: PoolInputs, body: AppraisalPolicy) -> Iterator[FieldError]:
    """Find holdings, overlap or cost out of range, and a pool of too many or of nothing."""
    assert body.shapley is not None
    rules = body.shapley
    yield from limits.currency("/inputs/currency", inputs.currency)
    yield from limits.within(_limited(inputs, rules))
    if len(inputs.parties) > rules.sampled_parties_max:
        text = Text(
            f"参与方不超过 {rules.sampled_parties_max} 个。",
            f"There may be {rules.sampled_parties_max} parties at most.",
        )
        yield FieldError("/inputs/parties", text, _RULE)


def _limited(inputs: PoolInputs, rules: ShapleyRules) -> Iterator[limits.Limited]:
    yield "/inputs/overlap", inputs.overlap, rules.overlap
    yield "/inputs/cost", inputs.cost, rules.amount
    for party, holdings in sorted(inputs.parties.items()):
        for source, amount in sorted(holdings.items()):
            yield f"/inputs/parties/{party}/{source}", amount, rules.amount


class Pool:
    """What coalitions are worth, step by step as their members join."""

    def __init__(self, holdings: Mapping[str, Mapping[str, Decimal]], overlap: Decimal, cost: Decimal) -> None:
        self._holdings, self._keep, self._cost = holdings, 1 - overlap, cost

    def along(self, order: Sequence[str]) -> Iterator[Decimal]:
        """What each party adds, in the order of joining."""
        held: dict[str, tuple[Decimal, Decimal]] = {}
        gross = before = ZERO
        for party in order:
            for source, amount in self._holdings[party].items():
                largest, rest = held.get(source, (ZERO, ZERO))
                # The larger of the two counts in full, the smaller as one of the rest.
                more, less = (amount, largest) if amount > largest else (largest, amount)
                held[source] = more, rest + less
                gross += more - largest + self._keep * less
            after = max(ZERO, gross - self._cost)
            yield after - before
            before = after


def compute(trace: Trace, inputs: PoolInputs, body: AppraisalPolicy) -> tuple[dict[str, Quantity], Iterable[Text]]:
    """Each party's mean over the sampled orders, and how far at most the exact share may lie from it."""
    assert body.shapley is not None
    rules, names = body.shapley, sorted(inputs.parties)
    holdings = {
        party: {source: expression.number(amount.value)[0] for source, amount in sorted(held.items())}
        for party, held in inputs.parties.items()
    }
    pool = Pool(holdings, expression.number(inputs.overlap.value)[0], expression.number(inputs.cost.value)[0])
    with expression.context():
        # What a party adds is nothing at least, and all that it holds at most.
        spread = max(sum(held.values(), ZERO) for held in holdings.values())
    confidence = Decimal(inputs.confidence)
    estimates = sampled(
        names, pool.along, samples=int(inputs.samples), seed=inputs.seed, spread=spread, confidence=confidence
    )
    count = entered(inputs.samples, "#/inputs/samples")
    shares: dict[str, Quantity] = {}
    for name in names:
        label = Text(f"{name} 的夏普利值（抽样）", f"Shapley value of {name}, sampled")
        total = Quantity(estimates.sums[name], f"#/sample/{name}")
        shares[name] = trace.step(f"phi_{name}", label, "round(T / m, 12)", rules.sampled, T=total, m=count)
    bound = trace.step(
        "bound", Text("误差上限", "Bound of the error"), "round(w * sqrt(ln(2 * n / (1 - c)) / (2 * m)), 12)",
        rules.sampled, w=Quantity(spread, "#/sample/spread"), n=Quantity(Decimal(len(names)), "#/sample/parties"),
        c=entered(inputs.confidence, "#/inputs/confidence"), m=count,
    )  # fmt: skip
    off = expression.text(bound.value)
    note = Text(
        f"以 {inputs.confidence} 的置信度，任一方的份额误差不超过 {off}（霍夫丁不等式，全体同时成立）。",
        f"With a confidence of {inputs.confidence} no share is off by more than {off} (Hoeffding, for all at once).",
    )
    return {**shares, "±": bound}, (note,)
