"""A member looks after its own sign-in: every button of its page, and the way back after a wrong word."""

import re

from tests.centre.pages.people import EMAIL, PASSWORD, browser, code, forms, options_of, with_app, with_passkey
from tests.refusals import refused_page

CODES = re.compile(r"<code>([A-Z2-9-]{19})</code>")
CONFIRM = "/en/confirm?next=/en/account/app"


async def test_every_button_of_ones_account_does_what_it_says(app, li):
    _, first = await with_app(li)
    anew = await li.submit("/en/account/recovery-codes", at="/en/account")
    assert anew.status_code == 200
    shown = CODES.findall(anew.text)
    assert len({*first, *shown}) == 20
    async with browser(app) as other:
        await other.sign_in(EMAIL)
        refused_page(await other.submit("/en/sign-in/code", {"code": first[0]}), 422, "LT-SGN-04")
        assert (await other.submit("/en/sign-in/code", {"code": shown[0]})).status_code == 303
        await with_passkey(other)
        page = (await li.get("/en/account")).text
        assert "Laptop" in page
        [ending] = re.findall(r'action="(/en/account/sessions/\w+/end)"', page)
        ended = await li.submit(ending, at="/en/account")
        assert (ended.status_code, ended.headers["location"]) == (303, "/en/account")
        assert (await li.is_in(), await other.is_in()) == (True, False)
    for removal, words in (
        (re.search(r'"(/en/account/passkeys/\w+/removal)"', page)[1], "Laptop"),
        ("/en/account/app/removal", "recovery code"),
    ):
        assert words in (await li.get("/en/account")).text
        removed = await li.submit(removal, at="/en/account")
        assert (removed.status_code, removed.headers["location"]) == (303, "/en/account")
        assert words not in (await li.get("/en/account")).text
    async with browser(app) as other:
        assert (await other.sign_in(EMAIL)).headers["location"] == "/en/account", "the password is enough again"


async def test_who_has_a_passkey_alone_is_led_to_it_after_a_wrong_word(li, mallory):
    device = await with_passkey(li)
    proof = forms((await li.get(CONFIRM)).text, "/en/confirm") | {"password": "not the password at all"}
    wrong = await li.http.post("/en/confirm", data=proof)
    refused_page(wrong, 422, "LT-SGN-02", f'href="{CONFIRM}"')
    page = (await li.get(CONFIRM)).text
    proof = forms(page, "/en/confirm") | {"passkey": device.answer(options_of(page))}
    assert (await li.http.post("/en/confirm", data=proof)).headers["location"] == "/en/account/app"
    await mallory.submit("/en/sign-in", {"email": EMAIL, "password": PASSWORD}, at="/en/sign-in?next=/en/members")
    wrong = await mallory.submit("/en/sign-in/code", {"code": "000000"}, at="/en/sign-in/code?next=/en/members")
    led = "/en/sign-in/passkey?next=/en/members"
    refused_page(wrong, 422, "LT-SGN-04", f'href="{led}"')
    page = (await mallory.get(led)).text
    answer = forms(page, "/en/sign-in/passkey") | {"passkey": device.answer(options_of(page))}
    assert (await mallory.http.post("/en/sign-in/passkey", data=answer)).headers["location"] == "/en/members"


async def test_who_has_no_passkey_is_led_to_none(li, mallory):
    secret, _ = await with_app(li)
    wrong = await li.submit("/en/confirm", {"password": "not the password at all"})
    refused_page(wrong, 422, "LT-SGN-02")
    assert "Use a passkey" not in wrong.text
    await mallory.sign_in(EMAIL)
    wrong = await mallory.submit("/en/sign-in/code", {"code": code(secret, 2)})
    refused_page(wrong, 422, "LT-SGN-04")
    assert "/sign-in/passkey" not in wrong.text


async def test_who_has_forgotten_its_password_reads_whom_to_ask(mallory):
    page = await mallory.get("/en/sign-in")
    assert 'href="/en/forgotten"' in page.text
    told = await mallory.get("/en/forgotten")
    assert told.status_code == 200
    assert "liutong members reset" in told.text
