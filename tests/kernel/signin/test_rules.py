"""Pure rules of signing in: passwords, delays, where one is led to, and for which address there are passkeys."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.passwords import rules as passwords
from kernel.signin.factors import codes
from kernel.signin.rules import POLICY, delay, inside, needs_second_factor, relying_party
from tests.conftest import NOW

PASSWORDS = passwords.POLICY.at(date(2026, 11, 23)).body
RULES = POLICY.at(date(2026, 11, 23)).body
NAMES = ("草原航旅数据科技有限公司", "Zhang Wei", "wei.zhang@caoyuan.example")

COMMON = (
    "123456789012", "987654321098", "qwertyuiop12", "1qaz2wsx3edc", "Password1234!", "P@ssw0rdP@ssw0rd", "aaaaaaaaaaaa",
    "abcabcabcabc", "woaini5201314", "liutong2026!!", "iloveyou12345", "zhang19900101", "zhangwei2026", "admin@123456",
    "密码密码密码密码密码密码", "caoyuan.caoyuan", "abcdefghijkl", "qazwsxedcrfv", "2026-11-23 2026", "!!!!!!!!!!!!",
)  # fmt: skip
OWN = ("correct horse battery", "kL9#vQ2m!xT4", "春风又绿江南岸明月何时照", "seven tall grasses", "Tr0ub4dor&3xyz")


@pytest.mark.parametrize("password", COMMON)
def test_what_everybody_tries_first_is_refused(password):
    assert [fault.rule for fault in passwords.faults(password, NAMES, "/password", PASSWORDS)] == ["LT-SGN-01"]


@pytest.mark.parametrize("password", OWN)
def test_words_of_ones_own_are_taken_without_digits_or_signs(password):
    assert passwords.faults(password, NAMES, "/password", PASSWORDS) == []


@given(st.text(min_size=1, max_size=4), st.integers(3, 32))
def test_a_short_part_repeated_is_refused(unit, times):
    password = (unit * times * 12)[:128]
    assert passwords.faults(password, (), "/password", PASSWORDS)


@given(st.text(max_size=200))
def test_every_text_is_judged_and_a_short_one_is_refused(password):
    faults = passwords.faults(password, NAMES, "/p", PASSWORDS)
    assert faults or 12 <= len(password) <= 128
    assert all(fault.detail.zh and fault.detail.en for fault in faults)


@given(st.integers(0, 10_000))
def test_delays_begin_after_five_double_and_end_at_fifteen_minutes(failures):
    now, more = delay(failures, RULES), delay(failures + 1, RULES)
    assert (now == timedelta()) == (failures < 5)
    assert now <= more <= timedelta(minutes=15)
    assert more == timedelta(minutes=15) or failures < 5 or more == 2 * now


def test_the_first_delays():
    assert [delay(n, RULES).total_seconds() for n in (4, 5, 6, 7, 13, 14)] == [0, 2, 4, 8, 512, 900]


@given(st.text(max_size=60) | st.from_regex(r"/(zh|en)/[\x21-\x7e]{0,40}", fullmatch=True))
def test_one_is_led_to_pages_of_this_site_only(path):
    led = inside(path, "zh")
    assert led.startswith(("/zh/", "/en/"))
    assert not any(each in led for each in ("//", "\\", "/.", "\n", "\r", "\t"))
    assert led in (path, "/zh/")


def test_offices_need_two_factors_and_parties_may_choose():
    offices = ("clearing", "operator", "regulator", "auditor")
    assert all(needs_second_factor([role], RULES) for role in offices)
    assert not needs_second_factor(["provider", "buyer", "valuer", "tester"], RULES)


@pytest.mark.parametrize(
    ("url", "party"),
    [
        ("https://data.example.cn", ("data.example.cn", "https://data.example.cn")),
        ("https://data.example.cn:8443/x", ("data.example.cn", "https://data.example.cn:8443")),
        ("http://localhost:8000", ("localhost", "http://localhost:8000")),
        ("http://data.example.cn", None),
        ("http://127.0.0.1:8000", None),
        ("https://10.0.0.1", None),
        ("https://[::1]:8000", None),
    ],
)
def test_passkeys_need_a_host_name_by_https(url, party):
    assert relying_party(url) == party


RFC_6238 = ((59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037"))
"""The last six digits of RFC 6238 appendix B for SHA-1, whose secret is the ASCII text 12345678901234567890."""
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("second", "shown"), RFC_6238)
def test_a_code_is_that_of_rfc_6238_of_this_step_or_a_neighbour_and_later_than_the_last(second, shown):
    at = NOW.fromtimestamp(second, NOW.tzinfo)
    step = second // 30
    assert codes.step_of(SECRET, shown, at, 0) == step
    for late in (-30, 30)[second < 60 :]:
        assert codes.step_of(SECRET, shown, at + timedelta(seconds=late), 0) == step
    assert codes.step_of(SECRET, shown, at + timedelta(seconds=90), 0) is None
    assert codes.step_of(SECRET, shown, at, step) is None
