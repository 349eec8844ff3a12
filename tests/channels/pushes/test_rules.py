"""How files are cut into parts, which parts count, and what an address may be."""

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.pushes.errors import PushRequestRefused
from channels.pushes.rules import RULES, confirmed, folder, spans, target_faults
from channels.pushes.schemas import SetPushTarget
from channels.pushes.store.bucket import ListedPart, _document, _text
from kernel.webhooks.sending import Outcome
from tests.conftest import NOW

NUMBERS = RULES.at(NOW.date()).body
MIB = 1024 * 1024


def test_twenty_mib_are_four_parts_of_five():
    part = NUMBERS.part_bytes_of(20 * MIB)
    assert part == 5 * MIB
    assert list(spans(20 * MIB, part)) == [(n + 1, n * part, (n + 1) * part) for n in range(4)]
    assert list(spans(20 * MIB + 1, part))[-1] == (5, 20 * MIB, 20 * MIB + 1)
    assert list(spans(0, part)) == [(1, 0, 0)]


@given(st.integers(0, 5 * 1024**4))
def test_parts_are_never_too_many_nor_too_small(size):
    part = NUMBERS.part_bytes_of(size)
    assert part >= 5 * MIB
    assert -(-size // part) <= 10_000


@given(st.integers(1, 60), st.integers(1, 9), st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)))
def test_a_part_counts_if_it_was_sent_and_lies_there_as_it_was(size, part, sent, listed):
    whole = {number: end - start for number, start, end in spans(size, part)}
    etags = {number: f"e{number}" for number in sent}
    there = {number: ListedPart(f"e{number}", whole.get(number, 1)) for number in listed}
    assert set(confirmed(etags, there, size, part)) == sent & listed & set(whole)
    changed = {number: ListedPart(f"other{number}", whole.get(number, 1)) for number in listed}
    short = {number: ListedPart(f"e{number}", whole.get(number, 1) - 1) for number in listed}
    assert confirmed(etags, changed, size, part) == confirmed(etags, short, size, part) == {}


@pytest.mark.parametrize(
    ("endpoint", "prefix", "pointers"),
    [
        ("https://oss-cn-hangzhou.aliyuncs.com", "数据/", []),
        ("https://oss-cn-hangzhou.aliyuncs.com/", "", []),
        ("http://oss-cn-hangzhou.aliyuncs.com", "", ["/endpoint"]),
        ("https://127.0.0.1", "", ["/endpoint"]),
        ("https://169.254.169.254", "", ["/endpoint"]),
        ("https://[::ffff:10.0.0.1]", "", ["/endpoint"]),
        ("https://user:x@store.example", "", ["/endpoint"]),
        ("https://store.example/bucket", "", ["/endpoint"]),
        ("https://store.example?x=1", "", ["/endpoint"]),
        ("https://store.example", "data", ["/prefix"]),
        ("https://store.example", "/data/", ["/prefix"]),
        ("https://store.example", "a/../b/", ["/prefix"]),
        ("https://store.example", "a//b/", ["/prefix"]),
        ("https://store.example", "a\\b/", ["/prefix"]),
        ("https://localhost", "a\n/", ["/endpoint", "/prefix"]),
    ],
)
def test_every_fault_of_a_target_is_told(endpoint, prefix, pointers):
    assert [fault.pointer for fault in target_faults(endpoint, prefix, sandbox=False)] == pointers


def test_a_push_lies_under_its_revision():
    assert folder("liutong/", "rev_1") == "liutong/rev_1/"


@pytest.mark.parametrize("body", ['<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_no_store_declares_entities_in_any_encoding(body):
    for encoded in (body.encode("utf-16"), body.replace("UTF-16", "UTF-8").encode()):
        with pytest.raises(PushRequestRefused):
            _document(Outcome(200, None, encoded), "ListParts")


def test_what_a_store_says_of_an_upload_is_bounded():
    with pytest.raises(PushRequestRefused):
        _text(fromstring(f"<A><UploadId>{'x' * 1025}</UploadId></A>"), "UploadId")


def test_a_target_is_written_without_its_secret():
    given_ = SetPushTarget("https://a.example.cn", "bucket", "cn", "KEY", "a-secret-of-the-buyer")
    assert "a-secret" not in repr(given_)
