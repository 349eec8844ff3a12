"""What pages of a trade say of what is told: articles in pairs, what is to be done now, and where a step leads."""

import itertools
import re
from urllib.parse import quote

import pytest

from centre.pages.console.operations import operations
from centre.pages.console.routes import registry
from centre.pages.console.trade import timeline
from centre.pages.console.trade.agreements import articles
from centre.pages.console.trade.now import next_of
from centre.pages.console.trade.orders import STEPS, marks
from market.orders.states import OrderState
from tests.centre.pages.filling import read
from tests.refusals import refused_page

BUYER, SELLER, OFFICER = "pty_buyer", "pty_seller", "pty_officer"
SIDES = {"buyer": BUYER, "provider": SELLER, "officer": OFFICER}
DAY = "2026-12-01T00:00:00Z"
AT = {"placed": "paid_at", "paid": "delivered_at", "delivered": "accepted_at", "accepted": "settled_at"}


def order(status, **over):
    """An order as the API tells it, in a state, with the moments that came before."""
    reached = list(AT)[: list(AT).index(status)] if status in AT else list(AT) if status == "settled" else []
    moments = dict.fromkeys(("paid_at", "delivered_at", "accepted_at", "settled_at"))
    return {
        "id": "ord_1",
        "buyer": BUYER,
        "provider": SELLER,
        "status": status,
        "placed_at": DAY,
        "payment_due_at": DAY,
        "collect_due_at": DAY,
        "inspection_due_at": DAY,
        "complaint_id": None,
        "end_reason": None,
        **moments,
        **{AT[each]: DAY for each in reached},
        **over,
    }


def agreement(*signed, terms=None):
    return {
        "in_force_at": DAY if len(signed) == 2 else None,
        "signatures": [{"party": each} for each in signed],
        "terms": terms,
    }


SIGNED = agreement(BUYER, SELLER)
PAYING = [{"id": "pay_1", "status": "opened"}]
DELIVERY = {"id": "dlv_1", "files": []}


@pytest.mark.parametrize(
    ("told", "agreed", "payments", "delivery", "waits_for", "step"),
    [
        (order("placed"), None, [], None, "buyer", "draft_agreement"),
        (order("placed"), agreement(SELLER), [], None, "buyer", "sign_agreement"),
        (order("placed"), agreement(BUYER), [], None, "provider", "sign_agreement"),
        (order("placed"), SIGNED, [], None, "buyer", "open_payment"),
        (order("placed"), SIGNED, PAYING, None, "officer", "confirm_transfer"),
        (order("paid"), SIGNED, [], None, "buyer", "open_links"),
        (order("paid"), SIGNED, [], None, "provider", "prepare_delivery"),
        (order("paid"), agreement(BUYER, SELLER, terms={"delivery": "share"}), [], None, "buyer", "list_channel_keys"),
        (order("delivered"), SIGNED, [], DELIVERY, "buyer", "accept_order"),
        (order("delivered", complaint_id="cpl_1"), SIGNED, [], DELIVERY, "provider", "get_complaint"),
        (order("settled"), SIGNED, [], DELIVERY, "buyer", "give_rating"),
    ],
)
def test_the_next_step_is_offered_to_whom_it_waits_for(told, agreed, payments, delivery, waits_for, step):
    upcoming = next_of(told, agreed, payments, delivery, waits_for, SIDES[waits_for])
    assert upcoming.steps[0].name == step
    assert upcoming.steps[0].weight == "primary"
    assert upcoming.is_ours or told["status"] == "settled"


def test_whoever_has_signed_waits_for_the_other():
    upcoming = next_of(order("placed"), agreement(BUYER), [], None, "buyer", BUYER)
    assert not upcoming.is_ours
    assert "sign_agreement" not in [each.name for each in upcoming.steps]


async def test_every_state_says_something_to_every_side_and_offers_operations_that_there_are(app):
    whole = await operations(app.inner)
    agreements = [None, agreement(), agreement(BUYER), SIGNED]
    combined = itertools.product(OrderState, agreements, ([], PAYING), (None, DELIVERY), SIDES)
    for status, agreed, payments, delivery, side in combined:
        upcoming = next_of(order(status), agreed, payments, delivery, side, SIDES[side])
        assert upcoming.title.zh, status
        assert upcoming.title.en, status
        assert {each.name for each in upcoming.steps} <= whole.by_name.keys()
        assert bool(upcoming.silence.zh) == bool(upcoming.due), (status, side)


async def test_every_part_is_of_an_operation_that_there_is(app):
    whole = await operations(app.inner)
    for names in (registry.OBJECTS, registry.FORMS, registry.RESULTS, registry.BACK, registry.ONTO):
        assert set(names) <= whole.by_name.keys()


@pytest.mark.parametrize(("status", "past"), [("placed", 2), ("paid", 3), ("accepted", 5), ("settled", 6)])
def test_the_first_step_that_is_not_past_is_the_one_that_waits(status, past):
    told = order(status)
    shown = marks(told, SIGNED, next_of(told, SIGNED, [], DELIVERY, "buyer", BUYER))
    assert [each.state for each in shown] == ["past"] * past + ["now"] * (past < 6) + [""] * (len(STEPS) - past - 1)


def test_of_an_order_that_ended_nothing_waits():
    told = order("cancelled")
    assert "now" not in [each.state for each in marks(told, None, next_of(told, None, [], None, "buyer", BUYER))]


def test_articles_stand_in_pairs_and_texts_of_another_build_whole():
    chinese = "协议\n\n第1条 当事人\n甲。\n\n乙。\n\n第2条 标的\n丙。"
    english = "Agreement\n\nArticle 1. Parties\nA.\n\nB.\n\nArticle 2. Subject\nC."
    pairs = articles({"text_zh": chinese, "text_en": english})
    assert [each[0].splitlines()[0] for each in pairs] == ["协议", "第1条 当事人", "第2条 标的"]
    assert [each[1].splitlines()[0] for each in pairs] == ["Agreement", "Article 1. Parties", "Article 2. Subject"]
    assert articles({"text_zh": chinese, "text_en": "Article 1. Alone"}) == [(chinese, "Article 1. Alone")]
    assert articles({}) == []


def test_what_has_no_words_of_its_own_is_called_by_what_it_is_and_became():
    assert timeline.words("market.order.paid").en == "The price is in escrow"
    assert timeline.words("market.complaint.withdrawn").en.startswith("Complaint")


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/en/console/orders", r"/en/console/orders"),
        ("https://evil.example/en/console/", r"/en/console/carts/bsk_\w+\?done=open_cart"),
        ("//evil.example/console/", r"/en/console/carts/bsk_\w+\?done=open_cart"),
        ("/en/listings", r"/en/console/carts/bsk_\w+\?done=open_cart"),
    ],
)
async def test_a_step_leads_on_within_the_console_alone(li, wanted, leads):
    page = await li.get(f"/en/console/carts?do=open_cart&next={quote(wanted, safe='')}")
    [form] = read(page.text).forms
    answer = await li.http.post(form.action, data=form.values)
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(leads, answer.headers["location"])


async def test_what_is_prefilled_of_anothers_is_not_told(li):
    """The forms of an order that is not one's own begin with nothing, and lead nowhere."""
    of = "ord_01kb2m7qw0zd5x8v3t6n9r4hyc"
    for path in (f"/orders/{of}/receipt?do=confirm_receipt", f"/orders/{of}/acceptance?do=accept_order"):
        answer = await li.get(f"/en/console{path}")
        assert answer.status_code == 200
        assert of not in re.sub(r'(href|action)="[^"]*"', "", answer.text)
    refused_page(await li.get(f"/en/console/orders/{of}"), 404)
