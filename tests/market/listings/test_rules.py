"""The gates: each refuses alone, in order, and nothing is passed that was not looked at."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from contracts.terms.conveyance import leaves_the_country
from kernel.money import MINOR_MAX, Money
from market.listings import rules
from market.listings.errors import REFUSALS
from market.listings.rules import CertificateFacts, Evidence, ScoreFacts, gate_answers, refusals
from market.listings.states import PriceKind
from rights.classification.policy import POLICY, Level, Personal
from rights.classification.rules import Declared, GateFacts
from rights.grants.box import Dimension, Violation
from rights.title.rules import Finding, FindingKind

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
REGISTER = GateFacts(
    act="listing",
    declared=HARMLESS,
    source_stated=True,
    hold=True,
    operate=True,
    exported=False,
    purposes=("research",),
)
SCORE = ScoreFacts("scr_1", "rev_1", Decimal("87.50"), NOW - timedelta(days=3), has_sample=True)
IMPORTANT = tuple(TERMS.important.evidence)
HARMLESS_BUT_LISTED = structs.replace(HARMLESS, categories=("trade-secret-of-others",))


def registered(**over: object) -> GateFacts:
    return structs.replace(REGISTER, **over)


GOOD = Evidence(
    provider="pty_1",
    register=REGISTER,
    title=(),
    revision_id="rev_1",
    content_digest="sha256:aa",
    certificate=CERTIFICATE,
    score=SCORE,
    price=Money(100_000, "CNY"),
    charged=Money(100_000, "CNY"),
    value=Money(120_000, "CNY"),
)
BEYOND = Finding(FindingKind.CHAIN, "ast_1", edge=1, violations=(Violation(Dimension.TERRITORY, ("HK",), ("CN",)),))
FAULTS = {
    "LT-TTL-02": {"title": (BEYOND,)},
    "LT-TTL-03": {"title": (Finding(FindingKind.EXCLUSIVE, "ast_1", against=("grt_1",)),)},
    "LT-TTL-05": {"title": (replace(BEYOND, kind=FindingKind.UPSTREAM),)},
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
    own = {f"LT-LST-0{n}" for n in (2, 4, 5, 7, 8, 9)} | {f"LT-TTL-0{n}" for n in (2, 3, 4, 5, 8)}
    assert {answer.rule for answer in answers} == own | {f"LT-CLS-{n:02d}" for n in range(1, 16)}
    # Who buys is known when somebody orders.
    assert {a.rule: a.outcome for a in answers if a.outcome != "passed"} == {"LT-CLS-12": "noted"}


@pytest.mark.parametrize("rule", sorted(FAULTS))
def test_each_gate_refuses_alone(rule: str) -> None:
    refused = refusals(gate_answers(replace(GOOD, **FAULTS[rule]), GATES, TERMS, NOW))
    assert [answer.rule for answer in refused] == [rule]
    if not rule.startswith("LT-TTL-"):
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


@given(
    st.sets(st.sampled_from(sorted(set(FAULTS) - {"LT-LST-02", "LT-LST-05", "LT-TTL-02", "LT-TTL-03", "LT-TTL-05"})))
)
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


def test_what_was_not_declared_is_not_passed() -> None:
    answers = gate_answers(replace(GOOD, register=registered(declared=None)), GATES, TERMS, NOW)
    silent = [f"LT-CLS-{n:02d}" for n in (1, 2, 7, 8, 9, 10)]
    assert [(a.rule, a.outcome) for a in refusals(answers)] == [(rule, "not_assessed") for rule in silent]


def test_the_title_names_the_edge_and_the_side_in_both_languages() -> None:
    answers = {a.rule: a for a in gate_answers(replace(GOOD, title=(BEYOND,)), GATES, TERMS, NOW)}
    assert answers["LT-TTL-02"].zh == "权利链第 1 环不成立：territory；地域：申请 HK，所持 CN"
    assert answers["LT-TTL-02"].en == (
        "Edge 1 of the chain of title does not hold: territory.; territory: wanted HK, held CN"
    )
    assert answers["LT-TTL-03"].outcome == "passed"


@pytest.mark.parametrize(
    ("over", "computing", "refused"),
    [
        ({}, False, []),
        ({"hold": False}, False, ["LT-CLS-04"]),
        ({"hold": False}, True, []),
        ({"declared": structs.replace(HARMLESS, categories=("biometric",))}, False, ["LT-CLS-07"]),
        ({"declared": structs.replace(HARMLESS, categories=("biometric",))}, True, []),
        ({"raw_public": True}, False, ["LT-CLS-07"]),
        ({"raw_public": True}, True, []),
        ({"declared": structs.replace(HARMLESS, important=True, evidence=IMPORTANT)}, False, ["LT-CLS-10"]),
        ({"declared": structs.replace(HARMLESS, important=True, evidence=IMPORTANT)}, True, []),
    ],
)
def test_what_may_only_be_computed_on_is_not_handed_out(
    over: dict[str, object], computing: bool, refused: list[str]
) -> None:
    """Raw public data, what is restricted, what is important, and what one does not hold (数据二十条 item 4)."""
    register = registered(computing_only=computing, **over)
    answers = gate_answers(replace(GOOD, register=register), GATES, TERMS, NOW)
    assert [answer.rule for answer in refusals(answers)] == refused


@pytest.mark.parametrize(("price", "outcome"), [(100_000, "passed"), (100_001, "refused")])
def test_public_data_is_priced_within_its_cap(price: int, outcome: str) -> None:
    public = structs.replace(HARMLESS, public_open=True)
    register = registered(
        public_data=True, public_registered=True, declared=public, price_cap=Money(100_000, "CNY"), computing_only=True
    )
    evidence = replace(GOOD, register=register, charged=Money(price, "CNY"))
    assert {a.rule: a.outcome for a in gate_answers(evidence, GATES, TERMS, NOW)}["LT-CLS-14"] == outcome
    unset = replace(evidence, register=structs.replace(register, price_cap=None))
    assert [(a.rule, a.outcome) for a in refusals(gate_answers(unset, GATES, TERMS, NOW))] == [
        ("LT-CLS-14", "not_assessed")
    ]
    # What is free needs no cap, and what has no bound in a year is above every one (公共治理、公益事业有条件无偿使用).
    for charged, told in ((Money(0, "CNY"), "passed"), (Money(MINOR_MAX, "CNY"), "refused")):
        answers = gate_answers(replace(evidence, charged=charged), GATES, TERMS, NOW)
        assert {a.rule: a.outcome for a in answers}["LT-CLS-14"] == told


@pytest.mark.parametrize("kind", [PriceKind.FREE, PriceKind.ON_REQUEST])
def test_free_and_on_request_are_prices_too(kind: PriceKind) -> None:
    answers = gate_answers(replace(GOOD, price=None, price_kind=kind), GATES, TERMS, NOW)
    outcomes = {answer.rule: answer.outcome for answer in answers}
    assert (outcomes["LT-LST-07"], outcomes["LT-LST-08"]) == ("passed", "not_assessed")
