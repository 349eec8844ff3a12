"""Reconciling approaches (综合): at least two or a stated reason, weights explained, a wide gap explained."""

from collections.abc import Iterator, Mapping

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.approaches import ahp
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.inputs import Stated, Weighing
from valuation.appraisal.engine.limits import APPROACH_RULE, WEIGHT_RULE
from valuation.appraisal.engine.trace import Quantity, Trace, entered
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import ReconcileRules

ROOT = "#/inputs/weighing"
Band = tuple[Quantity, Quantity, Quantity]
"""An approach's value, low and high."""


def faults(study: Stated, names: list[str]) -> Iterator[FieldError]:
    """Find what is missing for a conclusion from these approaches."""
    if study.cost is not None and study.guide is not None:
        text = Text(
            "cost 与 guide 为同一方法的两种形式，请择一。", "cost and guide are two forms of one approach; give one."
        )
        yield FieldError("/inputs/guide", text, APPROACH_RULE)
    if not names:
        text = Text("至少须采用一种评估方法。", "At least one approach is needed.")
        yield FieldError("/inputs", text, APPROACH_RULE)
    elif len(names) == 1:
        if study.single_approach_reason is None:
            text = Text(
                "应当采用两种以上方法；只采用一种的，须说明理由。", "Use at least two approaches, or say why only one."
            )
            yield FieldError("/inputs/single_approach_reason", text, APPROACH_RULE)
        if study.weighing is not None:
            text = Text("只有一种方法时不作加权。", "There is nothing to weigh with one approach.")
            yield FieldError("/inputs/weighing", text, WEIGHT_RULE)
    elif study.weighing is None:
        text = Text("采用多种方法时须给出权重及理由。", "With several approaches, give their weights and why.")
        yield FieldError("/inputs/weighing", text, WEIGHT_RULE)
    else:
        yield from _weighing(study.weighing, names)


def _weighing(weighing: Weighing, names: list[str]) -> Iterator[FieldError]:
    if (weighing.weights is None) == (not weighing.judgements):
        text = Text("权重与两两判断须给出其一。", "Give either weights or pairwise judgements.")
        yield FieldError("/inputs/weighing", text, WEIGHT_RULE)
    elif weighing.weights is None:
        yield from ahp.faults(weighing.judgements, names, "/inputs/weighing/judgements")
    elif sorted(weighing.weights) != sorted(names):
        listed = "、".join(names)
        text = Text(f"须为所用方法各给一个权重：{listed}。", f"Give one weight for each approach in use: {listed}.")
        yield FieldError("/inputs/weighing/weights", text, WEIGHT_RULE)
    else:
        yield from limits.sum_to_one(
            "/inputs/weighing/weights", {str(name): weight for name, weight in weighing.weights.items()}
        )


def value(trace: Trace, weighing: Weighing, bands: Mapping[str, Band], rules: ReconcileRules, places: int) -> Band:
    """Weigh the approaches; raises InputsFaulty for inconsistent judgements or a wide gap without a reason."""
    names = list(bands)
    weights, faults = _weights(trace, weighing, names, rules)
    low, middle, high = (
        _weighed(trace, id_, label, weights, {name: band[i] for name, band in bands.items()}, rules, places)
        for id_, label, i in (
            ("low", Text("综合区间下限", "Lower end of the range"), 1),
            ("P", Text("综合评估值 P", "Reconciled value P"), 0),
            ("high", Text("综合区间上限", "Upper end of the range"), 2),
        )
    )
    each = {f"P_{name}": band[0] for name, band in bands.items()}
    listed = ", ".join(each)
    label = Text("各方法结果的差异", "Gap between the approaches")
    gap = trace.step("gap", label, f"round((max({listed}) - min({listed})) / P, 6)", rules.gap, **each, P=middle)
    if gap.value > rules.gap_max and weighing.gap_reason is None:
        text = Text(
            f"各方法结果相差 {gap.value}，超过 {rules.gap_max}，须说明原因（gap_reason）。",
            f"The approaches differ by {gap.value}, more than {rules.gap_max}; say why (gap_reason).",
        )
        faults.append(FieldError("/inputs/weighing/gap_reason", text, APPROACH_RULE))
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    return middle, low, high


def _weights(
    trace: Trace, weighing: Weighing, names: list[str], rules: ReconcileRules
) -> tuple[dict[str, Quantity], list[FieldError]]:
    if weighing.weights is not None:
        stated = {str(name): weight for name, weight in weighing.weights.items()}
        return {name: entered(stated[name].value, f"{ROOT}/weights/{name}") for name in names}, []
    weights, ratio = ahp.weights(trace, weighing.judgements, names, rules, f"{ROOT}/judgements")
    if ratio.value < rules.consistency_max:
        return weights, []
    text = Text(
        f"一致性比率 {ratio.value} 须低于 {rules.consistency_max}，请复核两两判断。",
        f"The consistency ratio {ratio.value} must be below {rules.consistency_max}; judge the pairs again.",
    )
    return weights, [FieldError("/inputs/weighing/judgements", text, WEIGHT_RULE)]


def _weighed(
    trace: Trace,
    id_: str,
    label: Text,
    weights: Mapping[str, Quantity],
    values: Mapping[str, Quantity],
    rules: ReconcileRules,
    places: int,
) -> Quantity:
    operands = {f"w_{name}": weight for name, weight in weights.items()}
    operands |= {f"P_{name}": value for name, value in values.items()}
    terms = " + ".join(f"w_{name} * P_{name}" for name in values)
    return trace.step(id_, label, f"round({terms}, {places})", rules.value, **operands)


def notes(study: Stated, names: list[str]) -> Iterator[Text]:
    """Why one approach, or why these weights and this gap."""
    if study.weighing is None:
        listed = names[0]
        reason = _plain(study.single_approach_reason or "")
        yield Text(
            f"仅采用一种方法（{listed}），理由：{reason}（资产评估法第二十六条要求说明）。",
            f"Only one approach was used ({listed}), because: {reason} (Asset Appraisal Law, article 26).",
        )
        return
    reason = _plain(study.weighing.reason)
    yield Text(f"权重理由：{reason}。", f"Why these weights: {reason}.")
    if study.weighing.gap_reason is not None:
        reason = _plain(study.weighing.gap_reason)
        yield Text(f"各方法差异的原因：{reason}。", f"Why the approaches differ: {reason}.")


def _plain(reason: str) -> str:
    """A sentence without its full stop, to stand inside another."""
    return reason.rstrip("。. ")
