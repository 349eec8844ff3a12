"""Whoever manages an organisation's people does so on its pages, a button for each thing."""

import re

from sqlalchemy import update

from kernel.members.models import MemberInvitation
from tests.centre.pages.people import PASSWORD, browser, invited
from tests.refusals import refused_page

NEW = "seven tall grasses bend"
WANG = "wang@a.example"


async def test_a_member_is_changed_signed_out_given_a_link_and_removed(client, made, li, app):
    key = client.with_key(made["secret"])
    link = await invited(key, WANG, ["buyer"])
    async with browser(app) as wang:
        await wang.submit("/zh/invitation", {"name": "王五", "password": PASSWORD}, at=link)
        assert (await wang.sign_in(WANG)).status_code == 303
        [page] = set(re.findall(r'href="(/en/members/mem_\w+)">Manage<span class="hide"> 王五', await _people(li)))
        entered = {"name": "王小五", "roles": "buyer", "administrator": "true"}
        await _done(li, page, page, entered)
        assert "王小五" in await _people(li)
        assert (await _people(li)).count(">Administrator</span>") == 2
        await wang.sign_in(WANG)
        assert await wang.is_in()
        await _done(li, f"{page}/sign-out", page)
        assert not await wang.is_in()
        shown = await li.submit(f"{page}/password-reset", {"clears_factors": "true"}, at=page)
        assert shown.status_code == 200
        reset = re.search(r"https://liutong\.test(/zh/reset\?secret=[\w-]{43})", shown.text)[1]
        assert (await wang.submit("/zh/reset", {"new_password": NEW}, at=reset)).status_code == 303
        assert (await wang.sign_in(WANG, NEW)).status_code == 303
        await _done(li, f"{page}/removal", page)
        assert not await wang.is_in()
        assert ">Removed</span>" in await _people(li)
        refused_page(await wang.sign_in(WANG, NEW), 422, "LT-SGN-02")


async def _people(opened):
    return (await opened.get("/en/members")).text


async def _done(opened, path, at, entered=None):
    answer = await opened.submit(path, entered, at=at)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/members"), answer.text


async def test_an_open_invitation_is_shown_however_many_came_after_it_and_withdrawn(
    client, made, li, mallory, sessions
):
    key = client.with_key(made["secret"])
    link = await invited(key, WANG, ["buyer"])
    for n in range(51):
        await invited(key, f"{n}@a.example", ["buyer"])
    async with sessions() as session, session.begin():
        others = update(MemberInvitation).where(MemberInvitation.email != WANG)
        await session.execute(others.values(withdrawn_at=MemberInvitation.created_at))
    page = await _people(li)
    assert re.findall(r"\S+@a\.example", page.partition("Open invitations")[2]) == [WANG]
    [path] = re.findall(r'action="(/en/member-invitations/\w+/withdrawal)"', page)
    await _done(li, path, "/en/members")
    assert WANG not in await _people(li)
    refused_page(await mallory.get(link), 422, "LT-MEM-02")
