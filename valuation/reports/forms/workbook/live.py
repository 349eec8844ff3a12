"""What makes the workbook follow every input: the years beyond the life, and what turns to #N/A where the steps end.

A trace has the steps of its own life and of its own comparables. The years up to the longest life that the rule set
admits are written too and switched by the life; where other comparables would be chosen, or a computed rate may not be
used, the value becomes #N/A, since only the engine can go on from there.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from kernel.text import Text
from valuation.appraisal import study
from valuation.appraisal.approaches import income
from valuation.appraisal.engine.inputs import Life, Parameter
from valuation.appraisal.engine.trace import Trace
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import AppraisalPolicy, policies

COMPARABLES: Final = Text("可比案例", "Comparables")
CHOSEN_COLUMN: Final = 16
"""Where the sheet of comparables says whether each is chosen as the report has it."""
_PREFIX: Final = "income."

Step = Mapping[str, Any]


def rules(appraisal: Mapping[str, Any]) -> AppraisalPolicy:
    """The rule set that the appraisal stands under."""
    return policies().version(appraisal["rule_set"]["version"]).body


def widened(appraisal: Mapping[str, Any]) -> list[Step]:
    """The trace with the years after the life, each marked `beyond`, and a sum that takes them in."""
    steps: list[Step] = list(appraisal["trace"])
    beyond = _beyond(appraisal)
    if not beyond:
        return steps
    later = [
        {"name": step["id"].removeprefix(_PREFIX), "value": "0", "source": f"#/trace/{step['id']}"}
        for step in beyond
        if step["id"].startswith(f"{_PREFIX}PV_")
    ]
    at = next(i for i, step in enumerate(steps) if step["id"] == f"{_PREFIX}V")
    total = steps[at]
    own = [each for each in total["inputs"] if each["name"] != "TV"]
    inputs = [*own, *later, *(each for each in total["inputs"] if each["name"] == "TV")]
    steps[at] = {**total, "inputs": inputs, "formula": " + ".join(each["name"] for each in inputs)}
    return [*steps, *beyond]


def _beyond(appraisal: Mapping[str, Any]) -> list[Step]:
    """The steps of the years after the life, as the engine computes them for the longest life."""
    stated, body = study.read(appraisal["inputs"]), rules(appraisal)
    if stated.income is None or body.income is None:
        return []
    longest = Parameter(f"{body.income.years.maximum:f}", "-", "-", "low")
    model, trace = msgspec.structs.replace(stated.income, life=Life(years=longest)), Trace(_PREFIX)
    with contextlib.suppress(InputsFaulty):  # So long a life may leave nothing of the income: its years are here.
        income.value(trace, model, body.income, f"#{stated.place('income')}", 2)
    known = {step["id"] for step in appraisal["trace"]}
    made: list[dict[str, Any]] = msgspec.to_builtins(trace.steps)
    return [{**step, "beyond": True} for step in made if step["id"] not in known]


def guards(
    appraisal: Mapping[str, Any], steps: Sequence[Step], cells: Mapping[str, str], sheet: str
) -> dict[tuple[str, str], str]:
    """The formula of each operand that is more than its source, by the step and its name for it."""
    body, by_id = rules(appraisal), {step["id"]: step for step in steps}
    found = dict(_life(by_id, cells, body)) if f"{_PREFIX}V" in by_id else {}
    total = by_id.get("market.V")
    if total is not None:
        column = chr(ord("A") + CHOSEN_COLUMN)
        for each in total["inputs"]:
            source = cells[each["source"]]
            found["market.V", each["name"]] = f"=IF(COUNTIF('{sheet}'!${column}:${column},\"✗\")=0,{source},NA())"
    return found


def _life(
    by_id: Mapping[str, Step], cells: Mapping[str, str], body: AppraisalPolicy
) -> Iterator[tuple[tuple[str, str], str]]:
    """Years count up to the life, a perpetuity begins after its last year, and the rate stays within its range."""
    assert body.income is not None
    years, total = body.income.years, body.income.discount.total
    n, rate = cells[f"#/trace/{_PREFIX}n"], cells[f"#/trace/{_PREFIX}r"]
    admitted = f"AND({n}>={years.minimum},{n}<={years.maximum})"
    for each in by_id[f"{_PREFIX}V"]["inputs"]:
        _, _, year = each["name"].partition("_")
        if year:
            source = cells[each["source"]]
            yield (f"{_PREFIX}V", each["name"]), f"=IF({admitted},IF({n}>={year},{source},0),NA())"
    yield (f"{_PREFIX}v_1", "i"), f"=IF(AND({rate}>={total.minimum},{rate}<={total.maximum}),{rate},NA())"
    perpetuity = by_id.get(f"{_PREFIX}TV")
    for each in perpetuity["inputs"] if perpetuity is not None else ():
        head, _, last = each["source"].rpartition("_")
        if each["name"] in ("F", "v") and last.isdecimal():
            yearly = [cells[f"{head}_{year}"] for year in range(1, int(years.maximum) + 1)]
            yield (f"{_PREFIX}TV", each["name"]), f"=CHOOSE({n},{','.join(yearly)})"
        elif each["name"] == "g":
            growth = cells[each["source"]]
            yield (f"{_PREFIX}TV", "g"), f"=IF({growth}<{rate},{growth},NA())"


def chosen(appraisal: Mapping[str, Any], name: str, given: Mapping[str, str]) -> str:
    """A formula that tells whether a comparable is chosen, or left out, as the report has it."""
    market, case = appraisal["inputs"]["market"], appraisal["inputs"]["market"]["comparables"][name]
    used = any(step["id"] == f"market.A_{name}" for step in appraisal["trace"])
    if any(case[trait] != market[trait] for trait in ("right", "mode", "field", "region")):
        return '="✓"'  # Of another kind, whatever its numbers are.
    body = rules(appraisal).market
    assert body is not None
    parts = []
    for field, ratio in (("scale", body.scale_ratio), ("remaining_years", body.life_ratio)):
        own, other = given[f"#/inputs/market/{field}"], given[f"#/inputs/market/comparables/{name}/{field}"]
        parts += [f"{own}>0", f"{other}>0", f"{own}>={ratio.minimum}*{other}", f"{own}<={ratio.maximum}*{other}"]
    return f'=IF(AND({",".join(parts)}),"{"✓" if used else "✗"}","{"✗" if used else "✓"}")'


def relation(source: str, cells: Mapping[str, str]) -> list[str]:
    """The conditions that rules set between a parameter and others."""
    head, _, last = source.rpartition("/")
    own = cells[source]
    if last == "remaining_life_years":
        bounds = [cells[f"{head}/{name}"] for name in ("economic_life_years", "right_remaining_years")
                  if f"{head}/{name}" in cells]  # fmt: skip
        return [f"{own}>0", *(f"{own}<={bound}" for bound in bounds)]
    if source == "#/inputs/market/remaining_years" and f"{head}/right_remaining_years" in cells:
        return [f"{own}<={cells[f'{head}/right_remaining_years']}"]
    if source == "#/inputs/income/life/years":
        bounds = [cell for each, cell in cells.items() if each.startswith(f"{head}/") and each != source]
        return [f"{own}=INT({own})", *(f"{own}<={bound}" for bound in bounds)]
    if last == "industry_volume":
        return [f"{own}>0", f"{own}>={cells[f'{head}/own_volume']}"]
    if source.startswith("#/inputs/weighing/judgements/"):
        return [f"{own}=INT({own})", f"{own}>=1", f"{own}<=9"]
    if head == "#/inputs/weighing/weights":
        whole = "+".join(cell for each, cell in cells.items() if each.startswith(f"{head}/"))
        return [f"ABS({whole}-1)<1E-12"]
    return []


def concluded(appraisal: Mapping[str, Any], results: Mapping[str, str]) -> list[str]:
    """The conditions that rules set for what is computed: the gap between approaches, and how judgements agree."""
    reconcile = rules(appraisal).reconcile
    if appraisal["approach"] != "reconciled" or reconcile is None:
        return []
    found = [f"{results['CR']}<{reconcile.consistency_max}"] if "CR" in results else []
    if appraisal["inputs"]["weighing"].get("gap_reason") is None:
        found.append(f"{results['gap']}<={reconcile.gap_max}")
    return found
