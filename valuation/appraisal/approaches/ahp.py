"""Weights by the analytic hierarchy process (层次分析法): row geometric means of pairwise judgements."""

from collections.abc import Iterator, Sequence

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine.inputs import Judgement
from valuation.appraisal.engine.limits import WEIGHT_RULE
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.policy import ReconcileRules

_PLACES = 6


def faults(judgements: Sequence[Judgement], names: Sequence[str], root: str) -> Iterator[FieldError]:
    """Every pair is judged exactly once, and nothing else is."""
    wanted = {frozenset((a, b)) for i, a in enumerate(names) for b in names[i + 1 :]}
    seen: set[frozenset[str]] = set()
    for i, judgement in enumerate(judgements):
        pair = frozenset((judgement.first, judgement.second))
        if pair not in wanted or pair in seen:
            text = Text(
                "判断须针对所用方法两两进行，且每对一次。", "Judge each pair of the approaches in use, each pair once."
            )
            yield FieldError(f"{root}/{i}", text, WEIGHT_RULE)
        seen.add(pair)
    for first, second in sorted(tuple(sorted(pair)) for pair in wanted - seen):
        text = Text(f"缺少 {first} 与 {second} 的判断。", f"The judgement of {first} against {second} is missing.")
        yield FieldError(root, text, WEIGHT_RULE)


def weights(
    trace: Trace, judgements: Sequence[Judgement], names: Sequence[str], rules: ReconcileRules, root: str
) -> tuple[dict[str, Quantity], Quantity]:
    """The weight of each name, summing to exactly 1, and the consistency ratio."""
    matrix = _matrix(judgements, names, root)
    means = []
    for name in names:
        row = {f"a{j}": judged for j, (_, judged) in enumerate(matrix[name])}
        product = " * ".join(term for j, (term, _) in enumerate(matrix[name]) if row[f"a{j}"] is not None)
        operands = {key: judged for key, judged in row.items() if judged is not None}
        formula = f"round(exp(ln({product}) / {len(names)}), 12)"
        label = Text(f"{name} 的几何平均", f"Geometric mean of {name}")
        means.append((f"g_{name}", trace.step(f"g_{name}", label, formula, rules.weights, **operands)))
    total = trace.total("g", Text("几何平均合计", "Sum of the means"), rules.weights, means)
    by_name: dict[str, Quantity] = {}
    for name, (_, mean) in list(zip(names, means, strict=True))[:-1]:
        label = Text(f"{name} 的权重", f"Weight of {name}")
        by_name[name] = trace.step(f"w_{name}", label, f"round(m / g, {_PLACES})", rules.weights, m=mean, g=total)
    last = names[-1]
    rest = {f"w_{name}": weight for name, weight in by_name.items()}
    label = Text(f"{last} 的权重", f"Weight of {last}")
    formula = " - ".join(["1", *rest])
    by_name[last] = trace.step(f"w_{last}", label, formula, rules.weights, **rest)
    return by_name, _consistency(trace, matrix, by_name, rules)


_Row = list[tuple[str, Quantity | None]]


def _matrix(judgements: Sequence[Judgement], names: Sequence[str], root: str) -> dict[str, _Row]:
    """For each row, the text of each cell and the judgement it comes from: `a1`, or `1 / a1` the other way round."""
    judged: dict[tuple[str, str], Quantity] = {
        (judgement.first, judgement.second): entered(judgement.scale, f"{root}/{i}/scale")
        for i, judgement in enumerate(judgements)
    }
    matrix: dict[str, _Row] = {}
    for row in names:
        cells: _Row = []
        for j, column in enumerate(names):
            if (row, column) in judged:
                cells.append((f"a{j}", judged[row, column]))
            elif (column, row) in judged:
                cells.append((f"(1 / a{j})", judged[column, row]))
            else:
                cells.append(("1", None))
        matrix[row] = cells
    return matrix


def _consistency(
    trace: Trace, matrix: dict[str, _Row], by_name: dict[str, Quantity], rules: ReconcileRules
) -> Quantity:
    """CR = ((λmax − n)/(n − 1))/RI; two approaches are always consistent."""
    names, count = list(by_name), len(by_name)
    ratios = []
    for name in names:
        operands = {f"w{j}": by_name[other] for j, other in enumerate(names)}
        operands |= {f"a{j}": judged for j, (_, judged) in enumerate(matrix[name]) if judged is not None}
        terms = " + ".join(f"{term} * w{j}" for j, (term, _) in enumerate(matrix[name]))
        own = names.index(name)
        label = Text(f"{name} 的特征值估计", f"Eigenvalue by {name}")
        step = trace.step(f"e_{name}", label, f"({terms}) / w{own}", rules.consistency, **operands)
        ratios.append((f"e_{name}", step))
    total = trace.total("e", Text("特征值估计合计", "Sum of the eigenvalues"), rules.consistency, ratios)
    index = Quantity(rules.random_index[str(count)], f"#/rule_set/reconcile/random_index/{count}")
    label = Text("一致性比率 CR", "Consistency ratio CR")
    if index.value == 0:
        return trace.step("CR", label, "RI", rules.consistency, RI=index)
    formula = f"round((e / {count} - {count}) / ({count} - 1) / RI, 6)"
    return trace.step("CR", label, formula, rules.consistency, e=total, RI=index)
