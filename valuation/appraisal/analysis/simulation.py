"""Monte Carlo over a stored appraisal: what the value would be if its inputs were drawn from declared distributions.

This is evidence beside the value and never the value itself: it computes in binary floating point over columns of
draws, so its last digits may differ between machines, while the appraisal's own digits may not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
from msgspec import Struct

from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text
from valuation.appraisal.analysis import admission, columns, parameters
from valuation.appraisal.analysis.admission import Judge, Stored
from valuation.appraisal.analysis.columns import Column, Distribution
from valuation.appraisal.analysis.parameters import Named
from valuation.appraisal.analysis.sensitivity import conclusion
from valuation.appraisal.engine.limits import RANGE_RULE, WEIGHT_RULE, out_of_range
from valuation.appraisal.engine.trace import Step
from valuation.appraisal.errors import InputsFaulty

QUANTILES: Final = ("0.05", "0.25", "0.50", "0.75", "0.95")
DRAWS_MAX: Final = 1_000_000


_TWICE: Final = Text("同一参数给出两次。", "This parameter is given twice.")
_WEIGHTS: Final = Text("权重之和须为 1，不能单独抽样。", "Weights sum to 1; none of them can be drawn alone.")
_UNUSED: Final = Text("计算过程不使用该参数。", "The computation does not use it.")


class SimulationPolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How much of what is drawn must be admissible."""

    admitted_share_min: Decimal


POLICY: Final = policy.load("simulation", SimulationPolicy, "valuation.appraisal.analysis")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Draws that may not be stated: the rule that they break, in words, and how many there were."""

    rule: str | None
    why: Text
    count: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """What the admitted draws gave, rounded to whole minor units; `seed` and `draws` repeat it."""

    seed: int
    draws: int
    admitted: int
    left_out: tuple[LeftOut, ...]
    mean: Decimal
    deviation: Decimal
    quantiles: dict[str, Decimal]
    below_stored: Decimal


def simulate(stored: Stored, distributed: Mapping[str, Distribution], *, draws: int, seed: int, on: date) -> Simulation:
    """Value columns of draws by the rules of the appraisal itself: a draw that may not be stated is left out.

    Raises InputsFaulty for names that there are not, for a distribution whose ends lie outside the admitted range, and
    where more draws would be left out than the policy allows; ValueError for a number of draws beyond bounds.
    """
    if not 0 < draws <= DRAWS_MAX:
        raise ValueError(f"draws must be between 1 and {DRAWS_MAX}")
    given = _checked(stored, distributed)
    random = np.random.Generator(np.random.PCG64(seed))
    drawn = {name: _stepped(name, columns.draw(given[name], random, draws)) for name in sorted(given)}
    with np.errstate(all="ignore"):  # What cannot be computed is not admitted, and is left out by name.
        values, left_out = _valued(stored, drawn, draws)
    values = values[~np.isnan(values)]
    _require_enough(len(values), draws, left_out, POLICY.at(on).body.admitted_share_min)
    base = float(stored.document["value"]["amount"])
    return Simulation(
        seed=seed,
        draws=draws,
        admitted=len(values),
        left_out=tuple(left_out),
        mean=_money(values.mean()),
        deviation=_money(values.std()),
        quantiles={q: _money(np.quantile(values, float(q))) for q in QUANTILES},
        below_stored=Decimal(str(round(float((values < base).mean()), 4))),
    )


def _checked(stored: Stored, distributed: Mapping[str, Distribution]) -> dict[str, Distribution]:
    """The distributions by the proper spelling of each name; raises InputsFaulty with everything that is wrong."""
    found: dict[str, Distribution] = {}
    faults: list[FieldError] = []
    seen = set[parameters.Path]()
    for asked, distribution in distributed.items():
        pointer = parameters.pointer_to("distributions", asked)
        name = parameters.find(stored.names, asked)
        if name is None:
            faults.append(parameters.unknown(stored.names, asked, pointer))
            continue
        if seen.intersection(name.places):
            faults.append(FieldError(pointer, _TWICE, RANGE_RULE))
        elif admission.is_weight(name):
            faults.append(FieldError(pointer, _WEIGHTS, WEIGHT_RULE))
        elif not stored.is_used(name):
            faults.append(FieldError(pointer, _UNUSED, RANGE_RULE))
        seen.update(name.places)
        faults += [
            fault
            for usual, rule in stored.ranges_of(name)
            for at, end in distribution.ends
            for fault in out_of_range(f"{pointer}/parameters/{at}", f"{end:f}", usual, rule)
        ]
        found[name.name] = distribution
    if faults:
        raise InputsFaulty(errors=faults, count=len(faults))
    return found


def _stepped(name: str, column: Column) -> Column:
    """A life goes in whole years, as the rule set counts it."""
    return np.rint(column) if name in (parameters.LIFE, f"{parameters.LIFE}/years") else column


def _valued(stored: Stored, drawn: Mapping[str, Column], draws: int) -> tuple[Column, list[LeftOut]]:
    """The value of every draw, not a number where it may not be stated; and what was left out by which rule."""
    open_, left_out = np.ones(draws, dtype=bool), list[LeftOut]()

    def leave(rule: str | None, why: Text, refused: Any) -> None:
        refused = np.broadcast_to(refused, (draws,)) & open_
        if count := int(refused.sum()):
            left_out.append(LeftOut(rule, why, count))
            open_[refused] = False

    for name, column in drawn.items():
        leave(RANGE_RULE, Text(f"{name} 为负", f"{name} is below 0"), column < 0)
        for usual, rule in stored.ranges_of(stored.names[name]):
            low, high = usual.minimum, usual.maximum
            text = Text(f"{name} 不在 {low} 至 {high} 之间", f"{name} is outside {low} to {high}")
            leave(rule, text, (column < float(low)) | (column > float(high)))
    values = np.full(draws, np.nan)
    sources = {source: column for name, column in drawn.items() for source in _sources(stored.names[name])}
    for steps, chosen in _by_shape(stored, drawn, open_, leave):
        moved = {source: column[chosen] for source, column in sources.items()}
        results = columns.replayed(steps, moved)
        for rule, why, refused in admission.outcomes(results, stored, moved):
            whole = np.zeros(draws, dtype=bool)
            whole[chosen] = refused
            leave(rule, why, whole)
        values[chosen] = results[conclusion(steps)]
    values[~open_] = np.nan
    return values, _together(left_out)


def _sources(name: Named) -> tuple[str, ...]:
    """What the columns of a name replace in a trace; a life decides the steps and enters none but the count."""
    if name.is_life:
        return ()
    return (name.name,) if name.name.startswith("#/trace/") else name.sources


def _by_shape(
    stored: Stored, drawn: Mapping[str, Column], open_: Any, leave: Callable[..., None]
) -> Iterator[tuple[Sequence[Step], Any]]:
    """The steps of every kind of draw and which draws take them; one kind where no draw changes the steps."""
    if not any(admission.meets(stored.names[name]) for name in drawn):
        yield stored.steps, open_.copy()
        return
    judge, shapes = Judge(stored), dict[tuple[Any, ...], list[int]]()
    inputs = {name: column for name, column in drawn.items() if not name.startswith("#/trace/")}
    faults: dict[tuple[str | None, Text], list[int]] = {}
    for at in map(int, np.flatnonzero(open_)):
        judged = judge.judged(_written(inputs, at))
        if judged.fault is not None:
            faults.setdefault((judged.fault.rule, _kind(judged.fault)), []).append(at)
        else:
            shapes.setdefault(judged.shape, []).append(at)
    for (rule, why), places in faults.items():
        leave(rule, why, _mask(places, len(open_)))
    for places in shapes.values():
        steps = _template(judge, places, inputs, leave, len(open_))
        if steps is not None:
            yield steps, _mask(places, len(open_)) & open_


def _template(
    judge: Judge, places: Sequence[int], inputs: Mapping[str, Column], leave: Callable[..., None], draws: int
) -> Sequence[Step] | None:
    """The steps of the first draw of a kind that the engine values; those that it does not are left out."""
    for at in places:
        try:
            return judge.steps(_written(inputs, at))
        except InputsFaulty as faulty:
            leave(faulty.errors[0].rule, _kind(faulty.errors[0]), _mask([at], draws))
    return None


def _kind(fault: FieldError) -> Text:
    """Where a rule refused, without the number of the single draw."""
    where = fault.pointer.removesuffix("/value")
    return Text(f"#{where} 不符合规则", f"#{where} breaks the rule")


def _mask(places: Sequence[int], draws: int) -> Any:
    mask = np.zeros(draws, dtype=bool)
    mask[places] = True
    return mask


def _written(drawn: Mapping[str, Column], at: int) -> dict[str, str]:
    """One draw as the digits that a valuer would state."""
    digits = {name: f"{column[at]:.12f}" for name, column in drawn.items()}
    return {name: text.rstrip("0").rstrip(".") for name, text in digits.items()}


def _together(left_out: Sequence[LeftOut]) -> list[LeftOut]:
    """One line for each rule and its words, the most frequent first."""
    counts: dict[tuple[str | None, Text], int] = {}
    for each in left_out:
        counts[each.rule, each.why] = counts.get((each.rule, each.why), 0) + each.count
    found = [LeftOut(rule, why, count) for (rule, why), count in counts.items()]
    return sorted(found, key=lambda each: (-each.count, each.why.en))


def _require_enough(admitted: int, draws: int, left_out: Sequence[LeftOut], least: Decimal) -> None:
    if admitted and Decimal(admitted) >= least * draws:
        return
    faults = [
        FieldError(
            "/distributions",
            Text(
                f"{draws} 次抽样中有 {each.count} 次不得陈述：{each.why.zh}。至少须有 {least} 可用，请收窄分布。",
                f"{each.count} of {draws} draws may not be stated: {each.why.en}. At least {least} of them must be "
                "admissible; narrow the distributions.",
            ),
            each.rule,
        )
        for each in left_out
    ]
    raise InputsFaulty(errors=faults, count=len(faults))


def _money(value: Any) -> Decimal:
    return Decimal(str(round(float(value), 2)))
