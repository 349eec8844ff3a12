"""What must not outlive its maker, its step or its proof: invitations, links, half-done sign-ins, old keys."""

import asyncio
from datetime import timedelta

import cbor2
import pytest

from tests.centre.pages.people import (
    EMAIL,
    PASSWORD,
    Device,
    browser,
    code,
    forms,
    options_of,
    organisation,
    secret_of,
    with_app,
    with_passkey,
)
from tests.refusals import refused, refused_page

NEW = "seven tall grasses bend"


def path_of(link):
    return link.partition("liutong.test")[2]


async def joined(manager, opened, email, *, administrator=False):
    body = {"email": email, "name": "M", "roles": ["buyer"], "administrator": administrator}
    link = path_of((await manager.post("/v1/member-invitations", body)).json()["link"])
    taken = await opened.submit("/zh/invitation", {"name": "M", "password": PASSWORD}, at=link)
    assert taken.status_code == 303, taken.text
    assert (await opened.sign_in(email)).status_code == 303
    people = (await manager.get("/v1/members")).json()["items"]
    return next(each["id"] for each in people if each["email"] == email)


async def test_an_invitation_ends_with_the_power_of_whoever_made_it(client, made, li, mallory, app):
    key = client.with_key(made["secret"])
    member = await joined(key, mallory, "m@a.example", administrator=True)
    entered = {"email": "m2@a.example", "name": "M2", "roles": "buyer", "administrator": "true"}
    shown = await mallory.submit("/en/members/new", entered)
    link = "/zh/invitation?secret=" + shown.text.partition("/zh/invitation?secret=")[2][:43]
    assert (await mallory.get(link)).status_code == 200
    changed = await key("PATCH", f"/v1/members/{member}", {"administrator": False})
    assert changed.status_code == 200, changed.text
    async with browser(app) as other:
        refused_page(await other.get(link), 422, "LT-MEM-02")
    assert (await key("DELETE", f"/v1/members/{member}")).status_code == 204
    async with browser(app) as other:
        refused_page(await other.get(link), 422, "LT-MEM-02")


async def test_a_found_key_lets_nobody_stay_once_the_party_has_a_new_one(client, as_, made, li, mallory):
    found = client.with_key(made["secret"])
    thief = await joined(found, mallory, "thief@a.example", administrator=True)
    open_link = {"email": "t2@a.example", "name": "T", "roles": ["buyer"], "administrator": True}
    link = path_of((await found.post("/v1/member-invitations", open_link)).json()["link"])
    operator = await as_("operator")
    reissued = await operator.post(f"/v1/parties/{made['party']['id']}/api-keys", {"reason": "密钥遗失"})
    assert reissued.status_code == 201, reissued.text
    assert not await mallory.is_in()
    assert not await li.is_in()
    refused_page(await mallory.get(link), 422, "LT-MEM-02")
    anew = client.with_key(reissued.json()["secret"])
    people = {each["id"]: each for each in (await anew.get("/v1/members")).json()["items"]}
    assert people[thief]["removed_at"] is not None
    # Nor whoever was let in by whom the key let in, nor whoever may have a password from it: the new key invites anew.
    assert [each["email"] for each in people.values() if each["removed_at"] is None] == []
    for opened, email in ((mallory, "thief@a.example"), (li, EMAIL)):
        refused_page(await opened.sign_in(email), 422, "LT-SGN-02")
    await joined(anew, li, EMAIL, administrator=True)
    assert await li.is_in()


async def test_a_new_password_is_no_second_factor(li, clock):
    await with_app(li)
    form = forms((await li.get("/en/account/password")).text, "/en/account/password")
    clock.move(timedelta(minutes=6))
    entered = form | {"password": PASSWORD, "new_password": NEW}
    refused_page(await li.http.post("/en/account/password", data=entered), 403, "LT-SGN-08")
    away = await li.get("/en/account/password")
    assert (away.status_code, away.headers["location"]) == (303, "/en/confirm?next=%2Fen%2Faccount%2Fpassword")


async def officer(client, as_, opened, email="c@centre.example"):
    """A member of the centre that has to add a second factor, with its password set."""
    body = {"email": email, "name": "清算员", "roles": ["clearing"]}
    link = (await (await as_("operator")).post("/v1/member-invitations", body)).json()["link"]
    await opened.submit("/zh/invitation", {"name": "清算员", "password": PASSWORD}, at=path_of(link))


async def test_a_step_of_before_puts_no_app_in_the_place_of_one_that_was_added(client, as_, app, mallory):
    async with browser(app) as rightful:
        await officer(client, as_, rightful)
        await mallory.sign_in("c@centre.example")
        shown = (await mallory.get("/en/sign-in/enrolment")).text
        await rightful.sign_in("c@centre.example")
        own = (await rightful.get("/en/sign-in/enrolment")).text
        entered = forms(own, "/en/sign-in/enrolment") | {"code": code(secret_of(own))}
        assert (await rightful.http.post("/en/sign-in/enrolment", data=entered)).status_code == 200
        assert await rightful.is_in()
        late = forms(shown, "/en/sign-in/enrolment") | {"code": code(secret_of(shown))}
        refused_page(await mallory.http.post("/en/sign-in/enrolment", data=late), 422, "LT-SGN-05")
        assert not await mallory.is_in()


async def test_who_guesses_a_code_many_times_at_once_holds_up_nobody(li, mallory, app):
    await with_app(li)
    await mallory.sign_in(EMAIL)
    entered = forms((await mallory.get("/en/sign-in/code")).text, "/en/sign-in/code") | {"code": "000000"}
    asking = [mallory.http.post("/en/sign-in/code", data=entered) for _ in range(20)]
    answers = await asyncio.wait_for(asyncio.gather(*asking), 60)
    for answer in answers:
        refused_page(answer, answer.status_code, "LT-SGN-03" if answer.status_code == 429 else "LT-SGN-")


async def test_an_account_of_ones_own_washes_off_no_guesses(client, as_, made, li, mallory, app):
    other = await organisation(client, await as_("operator"), "first@b.example", "provider")
    async with browser(app) as second:
        manager = client.with_key(other["secret"])
        body = {"email": EMAIL, "name": "M", "roles": ["provider"], "administrator": False}
        link = path_of((await manager.post("/v1/member-invitations", body)).json()["link"])
        await second.submit("/zh/invitation", {"name": "M", "password": NEW}, at=link)
        for n in range(4):
            refused_page(await mallory.sign_in(EMAIL, f"a guess of number {n}"), 422, "LT-SGN-02")
        assert (await second.sign_in(EMAIL, NEW, uscc=other["party"]["uscc"])).status_code == 303
        refused_page(await mallory.sign_in(EMAIL, "a guess of number 5"), 422, "LT-SGN-02")
        refused_page(await mallory.sign_in(EMAIL, "a guess of number 6"), 429, "LT-SGN-03")


async def test_who_has_a_passkey_proves_itself_by_no_password(li, clock):
    await with_passkey(li)
    clock.move(timedelta(minutes=6))
    proof = forms((await li.get("/en/confirm")).text, "/en/confirm") | {"password": PASSWORD}
    refused_page(await li.http.post("/en/confirm", data=proof), 422, "LT-SGN-06")
    assert (await li.get("/en/account/password")).status_code == 303


async def test_a_key_that_manages_nobody_sees_and_ends_no_session(client, made, li):
    key = client.with_key(made["secret"])
    lesser = client.with_key((await key.post("/v1/api-keys", {"name": "x", "roles": ["buyer"]})).json()["secret"])
    [opened] = (await key.get("/v1/member-sessions")).json()["items"]
    refused(await lesser.get("/v1/member-sessions"), 403, "administrator-only", "LT-MEM-01")
    refused(await lesser("DELETE", f"/v1/member-sessions/{opened['id']}"), 403, "administrator-only", "LT-MEM-01")
    assert await li.is_in()
    assert (await key("DELETE", f"/v1/member-sessions/{opened['id']}")).status_code == 204
    assert not await li.is_in()


async def test_more_passwords_than_can_be_hashed_are_told_to_come_again(client, monkeypatch):
    from kernel.passwords import hashing
    from tests.makers import application

    monkeypatch.setattr(hashing, "UNDER_WAY_MAX", 0)
    person = {"name": "李四", "email": EMAIL, "password": PASSWORD}
    answer = await client.post("/v1/parties", application("buyer", member=person))
    refused(answer, 503, "unavailable")


@pytest.mark.parametrize("path", ["//zh/account", "/zh//members", "//en/listings"])
async def test_a_doubled_slash_takes_no_header_off_a_page(li, path):
    answer = await li.http.get(f"https://liutong.test{path}")
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_passkey_in_one_organisation_washes_off_no_guesses_in_another(client, as_, made, li, mallory, app):
    """Whoever comes by a passkey was charged for the address alone, and has nothing of the account to take back."""
    other = await organisation(client, await as_("operator"), "first@b.example", "provider")
    async with browser(app, client=("10.9.9.9", 1)) as second, browser(app, client=("10.8.8.8", 1)) as third:
        manager = client.with_key(other["secret"])
        body = {"email": EMAIL, "name": "M", "roles": ["provider"], "administrator": False}
        link = path_of((await manager.post("/v1/member-invitations", body)).json()["link"])
        await second.submit("/zh/invitation", {"name": "M", "password": NEW}, at=link)
        await second.sign_in(EMAIL, NEW, uscc=other["party"]["uscc"])
        device = await with_passkey(second)
        for n in range(5):
            refused_page(await mallory.sign_in(EMAIL, f"a guess of number {n}"), 422, "LT-SGN-02")
        asked = await second.get("/en/sign-in/passkey")
        answer = forms(asked.text, "/en/sign-in/passkey") | {"passkey": device.answer(options_of(asked.text))}
        assert (await second.http.post("/en/sign-in/passkey", data=answer)).status_code == 303
        refused_page(await third.sign_in(EMAIL, "a guess of number 6"), 429, "LT-SGN-03")


async def test_whoever_was_here_under_an_address_before_signs_in_no_more(client, made, mallory, app):
    """A member who left is one again by an invitation: the passkey of before opens nothing."""
    key = client.with_key(made["secret"])
    member = await joined(key, mallory, "w@a.example")
    device = await with_passkey(mallory)
    assert (await key("DELETE", f"/v1/members/{member}")).status_code == 204
    async with browser(app) as rightful:
        await joined(key, rightful, "w@a.example")
        asked = await mallory.get("/en/sign-in/passkey")
        answer = forms(asked.text, "/en/sign-in/passkey") | {"passkey": device.answer(options_of(asked.text))}
        refused_page(await mallory.http.post("/en/sign-in/passkey", data=answer), 422, "LT-SGN-06")


@pytest.mark.parametrize("key", [[], 5, {}, {1: 2, 3: -7}, {1: 2, 3: -7, -1: 1, -2: 5, -3: 6}, "x"])
async def test_a_passkey_that_no_device_makes_is_refused(li, monkeypatch, key):
    device = Device()
    page = await li.get("/en/account/passkeys/new")
    monkeypatch.setattr(Device, "public", property(lambda _: cbor2.dumps(key)))
    entered = forms(page.text, "/en/account/passkeys/new") | {"name": "x"}
    entered |= {"passkey": device.register(options_of(page.text))}
    refused_page(await li.http.post("/en/account/passkeys/new", data=entered), 422, "LT-SGN-06")
