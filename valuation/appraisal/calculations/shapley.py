"""Splitting the value of a pooled asset (夏普利值): exact from every coalition's worth, sampled for many parties."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import comb

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.calculations.inputs import ShapleyInputs
from valuation.appraisal.engine import expression, limits
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import AppraisalPolicy, ShapleyRules

_RULE = "LT-APR-19"
_CHUNK = 60
"""So many coalitions are summed in one step, to keep each formula readable."""

Worth = Callable[[frozenset[str]], Decimal]


def faults(inputs: ShapleyInputs, body: AppraisalPolicy) -> Iterator[FieldError]:
    """Every coalition has a worth, and nothing else has."""
    assert body.shapley is not None
    yield from limits.currency("/inputs/currency", inputs.currency)
    if len(set(inputs.parties)) < len(inputs.parties):
        yield FieldError("/inputs/parties", Text("参与方不得重复。", "Name each party once."), _RULE)
    if len(inputs.parties) > body.shapley.parties_max:
        text = Text(
            f"参与方不超过 {body.shapley.parties_max} 个。", f"There may be {body.shapley.parties_max} parties at most."
        )
        yield FieldError("/inputs/parties", text, _RULE)
        return
    wanted = {_name(members) for size in range(1, len(inputs.parties) + 1) for members in _of(inputs.parties, size)}
    for name in sorted(wanted - set(inputs.coalitions))[:100]:
        yield FieldError(f"/inputs/coalitions/{name}", Text("缺少该联盟的价值。", "Its worth is missing."), _RULE)
    for name in sorted(set(inputs.coalitions) - wanted)[:100]:
        text = Text("不是这些参与方的联盟。", "This is no coalition of these parties in alphabetical order.")
        yield FieldError(f"/inputs/coalitions/{name}", text, _RULE)


def compute(trace: Trace, inputs: ShapleyInputs, body: AppraisalPolicy) -> tuple[dict[str, Quantity], Iterable[Text]]:
    """Each party's share: φ_i = Σ_s A_s/(s·C(n,s)) − (T_s − A_s)/((n−s)·C(n,s)), A_s its coalitions of size s."""
    assert body.shapley is not None
    rules, parties = body.shapley, tuple(sorted(inputs.parties))
    count = len(parties)
    worth = {name: entered(value, f"#/inputs/coalitions/{name}") for name, value in inputs.coalitions.items()}
    all_of = {
        size: _sum(trace, f"T_{size}", [worth[_name(members)] for members in _of(parties, size)], rules)
        for size in range(1, count)
    }
    grand = worth[_name(parties)]
    shares: dict[str, Quantity] = {}
    for party in parties:
        operands, terms = {"V": grand}, [f"V / {count}"]
        for size in range(1, count):
            own = [worth[_name(members)] for members in _of(parties, size) if party in members]
            operands[f"A_{size}"] = _sum(trace, f"A_{party}_{size}", own, rules)
            operands[f"T_{size}"] = all_of[size]
            ways = comb(count, size)
            terms.append(f"A_{size} / {size * ways} - (T_{size} - A_{size}) / {(count - size) * ways}")
        label = Text(f"{party} 的夏普利值", f"Shapley value of {party}")
        shares[party] = trace.step(f"phi_{party}", label, f"round({' + '.join(terms)}, 12)", rules.split, **operands)
    parts = [(f"phi_{party}", share) for party, share in shares.items()]
    trace.total("sum", Text("合计，与整体价值核对", "Sum, to be checked against the whole"), rules.split, parts)
    return shares, ()


def _sum(trace: Trace, id_: str, values: Sequence[Quantity], rules: ShapleyRules) -> Quantity:
    label = Text(f"联盟价值合计 {id_}", f"Sum of coalitions {id_}")
    chunks = [values[i : i + _CHUNK] for i in range(0, len(values), _CHUNK)]
    if len(chunks) == 1:
        return trace.total(id_, label, rules.split, [(f"c{i}", given) for i, given in enumerate(chunks[0])])
    parts = [
        (f"p{j}", trace.total(f"{id_}.{j}", label, rules.split, [(f"c{i}", given) for i, given in enumerate(chunk)]))
        for j, chunk in enumerate(chunks)
    ]
    return trace.total(id_, label, rules.split, parts)


def _of(parties: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return combinations(sorted(parties), size)


def _name(members: Iterable[str]) -> str:
    return "+".join(sorted(members))


def table(parties: Sequence[str], worth: Worth) -> dict[str, str]:
    """The worth of every coalition, as the inputs of an exact split state it."""
    return {
        _name(members): expression.text(worth(frozenset(members)))
        for size in range(1, len(parties) + 1)
        for members in _of(parties, size)
    }


@dataclass(frozen=True, slots=True)
class Sampled:
    """Estimates by sampled orders of joining; with the stated confidence none is off by more than the bound."""

    shares: dict[str, Decimal]
    sums: dict[str, Decimal]
    bound: Decimal
    confidence: Decimal
    samples: int


Along = Callable[[Sequence[str]], Iterable[Decimal]]
"""What each party adds, in an order of joining."""


def sampled(
    parties: Sequence[str], along: Along, *, samples: int, seed: str, spread: Decimal, confidence: Decimal
) -> Sampled:
    """Estimate the split of many parties from sampled orders; `spread` is how far any marginal contribution can range.

    Every order adds up to the whole, so the estimates do too. The bound is Hoeffding's over all parties at once:
    spread·sqrt(ln(2n/(1 − confidence))/(2m)). The same seed gives the same orders anywhere.
    """
    names = sorted(parties)
    sums = dict.fromkeys(names, Decimal(0))
    with expression.context():
        for number in range(samples):
            order = _order(names, f"{seed}/{number}")
            for name, added in zip(order, along(order), strict=True):
                sums[name] += added
        shares = {name: total / samples for name, total in sums.items()}
        chances = (2 * len(names) / (1 - confidence)).ln()
        bound = spread * (chances / (2 * samples)).sqrt()
    return Sampled(shares, sums, bound, confidence, samples)


def _order(names: Sequence[str], seed: str) -> list[str]:
    """An order of joining by the digest of each name under the seed: uniform, and the same anywhere."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest())
