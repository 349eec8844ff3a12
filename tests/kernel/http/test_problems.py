"""Everything that can be wrong with a request is answered by a problem document, and nothing has changed."""

import json
import re
import threading
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from kernel.http import requests
from kernel.jobs.queue import enqueue
from kernel.settings import Mode
from kernel.time.clock import SandboxClock, SystemClock
from tests.conftest import make_runtime, serving
from tests.described import description
from tests.makers import application
from tests.rights import story

JSON = {"content-type": "application/json", "accept-language": "en"}


def is_problem(answer: httpx.Response, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code), body
    assert body["type"].endswith(f"/v1/problems/{code}")
    assert body["title"]
    assert body["detail"]
    assert body["instance"].endswith("#" + answer.headers["x-request-id"])
    assert answer.headers["content-language"] == "en"
    assert "accept-language" in answer.headers["vary"].lower()
    return body


async def send(client, body: bytes, **headers: str) -> httpx.Response:
    return await client.http.post("/v1/parties", content=body, headers={**JSON, **headers})


async def test_unknown_path_and_method(client):
    is_problem(await client.get("/v1/nothing-here"), 404, "not-found")
    is_problem(await client.get("/nothing-here"), 404, "not-found")
    is_problem(await client.delete("/v1/rulebook"), 405, "method-not-allowed")
    is_problem(await client("PATCH", "/v1/parties"), 405, "method-not-allowed")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b'{"uscc": "\xff\xfe"}',
        b"\xff\xfe{\x00}\x00",
        b'{"uscc": "\\ud800"}',
        b'{"uscc": NaN}',
        b"[]",
        b"null",
        b'"text"',
        b"[" * 50_000,
        b'{"contact":' * 20_000,
        b'{"contact":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_a_body_that_cannot_be_read(client, body):
    is_problem(await send(client, body), 400, "invalid-input")


async def test_an_unknown_field_is_named(client):
    answer = await client.post("/v1/parties", application(colour="red"))
    problem = is_problem(answer, 400, "invalid-input")
    assert "colour" in json.dumps(problem["errors"])


async def test_a_missing_field_is_named(client):
    body = application()
    del body["uscc"]
    problem = is_problem(await client.post("/v1/parties", body), 400, "invalid-input")
    assert "uscc" in json.dumps(problem["errors"])


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"uscc": 7}, "/uscc"),
        ({"name": None}, "/name"),
        ({"roles": "provider"}, "/roles"),
        ({"roles": [1]}, "/roles/0"),
        ({"contact": []}, "/contact"),
        ({"contact": {"name": "x", "email": 5}}, "/contact/email"),
        ({"name": "x" * 101}, "/name"),
    ],
)
async def test_a_wrong_type_is_named(client, over, pointer):
    problem = is_problem(await client.post("/v1/parties", application(**over)), 400, "invalid-input")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


async def test_what_a_user_sends_is_never_read_as_a_template(client):
    answer = await client.post("/v1/parties", application(**{"{status}": 1}))
    problem = is_problem(answer, 400, "invalid-input")
    assert "400" not in json.dumps(problem["errors"])
    odd = await client.get("/v1/problems/%7Bcode%7D")
    assert "{code}" in is_problem(odd, 404, "not-found")["detail"]


async def test_query_parameters_are_checked(as_):
    provider = await as_("provider")
    for query in ({"limit": 0}, {"limit": 101}, {"limit": "many"}, {"after": -2}):
        answer = await provider.get("/v1/events", params=query)
        problem = is_problem(answer, 400, "invalid-input")
        assert problem["errors"], query
    operator = await as_("operator")
    for cursor in ("%00", "bm90IG91cnM", "A" * 399, "x" * 401):
        is_problem(await operator.get("/v1/parties", params={"cursor": cursor}), 400, "invalid-input")


async def test_an_unknown_query_parameter_is_refused(as_):
    provider = await as_("provider")
    problem = is_problem(await provider.get("/v1/events", params={"colour": "red"}), 400, "invalid-input")
    assert problem["errors"][0]["pointer"] == "/query/colour"


async def test_a_body_over_the_limit_is_refused_declared_or_not(client, runtime):
    limit = runtime.settings.body_bytes_max
    big = b'{"name":"' + b"x" * limit + b'"}'
    declared = is_problem(await send(client, big), 413, "too-large")
    assert declared["limit_bytes"] == limit

    async def chunks():
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    chunked = await client.http.post("/v1/parties", content=chunks(), headers=JSON)
    assert "content-length" not in chunked.request.headers
    is_problem(chunked, 413, "too-large")
    is_problem(await send(client, b"{}", **{"content-length": str(limit + 1)}), 413, "too-large")


async def test_a_body_of_another_kind_is_refused(client):
    answer = await client.http.post(
        "/v1/parties", content=b"uscc=1", headers={**JSON, "content-type": "application/x-www-form-urlencoded"}
    )
    problem = is_problem(answer, 415, "unsupported-media")
    assert "application/json" in problem["detail"]


@pytest.mark.parametrize("header", ["Basic YWJjOmRlZg==", "Bearer", "Bearer ", "Bearer ltk_test_x_y", "Token abc"])
async def test_a_key_that_is_none(client, header):
    answer = await client.get("/v1/events", headers={"authorization": header})
    is_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_without_the_permission(as_):
    provider = await as_("provider")
    problem = is_problem(await provider.get("/v1/jobs"), 403, "forbidden")
    assert problem["permission"] == "kernel:job:read"


@pytest.mark.slow
async def test_there_is_no_test_clock_in_production(settings, signer):
    production = replace(settings, mode=Mode.PRODUCTION)
    async with make_runtime(production, SystemClock(), signer) as runtime, serving(runtime) as client:
        from tests.makers import Cast

        operator = await Cast(client, runtime).act("operator")
        for answer in (
            await operator.post("/v1/sandbox/clock/advance", {"working_days": 5}),
            await operator.get("/v1/sandbox/clock"),
        ):
            problem = is_problem(answer, 403, "test-clock-off")
            assert problem["rule"]["id"] == "LT-GEN-04"
        async with runtime.sessions() as session:
            from centre.sandbox.models import SandboxClockRow

            row = await session.get_one(SandboxClockRow, "clk")
        assert row.offset_seconds == 0


async def test_the_sandboxs_clock_moves_for_every_process_and_only_forward(settings, signer):
    async with (
        make_runtime(settings, SandboxClock(), signer) as runtime,
        make_runtime(settings, SandboxClock(), signer) as other,
        serving(runtime) as client,
    ):
        from tests.makers import Cast

        cast = Cast(client, runtime)
        operator, provider = await cast.act("operator"), await cast.act("provider")
        async with runtime.act() as act:
            await enqueue(act.session, "a-later-look", {}, delay=timedelta(days=3))
            await enqueue(act.session, "a-much-later-look", {}, delay=timedelta(days=90))
        before = runtime.clock.now()
        moved = await operator.post("/v1/sandbox/clock/advance", {"working_days": 5, "seconds": 60})
        assert moved.status_code == 200, moved.text
        assert moved.json()["offset_seconds"] >= 5 * 86400 + 60
        assert (runtime.clock.now() - before).days >= 5
        due = await runtime.pool.fetch(
            "SELECT entrypoint FROM pgqueuer WHERE execute_after <= now() AND entrypoint LIKE 'a-%'"
        )
        assert [row["entrypoint"] for row in due] == ["a-later-look"], "the queue goes by this clock as well"
        await other.tick()
        assert (other.clock.now() - before).days >= 5
        is_problem(await operator.post("/v1/sandbox/clock/advance", {}), 400, "invalid-input")
        is_problem(await operator.post("/v1/sandbox/clock/advance", {"seconds": -1}), 400, "invalid-input")
        is_problem(await provider.post("/v1/sandbox/clock/advance", {"seconds": 1}), 403, "forbidden")


async def test_a_line_end_does_not_slip_through_a_pattern(client, as_):
    """In Python `$` also matches before a last line end, and `placed\\n` is no state."""
    operator = await as_("operator")
    for path in ("/v1/parties", "/v1/orders"):
        for status in ("admitted\n", "placed\n"):
            answer = await operator.get(path, params={"status": status})
            is_problem(answer, 400, "invalid-input")
    party = (await client.post("/v1/parties", application())).json()["party"]["id"]
    decided = await operator.post(f"/v1/parties/{party}/admission", {"action": "admit\n", "reason": "x"})
    is_problem(decided, 400, "invalid-input")
    patterns: list[str] = []

    def walk(node: object) -> None:
        for name, inner in (
            node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        ):
            if name == "pattern" and isinstance(inner, str):
                patterns.append(inner)
            walk(inner)

    walk(description())
    assert patterns
    assert [pattern for pattern in patterns if pattern.endswith("$")] == []


async def test_every_fault_of_a_body_is_told_at_once_where_it_stands(client):
    body = application(uscc=7, roles=["provider", 1], colour="red", contact={"name": "", "email": 5})
    del body["name"]
    problem = is_problem(await client.post("/v1/parties", body), 400, "invalid-input")
    told = {error["pointer"]: error["detail"] for error in problem["errors"]}
    assert told == {
        "/uscc": "Send a text, not a whole number",
        "/name": "This field is required",
        "/roles/1": "Send a text, not a whole number",
        "/contact/name": "Its length may be at least 1",
        "/contact/email": "Send a text, not a whole number",
        "/colour": "There is no such field; known are uscc, name, kind, roles, pledges, contact, member",
    }
    chinese = await client.post("/v1/parties", body, headers={"accept-language": "zh"})
    assert not any(re.search("[a-z]{4} ", error["detail"]) for error in chinese.json()["errors"][:5])


async def test_a_closed_list_is_told_and_no_pattern_is_shown(client, as_):
    operator, provider = await as_("operator"), await as_("provider")
    answer = await operator.post(f"/v1/parties/{provider.party}/admission", {"action": "x", "reason": "y"})
    problem = is_problem(answer, 400, "invalid-input")
    assert problem["errors"] == [{"pointer": "/action", "detail": "Use one of admit, refuse, suspend, restore, renew"}]
    problem = is_problem(await operator.get("/v1/parties", params={"status": "x"}), 400, "invalid-input")
    expected = {"pointer": "/query/status", "detail": "Use one of applied, admitted, refused, suspended"}
    assert problem["errors"] == [expected]
    answer = await client.http.post(
        "/v1/files",
        params={"name": "x", "purpose": "x"},
        headers={"authorization": f"Bearer {provider.key}", "accept-language": "en"},
    )
    assert is_problem(answer, 400, "invalid-input")["errors"][0]["detail"].startswith("Use one of ")


async def test_a_method_that_is_not_there_names_those_that_are(client):
    answer = await client.delete("/v1/listings")
    is_problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, POST, OPTIONS"
    known = await client.get("/v1/problems/method-not-allowed")
    assert known.status_code == 200


async def test_a_key_can_ask_whose_it_is(as_):
    provider = await as_("provider")
    me = (await provider.get("/v1/whoami")).json()
    assert (me["party"]["id"], me["roles"]) == (provider.party, ["provider"])
    assert me["key"]["id"].startswith("key_")
    assert "market:listing:write" in me["permissions"]
    assert "secret" not in me["key"]


async def test_a_member_that_is_called_like_something_of_ours_is_the_senders_fault(as_):
    """`act` is the name of a dependency of the framework, which took a fault in this member for its own: 500."""
    provider = await as_("provider")
    for name in ("act", "session", "once"):
        body = {"act": "exercise", "wanted": {}} | {name: {"a": 1}}
        problem = is_problem(await provider.post("/v1/assets/ast_x/title/check", body), 400, "invalid-input")
        assert f"/{name}" in {error["pointer"] for error in problem["errors"]}


async def test_numbers_and_booleans_are_what_the_description_calls_so(as_):
    provider = await as_("provider")
    asset = story.description(public_data=0, records="5")
    problem = is_problem(await provider.post("/v1/assets", asset), 400, "invalid-input")
    assert {error["pointer"]: error["detail"] for error in problem["errors"]} == {
        "/public_data": "Send true or false, not a whole number",
        "/records": "Send a whole number or null, not a text",
    }


async def test_a_number_without_a_fraction_is_whole(as_):
    answer = await (await as_("provider")).post("/v1/assets", story.description(records=5.0))
    assert (answer.status_code, answer.json()["records"]) == (201, 5)


@pytest.mark.parametrize("at", ["0.5", "1763863200", "1e9"])
async def test_a_moment_is_no_number_of_seconds(as_, at):
    provider = await as_("provider")
    problem = is_problem(await provider.get(f"/v1/assets/ast_x/title?at={at}"), 400, "invalid-input")
    assert problem["errors"] == [{"pointer": "/query/at", "detail": "Write a time such as 2026-11-23T02:00:00Z"}]


async def test_a_name_that_a_mapping_does_not_have_is_told_with_those_that_it_has(as_):
    body = {"items": [{"name": "x", "impacts": {"money": "ordinary"}}], "personal": "none"}
    answer = await (await as_("provider")).post("/v1/assets/ast_x/classification", body)
    problem = is_problem(answer, 400, "invalid-input")
    known = "national-security, economy, social-order, public-interest, organisation-or-individual"
    assert problem["errors"] == [{"pointer": "/items/0/impacts/money", "detail": f"Use one of {known}"}]


async def test_a_large_body_of_the_wrong_types_is_taken_apart_beside_the_event_loop(client, monkeypatch):
    """Twenty anonymous bodies of 570 kB, a list of 190,000 objects where words are wanted, kept /healthz 824 ms."""
    threads, fitted = [], requests._with_whole_numbers

    def noted(value):
        if isinstance(value, dict) and "roles" in value:
            threads.append(threading.current_thread().name)
        return fitted(value)

    monkeypatch.setattr(requests, "_with_whole_numbers", noted)
    body = json.dumps({"roles": [{}] * 190_000}).encode()
    problem = is_problem(await send(client, body), 400, "invalid-input")
    assert {error["pointer"] for error in problem["errors"]} >= {"/uscc", "/name", "/roles/0"}
    assert [name.startswith("liutong-bodies") for name in threads] == [True]
