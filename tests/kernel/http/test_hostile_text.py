"""U+0000 and numbers beyond any row: a database that cannot hold them must never be the one that says so."""

import json
from typing import Any

import pytest

from tests.makers import application
from tests.refusals import outcome, refused

NUL = "\x00"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/events?subject=%00",
        "/v1/events?subject=a%00b",
        "/v1/events?lang=%00",
        "/v1/ledger/accounts?prefix=escrow%00",
        "/v1/listings?q=%00",
        "/v1/ledger/accounts/a%00b/statement",
        "/v1/certificates/%00",
    ],
)
async def test_nul_in_an_address_is_refused(as_, path):
    refusal = await (await as_("operator")).get(path)
    assert outcome(refusal) in ((400, "invalid-input", None), (404, "not-found", None))


async def test_nul_in_a_body_is_refused_with_its_place(client, as_):
    named = await client.post("/v1/parties", application("provider", name=f"公司{NUL}"))
    assert (named.status_code, named.json()["code"]) == (400, "invalid-input")
    assert [error["pointer"] for error in named.json()["errors"]] == ["/name"]
    deep = application("provider", contact={"name": "张三", "email": "a@example.cn", "phone": f"1{NUL}"})
    found = await client.post("/v1/parties", deep)
    assert [error["pointer"] for error in found.json()["errors"]] == ["/contact/phone"]
    buyer = await as_("buyer")
    body = {"listing_id": "lst_01m815jqs7ekq80x1m9dyzwg2g", "purpose": NUL}
    ordered = await buyer.post("/v1/orders", body)
    assert (ordered.status_code, ordered.json()["code"]) == (400, "invalid-input")
    rooted = await buyer.post("/v1/orders", NUL)
    refused(rooted, 400, "invalid-input")


async def test_nul_in_the_name_of_a_member_is_refused(client):
    refusal = await client.post("/v1/parties", {**application("provider"), f"a{NUL}/~b": 1})
    refused(refusal, 400, "invalid-input")


async def test_the_escape_itself_is_a_text_like_any_other(client):
    """`\\\\u0000` in JSON is a backslash and five characters, and not U+0000."""
    answer = await client.post("/v1/parties", application("provider", name=r"公司 \u0000"))
    assert answer.status_code == 201
    assert answer.json()["party"]["name"] == r"公司 \u0000"


@pytest.mark.parametrize("after", [2**63 - 1, 2**63, 10**30])
async def test_an_index_beyond_the_log_is_an_empty_page(as_, after):
    answer = await (await as_("provider")).get(f"/v1/events?after={after}")
    assert answer.status_code == 200
    assert answer.json() == {"items": [], "next": None}


async def test_a_sender_that_goes_away_in_the_middle_is_its_own_fault(client):
    """Answered into the void, but counted and logged as what it is and not as a failure of ours."""
    sent: list[Any] = []
    heard = iter([{"type": "http.request", "body": b'{"uscc": ', "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> Any:
        return next(heard)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/parties",
        "raw_path": b"/v1/parties",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"100")],
        "client": ("127.0.0.1", 1),
        "server": ("liutong.test", 80),
        "state": {},
    }
    await client.http._transport.app(scope, receive, send)
    assert sent[0]["status"] == 400


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\x1b", "\x7f", "\x0b"])
async def test_what_turns_a_line_around_is_refused_with_its_place(client, unseen):
    body = application("provider", contact={"name": "张三", "email": "a@example.cn", "phone": f"1{unseen}2"})
    for sent in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        refused = await client.http.post(
            "/v1/parties", content=sent.encode(), headers={"content-type": "application/json"}
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid-input"), refused.text
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/contact/phone"]
