"""Sign-in in a real browser: every page accessible at two widths, a passkey by a virtual device, and scripts off."""

import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from tests.centre.pages import people
from tests.centre.pages.people import CHROMIUM, EMAIL, PASSWORD, organisation, secret_of
from tests.centre.pages.world import world
from tests.conftest import NOW, application

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium on this machine"),
]


@pytest.fixture
def listening():
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        yield opened


@pytest.fixture
def settings(settings, listening):
    """A centre at `localhost`, which is a host that may have passkeys without https."""
    return replace(settings, public_url=f"http://localhost:{listening.getsockname()[1]}")


@pytest.fixture
async def chromium(runtime, listening) -> AsyncIterator[Any]:
    with application(runtime) as app:
        async with people.chromium(app, listening) as opened:
            yield opened


class Looker:
    """Looks at each page as it stands, at two widths, and keeps what is wrong with it."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []

    @property
    def faults(self) -> list[tuple[Any, ...]]:
        """All but the browser's own word on refusals."""
        return [each for each in self.seen if "with a status of 4" not in str(each[1])]

    async def look(self, page: Any) -> None:
        from axe_playwright_python.async_playwright import Axe

        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 900})
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                self.seen.append((page.url, width, "scrolls sideways"))
            seen = await Axe().run(page, options={"runOnly": TAGS})
            self.seen += [(page.url, width, each["id"]) for each in seen.response["violations"]]

    def hear(self, page: Any) -> None:
        """Keep what a page says on the console, but for the browser's own word on refusals."""
        page.on(
            "console", lambda said: self.seen.append((page.url, said.text)) if "status of 4" not in said.text else 0
        )
        page.on("pageerror", lambda error: self.seen.append((page.url, str(error))))


async def submit(page: Any, **entered: str) -> None:
    for name, value in entered.items():
        await page.fill(f"#f-{name.replace('_', '-')}", value)
    await page.click("main button[type=submit]")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_member_comes_in_by_password_and_by_passkey(client, as_, settings, chromium, lang):
    await organisation(client, await as_("operator"), EMAIL)
    url, looker = f"{settings.public_url}/{lang}", Looker()
    context = await chromium.new_context()
    page = await context.new_page()
    looker.hear(page)
    device = await context.new_cdp_session(page)
    await device.send("WebAuthn.enable")
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    await page.goto(f"{url}/members")
    await looker.look(page)
    await submit(page, email=EMAIL, password="not the password at all")
    await looker.look(page)
    await submit(page, password=PASSWORD)
    await page.wait_for_url(f"{url}/members")
    await looker.look(page)
    for path in ("/desk", "/account", "/account/password", "/account/app", "/members/new", "/confirm"):
        await page.goto(url + path)
        await looker.look(page)
    await page.goto(f"{url}/members")
    await page.click("main table a")
    await looker.look(page)
    await page.goto(f"{url}/account/passkeys/new")
    await looker.look(page)
    await submit(page, name="Laptop")
    await page.wait_for_url(f"{url}/account")
    await page.click(f"form[action='/{lang}/sign-out'] button")
    await page.wait_for_url(url)
    await page.goto(f"{url}/sign-in/passkey")
    await looker.look(page)
    await submit(page)
    await page.wait_for_url(f"{url}/account")
    await page.goto(f"{url}/confirm?next=/{lang}/account/app")
    await page.click("[data-passkey-ask]")
    await page.wait_for_url(f"{url}/account/app")
    await context.close()
    assert looker.faults == []


async def test_an_officer_comes_in_with_scripts_off(client, as_, settings, chromium):
    operator = await as_("operator")
    body = {"email": "c@centre.example", "name": "清算员", "roles": ["clearing"]}
    link = (await operator.post("/v1/member-invitations", body)).json()["link"]
    context = await chromium.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(link)
    await submit(page, password=PASSWORD)
    await submit(page, email="c@centre.example", password=PASSWORD)
    await page.wait_for_url("**/sign-in/enrolment")
    secret = secret_of(await page.content())
    await submit(page, code=pyotp.TOTP(secret).generate_otp(int(NOW.timestamp()) // 30))
    assert len(set(re.findall(r"<code>[A-Z2-9-]{19}</code>", await page.content()))) == 10
    await page.click("main a.button")
    assert page.url == f"{settings.public_url}/zh/account"
    assert "清结算" in await page.content()
    await context.close()


CONSOLE = (
    "/desk",
    "/console",
    "/console/assets",
    "/console/listings/in-any-state",
    "/console/registrations",
    "/console/orders",
    "/console/webhooks",
    "/console/assets?do=create_asset",
    "/console/listings?do=create_listing",
    "/console/registrations?do=apply_for_registration",
    "/console/webhooks?do=create_webhook",
    "/console/ledger/own-statement",
)


async def test_the_console_is_accessible_fits_and_says_nothing(as_, runtime, clock, drain, settings, chromium):
    """Of a provider whose every text tries to break out of the page."""
    made, provider = await world(as_, runtime, clock, drain), await as_("provider")
    asked = {"email": "p@a.example", "name": "王五", "roles": ["provider"], "administrator": False}
    link = (await provider.post("/v1/member-invitations", asked)).json()["link"]
    objects = [
        f"/console/listings/{made.listing['id']}",
        f"/console/assets/{made.listing['asset_id']}",
        f"/console/assets/{made.listing['asset_id']}/quality-runs",
        f"/console/listings/{made.listing['id']}/offers?do=publish_offer",
    ]
    looker, context = Looker(), await chromium.new_context()
    page = await context.new_page()
    looker.hear(page)
    await page.goto(link)
    await submit(page, password=PASSWORD)
    await page.goto(f"{settings.public_url}/en/sign-in")
    await submit(page, email="p@a.example", password=PASSWORD)
    await page.wait_for_url("**/en/*")
    for path in (*CONSOLE, *objects):
        for lang in ("zh", "en"):
            answer = await page.goto(f"{settings.public_url}/{lang}{path}")
            assert answer.status == 200, path
            assert "broken" not in (await page.title()).partition("｜")[0].replace("document.title='broken'", ""), path
            assert len(await answer.body()) <= 60_000, path
            await looker.look(page)
    await page.goto(f"{settings.public_url}/en/console/webhooks?do=create_webhook")
    await page.click("main button[type=submit]")
    await looker.look(page)
    await context.close()
    assert looker.faults == []
