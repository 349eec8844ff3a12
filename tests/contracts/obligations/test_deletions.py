"""What a statement of deletion must speak of, when it is reminded of, and what it proves; pure."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.obligations import rules
from contracts.obligations.deletions import statements
from contracts.obligations.schemas import BackupKept, DeletedCopy, Deletion, DerivedKept, HandedOver
from contracts.obligations.verify import check
from kernel.crypto import canonical
from kernel.documents import render

EARLIER = Path(__file__).parents[2] / "centre" / "verification" / "earlier"
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
AGREEMENT = SimpleNamespace(id="agr_1", content={"subject": {"content_sha256": "sha256:x"}})


def handed(ref, last=AT - timedelta(days=2)):
    channel, _, revision = ref.partition("/")
    return HandedOver(ref, channel, revision or None, None, 1, last, last, [])


def said(**over):
    copies = [DeletedCopy("仓库", "覆写", AT - timedelta(days=1))]
    return Deletion(
        **{"agreement_id": "agr_1", "content_sha256": "sha256:x", "copies": copies, "responsible": "李雷", **over}
    )


def faults(statement, *refs):
    found = statements._faults(statement, AGREEMENT, [handed(ref) for ref in refs], AT)
    return [(fault.pointer, fault.rule) for fault in found]


def test_it_speaks_of_each_channel_and_revision_and_of_nothing_else():
    both = said(covers=["files/rev_1", "push/rev_2"])
    assert faults(both, "files/rev_1", "push/rev_2") == []
    assert faults(both, "files/rev_1", "push/rev_2", "share/rev_2", "computing") == [
        ("/statement/covers", "LT-DEL-01"),
        ("/statement/covers", "LT-DEL-01"),
    ]
    twice = said(covers=["files/rev_1", "files/rev_1", "gateway"])
    assert faults(twice, "files/rev_1") == [("/statement/covers/1", "LT-DEL-01"), ("/statement/covers/2", "LT-DEL-01")]


def test_it_tells_what_became_of_what_was_had():
    nothing = said(copies=[], covers=["computing"])
    assert faults(nothing, "computing") == [("/statement/copies", "LT-DEL-01")]
    assert faults(said(copies=[], covers=["computing"], derived_kept=[DerivedKept("统计", "匿名")]), "computing") == []
    assert faults(said(copies=[], covers=["computing"], backups=[BackupKept("x", AT.date())]), "computing") == []
    assert faults(said(copies=[])) == [], "who never had anything deletes nothing, and says so"


def test_a_result_that_is_kept_may_be_of_a_day_after_the_rest_was_deleted():
    """Files deleted on the first day, a result of computing on the second and kept: a true statement is taken."""
    files, result = handed("files/rev_1", AT - timedelta(days=3)), handed("computing", AT - timedelta(days=1))
    early = [DeletedCopy("仓库", "覆写", AT - timedelta(days=2))]
    kept = said(covers=["files/rev_1", "computing"], copies=early, derived_kept=[DerivedKept("统计", "匿名")])
    assert statements._faults(kept, AGREEMENT, [files, result], AT) == []
    gone = said(covers=["files/rev_1", "computing"], copies=early)
    (fault,) = statements._faults(gone, AGREEMENT, [files, result], AT)
    assert (fault.pointer, fault.rule) == ("/statement/copies", "LT-DEL-01")


def test_what_was_had_after_every_deletion_told_makes_it_false():
    early = said(covers=["files/rev_1"], copies=[DeletedCopy("仓库", "覆写", AT - timedelta(days=3))])
    assert faults(early, "files/rev_1") == [("/statement/copies", "LT-DEL-01")]
    later = DeletedCopy("电脑", "覆写", AT - timedelta(days=2))
    assert faults(said(covers=["files/rev_1"], copies=[*early.copies, later]), "files/rev_1") == []


def test_it_is_of_its_agreement_and_of_what_has_happened():
    wrong = said(agreement_id="agr_2", copies=[DeletedCopy("x", "y", AT + timedelta(seconds=1))], backups=[
        BackupKept("x", AT.date() - timedelta(days=1))
    ])  # fmt: skip
    assert faults(wrong) == [
        ("/statement/agreement_id", "LT-CON-42"),
        ("/statement/copies/0/deleted_at", "LT-CON-42"),
        ("/statement/backups/0/purge_on", "LT-CON-42"),
    ]


DAYS = rules.ObligationDays(
    grace_days=10,
    reminder_days=(7, 1),
    answer_working_days=10,
    cure_working_days=10,
    suspension_days_max=30,
    limitation_years=3,
    overdue_reminder_days=(1, 7, 30),
)


@pytest.mark.parametrize(
    ("days", "reminders"),
    [(-8, 0), (-7, 1), (-2, 1), (-1, 2), (0, 2), (1, 3), (6, 3), (7, 4), (29, 4), (30, 5), (400, 5)],
)
def test_reminders_come_before_a_day_and_after_it(days, reminders):
    assert rules.reminders_due(AT, DAYS, AT + timedelta(days=days)) == reminders


@given(st.integers(-20, 400), st.integers(0, 60))
def test_reminders_only_grow_in_number(days, more):
    at = AT + timedelta(days=days)
    assert rules.reminders_due(AT, DAYS, at) <= rules.reminders_due(AT, DAYS, at + timedelta(days=more))


def claims(**over):
    statement = {"agreement_id": "agr_1", "covers": ["files/rev_1"]}
    body = {"agreement": {"id": "agr_1"}, "statement": statement, "digest": canonical.digest(statement)}
    return {**body, "declaration": True, "handed_over": [{"ref": "files/rev_1"}], **over}


@pytest.mark.parametrize(
    ("given_", "holds"),
    [
        ([{"ref": "files/rev_1"}], True),
        ([], True),
        ([{"ref": "files/rev_1"}, {"ref": "push/rev_1"}], False),
        ([{}], False),
        (None, False),
    ],
)
def test_an_outsider_sees_whether_it_speaks_of_all(given_, holds):
    told = {one.name.en: one.holds for one in check(claims(handed_over=given_))}
    assert told["What was handed over"] is holds


def test_an_earlier_one_says_nothing_of_what_was_handed_over():
    earlier = {name: each for name, each in claims().items() if name != "handed_over"}
    assert len(check(earlier)) == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_statement_from_before_is_there_still(lang):
    """It names no day, is neither late nor not, and lists nothing that was handed over: stored, so as it was issued."""
    body = json.loads(gzip.decompress((EARLIER / "ad41285" / "deletion-statement.json.gz").read_bytes()))["document"]
    page = render.html(body, "deletion-statement", lang)
    assert body["credentialSubject"]["statement_id"] in page
    assert not [word for word in ("应提交的期限", "Owed by", "已交付数据", "handed over") if word in page]
