"""What differs between two versions: the changes tell everything, moves are as few as can be, and words are found."""

import io
import re
import zipfile
from datetime import UTC, datetime
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from contracts.clauses.redline import marked
from contracts.clauses.redline.sentences import sentence
from contracts.clauses.redline.tree import ChangeKind, applied, changes, longest_increasing
from contracts.clauses.redline.words import Mark, Run, aligned, compared, runs, tokens
from contracts.clauses.use import ClauseUse
from kernel.text import Lang
from tests.contracts.clauses.drafts import LIBRARY, filled, use, without
from tests.examples import examples

PROVISION = LIBRARY.models["provision"]
DRAFT = filled(PROVISION)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def slot(one: ClauseUse) -> str:
    return marked.slot(LIBRARY, one)


USES = st.builds(
    ClauseUse,
    st.sampled_from(["a", "b", "c", "court", "arbitration", "penalty", "deposit"]),
    st.sampled_from(["1", "2"]),
    st.dictionaries(st.sampled_from(["x", "y"]), st.integers(0, 2) | st.sampled_from(["0", ""]), max_size=2),
)


@pytest.mark.slow
@settings(max_examples=examples(500), deadline=None)
@given(before=st.lists(USES, max_size=8), after=st.lists(USES, max_size=8))
def test_the_changes_are_all_there_is_to_tell(before: list[ClauseUse], after: list[ClauseUse]) -> None:
    made = changes(before, after, slot)
    assert applied(before, made) == tuple(after)
    assert changes(after, after, slot) == ()
    for change in made:
        said = sentence(LIBRARY, PROVISION, before, change)
        assert "{" not in said.zh + said.en
        assert "None" not in said.zh + said.en


@settings(max_examples=examples(300), deadline=None)
@given(st.permutations(range(7)))
def test_what_moved_is_as_little_as_can_be(order: list[int]) -> None:
    names = [ClauseUse(f"c{each}", "1", {}) for each in range(7)]
    moved = [each for each in changes(names, [names[at] for at in order], slot) if each.kind is ChangeKind.MOVED]
    most = max(
        length for length in range(8) for chosen in combinations(order, length) if list(chosen) == sorted(chosen)
    )
    assert len(moved) == 7 - most
    assert len(longest_increasing(order)) == most


def test_a_clause_that_moved_from_article_five_to_seven_is_one_move_and_no_text() -> None:
    """Case 14 of the reference."""
    after = list(DRAFT)
    after.insert(6, after.pop(4))
    made = changes(DRAFT, after, slot)
    assert [(each.kind, each.clause, each.before, each.after) for each in made] == [
        (ChangeKind.MOVED, DRAFT[4].clause, 4, 6)
    ]
    said = sentence(LIBRARY, PROVISION, DRAFT, made[0])
    assert said.zh == "条款“不得再提供”由第5位移至第7位"
    assert said.en == "The clause “Nothing passes on” moves from number 5 to 7"
    for lang in ("zh", "en"):
        assert [one for one in marked.marked(LIBRARY, PROVISION, DRAFT, after, lang) if one.changed] == []


def test_values_versions_and_replaced_clauses_are_told() -> None:
    after = [
        use("arbitration", institution="某仲裁委员会") if each.clause == "court"
        else use("inspection", days=15) if each.clause == "inspection"
        else each
        for each in without(DRAFT, "notices")
    ]  # fmt: skip
    after.append(use("special", words="先行抽检"))
    made = changes(DRAFT, after, slot)
    assert [sentence(LIBRARY, PROVISION, DRAFT, each).zh for each in made] == [
        "删去原第24位的条款“通知”",
        "条款“验收”的检验期：10 → 15",
        "第24位的条款由“诉讼”改为“仲裁”",
        "第26位增加条款“特别约定”",
    ]
    assert [sentence(LIBRARY, PROVISION, DRAFT, each).en for each in made][1:3] == [
        "The clause “Acceptance”, time to inspect: 10 → 15",
        "Number 24: the clause “Court” becomes “Arbitration”",
    ]


TEXTS = st.text(alphabet="一二十五验收数据, 12.%ab\n", max_size=30)


@settings(max_examples=examples(300), deadline=None)
@given(old=TEXTS, new=TEXTS)
@example(old="十五日", new="十日")
def test_runs_are_the_old_text_and_the_new_with_as_few_marks_as_can_be(old: str, new: str) -> None:
    found = runs(old, new)
    assert "".join(run.text for run in found if run.mark is not Mark.INSERTED) == old
    assert "".join(run.text for run in found if run.mark is not Mark.DELETED) == new
    assert all(run.text for run in found)
    assert all(one.mark is not other.mark for one, other in pairwise(found))
    marks = sum(len(tokens(run.text)) for run in found if run.mark is not Mark.SAME)
    before, after = tokens(old), tokens(new)
    assert "".join(before) == old
    # Neighbouring pieces of one kind may join into one token, so there are never more marks than the fewest edits.
    assert marks <= len(before) + len(after) - 2 * _common(before, after)


def _common(one: list[str], other: list[str]) -> int:
    """The longest common subsequence, by the textbook."""
    row = [0] * (len(other) + 1)
    for piece in one:
        last, row = row, [0]
        for at, against in enumerate(other):
            row.append(last[at] + 1 if piece == against else max(last[at + 1], row[at]))
    return row[-1]


def test_numbers_change_as_a_whole_and_chinese_sign_by_sign() -> None:
    assert tokens("自验收起十五日内支付12,500.00元，即20%。") == [
        *"自验收起", "十五", *"日内支付", "12,500.00", *"元，即", "20%", "。",
    ]  # fmt: skip
    assert runs("验收后十五日内", "数据后十日内") == (
        Run(Mark.DELETED, "验收"),
        Run(Mark.INSERTED, "数据"),
        Run(Mark.SAME, "后"),
        Run(Mark.DELETED, "十五"),
        Run(Mark.INSERTED, "十"),
        Run(Mark.SAME, "日内"),
    )


def test_paragraphs_are_aligned_by_how_alike_they_are() -> None:
    old = ["甲方提供数据。", "乙方十日内付款。", "双方保密。"]
    new = ["本合同依法订立。", "甲方提供全部数据。", "双方保密。", "乙方另行约定。"]
    assert aligned(old, new) == [
        (None, "本合同依法订立。"),
        ("甲方提供数据。", "甲方提供全部数据。"),
        ("乙方十日内付款。", None),
        ("双方保密。", "双方保密。"),
        (None, "乙方另行约定。"),
    ]


@settings(max_examples=examples(200), deadline=None)
@given(old=st.lists(TEXTS, max_size=6), new=st.lists(TEXTS, max_size=6))
def test_no_paragraph_is_lost(old: list[str], new: list[str]) -> None:
    pairs = aligned(old, new)
    assert [before for before, _ in pairs if before is not None] == old
    assert [after for _, after in pairs if after is not None] == new
    assert len(compared(old, new)) == len(pairs)


def read(data: bytes, *, accepted: bool) -> list[str]:
    """The paragraphs of a DOCX when every change is accepted, or rejected, as a word processor has it."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        root = etree.fromstring(parts.read("word/document.xml"))
    lines = []
    for paragraph in root.iter(f"{W}p"):
        texts = []
        for piece in paragraph.iter(f"{W}t", f"{W}delText"):
            kinds = {each.tag for each in piece.iterancestors()}
            dropped = f"{W}del" if accepted else f"{W}ins"
            assert (piece.tag == f"{W}delText") is (f"{W}del" in kinds)
            if dropped not in kinds:
                texts.append(piece.text or "")
        if texts:
            lines.append("".join(texts))
    return lines


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_docx_holds_both_versions_as_tracked_changes(lang: Lang) -> None:
    after = [use("inspection", days=15) if each.clause == "inspection" else each for each in without(DRAFT, "notices")]
    after.insert(0, use("special", words="先行抽检。\n再行交付。"))
    found = marked.marked(LIBRARY, PROVISION, DRAFT, after, lang)
    data = marked.docx(PROVISION, found, lang, AT)
    assert data == marked.docx(PROVISION, found, lang, AT)
    same = marked.docx(PROVISION, marked.marked(LIBRARY, PROVISION, after, after, lang), lang, AT)
    was = marked.docx(PROVISION, marked.marked(LIBRARY, PROVISION, DRAFT, DRAFT, lang), lang, AT)
    assert read(data, accepted=True) == read(same, accepted=True)
    assert read(data, accepted=False) == read(was, accepted=True)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read("word/document.xml").decode("utf-8")
    ids = re.findall(r'<w:(?:ins|del) w:id="(\d+)" w:author="Liutong" w:date="2026-11-23T02:00:00Z"', xml)
    assert ids
    assert len(set(ids)) == len(ids)
    assert len(ids) == len(re.findall(r"<w:(?:ins|del) ", xml))
    assert ">10</w:delText>" in xml
    assert ">15</w:t>" in xml
