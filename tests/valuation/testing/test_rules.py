"""The measures of a test and its conclusion."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from valuation.testing import rules
from valuation.testing.policy import POLICY
from valuation.testing.rules import Reading

LIMITS = POLICY.versions[-1].body.limits
AT = datetime(2026, 11, 23, tzinfo=UTC)
CARD = {
    "files": [{"rows": 999, "malformed": 1, "size_bytes": 5000}],
    "rows": 999,
    "score": "88.00",
    "checks": [1, 2],
    "profile": {"t": [1, 2, 3]},
    "personal_data": {"t": []},
    "privacy": {},
}


def readings(*told):
    """Readings from short words: ok, content."""
    return [
        Reading(number, "t", AT, ok, 10 * number, content if ok else None, True)
        for number, (ok, content) in enumerate(told, 1)
    ]


def found(reads, card=CARD, personal=None):
    """The measures by their codes."""
    return {m.code: m for m in rules.measures(reads, {"t": "good"}, card, personal, LIMITS)}


def test_availability_is_rounded_down_and_slow_readings_are_told():
    measures = found(readings(*[(True, "good")] * 99, (False, None)))
    assert (measures["available_share"].value, measures["available_share"].met) == ("0.990000", True)
    assert measures["reading_p95"].value == "950"
    below = found(readings(*[(True, "good")] * 299, *[(False, None)] * 4))
    assert below["available_share"].met is False


def test_no_reading_at_all_is_no_success():
    measures = found([])
    assert (measures["available_share"].met, measures["digests_equal"].met) == (False, False)
    assert "reading_p95" not in measures


def test_a_content_that_differs_from_the_register_is_unreliable():
    assert found(readings((True, "good"), (True, "other")))["digests_equal"].value == "0.500000"
    parts = [Reading(n, "t", AT, True, 1, content, False) for n, content in enumerate(("a", "a", "b"), 1)]
    assert found(parts)["digests_equal"].value == "0.666666"


def test_findings_are_held_against_contract_and_classification():
    phone = {"column": "phone", "basis": "values", "confidence": "high", "declared": False}
    card = CARD | {"personal_data": {"t": [phone, phone | {"basis": "name", "column": "tel"}]}}
    measures = found(readings((True, "good")), card)
    assert (measures["undeclared_personal"].value, measures["undeclared_personal"].met) == ("1", False)
    declared = CARD | {"personal_data": {"t": [phone | {"declared": True}]}}
    assert found(readings((True, "good")), declared)["undeclared_personal"].met is True
    assert found(readings((True, "good")), declared, "none")["contrary_to_classification"].met is False
    assert "contrary_to_classification" not in found(readings((True, "good")), declared, "identified")


def test_small_groups_and_lost_records_and_low_scores_fail():
    card = CARD | {
        "privacy": {"t": {"anonymity": 4}},
        "score": "59.99",
        "files": [{"rows": 9, "malformed": 1, "size_bytes": 1}],
    }
    measures = found(readings((True, "good")), card)
    assert [measures[code].met for code in ("smallest_group", "score", "rows_readable")] == [False, False, False]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["good", "other"])), max_size=30))
def test_the_conclusion_is_drawn_from_the_measures_alone(told):
    import msgspec

    measures = rules.measures(readings(*told), {"t": "good"}, CARD, None, LIMITS)
    wire = [msgspec.to_builtins(measure) for measure in measures]
    failed = [measure for measure in measures if measure.met is False]
    assert rules.conclusion(wire) == ("failed" if failed else "passed")
    perfect = bool(told) and all(ok and content == "good" for ok, content in told)
    assert (rules.conclusion(wire) == "passed") == perfect or len(told) >= 100


def test_nothing_measured_is_not_passed():
    assert rules.conclusion([]) == "failed"


def test_a_round_is_complete_when_every_file_was_read_each_time():
    reads = readings((True, "good"), (False, None))
    assert rules.complete(reads, 2, ["t"])
    assert not rules.complete(reads, 2, ["t", "u"])
    assert not rules.complete(reads[:1], 2, ["t"])
