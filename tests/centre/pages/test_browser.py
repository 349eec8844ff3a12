"""The portal in a real browser: WCAG 2.2 AA, no sideways scroll, nothing said on the console, and scripts off."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from kernel.identity import uscc
from tests.centre.pages.people import CHROMIUM, EMAIL, PASSWORD, chromium, organisation
from tests.centre.pages.test_rooms import PLAN
from tests.centre.pages.world import world
from tests.conftest import application
from tests.market.listings.story import Shelf
from tests.rights import story

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium on this machine"),
]
WIDTHS = (1280, 390)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
window.said = [];
addEventListener("securitypolicyviolation", (event) => said.push(event.violatedDirective + event.blockedURI));
"""


@dataclass
class Browser:
    """A browser before a served application; `said` is what pages wrote on the console or threw."""

    inner: Any
    url: str
    said: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def page(self, width: int = 1280, **more: Any) -> AsyncIterator[Any]:
        """A page of a visitor of its own."""
        context = await self.inner.new_context(viewport={"width": width, "height": 900}, base_url=self.url, **more)
        page = await context.new_page()
        page.on("console", lambda message: self.said.append(f"{page.url} {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"{page.url} {error}"))
        if more.get("java_script_enabled", True):
            await page.add_init_script(WATCH)
        try:
            yield page
        finally:
            await context.close()


@pytest.fixture
async def browser(runtime) -> AsyncIterator[Browser]:
    with application(runtime) as app, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        async with chromium(app, listening) as opened:
            yield Browser(opened, f"http://127.0.0.1:{listening.getsockname()[1]}")


def of_ours(said: list[str]) -> list[str]:
    """What was said but for the browser's own word on pages that are not there."""
    return [each for each in said if "the server responded with a status of 4" not in each]


@pytest.mark.parametrize("width", WIDTHS)
async def test_every_page_is_accessible_fits_and_says_nothing(as_, runtime, clock, drain, browser, width):
    from axe_playwright_python.async_playwright import Axe

    made, axe = await world(as_, runtime, clock, drain), Axe()
    async with browser.page(width) as page:
        for path in made.pages:
            for lang in ("zh", "en"):
                where = f"/{lang}{path} at {width}"
                await page.goto(f"/{lang}{path}")
                title = await page.title()
                assert "broken" not in title.partition("｜")[0].replace("document.title='broken'", ""), where
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
                assert await page.evaluate("window.said") == [], where
                response = (await axe.run(page, options={"runOnly": TAGS})).response
                assert [(each["id"], each["nodes"][0]["html"][:200]) for each in response["violations"]] == [], where
    assert of_ours(browser.said) == []


@pytest.mark.parametrize("width", WIDTHS)
async def test_a_calculator_and_an_objection_are_accessible_and_fit(as_, client, clock, drain, browser, width):
    from axe_playwright_python.async_playwright import Axe

    shelf = await Shelf.begin(as_, clock, drain)
    await shelf.certify()
    await shelf.score()
    listing = await shelf.listed(price=None, price_kind="plan", plan=PLAN)
    notice = await story.noticed(await as_("registrar"), await story.submitted(await as_("provider", "b"), b"content"))
    await organisation(client, await as_("operator"), EMAIL)
    axe = Axe()
    async with browser.page(width) as page:
        await page.goto("/en/sign-in")
        await page.get_by_label("E-mail").fill(EMAIL)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/en/account*")
        for path in (
            f"/listings/{listing['id']}",
            f"/listings/{listing['id']}?quantity=12000&quantity=3&revenue=800&period=2",
            f"/listings/{listing['id']}?quantity=many&quantity=3",
            f"/notices/{notice['id']}/objection",
        ):
            for lang in ("zh", "en"):
                await page.goto(f"/{lang}{path}")
                where = f"/{lang}{path} at {width}"
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, where
                assert await page.evaluate("window.said") == [], where
                response = (await axe.run(page, options={"runOnly": TAGS})).response
                assert [(each["id"], each["nodes"][0]["html"][:200]) for each in response["violations"]] == [], where
    assert of_ours(browser.said) == []


async def test_a_search_by_keyboard_alone(as_, runtime, clock, drain, browser):
    made = await world(as_, runtime, clock, drain)
    async with browser.page() as page:
        await page.goto("/en")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        await page.keyboard.press("Tab")
        await page.keyboard.type("orders")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/en/listings?q=orders")
        await page.locator(".result a").first.focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/listings/{made.listing['id']}")
    assert of_ours(browser.said) == []


async def test_a_choice_is_made_without_another_page_and_taken_back(as_, runtime, clock, drain, browser):
    from playwright.async_api import expect

    await world(as_, runtime, clock, drain)
    async with browser.page() as page:
        await page.goto("/en/listings")
        await page.evaluate("window.same = true")
        await page.get_by_role("checkbox", name="Free").check()
        await expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
        assert await page.evaluate("window.same"), "the page was not loaded anew"
        assert page.url.endswith("/en/listings?price_kind=free&sort=relevance")
        assert (
            await page.locator(".lang[hreflang]").get_attribute("href") == "/zh/listings?price_kind=free&sort=relevance"
        )
        await expect(page.get_by_role("checkbox", name="Free")).to_be_checked()
        await page.go_back()
        await expect(page.locator(".result")).to_have_count(1)
        await expect(page.get_by_role("checkbox", name="Free")).not_to_be_checked()
    assert of_ours(browser.said) == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_an_application_with_and_without_scripts(browser, scripts):
    code = "91150100MA0NB1KX5" + uscc.check_character("91150100MA0NB1KX5")
    async with browser.page(java_script_enabled=scripts) as page:
        await page.goto("/zh/apply")
        await page.get_by_role("button", name="提交申请").click()
        assert (await page.title()).startswith("错误：")
        if scripts:
            assert await page.evaluate("document.activeElement.className") == "error-summary"
        await page.locator(".error-summary a").first.click()
        await page.get_by_label("统一社会信用代码").fill(code)
        await page.get_by_label("单位全称").fill("草原数据有限公司")
        await page.get_by_label("企业", exact=True).check()
        await page.get_by_label("数据需求方").check()
        for pledge in ("遵守本中心", "真实、准确", "只在许可范围"):
            await page.get_by_label(pledge).check()
        await page.get_by_label("联系人姓名").fill("张三")
        await page.get_by_label("联系人电子邮箱").fill("zhang")
        await page.get_by_role("button", name="提交申请").click()
        assert await page.locator(".error-summary li").count() == 1
        assert await page.get_by_label("单位全称").input_value() == "草原数据有限公司"
        assert await page.get_by_label("数据需求方").is_checked()
        await page.get_by_label("联系人电子邮箱").fill("zhang@example.cn")
        await page.get_by_role("button", name="提交申请").click()
        assert await page.get_by_role("heading", name="请立即保存接口密钥").is_visible()
    assert of_ours(browser.said) == []


async def test_a_digest_is_copied(as_, runtime, clock, drain, browser):
    from playwright.async_api import expect

    made = await world(as_, runtime, clock, drain)
    async with browser.page(permissions=["clipboard-read", "clipboard-write"]) as page:
        await page.goto(f"/en/verify?certificate={made.certificate}")
        await page.get_by_role("button", name="Copy").first.click()
        await expect(page.get_by_role("status").get_by_text("Copied")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == made.certificate
    assert of_ours(browser.said) == []
