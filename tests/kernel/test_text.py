"""Texts in two languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.http.problems import language
from kernel.text import Text, noun

HELLO = Text("您好，{name}：{count} 件", "Hello {name}: {count} items")


def test_facts_are_filled_in_both_languages():
    assert HELLO.of("zh", name="王五", count=3) == "您好，王五：3 件"
    assert HELLO.of("en", name="Wang", count=3) == "Hello Wang: 3 items"


def test_a_missing_fact_shows_as_its_own_name():
    assert HELLO.of("en", name="Wang") == "Hello Wang: {count} items"


@given(st.text())
def test_what_a_user_sent_is_never_read_as_a_format(sent):
    assert HELLO.of("en", name=sent, count="{name}") == f"Hello {sent}: {{name}} items"


@pytest.mark.parametrize("template", ["{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}", "{", "}", "{{a}}"])
def test_only_plain_names_are_holes(template):
    assert Text("", template).of("en", a="x").replace("x", "a") == template.replace("{a}", "a")


@pytest.mark.parametrize(
    ("asked", "given_"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us,en;q=0.5", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en;q=0.8, zh;q=0.9", "zh"),
        ("en, zh", "en"),
        ("fr, de;q=0.9", "zh"),
        ("fr, en;q=0.1", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("en;q=x, zh;q=0.1", "zh"),
        ("*", "zh"),
    ],
)
def test_the_language_follows_accept_language(asked, given_):
    assert language(asked) == given_


@given(st.text())
def test_any_header_gives_a_language(header):
    assert language(header) in ("zh", "en")


def test_a_sentence_that_quotes_braces_is_given_as_it_stands():
    assert Text("", "The file {name} is missing").of("en") == "The file {name} is missing"


def test_a_template_becomes_a_sentence_in_both_languages_and_is_not_filled_again():
    sentence = HELLO.filled(name="{count}", count=3)
    assert (sentence.zh, sentence.en) == ("您好，{count}：3 件", "Hello {count}: 3 items")
    assert sentence.of("en") == sentence.en


def test_things_are_called_what_people_call_them() -> None:
    """A table, a machine and an id's prefix have one name between them; what has none is shown with spaces."""
    assert [noun(kind).zh for kind in ("order", "market.order", "ord")] == ["订单", "订单", "订单"]
    assert noun("valuation.third-party-test").en == "third-party test"
    assert noun("odd_thing").en == "odd thing"


def test_an_empty_list_is_said() -> None:
    assert Text("可执行：{allowed}。", "possible: {allowed}.").filled(allowed=[]) == Text(
        "可执行：无。", "possible: nothing."
    )
