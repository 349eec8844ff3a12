"""The claims of an appraisal's document: what is read is written again the same, whatever its standing."""

from datetime import date
from typing import Any

import msgspec
import pytest

from kernel.crypto import canonical
from tests.valuation.appraisal.makers import cost, study, value
from valuation.appraisal.document import STANDINGS, AppraisalClaims, appraisal_in, plain, read

BODY = plain(value(study(cost=cost())))
HEAD = {
    "asset": "ast_1", "asset_name": "气象数据", "revision": "rev_1", "content_sha256": "sha256:aa",
    "provider": "pty_1", "valuer": "pty_2", "appraisal": BODY,
}  # fmt: skip
RIGHTS = {"certificate": None, "valid_until": None, "objections": ["obj_1"]}
TEXT = {"zh": "甲", "en": "a"}
NAMES = {"provider_name": "A", "valuer_name": "B"}
VALUER = {"part": "first_valuer", "id": "prc_1", "name": "李", "registration_number": "11"}
SIGNATURE = {
    "part": "first_valuer", "practitioner": "prc_1", "name": "李", "registration_number": "11",
    "signing_key_id": "key_1", "public_key": "z6", "signature": "AA==", "signed_at": "2026-11-24T00:00:00.000Z",
}  # fmt: skip
ENGAGEMENT = {
    "id": "eng_1", "client": "pty_3", "client_name": "C", "firm": "pty_2", "firm_name": "B", "provider_name": "A",
    "purpose": "pledge", "value_type": "market-value", "base_date": "2026-11-23", "scope": "all",
    "intended_users": ["bank"], "statutory": False, "fee_basis": "fixed", "supersedes": None,
    "accepted_at": "2026-11-23T00:00:00.000Z", "valuers": [VALUER],
    "independence": [{"at": "2026-11-23T00:00:00.000Z", "since": "2024-11-23", "ties": []}],
}  # fmt: skip
REPORT = {
    "number": "PG2026000001", "issued_on": "2026-11-24", "use_until": "2027-11-22", "archive_until": "2041-11-24",
    "process": [{"at": "2026-11-24T00:00:00.000Z", "name": TEXT}],
}  # fmt: skip
REVALUATION = {
    "id": "rvl_1", "report": "PG2026000001", "previous": "apr_1",
    "previous_value": {"amount": "1.00", "currency": "CNY"},
    "causes": [
        {"kind": "quality", "name": TEXT, "entry": "ent_1", "entry_kind": "x", "subject": "s", "at": "2026-11-24"}
    ],
    "changes": [{"place": "/rights/objections", "before": None, "after": ["obj_1"]}],
}  # fmt: skip


def said(standing: str) -> dict[str, Any]:
    """A standing with its words."""
    text = STANDINGS[standing]
    return {"standing": standing, "standing_text": {"zh": text.zh, "en": text.en}}


DOCUMENTS: dict[str, dict[str, Any]] = {
    "before there were standings": {name: HEAD[name] for name in ("asset", "asset_name", "appraisal")},
    "study": HEAD | NAMES | said("study"),
    "draft": HEAD | {"engagement": ENGAGEMENT, "rights": RIGHTS, "disclosures": {}, "papers": []},
    "report": HEAD
    | {"engagement": ENGAGEMENT, "rights": RIGHTS, "disclosures": {"scenario": "数" * 2000}, "papers": []}
    | said("issued")
    | {"report": REPORT, "digest": "sha256:bb", "signatures": [SIGNATURE]},
    "automatic": HEAD | NAMES | said("automatic") | {"rights": RIGHTS, "revaluation": REVALUATION},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_read_is_written_again_byte_for_byte(name: str) -> None:
    claims = DOCUMENTS[name]
    assert canonical.dumps(plain(read(claims))) == canonical.dumps(claims)


def test_what_a_later_version_adds_is_passed_over() -> None:
    claims = DOCUMENTS["report"]
    later = claims | {"kind": "appraisal-report", "added": 1, "report": REPORT | {"added": 2}}
    assert read(later) == read(claims)
    assert read(claims).report == read(later).report
    assert read(claims).report is not None
    assert read(claims | {"report": REPORT}).report.issued_on == date(2026, 11, 24)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "other", [{"appraisal": 5}, {"signatures": "x"}, {"standing": "final"}, {"engagement": {**ENGAGEMENT, "id": 5}}]
)
def test_claims_of_another_shape_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(DOCUMENTS["report"] | other)


def test_the_appraisal_is_taken_out_of_whatever_holds_it() -> None:
    claims = AppraisalClaims(asset="ast_1", asset_name="x", appraisal=BODY)
    envelope = {"document": {"credentialSubject": plain(claims)}}
    assert [appraisal_in(each) for each in (BODY, plain(claims), envelope)] == [BODY] * 3
    with pytest.raises(ValueError, match="no appraisal"):
        appraisal_in({"document": {"credentialSubject": {}}})
