"""Rules of assets, applications and certificates, by table and by property."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rights.assets import rules as assets
from rights.certificates import rules as certificates
from rights.registrations import policy, rules
from rights.registrations.errors import BasisMismatch, EvidenceMissing, RegistrationFaulty, RightNotGiven, faulty
from rights.registrations.policy import Grounds
from rights.terms import Form, Regime, Right, SourceKind, in_order

MATRIX = policy.MATRIX.versions[0].body
EVIDENCE = policy.EVIDENCE.versions[0].body
GROUNDS: Grounds = policy.GROUNDS.versions[0].body
FORM = assets.FORM.versions[0].body
TERMS = certificates.POLICY.versions[0].body

claims = st.builds(
    rules.Claim,
    party_kind=st.sampled_from(["enterprise", "government", "institution"]),
    source_kind=st.sampled_from(SourceKind),
    form=st.sampled_from(Form),
    title_basis=st.sampled_from([case.code for case in MATRIX.case] + ["nonsense"]),
    rights=st.sets(st.sampled_from(Right), min_size=1).map(lambda found: tuple(in_order(found))),
    public_data=st.booleans(),
    public_sources=st.lists(st.builds(rules.PublicSource, st.just("GG1512026110001"), st.booleans()), max_size=2).map(
        tuple
    ),
)
H, U, O = Right  # noqa: E741


def _piece(kind: str, **over: object) -> rules.Piece:
    known = {"file_known": True, "for_evidence": True, "size_bytes": 9, **over}
    return rules.Piece(kind=kind, **known)  # type: ignore[arg-type]


def _complete(claim: rules.Claim) -> list[rules.Piece]:
    needed = rules.evidence_needed(
        claim.source_kind, rules.conditions_of(claim, MATRIX.find(claim.title_basis)), EVIDENCE
    )
    return [_piece(kind) for kind in needed]


@pytest.mark.parametrize(
    ("basis", "form", "given"),
    [
        ("own-operations", Form.RESOURCE, {H, U, O}),
        ("natural-person", Form.RESOURCE, {H, U, O}),
        ("co-generated", Form.RESOURCE, {H, U, O}),
        ("fused", Form.RESOURCE, {H, U, O}),
        ("entrusted-processing", Form.RESOURCE, set()),
        ("crawled-public", Form.RESOURCE, {H, U}),
        ("crawled-public", Form.PRODUCT, {H, U, O}),
        ("derived", Form.PRODUCT, {H, U, O}),
    ],
)
def test_the_matrix_of_article_21(basis: str, form: Form, given: set[Right]) -> None:
    case = MATRIX.find(basis)
    assert case is not None
    assert {right for right in Right if rules.gives(case.grants[right], form)} == given


def test_conditions_ask_for_their_evidence() -> None:
    fused = rules.Claim("enterprise", SourceKind.AGREED, Form.RESOURCE, "fused", (H, O))
    missing = rules.claim_faults(fused, [p for p in _complete(fused) if p.kind != "co-party-consent"], MATRIX, EVIDENCE)
    assert [fault.rule for fault in missing] == ["LT-RGT-06"]
    assert "co-party-consent" in missing[0].detail.en
    without = rules.Claim("enterprise", SourceKind.AGREED, Form.RESOURCE, "fused", (H, U))
    assert "co-party-consent" not in {piece.kind for piece in _complete(without)}


@given(claims)
def test_a_claim_passes_exactly_when_every_condition_holds(claim: rules.Claim) -> None:
    case = MATRIX.find(claim.title_basis)
    fits = case is not None and case.source_kind == claim.source_kind
    given_all = case is not None and all(rules.gives(case.grants[right], claim.form) for right in claim.rights)
    public_duty = claim.party_kind == "government" and claim.source_kind == SourceKind.GENERATED
    registered = bool(claim.public_sources) and all(source.in_force for source in claim.public_sources)
    public = claim.public_data and (claim.form == Form.RESOURCE or not registered)
    faults = rules.claim_faults(claim, _complete(claim), MATRIX, EVIDENCE)
    assert (not faults) == (fits and given_all and not public_duty and not public)


@given(claims, st.data())
def test_every_missing_kind_of_evidence_is_named_and_none_else(claim: rules.Claim, data: st.DataObject) -> None:
    complete = _complete(claim)
    left = data.draw(st.lists(st.sampled_from(complete), unique=True))
    faults = rules.claim_faults(claim, left, MATRIX, EVIDENCE)
    named = {match[1] for fault in faults if (match := re.fullmatch(r"Missing: .+ \((.+)\)", fault.detail.en))}
    assert named == {piece.kind for piece in complete} - {piece.kind for piece in left}


@pytest.mark.parametrize("over", [{"file_known": False}, {"for_evidence": False}, {"size_bytes": 0}])
def test_a_piece_that_cannot_serve_is_a_fault(over: dict[str, object]) -> None:
    claim = rules.Claim("enterprise", SourceKind.GENERATED, Form.RESOURCE, "own-operations", (H,))
    pieces = [*_complete(claim), _piece("other", **over), _piece("strange")]
    faults = rules.claim_faults(claim, pieces, MATRIX, EVIDENCE)
    assert [fault.pointer for fault in faults] == ["/evidence/4/file_id", "/evidence/5/kind"]


def test_the_refusal_is_particular_where_one_rule_is_broken() -> None:
    basis = rules.Claim("enterprise", SourceKind.CRAWLED, Form.RESOURCE, "own-operations", (H,))
    matrix = rules.Claim("enterprise", SourceKind.CRAWLED, Form.RESOURCE, "crawled-public", (H, O))

    def refused(claim: rules.Claim, pieces: list[rules.Piece]) -> RegistrationFaulty:
        return faulty(rules.claim_faults(claim, pieces, MATRIX, EVIDENCE))

    assert type(refused(basis, _complete(basis))) is BasisMismatch
    assert type(refused(matrix, _complete(matrix))) is RightNotGiven
    sound = rules.Claim("enterprise", SourceKind.CRAWLED, Form.RESOURCE, "crawled-public", (H,))
    assert type(refused(sound, [])) is EvidenceMissing
    assert type(refused(matrix, [])) is RegistrationFaulty


@pytest.mark.parametrize(
    ("refusing", "codes", "stage", "faults"),
    [
        (False, [], "review", 0),
        (False, ["illegal-source"], "review", 1),
        (True, [], "review", 1),
        (True, ["illegal-source", "unresolved-dispute"], "review", 0),
        (True, ["illegal-source"], "acceptance", 1),
        (True, ["materials-incomplete"], "acceptance", 0),
        (True, ["materials-incomplete", "because"], "acceptance", 1),
    ],
)
def test_grounds(refusing: bool, codes: list[str], stage: policy.Stage, faults: int) -> None:
    assert len(rules.ground_faults(refusing, codes, stage, GROUNDS)) == faults


@given(st.lists(st.sampled_from(["a" * 64, "b" * 64, "c" * 64]), min_size=1, max_size=5), st.randoms())
def test_the_content_digest_ignores_order_but_not_number(digests: list[str], random: object) -> None:
    shuffled = list(digests)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert assets.content_digest(shuffled) == assets.content_digest(digests)
    assert assets.content_digest([*digests, digests[0]]) != assets.content_digest(digests)


@pytest.mark.parametrize(
    ("name", "overview", "pointers"),
    [
        ("数" * 40, "概" * 400, []),
        ("数" * 41, "概" * 401, ["/name", "/overview"]),
        ("  ", "概述", ["/name"]),
        ("名\u0000称", "概\n述", ["/name"]),
    ],
)
def test_descriptions(name: str, overview: str, pointers: list[str]) -> None:
    faults = assets.description_faults(name, overview, None, None, FORM)
    assert [fault.pointer for fault in faults] == pointers
    assert {fault.rule for fault in faults} <= {"LT-RGT-01"}


def test_a_time_range_does_not_end_before_it_begins() -> None:
    def faults(start: date, end: date) -> int:
        return len(assets.description_faults("名", "述", start, end, FORM))

    assert (faults(date(2013, 1, 2), date(2013, 1, 1)), faults(date(2013, 1, 1), date(2013, 1, 1))) == (1, 0)


def test_file_names_are_unique_in_any_case() -> None:
    assert assets.name_faults(["a.csv", "b.csv"]) == []
    assert [fault.pointer for fault in assets.name_faults(["a.csv", "b.csv", "A.CSV", "{b.csv"])] == ["/files/2"]


@given(st.integers(1, 9999), st.dates(date(2026, 1, 1), date(2099, 12, 31)), st.sampled_from(Regime))
def test_certificate_numbers(serial: int, on: date, regime: Regime) -> None:
    number = certificates.number(serial, certificates.month_of(on), TERMS, regime)
    assert len(number) == 15
    assert certificates.is_number(number)
    assert number == f"{TERMS.of(regime).prefix}151{on:%Y%m}{serial:04d}"


@pytest.mark.parametrize("serial", [0, -1, 10000])
def test_serials_outside_the_month_are_refused(serial: int) -> None:
    with pytest.raises(ValueError, match="serial"):
        certificates.number(serial, "202611", TERMS, "property")


@pytest.mark.parametrize(
    "text", ["SJ1512026110000", "SJ1512026130001", "SJ15120261100011", "crt_x", "SJ15120261１0001"]
)
def test_what_is_no_number(text: str) -> None:
    assert not certificates.is_number(text)


def test_validity_is_five_years() -> None:
    assert certificates.new_until(date(2026, 12, 1), TERMS.property, None) == date(2031, 12, 1)
    assert certificates.new_until(date(2026, 12, 1), TERMS.property, date(2030, 1, 1)) == date(2030, 1, 1)
    assert certificates.new_until(date(2026, 12, 1), TERMS.public, date(2031, 1, 1)) == date(2029, 12, 1)
    assert certificates.valid_until(date(2028, 2, 29), 5) == date(2033, 2, 28)
    assert certificates.valid_until(date(2028, 2, 29), 4) == date(2032, 2, 29)
