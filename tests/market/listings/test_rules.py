"""The gates: each refuses alone, in order, and nothing is passed that was not looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from kernel.money import Money
from market.listings import rules
from market.listings.errors import REFUSALS
from market.listings.rules import CertificateFacts, Evidence, ScoreFacts, gate_answers, leaves_the_country, refusals
from rights.classification.gates import GateFacts
from rights.classification.policy import POLICY, Level, Personal
from rights.classification.rules import Declared

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
GATES = rules.GATES.at(date(2026, 11, 23)).body
TERMS = POLICY.at(date(2026, 11, 23)).body
CERTIFICATE = CertificateFacts("crt_1", "pty_1", content_digest="sha256:aa")
HARMLESS = Declared(
    level=Level.GENERAL,
    important=False,
    personal=Personal.NONE,
    sensitive=False,
    minors=False,
    people=0,
    sensitive_people=0,
    critical_infrastructure=False,
    export_exempt=False,
    categories=(),
    public_open=None,
    evidence=(),
)
REGISTER = GateFacts(act="listing", declared=HARMLESS, source_stated=True, operate=True, exported=False)
SCORE = ScoreFacts("scr_1", "rev_1", Decimal("87.50"), NOW - timedelta(days=3), has_sample=True)
HARMLESS_BUT_LISTED = structs.replace(HARMLESS, categories=("trade-secret-of-others",))


def registered(**over: object) -> GateFacts:
    return structs.replace(REGISTER, **over)


GOOD = Evidence(
    provider="pty_1",
    register=REGISTER,
    revision_id="rev_1",
    content_digest="sha256:aa",
    certificate=CERTIFICATE,
    score=SCORE,
    price=Money(100_000, "CNY"),
    value=Money(120_000, "CNY"),
)
FAULTS = {
    "LT-CLS-03": {"register": registered(source_stated=False)},
    "LT-CLS-04": {"register": registered(operate=False)},
    "LT-CLS-05": {"register": registered(disputes=("obj_1",))},
    "LT-CLS-07": {"register": registered(declared=HARMLESS_BUT_LISTED)},
    "LT-CLS-11": {"score": replace(SCORE, score=Decimal("59.99"))},
    "LT-CLS-15": {"register": registered(encumbrances=("pledge rmk_1",))},
    "LT-LST-02": {"certificate": None},
    "LT-LST-04": {"certificate": replace(CERTIFICATE, content_digest="sha256:bb")},
    "LT-LST-05": {"score": None},
    "LT-LST-07": {"price": None},
    "LT-LST-09": {"score": replace(SCORE, has_sample=False)},
}


def test_everything_in_order_passes_every_gate() -> None:
    answers = gate_answers(GOOD, GATES, TERMS, NOW)
    own = {f"LT-LST-0{n}" for n in (2, 4, 5, 7, 8, 9)}
    assert {answer.rule for answer in answers} == own | {f"LT-CLS-{n:02d}" for n in range(1, 16)}
    # Who buys is known when somebody orders.
    assert {answer.rule for answer in answers if answer.outcome != "passed"} == {"LT-CLS-12"}


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_each_gate_refuses_alone(rule: str) -> None:
    refused = refusals(gate_answers(replace(GOOD, **FAULTS[rule]), GATES, TERMS, NOW))
    assert [answer.rule for answer in refused] == [rule]
    assert REFUSALS[rule].rule == rule


@pytest.mark.parametrize(
    ("rule", "over"),
    [
        ("LT-LST-02", {"certificate": replace(CERTIFICATE, holder="pty_2")}),
        ("LT-LST-05", {"score": replace(SCORE, revision_id="rev_0")}),
        ("LT-CLS-11", {"score": replace(SCORE, scored_at=NOW - timedelta(days=366))}),
    ],
)
def test_somebody_elses_another_revisions_and_old_evidence_is_none(rule: str, over: dict[str, object]) -> None:
    assert [answer.rule for answer in refusals(gate_answers(replace(GOOD, **over), GATES, TERMS, NOW))] == [rule]


@given(st.sets(st.sampled_from(sorted(set(FAULTS) - {"LT-LST-02", "LT-LST-05"}))))
def test_faults_are_all_named_in_the_gates_order(rules_: set[str]) -> None:
    evidence = GOOD
    for rule in rules_:
        part = FAULTS[rule]
        if "register" in part:
            changed = {
                "LT-CLS-03": {"source_stated": False},
                "LT-CLS-04": {"operate": False},
                "LT-CLS-05": {"disputes": ("obj_1",)},
                "LT-CLS-07": {"declared": HARMLESS_BUT_LISTED},
                "LT-CLS-15": {"encumbrances": ("pledge rmk_1",)},
            }[rule]
            evidence = replace(evidence, register=structs.replace(evidence.register, **changed))
        elif "score" in part:
            low = {"score": Decimal(1)} if rule == "LT-CLS-11" else {"has_sample": False}
            assert evidence.score is not None
            evidence = replace(evidence, score=replace(evidence.score, **low))
        else:
            evidence = replace(evidence, **part)
    answers = gate_answers(evidence, GATES, TERMS, NOW)
    order = [answer.rule for answer in gate_answers(GOOD, GATES, TERMS, NOW)]
    assert [answer.rule for answer in refusals(answers)] == sorted(rules_, key=order.index)


def test_without_a_certificate_nothing_about_it_passes() -> None:
    by_rule = {a.rule: a.outcome for a in gate_answers(replace(GOOD, certificate=None), GATES, TERMS, NOW)}
    assert by_rule["LT-LST-02"] == "refused"
    assert by_rule["LT-LST-04"] == "not_assessed"


@pytest.mark.parametrize(
    ("price", "value", "outcome"),
    [(50, 100, "passed"), (200, 100, "passed"), (49, 100, "noted"), (201, 100, "noted"), (1, 0, "not_assessed")],
)
def test_a_strange_price_is_noted_and_never_refused(price: int, value: int, outcome: str) -> None:
    evidence = replace(GOOD, price=Money(price, "CNY"), value=Money(value, "CNY"))
    answers = gate_answers(evidence, GATES, TERMS, NOW)
    assert {a.rule: a.outcome for a in answers}["LT-LST-08"] == outcome
    assert refusals(answers) == []


def test_a_value_in_another_currency_is_not_compared() -> None:
    answers = gate_answers(replace(GOOD, value=Money(1, "USD")), GATES, TERMS, NOW)
    assert {a.rule: a.outcome for a in answers}["LT-LST-08"] == "not_assessed"


@pytest.mark.parametrize(
    ("territory", "abroad"),
    [(["CN"], False), (["CN-NM"], False), (["CN", "HK"], True), (["world"], True), (["MO"], True)],
)
def test_a_licence_beyond_the_mainland_is_an_export(territory: list[str], abroad: bool) -> None:
    assert leaves_the_country(territory) is abroad
