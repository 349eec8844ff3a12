"""Pure rules of webhooks."""

import ipaddress
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.webhooks import rules

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBERS = rules.POLICY.at(AT.date()).body

INSIDE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "3fff::1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", INSIDE)
def test_no_address_inside_is_reached_from_production(text):
    assert not rules.address_allowed(ipaddress.ip_address(text), sandbox=False)


@pytest.mark.parametrize("text", ["8.8.8.8", "114.114.114.114", "2606:4700:4700::1111", "240e:4c:4008::1"])
def test_public_addresses_are_reached(text):
    assert rules.address_allowed(ipaddress.ip_address(text), sandbox=False)


def test_the_sandbox_reaches_its_own_machine_and_nothing_else_inside():
    allowed = [text for text in INSIDE if rules.address_allowed(ipaddress.ip_address(text), sandbox=True)]
    assert allowed == ["127.0.0.1", "127.9.9.9", "::1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://localhost/hook",
        "https://api.localhost/hook",
        "https://LOCALHOST/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://user:word@example.com/hook",
        "https://example.com/hook#part",
        "ftp://example.com/hook",
        "https:///hook",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://localhost./",
        "javascript:alert(1)",
        "hook",
    ],
)
def test_addresses_that_production_refuses_as_written(url):
    assert rules.url_fault(url, sandbox=False) is not None


@pytest.mark.parametrize("url", ["https://example.com/hook?x=1", "https://8.8.8.8/", "https://例子.中国/hook"])
def test_addresses_that_production_takes(url):
    assert rules.url_fault(url, sandbox=False) is None


def test_the_sandbox_takes_http_and_loopback():
    assert rules.url_fault("http://127.0.0.1:8000/hook", sandbox=True) is None
    assert rules.url_fault("http://localhost:8000/hook", sandbox=True) is None
    assert rules.url_fault("http://10.0.0.1/hook", sandbox=True) is not None


def test_kinds_match_by_whole_parts():
    assert rules.wants("whk_1", [], "market.order.placed", "ord_1")
    assert rules.wants("whk_1", ["market.order"], "market.order.placed", "ord_1")
    assert rules.wants("whk_1", ["market.order.placed"], "market.order.placed", "ord_1")
    assert not rules.wants("whk_1", ["market.ord"], "market.order.placed", "ord_1")
    assert not rules.wants("whk_1", ["rights"], "market.order.placed", "ord_1")


def test_a_test_goes_to_the_address_that_it_is_about_only():
    assert rules.wants("whk_1", ["rights"], rules.TESTED, "whk_1")
    assert not rules.wants("whk_2", [], rules.TESTED, "whk_1")


@given(spread=st.floats(0, 1, exclude_max=True))
def test_retries_last_about_three_days_and_end(spread):
    delays = [rules.retry_delay(n, spread, NUMBERS) for n in range(1, len(NUMBERS.retry_seconds) + 1)]
    assert all(delay is not None and delay > timedelta(0) for delay in delays)
    total = sum((delay for delay in delays if delay is not None), timedelta())
    assert timedelta(days=2) < total < timedelta(days=4)
    assert delays == sorted(delays)
    assert rules.retry_delay(len(delays) + 1, spread, NUMBERS) is None


def test_two_secrets_are_valid_for_a_day_and_then_one():
    first = [{"secret": "a", "expires_at": None}]
    second = rules.rotated(first, "b", AT + timedelta(hours=24))
    assert rules.valid_secrets(second, AT) == ["b", "a"]
    assert rules.valid_secrets(second, AT + timedelta(hours=23, minutes=59)) == ["b", "a"]
    assert rules.valid_secrets(second, AT + timedelta(hours=24)) == ["b"]
    third = rules.rotated(second, "c", AT + timedelta(hours=25))
    assert rules.valid_secrets(third, AT) == ["c", "b"]


def test_a_message_is_thin_and_the_same_at_every_attempt():
    made = [
        rules.body("ent_1", 7, "market.order.placed", "ord_1", AT, {"b": 1, "a": "数据"}, bytes_max=20000)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert json.loads(made[0]) == {
        "type": "market.order.placed",
        "timestamp": "2026-11-23T02:00:00.000000Z",
        "data": {"id": "ent_1", "index": 7, "subject": "ord_1", "facts": {"a": "数据", "b": 1}},
    }


def test_facts_too_long_to_send_are_null_and_never_cut():
    long = rules.body("ent_1", 7, "market.order.placed", "ord_1", AT, {"text": "x" * 30000}, bytes_max=20000)
    assert len(long) < 20000
    assert json.loads(long)["data"]["facts"] is None
