"""By which code a command ends, whatever happens on its way."""

import httpx
import pytest
from click.testing import CliRunner

from liutong_client.cli.group import liutong

KEY = {"LIUTONG_URL": "https://centre.example", "LIUTONG_API_KEY": "ltk_a", "LIUTONG_LANG": "en"}


@pytest.fixture
def run(tmp_path):
    def answered(*words, by=None, **environment):
        def handle(request):
            if isinstance(by, BaseException):
                raise by
            return by or httpx.Response(200, json={})

        options = {"transport": httpx.MockTransport(handle), "poll_seconds": 0.001}
        variables = {"XDG_CONFIG_HOME": str(tmp_path), "LIUTONG_PROFILE": None, **KEY, **environment}
        return CliRunner().invoke(liutong, words, env=variables, obj=options)

    return answered


def problem(status, code, **more):
    return httpx.Response(
        status,
        json={"code": code, "title": code, "status": status, "detail": "why", **more},
        headers={"x-request-id": "req_7", "content-type": "application/problem+json"},
    )


@pytest.mark.parametrize(
    ("by", "code", "words"),
    [
        (problem(401, "unauthenticated"), 4, "liutong login"),
        (problem(403, "forbidden"), 1, "req_7"),
        (problem(404, "not-found"), 1, "why"),
        (problem(422, "refused", rule={"id": "LT-ORD-03", "text": "a rule"}), 1, "LT-ORD-03: a rule"),
        (problem(400, "invalid-input", errors=[{"pointer": "/a", "detail": "no"}]), 1, "/a: no"),
        (httpx.Response(502, text="<html>"), 1, "502"),
        (httpx.Response(200, text="[]"), 1, "get_order"),
        (httpx.ConnectError("refused"), 1, "refused"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_each_end_has_its_code_and_its_words(run, monkeypatch, by, code, words):
    monkeypatch.setattr("liutong_client.blocking.caller.pause", lambda seconds: None)
    done = run("orders", "show", "ord_1", by=by)
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    assert words in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("orders", "show", ".."),
        ("orders", "wait", "ord_1"),
        ("orders", "cancel", "ord_1", "--reason", "x", "--key", "k" * 256),
        ("score", "flights.csv", "--contract", __file__),
        ("register", "ast_1", "--basis", "x", "--evidence", "no-file"),
        ("download", "ord_1", "--pin", "sha256:00"),
        ("apply",),
        ("apply", "-f", "/nowhere.yaml"),
        ("nothing",),
        ("orders", "list", "--limit", "0"),
    ],
)
def test_what_was_typed_wrongly_is_usage(run, words):
    assert run(*words).exit_code == 2


def test_an_address_that_is_none_and_a_key_in_the_clear(run):
    assert run("whoami", LIUTONG_URL="ftp://centre.example").exit_code == 2
    assert run("whoami", LIUTONG_URL="http://centre.example").exit_code == 2
    assert run("whoami", LIUTONG_URL=None).exit_code == 2
    assert run("search", LIUTONG_API_KEY=None, LIUTONG_URL="http://centre.example", by=problem(404, "x")).exit_code == 1


def test_the_key_is_in_no_output(run):
    for words in (("whoami",), ("config", "show", "--origin"), ("orders", "list", "-o", "json")):
        done = run(*words, by=problem(403, "forbidden"))
        assert "ltk_a" not in done.output
