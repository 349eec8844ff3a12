"""What a request is made of, how often it is sent, and what an answer is read as: pure."""

import datetime as dt
import json
from collections import UserDict
from types import MappingProxyType

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liutong_client import calls, operations
from liutong_client import models as m
from liutong_client.connection import Connection, KeyInTheClear, LeadsElsewhere
from liutong_client.problems import AnswerUnreadable, NotAllowed, Problem, Refused, TooFast, retry_after
from liutong_client.retries import RETRY_AFTER_MAX, TRIES_MAX, next_delay
from tests.laws import source

DESCRIPTION = json.loads((source.ROOT / "docs/openapi.json").read_text(encoding="utf-8"))


def order(**more):
    body = m.PlaceOrder(listing_id="lst_1", purpose="research")
    return calls.build(operations.place_order, {}, body, **more)


def test_what_is_left_out_is_not_sent():
    call = order(key="erp-4711")
    assert call.content == b'{"listing_id":"lst_1","purpose":"research"}'
    assert (call.headers["idempotency-key"], call.headers["content-type"]) == ("erp-4711", "application/json")


@pytest.mark.parametrize(
    "body",
    [
        b'{"listing_id":"lst_1","purpose":"research"}',
        MappingProxyType({"listing_id": "lst_1", "purpose": "research"}),
        UserDict(listing_id="lst_1", purpose="research"),
    ],
)
def test_a_body_may_be_json_already_or_any_mapping(body):
    call = calls.build(operations.place_order, {}, body)
    assert call.content == b'{"listing_id":"lst_1","purpose":"research"}'
    assert call.headers["content-type"] == "application/json"


def test_a_mapping_within_a_body_is_one_too():
    contract = MappingProxyType({"version": "1.0.0"})
    call = calls.build(operations.start_quality_run, {"asset_id": "ast_1"}, {"contract": contract})
    assert call.content == b'{"contract":{"version":"1.0.0"}}'


def test_bytes_of_a_file_go_out_as_bytes_and_what_is_no_json_not_at_all():
    call = calls.build(operations.upload_file, {"name": "a", "purpose": "data"}, b"{}")
    assert call.headers["content-type"] == "application/octet-stream"
    with pytest.raises(TypeError):
        calls.build(operations.place_order, {}, {"listing_id": object()})


def test_a_key_is_minted_once_for_a_call_and_anew_for_another():
    first, second = order(), order()
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]


@pytest.mark.parametrize(
    ("parameters", "body", "more"),
    [
        ({"listing": "lst_1"}, m.PlaceOrder(listing_id="l", purpose="research"), {}),
        ({}, m.CancelOrder(reason="r"), {}),
        ({}, None, {"key": ""}),
        ({}, None, {"key": "k" * 256}),
    ],
)
def test_what_the_operation_does_not_have_is_refused_before_it_is_sent(parameters, body, more):
    with pytest.raises((TypeError, ValueError)):
        calls.build(operations.place_order, parameters, body, **more)


def test_an_operation_that_reads_no_key_takes_none():
    with pytest.raises(TypeError, match="no idempotency key"):
        calls.build(operations.submit_listing, {"listing_id": "lst_1"}, key="k")


@pytest.mark.parametrize("id_", ["", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_refused(id_):
    with pytest.raises(ValueError, match="is no id"):
        calls.build(operations.get_order, {"order_id": id_})


@given(st.text(min_size=1).filter(lambda text: text not in (".", "..")))
def test_an_id_stays_one_segment_of_the_path(id_):
    try:
        id_.encode()
    except UnicodeEncodeError:
        return
    path = calls.build(operations.get_order, {"order_id": id_}).path
    assert path.startswith("/v1/orders/")
    assert path.count("/") == 3
    assert "?" not in path
    assert "#" not in path


def test_parameters_are_written_as_the_api_reads_them():
    day, moment = dt.date(2026, 11, 23), dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
    operation = operations.get_register
    call = calls.build(operation, {"asset_id": "ast_1", "on": day, "at": moment})
    assert dict(call.query) == {"on": "2026-11-23", "at": "2026-11-23T02:00:00Z"}
    listed = calls.build(operations.list_orders, {"status": None, "limit": 5})
    assert listed.query == (("limit", "5"),)


REPEATED = st.booleans()
OUTCOMES = st.sampled_from(["unsent", "unanswered", 400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504])


@given(
    st.integers(1, 9), OUTCOMES, REPEATED, REPEATED, st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 900)
)
def test_only_what_is_safe_is_sent_again_and_never_sooner_than_asked(tries, outcome, repeatable, keyed, spread, asked):
    delay = next_delay(
        tries, outcome, repeatable=repeatable or keyed, keyed=keyed, spread=spread, retry_after_seconds=asked
    )
    if (
        tries >= TRIES_MAX
        or outcome in (400, 401, 403, 404, 409, 422, 501)
        or (outcome != "unsent" and not (repeatable or keyed))
        or (outcome == 500 and not keyed)
    ):
        assert delay is None
    elif asked is not None:
        assert delay == (asked if asked <= RETRY_AFTER_MAX else None)
    else:
        assert delay is not None
        assert 0.25 * 2 ** (tries - 1) <= delay <= 0.5 * 2 ** (tries - 1)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Mon, 23 Nov 2026 02:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 01:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert retry_after(text, dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)) == seconds


def test_a_problem_says_everything_that_the_centre_said():
    content = json.dumps(
        {
            "type": "https://centre/v1/problems/order-refused",
            "code": "order-refused",
            "title": "Refused",
            "detail": "No.",
            "rule": {"id": "LT-ORD-01", "text": "Nobody buys from itself", "basis": "rules"},
            "errors": [{"pointer": "/listing_id", "detail": "own"}],
            "steps": ["cancel"],
        }
    ).encode()
    problem = Problem.of("POST", "/v1/orders", 422, httpx.Headers({"X-Request-Id": "r1", "Retry-After": "3"}), content)
    assert isinstance(problem, Refused)
    assert (problem.rule.id, problem.errors[0].pointer) == ("LT-ORD-01", "/listing_id")
    assert (problem.request_id, problem.retry_after_seconds) == ("r1", 3.0)
    assert problem.facts["steps"] == ["cancel"]


@pytest.mark.parametrize("content", [b"<html>Bad gateway</html>", b"", b"\xff", b"[1]", b'{"errors": 5}'])
def test_an_answer_of_somebody_else_is_a_problem_too(content):
    problem = Problem.of("GET", "/v1/orders", 403, httpx.Headers(), content)
    assert isinstance(problem, NotAllowed)
    assert problem.code == ""
    assert isinstance(Problem.of("GET", "/", 429, httpx.Headers(), content), TooFast)
    assert type(Problem.of("GET", "/", 418, httpx.Headers(), content)) is Problem


@pytest.mark.parametrize(("status", "content"), [(200, b"{"), (200, b'{"id": 5}'), (302, b""), (304, b"")])
def test_an_answer_that_is_not_as_described_is_no_answer(status, content):
    with pytest.raises(AnswerUnreadable):
        calls.answer(order(), status, httpx.Headers(), content)


@pytest.mark.parametrize("url", ["http://centre.example", "http://10.0.0.1", "http://localhost.example"])
def test_a_key_goes_over_https_or_stays_on_this_machine(url):
    with pytest.raises(KeyInTheClear):
        Connection(url, "ltk_test_x")
    assert Connection(url).headers.get("authorization") is None


@pytest.mark.parametrize(
    "url", ["centre.example", "ftp://centre.example", "https://me:pw@centre.example", "https://c.example/x"]
)
def test_a_centre_is_an_origin(url):
    with pytest.raises(ValueError, match="not the address of a centre"):
        Connection(url)


def test_no_representation_shows_the_key():
    for url in ("https://centre.example", "http://127.0.0.1:8000", "http://[::1]:8000"):
        assert "ltk_test_x" not in repr(Connection(url, "ltk_test_x"))


@pytest.mark.parametrize(
    "link",
    [
        "https://other.example/files/1",
        "http://centre.example/files/1",
        "//other.example/x",
        "https://centre.example:444/",
    ],
)
def test_a_key_follows_no_link_to_another_origin(link):
    with pytest.raises(LeadsElsewhere):
        Connection("https://centre.example", "k").own(link)


def test_a_link_of_the_centre_is_followed_with_its_signature():
    own = Connection("https://centre.example", "k").own("https://centre.example:443/files/1?exp=2&sig=a%2Bb")
    assert own == "/files/1?exp=2&sig=a%2Bb"


def test_every_operation_of_the_description_can_be_called():
    described = {
        (operation["operationId"], method.upper(), path)
        for path, methods in DESCRIPTION["paths"].items()
        for method, operation in methods.items()
    }
    assert {(each.id, each.method, each.path) for each in operations.BY_ID.values()} == described


def test_no_parameter_has_the_name_of_one_of_the_clients_own():
    own = {"operation", "body", "key", "accept", "headers", "parameters", "self"}
    names = {
        parameter["name"]
        for methods in DESCRIPTION["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
    }
    assert names & own == set()
