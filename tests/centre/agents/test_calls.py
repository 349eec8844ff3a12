"""What a tool's arguments make of the request behind it, by an application that only writes down what reaches it."""

import asyncio
import json
from typing import Any

import pytest

from centre.agents.calls import Calls
from centre.agents.tools import TOOLS, input_schema

TOOL = {tool.name: tool for tool in TOOLS}
STEERED = ["..", ".", "ord_x/share-profile", "ord_x%2Fshare-profile", "ord_x?x=1", "ord_x\n", "", "x" * 41, 7, None]


class Noted:
    """Answers everything with the same JSON, and keeps what it was asked."""

    def __init__(self, body: bytes = b"{}", seconds: float = 0) -> None:
        self.paths: list[str] = []
        self.headers: dict[str, str] = {}
        self._body, self._seconds = body, seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        self.headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        await asyncio.sleep(self._seconds)
        fields = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def reached(app: Any, url: str = "https://centre.example.cn", **bounds: Any) -> Calls:
    return Calls(app, url, **bounds)


@pytest.mark.parametrize("value", STEERED)
async def test_an_argument_is_one_id_in_the_path_and_steers_nowhere_else(value):
    app = Noted()
    for name, argument in (("read_order", "order_id"), ("place_order", "mandate_id")):
        await reached(app).call(TOOL[name], {argument: value}, {})
    assert app.paths == ["/v1/orders/-", "/v1/mandates/-/orders"]
    await reached(app).call(TOOL["read_order"], {"order_id": "ord_01JD-x_9"}, {})
    assert app.paths[-1] == "/v1/orders/ord_01JD-x_9"


async def test_a_path_of_the_centre_s_address_is_the_proxy_s():
    app = Noted()
    await reached(app, "https://example.cn:8443/liutong").call(TOOL["search_listings"], {}, {})
    assert (app.paths, app.headers["host"]) == (["/v1/listings"], "example.cn:8443")


@pytest.mark.parametrize("key", ["订单一", "a\n", "a\r\nx: y", " a", "a ", "\x7f", "", "k" * 256, 7, None])
async def test_a_key_that_no_header_carries_as_it_is_is_not_sent(key):
    app = Noted()
    await reached(app).call(TOOL["quote_order"], {"key": key}, {})
    assert "idempotency-key" not in app.headers
    assert input_schema(TOOL["quote_order"])["properties"]["key"]["pattern"] == "^[!-~]([ -~]{0,253}[!-~])?$"


@pytest.mark.parametrize("key", ["k", "erp 4711 ~!", "k" * 255])
async def test_a_key_is_sent_byte_by_byte(key):
    app = Noted()
    await reached(app).call(TOOL["quote_order"], {"key": key}, {"accept-language": "\xe9"})
    assert (app.headers["idempotency-key"], app.headers["accept-language"]) == (key, "\xe9")


async def test_a_call_that_does_not_end_is_told_of():
    calls = reached(Noted(seconds=600), seconds=0.05)
    for lang, word in (("en", "0.05 seconds"), ("zh", "0.05 秒")):
        late = await calls.call(TOOL["read_order"], {"order_id": "ord_x"}, {"accept-language": lang})
        assert (late["ok"], late["problem"]["code"], late["problem"]["status"]) == (False, "tool-timed-out", 504)
        assert word in late["problem"]["detail"]


async def test_an_answer_is_bounded_and_told_of_with_where_to_read_it():
    body = json.dumps({"id": "x" * 91}).encode()
    assert len(body) == 101
    order = {"order_id": "ord_x"}
    large = await reached(Noted(body), bytes_max=100).call(TOOL["read_order"], order, {"accept-language": "en"})
    assert (large["ok"], large["problem"]["code"]) == (False, "tool-answer-too-large")
    assert "100 bytes" in large["problem"]["detail"]
    assert "/v1/orders/ord_x" in large["problem"]["detail"]
    whole = await reached(Noted(body), bytes_max=101).call(TOOL["read_order"], order, {})
    assert whole == {"ok": True, "result": {"id": "x" * 91}}


async def test_what_the_other_side_of_an_order_wrote_is_marked():
    """An order is read by both sides: the buyer's words reach the provider's agent."""
    words = {"use_case": "u", "purchase_order_number": "p", "cost_centre": "c", "provider": "pty_1"}
    told = await reached(Noted(json.dumps(words).encode())).call(TOOL["read_order"], {"order_id": "ord_x"}, {})
    assert told["result"] == {
        "use_case_from_provider": "u",
        "purchase_order_number_from_provider": "p",
        "cost_centre_from_provider": "c",
        "provider": "pty_1",
    }
