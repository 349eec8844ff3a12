"""What people read says the tree: rendered and read back by identifiers it is the same policy, in both languages."""

import re

from hypothesis import given, settings

from contracts.usage.sentences import sentences
from contracts.usage.tree import UsagePolicy
from tests.contracts.usage.cases import P
from tests.contracts.usage.parsing import tree_of
from tests.contracts.usage.trees import policies
from tests.examples import examples


@settings(max_examples=examples(200), deadline=None)
@given(policy=policies())
def test_read_back_by_identifiers_it_is_the_same_tree(policy: UsagePolicy) -> None:
    said = sentences(policy)
    assert tree_of((sentence.id, sentence.values) for sentence in said) == policy
    ids = [sentence.id for sentence in said]
    assert len(set(ids)) == len(ids)
    for sentence in said:
        assert not re.search(r"[{}]", sentence.text.zh + sentence.text.en), sentence
        assert re.search(r"[\u4e00-\u9fff]", sentence.text.zh), sentence


def test_the_base_policy_as_people_read_it() -> None:
    read = {sentence.id: (sentence.text.zh, sentence.text.en) for sentence in sentences(P)}
    assert read["permissions/0/purposes"] == ("仅用于：风险控制、科学研究", "Only for: risk control, research")
    assert read["permissions/0/territory"] == ("仅在：中国境内", "Only in: mainland China")
    assert read["permissions/0/calls_max"] == ("用次上限：1,000 次", "At most 1,000 uses")
    assert read["permissions/0/duties"] == ("条件：付清价款", "On condition of: the price is paid")
    assert read["permissions/0/ends"] == (
        "至 2027-01-01 00:00:00（北京时间） 止（不含）",
        "Until 2027-01-01 00:00:00 (UTC+8), which is no longer within",
    )
    assert read["prohibitions/0/actions"][1] == "May not: provide the data or data products to others"
    assert read["duties/1/duty"] == (
        "使用方：终止后 30 天内删除数据",
        "The consumer: the data are deleted within 30 days of the end",
    )
