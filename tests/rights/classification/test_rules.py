"""Levels, export paths and the fifteen gates, by table and by property."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money
from rights.classification import gates, rules
from rights.classification.errors import GATES
from rights.classification.gates import answers
from rights.classification.policy import POLICY, Degree, ExportPath, Harmed, Level, Personal
from rights.classification.rules import Declared, GateFacts, Quality
from rights.registrations.rules import Piece

TERMS = POLICY.versions[0].body
HARMED = list(TERMS.impact.table)
PLAIN = Declared(
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
GOOD = GateFacts(
    act="contract",
    declared=PLAIN,
    source_stated=True,
    operate=True,
    quality=Quality(Decimal(90), Decimal(60), 3, 365),
    buyer_identified=True,
    purpose_stated=True,
    exported=True,
)


def declared(**over: Any) -> Declared:
    return msgspec.structs.replace(PLAIN, **over)


def asked(**over: Any) -> dict[str, str]:
    found = answers(msgspec.structs.replace(GOOD, **over), TERMS)
    return {answer.rule: answer.outcome for answer in found if answer.outcome != "passed"}


@pytest.mark.parametrize(
    ("harmed", "levels"),
    [
        ("national-security", ("core", "core", "important")),
        ("economy", ("core", "important", "general")),
        ("social-order", ("core", "important", "general")),
        ("public-interest", ("core", "important", "general")),
        ("organisation-or-individual", ("general", "general", "general")),
    ],
)
def test_the_impact_table(harmed: Harmed, levels: tuple[str, ...]) -> None:
    degrees: tuple[Degree, ...] = ("especially-serious", "serious", "ordinary")
    assert tuple(str(rules.level_of([{harmed: degree}], TERMS.impact)) for degree in degrees) == levels


items = st.lists(
    st.dictionaries(
        st.sampled_from(HARMED), st.sampled_from(["especially-serious", "serious", "ordinary"]), min_size=1
    ),
    min_size=1,
    max_size=6,
)


@given(items, items)
def test_the_gravest_item_wins_and_adding_never_lowers(one: Any, two: Any) -> None:
    order = list(Level)
    both = rules.level_of([*one, *two], TERMS.impact)
    assert both == rules.highest([rules.level_of(one, TERMS.impact), rules.level_of(two, TERMS.impact)])
    assert order.index(both) >= order.index(rules.level_of(one, TERMS.impact))


@pytest.mark.parametrize(
    ("over", "path"),
    [
        ({}, ExportPath.FREE),
        ({"personal": Personal.ANONYMISED}, ExportPath.FREE),
        ({"people": 1}, ExportPath.EXEMPT),
        ({"people": 99_999}, ExportPath.EXEMPT),
        ({"people": 100_000}, ExportPath.STANDARD_CONTRACT),
        ({"people": 999_999}, ExportPath.STANDARD_CONTRACT),
        ({"people": 1_000_000}, ExportPath.SECURITY_ASSESSMENT),
        ({"sensitive_people": 1, "sensitive": True}, ExportPath.STANDARD_CONTRACT),
        ({"sensitive_people": 9_999, "sensitive": True}, ExportPath.STANDARD_CONTRACT),
        ({"sensitive_people": 10_000, "sensitive": True}, ExportPath.SECURITY_ASSESSMENT),
        ({"people": 5_000_000, "export_exempt": True}, ExportPath.EXEMPT),
        ({"people": 1, "critical_infrastructure": True}, ExportPath.SECURITY_ASSESSMENT),
        ({"people": 1, "critical_infrastructure": True, "export_exempt": True}, ExportPath.SECURITY_ASSESSMENT),
        ({"important": True, "export_exempt": True}, ExportPath.SECURITY_ASSESSMENT),
        ({"critical_infrastructure": True}, ExportPath.FREE),
    ],
)
def test_export_paths_at_their_thresholds(over: dict[str, Any], path: ExportPath) -> None:
    counted = over.get("people") or over.get("sensitive_people")
    known = {"personal": Personal.IDENTIFIED, **over} if counted else over
    assert rules.export_path(declared(**known), TERMS.export) == path


def test_ten_million_people_have_the_duties_of_important_data() -> None:
    assert not rules.is_important(Level.GENERAL, False, 9_999_999, TERMS)
    assert rules.is_important(Level.GENERAL, False, 10_000_000, TERMS)
    assert rules.is_important(Level.GENERAL, True, 0, TERMS)
    assert rules.is_important(Level.IMPORTANT, False, 0, TERMS)


CONSENT = ("separate-consent", "impact-assessment")
SPECIAL = ("sensitive-consent", "protection-measures", "guardian-consent", "minor-rules")
IMPORTANT = ("important-assessment", "important-contract")


def _people(**over: Any) -> Declared:
    return declared(personal=Personal.IDENTIFIED, people=10, **over)


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({}, {}),
        ({"declared": declared(state_secret=True)}, {"LT-CLS-01": "refused"}),
        ({"declared": declared(level=Level.CORE)}, {"LT-CLS-02": "refused"}),
        ({"source_stated": False}, {"LT-CLS-03": "refused"}),
        ({"operate": False}, {"LT-CLS-04": "refused"}),
        ({"disputes": ("obj_1",)}, {"LT-CLS-05": "held"}),
        ({"freezes": ("seizure rmk_1",)}, {"LT-CLS-05": "held"}),
        ({"public_data": True}, {"LT-CLS-06": "refused", "LT-CLS-14": "not_assessed"}),
        ({"public_data": True, "public_registered": True}, {"LT-CLS-06": "not_assessed", "LT-CLS-14": "not_assessed"}),
        ({"declared": declared(categories=("trade-secret-of-others",))}, {"LT-CLS-07": "refused"}),
        ({"declared": declared(categories=("biometric",))}, {"LT-CLS-07": "refused"}),
        ({"declared": declared(categories=("biometric",)), "computing_only": True}, {"LT-CLS-07": "noted"}),
        ({"declared": _people()}, {"LT-CLS-08": "refused"}),
        ({"declared": _people(evidence=CONSENT)}, {}),
        ({"declared": declared(personal=Personal.ANONYMISED)}, {"LT-CLS-08": "refused"}),
        ({"declared": declared(personal=Personal.ANONYMISED, evidence=("anonymisation-report",))}, {}),
        (
            {"declared": _people(sensitive=True, sensitive_people=5, minors=True, evidence=CONSENT)},
            {"LT-CLS-09": "refused", "LT-CLS-13": "refused"},
        ),
        (
            {"declared": _people(sensitive=True, sensitive_people=5, minors=True, evidence=(*CONSENT, *SPECIAL))},
            {"LT-CLS-13": "refused"},
        ),
        ({"declared": declared(important=True)}, {"LT-CLS-10": "refused", "LT-CLS-13": "refused"}),
        (
            {"declared": declared(important=True, evidence=IMPORTANT), "exported": False},
            {"LT-CLS-10": "refused"},
        ),
        (
            {"declared": declared(important=True, evidence=IMPORTANT), "computing_only": True, "exported": False},
            {},
        ),
        ({"quality": Quality(Decimal("59.99"), Decimal(60), 3, 365)}, {"LT-CLS-11": "held"}),
        ({"quality": Quality(Decimal(60), Decimal(60), 366, 365)}, {"LT-CLS-11": "held"}),
        ({"quality": None}, {"LT-CLS-11": "not_assessed"}),
        ({"buyer_identified": False}, {"LT-CLS-12": "refused"}),
        ({"purpose_stated": None}, {"LT-CLS-12": "not_assessed"}),
        ({"exported": None}, {"LT-CLS-13": "not_assessed"}),
        ({"encumbrances": ("pledge rmk_1",)}, {"LT-CLS-15": "refused"}),
    ],
)
def test_each_gate(over: dict[str, Any], expected: dict[str, str]) -> None:
    assert asked(**over) == expected


def test_the_price_of_public_data_stays_within_its_cap() -> None:
    public = {"public_data": True, "public_registered": True, "declared": declared(public_open=True)}
    for price, outcome in ((100, {}), (101, {"LT-CLS-14": "refused"})):
        assert asked(**public, price=Money(price, "CNY"), price_cap=Money(100, "CNY")) == outcome
    assert asked(**public, price=Money(1, "USD"), price_cap=Money(100, "CNY")) == {"LT-CLS-14": "not_assessed"}
    assert asked(**{**public, "declared": declared(public_open=False)})["LT-CLS-06"] == "refused"


def test_a_whitelist_admits_only_what_it_names() -> None:
    circulation = msgspec.structs.replace(TERMS.circulation, mode="whitelist", whitelist=["traffic"])
    terms = msgspec.structs.replace(TERMS, circulation=circulation)

    def outcome(*categories: str) -> str:
        facts = msgspec.structs.replace(GOOD, declared=declared(categories=categories))
        return answers(facts, terms)[6].outcome

    assert [outcome("traffic"), outcome("traffic", "other"), outcome()] == ["passed", "refused", "refused"]


def test_nothing_known_is_nothing_passed_but_what_is_looked_up() -> None:
    """An absent dispute is known from the register; what only a declaration can say is not assessed."""
    found = {answer.rule: answer.outcome for answer in answers(GateFacts(act="listing"), TERMS)}
    assert {rule for rule, outcome in found.items() if outcome == "passed"} == {
        "LT-CLS-05", "LT-CLS-06", "LT-CLS-14", "LT-CLS-15",
    }  # fmt: skip
    assert set(found.values()) == {"passed", "not_assessed"}


facts = st.builds(
    GateFacts,
    act=st.sampled_from(["listing", "contract", "transfer"]),
    declared=st.none()
    | st.builds(
        Declared,
        level=st.sampled_from(Level),
        important=st.booleans(),
        personal=st.sampled_from(Personal),
        sensitive=st.booleans(),
        minors=st.booleans(),
        people=st.integers(0, 10**8),
        sensitive_people=st.integers(0, 10**6),
        critical_infrastructure=st.booleans(),
        export_exempt=st.booleans(),
        categories=st.sets(st.sampled_from([one.code for one in TERMS.circulation.listed])).map(tuple),
        public_open=st.none() | st.booleans(),
        evidence=st.sets(st.sampled_from([one.code for one in TERMS.evidence])).map(tuple),
        state_secret=st.booleans(),
    ),
    source_stated=st.none() | st.booleans(),
    operate=st.none() | st.booleans(),
    public_data=st.booleans(),
    public_registered=st.booleans(),
    computing_only=st.booleans(),
    buyer_identified=st.none() | st.booleans(),
    exported=st.none() | st.booleans(),
)


@given(facts)
def test_fifteen_answers_in_order_whatever_the_facts(known: GateFacts) -> None:
    found = answers(known, TERMS)
    assert [answer.rule for answer in found] == list(GATES) == [f"LT-CLS-{n:02d}" for n in range(1, 16)]
    assert found == answers(known, TERMS)
    assert all(answer.zh and answer.en for answer in found)


@given(facts, st.sampled_from([one.code for one in TERMS.evidence]))
def test_more_evidence_never_closes_a_gate(known: GateFacts, code: str) -> None:
    if known.declared is None:
        return
    more = msgspec.structs.replace(known.declared, evidence=(*known.declared.evidence, code))
    before = {a.rule for a in answers(known, TERMS) if a.outcome in gates.STOPPING}
    after = {
        a.rule for a in answers(msgspec.structs.replace(known, declared=more), TERMS) if a.outcome in gates.STOPPING
    }
    assert after <= before


def test_every_missing_piece_and_contradiction_is_named() -> None:
    known = _people(sensitive=True, important=True, categories=("unheard-of",))
    faults = rules.declaration_faults(known, [Piece("strange", True, True, 0)], TERMS)
    assert [(fault.pointer, fault.rule) for fault in faults] == [
        ("/sensitive_people", "LT-CLS-16"),
        ("/categories/0", "LT-CLS-07"),
        ("/evidence/0/kind", "LT-CLS-16"),
        ("/evidence/0/file_id", "LT-CLS-16"),
        *[("/evidence", "LT-CLS-16")] * 6,
    ]
    nobody = declared(sensitive=True, minors=True, people=1, sensitive_people=1)
    assert [fault.pointer for fault in rules.declaration_faults(nobody, [], TERMS)] == [
        "/sensitive", "/minors", "/people", "/sensitive_people",
    ]  # fmt: skip


REPORT = ("regrading-report",)


@pytest.mark.parametrize(
    ("new", "before", "after", "evidence", "sources", "pointers"),
    [
        ("general", None, "collection", (), [], []),
        ("important", "general", "collection", (), [], []),
        ("general", "important", "collection", (), [], ["/after", "/evidence"]),
        ("general", "important", "desensitisation", (), [], ["/evidence"]),
        ("general", "important", "desensitisation", REPORT, [], []),
        ("general", None, "aggregation", REPORT, ["general", "important"], ["/after"]),
        ("important", None, "aggregation", REPORT, ["general", "important"], []),
        ("important", None, "aggregation", (), ["general"], ["/evidence"]),
    ],
)
def test_grading_again(
    new: str, before: str | None, after: str, evidence: tuple[str, ...], sources: list[str], pointers: list[str]
) -> None:
    was = Level(before) if before else None
    faults = rules.regrading_faults(Level(new), was, after, evidence, [Level(source) for source in sources], TERMS)
    assert [fault.pointer for fault in faults] == pointers
    assert {fault.rule for fault in faults} <= {"LT-CLS-17"}
