"""The console: every list, object and step of the API as a page, for whoever may call it, and for nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest

from centre.pages.console import calling
from centre.pages.console.operations import JSON, operations
from tests.centre.pages.people import forms, organisation
from tests.refusals import refused, refused_page

LINKS = re.compile(r'href="(/en/console[^"#]*)"')
WEBHOOK = "/en/console/webhooks?do=create_webhook"


def links(html: str) -> set[str]:
    return {unescape(each) for each in LINKS.findall(html)}


async def test_the_index_leads_to_ones_own_lists_and_beginnings_alone(li):
    shown = links((await li.get("/en/console")).text)
    assert {"/en/console/orders", "/en/console/orders?do=place_order"} <= shown
    assert not any("stripe-readings" in each for each in shown), "what only the clearing officer may read"
    for link in sorted(shown):
        assert (await li.get(link)).status_code == 200, link


async def test_what_is_made_by_a_form_is_the_apis_and_is_made_once(li, client, made):
    page = await li.get(WEBHOOK)
    entered = forms(page.text, WEBHOOK) | {"url": "https://buyer.example/hook", "kinds": ["market.order.paid"]}
    first, second = [await li.http.post(WEBHOOK, data=entered) for _ in range(2)]
    assert first.status_code == second.status_code == 200, first.text
    assert "whsec_" in first.text
    assert "whsec_" not in second.text, "the secret is told once"
    [hook] = (await client.with_key(made["secret"]).get("/v1/webhooks")).json()
    assert hook["url"] == "https://buyer.example/hook"
    assert hook["id"] in (await li.get("/zh/console/webhooks")).text


async def test_a_refusal_is_drawn_at_its_fields_with_all_that_was_entered(li):
    at = "/en/console/complaints?do=file_complaint"
    page = await li.get(at)
    entered = forms(page.text, at) | {"statement": "the files are <b>empty</b>", "disputed/amount": "12.345"}
    answer = await li.http.post(at, data=entered)
    refused_page(answer, 422)
    assert '<a href="#f-about">' in answer.text
    assert 'id="e-reason"' in answer.text
    assert "the files are &lt;b&gt;empty&lt;/b&gt;" in answer.text
    assert 'value="12.345"' in answer.text


async def test_what_is_anothers_is_not_there_and_what_is_not_permitted_neither(li, client, as_, made, mallory):
    other = await organisation(client, await as_("operator"), "w@b.example")
    key = (await client.with_key(other["secret"]).get("/v1/api-keys")).json()[0]["id"]
    for path in (
        f"/en/console/api-keys/{key}?do=revoke_key",
        "/en/console/stripe-readings",
        "/en/console/parties/x/suspension?do=suspend_party",
        "/en/console/nowhere",
    ):
        answer = await li.get(path)
        if answer.is_success:
            answer = await li.http.post(path, data=forms(answer.text, path))
        refused_page(answer, 404, "No such resource")
    assert (await mallory.get("/en/console/orders")).headers["location"].startswith("/en/sign-in?next=")


async def test_a_step_is_taken_by_no_form_of_another_site_or_visitor(li, client, made):
    entered = forms((await li.get(WEBHOOK)).text, WEBHOOK) | {
        "url": "https://x.example/",
        "kinds": ["market.order.paid"],
    }
    cross = await li.http.post(WEBHOOK, data=entered, headers={"sec-fetch-site": "cross-site"})
    refused_page(cross, 403, "LT-PAG-01")
    refused_page(await li.http.post(WEBHOOK, data=entered | {"csrf": "x" * 40}), 422, "LT-PAG-01")
    assert (await client.with_key(made["secret"]).get("/v1/webhooks")).json() == []


async def test_money_and_signing_ask_who_it_is_anew(li, clock):
    assert (await li.get("/en/console/orders?do=place_order")).status_code == 200
    clock.move(timedelta(minutes=6))
    answer = await li.get("/en/console/orders?do=place_order")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/en/confirm?next=")
    assert (await li.get(WEBHOOK)).status_code == 200


async def test_nobody_acts_for_another_by_what_a_request_holds(client, made):
    """The member for whom a page calls is named in this process alone: a header or a query says nothing."""
    answer = await client.get("/v1/orders", headers={"liutong.on_behalf": made["party"]["id"]})
    refused(answer, 401, "unauthenticated")


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_list_and_every_form_is_drawn(app, li, lang):
    """Of a member of one organisation; what another role may call is not there."""
    whole = await operations(app.inner)
    for each in whole.all:
        at = f"/{lang}/console{each.at(dict.fromkeys(each.names, 'x')).removeprefix('/v1')}"
        if each.method != "get" and each.takes in ("", JSON):
            answer = await li.get(f"{at}?do={each.name}")
            assert answer.status_code < 500, each.name
        elif not each.names:
            answer = await li.get(at)
            assert answer.status_code < 500, each.name


async def test_what_was_entered_outlives_the_proof_of_who_enters_it(li, clock):
    at = "/en/console/orders?do=place_order"
    entered = forms((await li.get(at)).text, at) | {"listing_id": "lst_x", "purpose": "research"}
    clock.move(timedelta(minutes=6))
    answer = await li.http.post(at, data=entered)
    refused_page(answer, 422, "LT-SGN-08", 'value="lst_x"', 'href="/en/confirm"')


async def test_a_form_that_was_submitted_with_another_content_is_told_and_done_anew(li, client, made):
    entered = forms((await li.get(WEBHOOK)).text, WEBHOOK) | {"kinds": ["market.order.paid"]}
    assert (await li.http.post(WEBHOOK, data=entered | {"url": "https://a.example/hook"})).status_code == 200
    other = entered | {"url": "https://b.example/hook"}
    told = await li.http.post(WEBHOOK, data=other)
    refused_page(told, 422, "This form was submitted before", "https://b.example/hook")
    assert (await li.http.post(WEBHOOK, data=other | forms(told.text, WEBHOOK))).status_code == 200
    assert len((await client.with_key(made["secret"]).get("/v1/webhooks")).json()) == 2


async def test_what_is_larger_than_a_page_hands_on_is_refused_in_words(li, monkeypatch):
    monkeypatch.setattr(calling, "ANSWER_BYTES_MAX", 10)
    refused_page(await li.get("/en/console/orders"), 413, "10 bytes that a page hands on")
