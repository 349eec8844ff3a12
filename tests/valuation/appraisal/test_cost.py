"""The cost approach: figures checked by hand, monotone in quality, and the same bytes wherever it is computed."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.crypto import canonical
from valuation.appraisal import study
from valuation.appraisal.engine import limits
from valuation.appraisal.engine.expression import UnreadableFormulaError, evaluate, text
from valuation.appraisal.engine.inputs import CostInputs, Parameter, QualityBasis, StageCost
from valuation.appraisal.engine.result import Appraisal
from valuation.appraisal.errors import InputsFaulty
from valuation.appraisal.policy import policies
from valuation.appraisal.recompute import recompute
from valuation.appraisal.verify import check as proven

BASE = date(2026, 11, 23)
RULES = policies().at(BASE)


def said(value: str, confidence: str = "high") -> Parameter:
    return msgspec.convert(
        {"value": value, "source": "cost ledger 2025", "evidence": "fil_1", "confidence": confidence}, Parameter
    )


def inputs(**over: object) -> CostInputs:
    stages = {
        "plan": StageCost(early=said("20000")),
        "collect": StageCost(direct=said("300000"), indirect=said("30000.50")),
        "process": StageCost(direct=said("150000"), taxes=said("9000")),
        "deliver": StageCost(indirect=said("12000", "low"), taxes=said("720.30")),
    }
    plain = CostInputs(
        currency="CNY",
        stages=stages,
        return_on_cost=said("0.10"),
        economic_life_years=said("4"),
        remaining_life_years=said("3"),
        purpose="Listing price reference",
        single_approach_reason="No income history and fewer than three comparable deals.",
        right_remaining_years=said("5"),
    )
    return msgspec.structs.replace(plain, **over)


def quality(score: str = "92.50") -> QualityBasis:
    return QualityBasis("scr_1", "sha256:aa", score, "rev_1", "bb")


def appraise(
    given_inputs: CostInputs | None = None, score: str = "92.50", until: date = date(2027, 11, 22)
) -> Appraisal:
    return study.appraise(
        "ast_1", given_inputs or inputs(), quality(score), base_date=BASE, use_until=until, policy=RULES
    )


def test_a_worked_example_checked_by_hand() -> None:
    # I = 20000 + (300000 + 30000.50) + 150000 + 12000            = 512000.50
    # O = I * 0.10                                                =  51200.05
    # T = 9000 + 720.30                                           =   9720.30
    # C = 512000.50 + 51200.05 + 9720.30                          = 572920.85
    # q = 92.50 / 100 = 0.925 ; n = 3 / 4 = 0.75 ; delta = q * n  =      0.69375
    # P = 572920.85 * 0.69375 = 397463.8396875                    = 397463.84
    # low = 0.9 * P = 357717.456 ; high = 1.1 * P = 437210.224
    appraisal = appraise()
    results = {step.id: step.result for step in appraisal.trace}
    assert results == {
        "I_plan": "20000",
        "I_collect": "330000.5",
        "I_process": "150000",
        "I_deliver": "12000",
        "I": "512000.5",
        "O": "51200.05",
        "T": "9720.3",
        "C": "572920.85",
        "q": "0.925",
        "n": "0.75",
        "delta": "0.69375",
        "P": "397463.84",
        "low": "357717.46",
        "high": "437210.22",
    }
    assert (appraisal.value.amount, appraisal.value.currency) == ("397463.84", "CNY")
    assert (appraisal.low.amount, appraisal.high.amount) == ("357717.46", "437210.22")
    assert "入账" in appraisal.label.zh
    assert any("deliver.indirect" in note.en for note in appraisal.notes)


def test_the_trace_is_the_computation() -> None:
    appraisal = appraise()
    results: dict[str, str] = {}
    for step in appraisal.trace:
        for operand in step.inputs:
            if operand.source.startswith("#/trace/"):
                assert results[operand.source.removeprefix("#/trace/")] == operand.value
        names = {operand.name: Decimal(operand.value) for operand in step.inputs}
        assert text(evaluate(step.formula, names)) == step.result
        assert step.rule.startswith("LT-APR-")
        assert step.basis
        results[step.id] = step.result
    assert Decimal(results["P"]) == Decimal(appraisal.value.amount)


def test_a_third_of_a_life_is_rounded_once_and_said_so() -> None:
    appraisal = appraise(inputs(economic_life_years=said("3"), remaining_life_years=said("1")))
    step = next(step for step in appraisal.trace if step.id == "n")
    assert (step.formula, step.result) == ("round(remaining / whole, 6)", "0.333333")


scores = st.integers(0, 10_000).map(lambda n: str(Decimal(n).scaleb(-2)))
amounts = st.integers(1, 10**10).map(lambda n: str(Decimal(n).scaleb(-2)))


@given(scores, scores, amounts)
def test_value_never_falls_when_quality_rises(one: str, other: str, direct: str) -> None:
    stated = inputs(stages={"collect": StageCost(direct=said(direct))})
    low, high = sorted((one, other), key=Decimal)
    values = [Decimal(appraise(stated, score).value.amount) for score in (low, high)]
    assert values[0] <= values[1]


@given(st.lists(amounts, min_size=2, max_size=2), st.integers(1, 4), st.integers(1, 4))
def test_value_never_falls_with_cost_or_with_remaining_life(costs: list[str], one: int, other: int) -> None:
    cheap, dear = sorted(costs, key=Decimal)
    short, long = sorted((one, other))
    low, high = (
        appraise(inputs(stages={"store": StageCost(direct=said(c))}, remaining_life_years=said(str(life))))
        for c, life in ((cheap, short), (dear, long))
    )
    assert Decimal(low.value.amount) <= Decimal(high.value.amount)
    assert Decimal(low.low.amount) <= Decimal(low.value.amount) <= Decimal(low.high.amount)


def test_every_faulty_parameter_comes_at_once() -> None:
    bad = inputs(
        currency="XXX",
        return_on_cost=said("0.50"),
        economic_life_years=said("12"),
        remaining_life_years=said("13"),
        stages={"plan": StageCost(early=said("0")), "store": StageCost(taxes=said("900000000000"))},
    )
    with pytest.raises(InputsFaulty) as refused:
        appraise(bad, score="100.01", until=date(2027, 11, 23))
    errors = refused.value.errors
    assert [error.pointer for error in errors] == [
        "/inputs/return_on_cost/value",
        "/inputs/economic_life_years/value",
        "/quality/score",
        "/inputs/stages/store/taxes/value",
        "/inputs/stages",
        "/inputs/remaining_life_years/value",
        "/inputs/remaining_life_years/value",
        "/inputs/currency",
        "/use_until",
    ]
    assert all(error.rule for error in errors)
    assert "0.05" in errors[0].detail.en


@pytest.mark.parametrize(
    ("base", "last"),
    [
        (date(2026, 11, 23), date(2027, 11, 22)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_use_lasts_a_year_at_most(base: date, last: date) -> None:
    assert limits.last_use(base, 12) == last


def test_recomputing_gives_the_same_document() -> None:
    document = json.loads(canonical.dumps(appraise()))
    assert recompute(document).same


def test_any_change_is_caught_and_its_place_named() -> None:
    document = json.loads(canonical.dumps(appraise()))
    for place, change in {
        "/trace/I_collect/inputs": lambda d: d["inputs"]["stages"]["collect"]["direct"].update(value="300001"),
        "/trace/delta/result": lambda d: next(s for s in d["trace"] if s["id"] == "delta").update(result="0.7"),
        "/trace/q/formula": lambda d: next(s for s in d["trace"] if s["id"] == "q").update(formula="score / 99"),
        "/trace": lambda d: d["trace"].pop(),
        "/value/amount": lambda d: d["value"].update(amount="397463.85"),
        "/rule_set": lambda d: d["rule_set"].update(sha256="0" * 64),
        "/rule_set/version": lambda d: d["rule_set"].update(version="2020-01"),
        "/label/en": lambda d: d["label"].update(en="A booking basis"),
        "/extra": lambda d: d.update(extra=1),
        "/inputs": lambda d: d["inputs"].update(currency=5),
        "/inputs_sha256": lambda d: d["inputs"]["return_on_cost"].update(evidence="another file"),
        "/use_until": lambda d: d.update(use_until="2030-01-01"),
    }.items():
        altered = json.loads(json.dumps(document))
        change(altered)
        found = recompute(altered)
        assert (found.same, found.place) == (False, place)


@given(st.data())
def test_any_altered_leaf_is_caught(data: st.DataObject) -> None:
    document = json.loads(canonical.dumps(appraise()))
    node, path = document, []
    while isinstance(node, dict | list) and node:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        path.append((node, key))
        node = node[key]
    holder, key = path[-1]
    holder[key] = str(node) + "0" if isinstance(node, str) else "x"
    assert not recompute(document).same


def test_the_verifier_tells_what_it_proved() -> None:
    document = json.loads(canonical.dumps(appraise()))
    assert [(check.holds, check.detail.en) for check in proven({"appraisal": document})] == [
        (True, f"all {len(document['trace'])} steps are the same")
    ]
    document["trace"][-1]["result"] = "1"
    (check,) = proven({"appraisal": document})
    assert not check.holds
    assert "/trace/high/result" in check.detail.en
    assert not proven({})[0].holds
    assert not proven({"appraisal": {"trace": 5, "rule_set": {}}})[0].holds


HOSTILE = """
import decimal, json, locale, os, sys, time
decimal.setcontext(decimal.Context(prec=2, rounding=decimal.ROUND_UP))
os.environ["TZ"] = "Pacific/Kiritimati"
time.tzset()
for name in ("de_DE.UTF-8", "C.UTF-8"):
    try:
        locale.setlocale(locale.LC_ALL, name)
        break
    except locale.Error:
        continue
from valuation.appraisal.recompute import recompute
document = json.load(sys.stdin)
found = recompute(document)
decimal.getcontext().traps[decimal.Inexact] = True
assert found.same and recompute(document).same, found
"""


def test_the_same_bytes_in_another_process_locale_zone_and_decimal_context() -> None:
    document = canonical.dumps(appraise())
    ran = subprocess.run([sys.executable, "-c", HOSTILE], input=document, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()


NO_FORMULA = [
    "__import__('os')", "a.b", "a ** 2", "a if a else b", "round(a)", "1e5", "0x10", "'x'", "f()", "a[0]", "[", "1_0",
    "a, b", "max(a)", "(" * 300 + "a" + ")" * 300,
]  # fmt: skip


@pytest.mark.parametrize("formula", NO_FORMULA)
def test_nothing_but_arithmetic_is_a_formula(formula: str) -> None:
    with pytest.raises(UnreadableFormulaError):
        evaluate(formula, {"a": Decimal(1), "b": Decimal(2)})


def test_the_arithmetic_is_exact_decimal() -> None:
    ten = {"x": Decimal("10"), "y": Decimal("3")}
    assert evaluate("0.1 + 0.2", {}) == Decimal("0.3")
    assert evaluate("round(x / y, 4) - -1", ten) == Decimal("4.3333")
    assert evaluate("min(x, y, 5) + max(x, y)", ten) == Decimal(13)
    assert evaluate("round(2.5, 0)", {}) == Decimal(2)
    assert text(Decimal("-0.00")) == "0"
    assert text(Decimal("1E+3")) == "1000"
    with pytest.raises(ArithmeticError):
        evaluate("x / 0", ten)
