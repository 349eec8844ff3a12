"""Pure rules of the gateway: paths, headers, redirects, outcomes, addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.gateway import rules
from channels.gateway.calls.upstream import base_fault


@pytest.mark.parametrize(
    "raw",
    [b"/a/../b", b"/..", b"/a/%2e%2e/b", b"/a%2fb", b"/a%2Fb", b"/a%5cb", b"/a%00", b"//a", b"/a//b", b"/a/./b",
     b"/a\\b", b"/a%", b"/a%zz", b"/a b", b"/%ff", b"/a?b", b"/a#b", b"/a/..;/b", b"/a/.;x/b", "/汉".encode()],
)  # fmt: skip
def test_a_path_that_hides_something_is_none(raw):
    assert rules.readable_path(raw) is None


def test_a_path_is_decoded_once():
    assert rules.readable_path(b"/companies/%E6%B1%89") == "/companies/汉"
    assert rules.readable_path(b"/a/%25%32%65") is None  # Decoded twice it leads upward.
    assert rules.readable_path(b"/a/%2541") == "/a/%41"


@given(st.binary(max_size=40))
def test_no_readable_path_leads_upward(raw):
    path = rules.readable_path(b"/" + raw)
    if path is not None:
        assert ".." not in path.split("/")
        assert "//" not in path
        assert "\x00" not in path


def test_headers_that_belong_to_one_connection_or_to_us_go_no_further():
    given_ = [
        (b"connection", b"close, X-Hop"), (b"x-hop", b"1"), (b"host", b"a"), (b"te", b"x"), (b"cookie", b"a=b"),
        (b"authorization", b"b"), (b"x-api-key", b"forged"), (b"x-forwarded-for", b"1"), (b"liutong-key", b"k"),
        (b"x-accel-redirect", b"/"), (b"accept", b"*/*"), (b"content-type", b"a/b"), (b"content-length", b"3"),
    ]  # fmt: skip
    assert rules.sent(given_, "X-Api-Key") == [(b"accept", b"*/*"), (b"content-type", b"a/b")]
    told = [
        (b"Set-Cookie", b"a"), (b"Server", b"s"), (b"RateLimit-Policy", b"x"), (b"X-RateLimit-Limit", b"x"),
        (b"Connection", b"X-Hop"), (b"X-Hop", b"1"), (b"Location", b"http://a"), (b"ETag", b'"1"'),
        (b"Access-Control-Allow-Origin", b"*"), (b"Content-Security-Policy", b"x"),
    ]  # fmt: skip
    assert rules.answered(told) == [(b"etag", b'"1"')]


@pytest.mark.parametrize(
    "name",
    [b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-url", b"x-rewrite-url",
     b"x_http_method_override", b"x_api_key", b"x_forwarded_for", b"liutong_call"],
)  # fmt: skip
def test_no_header_makes_of_a_request_another_than_was_admitted(name):
    assert rules.sent([(name, b"DELETE"), (b"accept_x", b"1")], "X-Api-Key") == [(b"accept_x", b"1")]


@pytest.mark.parametrize("name", [b"NEL", b"Report-To", b"Reporting-Endpoints", b"Service-Worker-Allowed"])
def test_no_upstream_says_anything_of_our_origin_as_a_whole(name):
    assert rules.answered([(name, b"{}")]) == []


@pytest.mark.parametrize(
    ("header", "may"),
    [("Authorization", True), ("Cookie", True), ("X-Api-Key", True), ("Content-Length", False), ("Host", False),
     ("transfer-encoding", False), ("Connection", False), ("Upgrade", False), ("Expect", False),
     ("Liutong-Call", False), ("X-HTTP-Method-Override", False)],
)  # fmt: skip
def test_a_credential_stands_in_no_header_of_the_connection(header, may):
    assert rules.may_carry_credential(header) is may


def test_a_body_whose_end_can_be_read_in_two_ways_is_ambiguous():
    length = (b"content-length", b"1")
    assert rules.is_ambiguous([length, length])
    assert rules.is_ambiguous([length, (b"transfer-encoding", b"chunked")])
    assert not rules.is_ambiguous([length])


@pytest.mark.parametrize(
    ("location", "onward"),
    [
        ("https://a.cn/v2/x?y=1", "H/x?y=1"),
        ("https://a.cn/v2", "H"),
        ("https://a.cn/v22/x", None),
        ("https://a.cn/x", None),
        ("http://169.254.169.254/", None),
        ("/v2/x", None),
        ("https://a.cn/v2@evil.example/", None),
    ],
)
def test_a_redirect_leads_on_only_below_the_upstream(location, onward):
    assert rules.moved(location, "https://a.cn/v2/", "H") == onward


@pytest.mark.parametrize(
    ("status", "failure", "has_begun", "became"),
    [
        (200, None, True, "committed"),
        (304, None, True, "committed"),
        (200, "caller-left", True, "committed"),
        (200, "caller-left", False, "released"),
        (404, "request", True, "released"),
        (500, "upstream", True, "released"),
        (200, "cut-short", True, "released"),
        (200, "timed-out", True, "released"),
        (200, "too-large", True, "committed"),
        (200, "too-large", False, "released"),
        (200, "too-long", True, "committed"),
        (200, "key-over", True, "committed"),
        (200, "key-over", False, "released"),
        (404, "key-over", True, "released"),
        (200, "stopped", True, "released"),
        (None, "centre", False, "released"),
        (404, "caller-left", True, "released"),
    ],
)
def test_only_an_answer_of_success_is_charged(status, failure, has_begun, became):
    assert rules.outcome(status, failure, has_begun=has_begun) == became


@pytest.mark.parametrize(
    "url",
    ["http://api.example.cn", "https://10.0.0.1/", "https://[::ffff:127.0.0.1]/", "https://[::1]/", "https://127.0.0.1",
     "https://169.254.169.254/latest", "https://u:p@api.example.cn/", "https://api.example.cn/?a=b", "ftp://a.cn",
     "https://api.example.cn/a/../b", "https://api.example.cn/%2e", "https://localhost/", "nothing",
     "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://224.0.0.1/"],
)  # fmt: skip
def test_an_upstream_that_is_not_public_is_refused_as_it_is_written(url):
    assert base_fault(url, sandbox=False) is not None


def test_an_upstream_on_this_machine_is_for_the_sandbox():
    assert base_fault("https://api.example.cn/v2", sandbox=False) is None
    assert base_fault("http://127.0.0.1:8080/v2", sandbox=True) is None
    assert base_fault("http://[::ffff:127.0.0.1]:8080/", sandbox=True) is not None
