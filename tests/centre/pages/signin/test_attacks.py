"""What is tried against sign-in; each must come to nothing."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.centre.pages.people import (
    EMAIL,
    PASSWORD,
    SESSION,
    Device,
    browser,
    code,
    forms,
    options_of,
    with_app,
    with_passkey,
)
from tests.refusals import refused, refused_page

PLANTED = "A" * 43


async def test_a_planted_id_is_nobodys_after_the_sign_in(app, made, mallory):
    async with browser(app) as victim:
        victim.carry(PLANTED)
        assert (await victim.sign_in(EMAIL)).status_code == 303
        assert await victim.is_in()
        assert victim.session != PLANTED
    assert not await mallory.carry(PLANTED).is_in()


async def test_the_id_of_before_a_proof_opens_nothing_after_it(li, mallory):
    before = str(li.session)
    confirmed = await li.submit("/en/confirm", {"password": PASSWORD})
    assert confirmed.status_code == 303
    assert li.session != before
    assert (await li.is_in(), await mallory.carry(before).is_in()) == (True, False)


async def test_an_answer_of_a_passkey_serves_once_here_and_now(li, mallory):
    device = await with_passkey(li)
    page = await mallory.get("/en/sign-in/passkey")
    answer = device.answer(options_of(page.text))
    hidden = forms(page.text, "/en/sign-in/passkey") | {"passkey": answer}
    assert (await mallory.http.post("/en/sign-in/passkey", data=hidden)).status_code == 303
    await mallory.submit("/en/sign-out", at="/en/account")
    assert not await mallory.is_in()
    page = await mallory.get("/en/sign-in/passkey")
    hidden = forms(page.text, "/en/sign-in/passkey")
    elsewhere = replace(device, origin="https://liutong.test.evil.example")
    other_host = replace(device, host="evil.example")
    stranger = Device(credential=b"\x08" * 32)
    others = [each.answer(options_of(page.text)) for each in (elsewhere, other_host, stranger)]
    for tried in (answer, *others, "{}"):
        refused_page(await mallory.http.post("/en/sign-in/passkey", data=hidden | {"passkey": tried}), 422, "LT-SGN-06")
        assert not await mallory.is_in()


async def test_a_code_serves_once(li, mallory):
    secret, recovery = await with_app(li)
    await mallory.sign_in(EMAIL)
    for tried in (code(secret), code(secret, -1), code(secret, 2)):
        refused_page(await mallory.submit("/en/sign-in/code", {"code": tried}), 422, "LT-SGN-04")
    assert (await mallory.submit("/en/sign-in/code", {"code": recovery[0]})).status_code == 303
    await mallory.submit("/en/sign-out", at="/en/account")
    await mallory.sign_in(EMAIL)
    refused_page(await mallory.submit("/en/sign-in/code", {"code": recovery[0]}), 422, "LT-SGN-04")


async def test_of_two_who_come_with_one_recovery_code_at_once_one_is_in(app, li):
    _, recovery = await with_app(li)
    async with browser(app) as one, browser(app) as other:
        pages = []
        for each in (one, other):
            await each.sign_in(EMAIL)
            pages.append(forms((await each.get("/en/sign-in/code")).text, "/en/sign-in/code"))
        answers = await asyncio.gather(
            *(
                each.http.post("/en/sign-in/code", data=page | {"code": recovery[0]})
                for each, page in zip((one, other), pages, strict=True)
            )
        )
        told_of = sorted((answer.status_code, "LT-SGN-04" in answer.text) for answer in answers)
        assert told_of == [(303, False), (422, True)]
        assert sorted([await one.is_in(), await other.is_in()]) == [False, True]


async def test_a_step_serves_once_and_opens_no_page(li, mallory):
    secret, _ = await with_app(li)
    await mallory.sign_in(EMAIL)
    step = mallory.http.cookies.get(f"{SESSION}-step")
    assert not await mallory.carry(str(step)).is_in(), "a step is no session"
    entered = forms((await mallory.get("/en/sign-in/code")).text, "/en/sign-in/code") | {"code": code(secret, 1)}
    assert (await mallory.http.post("/en/sign-in/code", data=entered)).status_code == 303
    mallory.carry(str(step), f"{SESSION}-step")
    assert (await mallory.get("/en/sign-in/code")).headers["location"] == "/en/sign-in"


async def test_links_are_not_guessed(mallory, made):
    void = await mallory.get(f"/en/invitation?secret={PLANTED}")
    refused_page(void, 422, "LT-MEM-02")
    statuses = [
        (await mallory.submit("/en/reset", {"new_password": "seven tall grasses"}, at=f"/en/reset?secret={each * 43}"))
        for each in "BCDEFGH"
    ]
    for answer in statuses[:5]:
        refused_page(answer, 422, "LT-SGN-07")
    for answer in statuses[5:]:
        refused_page(answer, 429, "LT-SGN-03")


def told(answer):
    """A page without what is drawn anew each time and without what was entered."""
    plain = re.sub(r'name="(csrf|key|email)"[^>]*?value="[^"]*"', "", answer.text)
    return answer.status_code, re.sub(r"[\w.]+@a\.example", "", plain)


async def test_an_unknown_address_is_told_what_a_known_one_is(app, made):
    async with browser(app) as known, browser(app) as unknown:
        answers = [
            await known.sign_in(EMAIL, "not the password at all"),
            await unknown.sign_in("nobody@a.example", "not the password at all"),
        ]
        assert told(answers[0]) == told(answers[1])
        refused_page(answers[0], 422, "LT-SGN-02")


OUTSIDE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "/zh/../../evil", "/en//evil.example", "/v1/members",
    "javascript:alert(1)", "/en/..//evil.example", "\\\\evil.example", "/zh\\@evil.example", "/en/%0d%0aSet-Cookie:x=1",
    " /en/account", "/en/account#x", "http:/en/account", "/de/account",
)  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_next_leads_outside(path):
    from kernel.signin.rules import inside

    led = inside(path, "en")
    assert led == "/en/" or re.fullmatch(r"/(zh|en)/[\w\-./~%]*", led), led
    assert "//" not in led
    assert "\\" not in led


async def test_a_next_outside_leads_to_ones_own_page(app, made):
    async with browser(app) as opened:
        answer = await opened.submit(
            "/en/sign-in", {"email": EMAIL, "password": PASSWORD, "next": "https://evil.example/"}
        )
        assert answer.headers["location"] == "/en/account"


async def test_what_another_site_or_session_submits_is_refused(li, mallory, app):
    page = await li.get("/en/account")
    hidden = forms(page.text, "/en/sign-out")
    for site in ("cross-site", "same-site"):
        crossing = await li.http.post("/en/sign-out", data=hidden, headers={"sec-fetch-site": site})
        refused_page(crossing, 403, "LT-PAG-01")
    refused_page(await li.http.post("/en/sign-out", data={"key": "x"}), 422, "LT-PAG-01")
    others = forms((await mallory.get("/en/sign-in")).text, "/en/sign-in")["csrf"]
    refused_page(await li.http.post("/en/sign-out", data=hidden | {"csrf": others}), 422, "LT-PAG-01")
    before = forms((await li.get("/en/account/password")).text, "/en/account/password")
    assert (await li.submit("/en/confirm", {"password": PASSWORD})).status_code == 303
    refused_page(await li.http.post("/en/account/password", data=before), 422, "LT-PAG-01")
    assert await li.is_in()


async def test_two_doors_and_never_both(li, client, made, app):
    refused(await client.get("/v1/whoami", headers={"cookie": f"{SESSION}={li.session}"}), 401, "unauthenticated")
    keyed = await li.http.get("/en/account", headers={"authorization": f"Bearer {made['secret']}"})
    refused_page(keyed, 400, "LT-PAG-02")
    async with browser(app) as opened:
        answer = await opened.http.get("/en/account", headers={"authorization": f"Bearer {made['secret']}"})
        refused_page(answer, 400, "LT-PAG-02")


async def test_with_its_organisation_a_member_is_out_at_once(li, as_, made):
    operator, party = await as_("operator"), made["party"]["id"]
    assert await li.is_in()
    decided = await operator.post(f"/v1/parties/{party}/admission", {"action": "suspend", "reason": "x"})
    assert decided.status_code == 200
    assert not await li.is_in()
    refused_page(await li.sign_in(EMAIL), 403, "LT-ADM-01")
    refused_page(await li.sign_in(EMAIL, "not the password at all"), 422, "LT-SGN-02")
    await operator.post(f"/v1/parties/{party}/admission", {"action": "restore", "reason": "x"})
    assert not await li.is_in(), "what has ended does not come back"
    assert (await li.sign_in(EMAIL)).status_code == 303


async def test_guesses_are_slowed_also_for_whoever_guesses_at_once(app, made, clock):
    async with browser(app) as opened:
        hidden = forms((await opened.get("/en/sign-in")).text, "/en/sign-in")
        guesses = [hidden | {"email": EMAIL, "password": f"a guess of number {n}"} for n in range(12)]
        answers = await asyncio.gather(*(opened.http.post("/en/sign-in", data=each) for each in guesses))
        for answer in sorted(answers, key=lambda each: each.status_code)[:5]:
            refused_page(answer, 422, "LT-SGN-02")
        for answer in sorted(answers, key=lambda each: each.status_code)[5:]:
            refused_page(answer, 429, "LT-SGN-03")
            assert int(answer.headers["retry-after"]) >= 1
        refused_page(await opened.sign_in(EMAIL), 429, "LT-SGN-03")
        clock.move(timedelta(seconds=2))
        assert (await opened.sign_in(EMAIL)).status_code == 303


async def test_nobody_reaches_beyond_its_own_authority(client, as_, li, app, made, mallory):
    key = client.with_key(made["secret"])
    lesser = client.with_key((await key.post("/v1/api-keys", {"name": "x", "roles": ["buyer"]})).json()["secret"])
    body = {"email": "m@a.example", "name": "M", "roles": ["buyer"], "administrator": True}
    refused(await lesser.post("/v1/member-invitations", body), 403, "administrator-only", "LT-MEM-01")
    beyond = await key.post("/v1/member-invitations", body | {"roles": ["clearing", "buyer"]})
    assert refused(beyond, 400, "member-faulty")["errors"][0]["pointer"] == "/roles/0"
    link = (await key.post("/v1/member-invitations", body | {"administrator": False})).json()["link"]
    path = link.partition("liutong.test")[2]
    await mallory.submit("/zh/invitation", {"name": "M", "password": PASSWORD}, at=path)
    await mallory.sign_in("m@a.example")
    mine = next(each for each in (await key.get("/v1/members")).json()["items"] if each["email"] == "m@a.example")
    tried = await mallory.submit(f"/en/members/{mine['id']}", {"name": "M", "roles": "buyer", "administrator": "true"})
    refused_page(tried, 403, "LT-MEM-01")
    operator = await as_("operator")
    watch = await operator.post("/v1/member-invitations", body | {"roles": ["regulator"], "administrator": False})
    refused(watch, 400, "member-faulty")


async def test_what_weighs_asks_for_a_proof_of_minutes_ago(li, clock, mallory):
    await with_app(li)
    form = forms((await li.get("/en/account")).text, "/en/account/app/removal")
    clock.move(timedelta(minutes=5))
    refused_page(await li.http.post("/en/account/app/removal", data=form), 403, "LT-SGN-08")
    assert "In use" in (await li.get("/en/account")).text
