"""Members come in, prove who they are, look after their sign-in, and bring others in: as somebody at a browser does."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from kernel.identity.models import Member
from kernel.log.models import LogEntry
from kernel.passwords.hashing import is_outdated
from tests.centre.pages.people import (
    PASSWORD,
    SESSION,
    browser,
    code,
    forms,
    invited,
    member_id,
    options_of,
    organisation,
    secret_of,
    with_passkey,
)
from tests.refusals import refused, refused_page

NEW = "seven tall grasses bend"


@pytest.fixture
async def zhang(app):
    async with browser(app) as made:
        yield made


async def test_a_member_signs_in_is_named_in_the_log_and_signs_out(client, as_, zhang, sessions):
    made = await organisation(client, await as_("operator"), "li@a.example")
    away = await zhang.get("/en/account")
    assert away.status_code == 303
    assert away.headers["location"] == "/en/sign-in?next=%2Fen%2Faccount"
    answer = await zhang.sign_in("LI@a.example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/account")
    cookie = answer.headers["set-cookie"]
    assert f"{SESSION}=" in cookie
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    page = await zhang.get("/en/account")
    assert "李四" in page.text
    assert "Buyer" in page.text
    invitation = {"email": "w@a.example", "name": "王五", "roles": "buyer", "administrator": "false"}
    assert "/zh/invitation?secret=" in (await zhang.submit("/en/members/new", invitation)).text
    async with sessions() as session:
        entry = (await session.scalars(select(LogEntry).where(LogEntry.kind == "kernel.member.invited"))).one()
        assert (entry.actor_party, entry.actor_key) == (made["party"]["id"], await member_id(session, "li@a.example"))
    out = await zhang.submit("/en/sign-out", at="/en/account")
    assert out.status_code == 303
    assert not await zhang.is_in()


async def test_an_officer_adds_a_second_factor_before_it_is_let_in(client, as_, zhang, app):
    link = await invited(await as_("operator"), "clear@centre.example", ["clearing"])
    name = {"name": "清算员", "password": PASSWORD}
    assert (await zhang.submit("/zh/invitation", name, at=link)).headers["location"] == "/zh/sign-in"
    answer = await zhang.sign_in("clear@centre.example")
    assert answer.headers["location"] == "/en/sign-in/enrolment"
    assert zhang.session is None
    assert not await zhang.is_in()
    page = await zhang.get("/en/sign-in/enrolment")
    secret = secret_of(page.text)
    wrong = await zhang.submit("/en/sign-in/enrolment", {"code": "000000"})
    refused_page(wrong, 422, "LT-SGN-04")
    shown = await zhang.submit("/en/sign-in/enrolment", {"code": code(secret)})
    assert shown.status_code == 200
    codes = re.findall(r"<code>([A-Z2-9]{4}(?:-[A-Z2-9]{4}){3})</code>", shown.text)
    assert len(set(codes)) == 10
    assert await zhang.is_in()
    async with browser(app) as elsewhere:
        assert (await elsewhere.sign_in("clear@centre.example")).headers["location"] == "/en/sign-in/code"
        refused_page(await elsewhere.submit("/en/sign-in/code", {"code": code(secret)}), 422, "LT-SGN-04")
        assert (await elsewhere.submit("/en/sign-in/code", {"code": code(secret, 1)})).status_code == 303
        assert await elsewhere.is_in()
    async with browser(app) as without_phone:
        await without_phone.sign_in("clear@centre.example")
        assert (await without_phone.submit("/en/sign-in/code", {"code": codes[0].lower()})).status_code == 303
        assert "9 recovery codes left" in (await without_phone.get("/en/account")).text


async def test_a_passkey_is_added_signs_in_and_proves(client, as_, zhang, app, clock):
    await organisation(client, await as_("operator"), "li@a.example")
    await zhang.sign_in("li@a.example")
    device = await with_passkey(zhang)
    assert "Laptop" in (await zhang.get("/en/account")).text
    async with browser(app) as other:
        page = await other.get("/en/sign-in/passkey")
        hidden = forms(page.text, "/en/sign-in/passkey") | {"passkey": device.answer(options_of(page.text))}
        assert (await other.http.post("/en/sign-in/passkey", data=hidden)).status_code == 303
        assert await other.is_in()
        clock.move(timedelta(minutes=6))
        assert (await other.get("/en/account/app")).headers["location"] == "/en/confirm?next=%2Fen%2Faccount%2Fapp"
        before = other.session
        page = await other.get("/en/confirm?next=/en/account/app")
        hidden = forms(page.text, "/en/confirm") | {"passkey": device.answer(options_of(page.text))}
        confirmed = await other.http.post("/en/confirm", data=hidden)
        assert (confirmed.status_code, confirmed.headers["location"]) == (303, "/en/account/app"), confirmed.text
        assert other.session != before
        assert (await other.get("/en/account/app")).status_code == 200


async def test_a_session_ends_idle_and_after_twelve_hours(client, as_, zhang, clock):
    await organisation(client, await as_("operator"), "li@a.example")
    await zhang.sign_in("li@a.example")
    for _ in range(24):
        clock.move(timedelta(minutes=29))
        assert await zhang.is_in()
    clock.move(timedelta(minutes=25))
    assert not await zhang.is_in(), "twelve hours and a minute, however much it was used"
    await zhang.sign_in("li@a.example")
    clock.move(timedelta(minutes=29, seconds=59))
    assert await zhang.is_in()
    clock.move(timedelta(minutes=30))
    assert not await zhang.is_in()


async def test_a_new_password_ends_the_other_sessions_and_an_old_hash_is_renewed(client, as_, zhang, app, sessions):
    await organisation(client, await as_("operator"), "li@a.example")
    async with sessions() as session, session.begin():
        await session.execute(update(Member).values(password_hash=PasswordHasher().hash(PASSWORD)))
    await zhang.sign_in("li@a.example")
    async with sessions() as session:
        assert not is_outdated((await session.scalars(select(Member.password_hash))).one())
    async with browser(app) as other:
        await other.sign_in("li@a.example")
        common = await zhang.submit("/en/account/password", {"password": PASSWORD, "new_password": "Password1234!"})
        refused_page(common, 422, "LT-SGN-01")
        before = zhang.session
        changed = await zhang.submit("/en/account/password", {"password": PASSWORD, "new_password": NEW})
        assert changed.status_code == 303, changed.text
        assert zhang.session != before
        assert (await zhang.is_in(), await other.is_in()) == (True, False)
        refused_page(await other.sign_in("li@a.example"), 422, "LT-SGN-02")
        assert (await other.sign_in("li@a.example", NEW)).status_code == 303


async def test_roles_end_sessions_and_the_last_administrator_stays(client, as_, zhang, app):
    made = await organisation(client, await as_("operator"), "li@a.example", roles=["buyer", "provider"])
    key = client.with_key(made["secret"])
    link = await invited(key, "wang@a.example", ["buyer"])
    async with browser(app) as wang:
        await wang.submit("/zh/invitation", {"name": "王五", "password": PASSWORD}, at=link)
        await wang.sign_in("wang@a.example")
        people = {each["email"]: each for each in (await key.get("/v1/members")).json()["items"]}
        path = f"/v1/members/{people['wang@a.example']['id']}"
        first = f"/v1/members/{people['li@a.example']['id']}"
        refused(await key("PATCH", first, {"administrator": False}), 409, "last-administrator", "LT-MEM-03")
        refused(await key.delete(first), 409, "last-administrator", "LT-MEM-03")
        assert (await key("PATCH", path, {"roles": ["provider"]})).json()["roles"] == ["provider"]
        assert not await wang.is_in()
        await wang.sign_in("wang@a.example")
        assert await wang.is_in()
        assert (await key.delete(path)).status_code == 204
        assert not await wang.is_in()
        refused_page(await wang.sign_in("wang@a.example"), 422, "LT-SGN-02")


async def test_a_link_sets_a_new_password_once(client, as_, zhang, clock):
    made = await organisation(client, await as_("operator"), "li@a.example")
    key = client.with_key(made["secret"])
    await zhang.sign_in("li@a.example")
    member = (await key.get("/v1/members")).json()["items"][0]["id"]
    reset = (await key.post(f"/v1/members/{member}/password-resets", {"clears_factors": False})).json()["link"]
    path = reset.partition("liutong.test")[2]
    assert (await zhang.submit("/zh/reset", {"new_password": NEW}, at=path)).headers["location"] == "/zh/sign-in"
    assert not await zhang.is_in()
    refused_page(await zhang.submit("/zh/reset", {"new_password": NEW}, at=path), 422, "LT-SGN-07")
    assert (await zhang.sign_in("li@a.example", NEW)).status_code == 303
    late = (await key.post(f"/v1/members/{member}/password-resets", {"clears_factors": True})).json()["link"]
    clock.move(timedelta(minutes=30))
    answer = await zhang.submit("/zh/reset", {"new_password": NEW}, at=late.partition("liutong.test")[2])
    refused_page(answer, 422, "LT-SGN-07")


async def test_an_invitation_that_is_filled_in_badly_is_shown_again_with_what_was_entered(client, as_, zhang):
    link = await invited(await as_("buyer"), "w@a.example", ["buyer"])
    for entered, words in (({"password": PASSWORD}, "姓名"), ({"name": "王小五", "password": "short"}, "王小五")):
        again = await zhang.submit("/zh/invitation", entered, at=link)
        refused_page(again, 422, words, "w@a.example")
    taken = await zhang.submit("/zh/invitation", {"name": "王小五", "password": PASSWORD}, at=link)
    assert taken.headers["location"] == "/zh/sign-in"
