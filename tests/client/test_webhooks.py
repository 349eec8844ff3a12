"""Webhooks are signed here by the library of the standard's authors, and read by the client."""

import base64
import datetime as dt

import pytest
from standardwebhooks.webhooks import Webhook

from kernel.time.clock import FixedClock
from kernel.webhooks import commands, rules, sending
from liutong_client.webhooks import NotFromTheCentre, verify

OLD = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEW = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
BODY = rules.body("log_1", 7, "market.order.paid", "ord_1", NOW, {"price": "1.00", "名": "值"}, bytes_max=10_000)


def sent(body=BODY, secrets=(NEW,), at=NOW, id_="log_1"):
    signatures = " ".join(Webhook(secret).sign(id_, at, body.decode()) for secret in secrets)
    return {"Webhook-Id": id_, "Webhook-Timestamp": str(int(at.timestamp())), "Webhook-Signature": signatures}


def test_what_the_centre_sends_is_read():
    headers = sending.signed("log_1", BODY, [NEW], FixedClock(NOW))
    assert verify(headers, BODY, [NEW], now=NOW).data.id == "log_1"


def test_an_event_is_read_by_either_secret_while_one_is_replaced():
    for secrets in ([NEW], [OLD, NEW], [NEW, OLD]):
        event = verify(sent(secrets=(NEW, OLD)), BODY, secrets, now=NOW)
        assert (event.type, event.data.subject, event.data.index) == ("market.order.paid", "ord_1", 7)
        assert event.data.facts == {"price": "1.00", "名": "值"}
        assert event.timestamp == NOW


@pytest.mark.parametrize(
    ("headers", "body", "secrets"),
    [
        (sent(), BODY + b" ", [NEW]),
        (sent(), BODY.replace(b"1.00", b"9.00"), [NEW]),
        (sent(), BODY, [OLD]),
        (sent(), BODY, []),
        (sent() | {"Webhook-Id": "log_2"}, BODY, [NEW]),
        *[
            (sent() | {"Webhook-Timestamp": text}, BODY, [NEW])
            for text in (
                "x",
                "",
                "-1",
                "1_0",
                "9" * 13,
                "9" * 400,
                "9" * 5000,
                "１７９５３９９２００",
                " 1795399200",
                "1e9",
            )
        ],
        (sent() | {"Webhook-Id": "\udcff"}, BODY, [NEW]),
        (sent() | {"Webhook-Signature": ""}, BODY, [NEW]),
        (sent() | {"Webhook-Signature": "v1,"}, BODY, [NEW]),
        (sent() | {"Webhook-Signature": sent()["Webhook-Signature"].replace("v1,", "v2,")}, BODY, [NEW]),
        (sent() | {"Webhook-Signature": "v1,数据"}, BODY, [NEW]),
        (sent(at=NOW - dt.timedelta(seconds=301)), BODY, [NEW]),
        (sent(at=NOW + dt.timedelta(seconds=301)), BODY, [NEW]),
        ({}, BODY, [NEW]),
        (sent(b"not json"), b"not json", [NEW]),
        (sent(b"{}"), b"{}", [NEW]),
    ],
)
def test_what_the_centre_did_not_send_so_is_refused(headers, body, secrets):
    with pytest.raises(NotFromTheCentre):
        verify(headers, body, secrets, now=NOW)


@pytest.mark.parametrize("length", [0, 1, 16, 31])
@pytest.mark.parametrize("prefix", ["whsec_", ""])
def test_a_secret_shorter_than_the_centre_mints_is_refused_whatever_the_message_is(length, prefix):
    short = prefix + base64.b64encode(bytes(length)).decode()
    for headers in (sent(), {}, sent() | {"Webhook-Signature": ""}):
        with pytest.raises(ValueError, match="not a secret"):
            verify(headers, BODY, [NEW, short], now=NOW)


def test_what_the_centre_mints_is_long_enough():
    minted = commands._secret()
    assert verify(sent(secrets=(minted,)), BODY, [minted], now=NOW).data.id == "log_1"


def test_a_text_of_secrets_is_no_list_of_them():
    with pytest.raises(ValueError, match="not a secret"):
        verify(sent(), BODY, NEW, now=NOW)


def test_only_the_bytes_as_they_came_can_be_checked():
    with pytest.raises(TypeError):
        verify(sent(), BODY.decode(), [NEW], now=NOW)


def test_a_test_message_of_long_facts_is_read():
    thin = rules.body("log_1", 7, "market.order.paid", "ord_1", NOW, {"a": "x" * 100}, bytes_max=10)
    assert verify(sent(thin), thin, [NEW], now=NOW).data.facts is None
