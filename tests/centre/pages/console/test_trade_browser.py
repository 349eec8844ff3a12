"""A trade in a real browser: a key that never leaves it, a purchase by keyboard alone, and every page looked at."""

import base64
import hashlib
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kernel.crypto import signing
from tests.centre.pages import people
from tests.centre.pages.people import CHROMIUM, PASSWORD, organisation
from tests.centre.pages.test_sign_in_browser import Looker
from tests.conftest import Client, application
from tests.makers import signing_key
from tests.market.trade import make_listing, signature

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium on this machine"),
]
BUYER, SELLER, PASSPHRASE = "buyer@a.example", "seller@b.example", "horse battery staple"
KEPT = """() => new Promise((resolve) => {
  const opening = indexedDB.open("liutong-signing", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("keys").objectStore("keys").getAll();
    asked.onsuccess = () => resolve(asked.result.map((key) => [key.type, key.extractable, key.algorithm.name]));
  };
})"""
FOCUSED = """() => {
  const at = document.activeElement;
  return at.matches("a, button, input") ? at.innerText || at.labels?.[0]?.innerText || "" : "";
}"""


@pytest.fixture
def listening():
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        yield opened


@pytest.fixture
def settings(settings, listening):
    return replace(settings, public_url=f"http://localhost:{listening.getsockname()[1]}")


@pytest.fixture
async def chromium(runtime, listening) -> AsyncIterator[Any]:
    with application(runtime) as app:
        async with people.chromium(app, listening) as opened:
            yield opened


@dataclass
class World:
    """A listing, both sides by their keys of the API, and the provider's signing key."""

    url: str
    listing: str
    buyer: Client
    seller: Client
    clearing: Client
    seller_key: tuple[str, signing.Ed25519Signer]

    async def drafted(self) -> dict[str, Any]:
        """The agreement of a new order."""
        body = {"listing_id": self.listing, "purpose": "internal-analysis"}
        order = (await self.buyer.post("/v1/orders", body)).json()
        return (await self.buyer.post(f"/v1/orders/{order['id']}/agreement")).json()

    async def countersigned(self, agreement: dict[str, Any]) -> None:
        signed = await self.seller.post(
            f"/v1/agreements/{agreement['id']}/signatures", signature(agreement, *self.seller_key)
        )
        assert signed.status_code == 201, signed.text

    async def paid(self, order: str) -> None:
        """The payment that the buyer has opened is confirmed."""
        [payment] = (await self.buyer.get(f"/v1/payments?order_id={order}")).json()["items"]
        seen = {"bank_reference": "BANK-1", "amount": payment["amount"], "received_on": "2026-11-23"}
        assert (await self.clearing.post(f"/v1/payments/{payment['id']}/confirm", seen)).status_code == 200


@pytest.fixture
async def world(runtime, settings, client, as_) -> World:
    operator = await as_("operator")
    seller = await organisation(client, operator, SELLER, "provider")
    buyer = await organisation(client, operator, BUYER)
    listing = await make_listing(runtime, seller["party"]["id"])
    selling = client.with_key(seller["secret"], seller["party"]["id"])
    buying = client.with_key(buyer["secret"], buyer["party"]["id"])
    key = await signing_key(selling, b"\x33" * 32)
    return World(settings.public_url, listing, buying, selling, await as_("clearing"), key)


async def signed_in(context: Any, world: World, email: str = BUYER) -> Any:
    page = await context.new_page()
    await page.goto(f"{world.url}/en/sign-in")
    await page.fill("#f-email", email)
    await page.fill("#f-password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/account")
    return page


async def made_key(page: Any, world: World) -> dict[str, Any]:
    """Make a key in the browser and register it; gives its backup."""
    await page.goto(f"{world.url}/en/console/signing-keys?do=register_signing_key")
    await page.fill("#passphrase", PASSPHRASE)
    async with page.expect_download() as saving:
        await page.click("[data-make]")
    backup = json.loads((await (await saving.value).path()).read_text())
    await page.get_by_text("Register its public half below").wait_for()
    await page.click("form[data-register] button[type=submit]")
    await page.wait_for_url("**/console/signing-keys?*")
    await page.get_by_text("in this browser", exact=True).wait_for()
    return backup


async def test_a_key_is_made_in_the_browser_signs_after_a_reload_and_comes_back_from_its_backup(world, chromium):
    looker, context = Looker(), await chromium.new_context()
    page = await signed_in(context, world)
    looker.hear(page)
    backup = await made_key(page, world)
    assert await page.evaluate(KEPT) == [["private", False, "Ed25519"]]
    assert backup["public_key"] not in backup["key"]
    agreement = await world.drafted()
    form = f"{world.url}/en/console/agreements/{agreement['id']}/signatures?do=sign_agreement"
    await page.goto(form)
    await page.get_by_text("computed anew by this browser").wait_for()
    await page.click("[data-sign]")
    await page.get_by_text("The signature is made").wait_for()
    await page.click("form[data-signature] button[type=submit]")
    await page.wait_for_url("**/console/orders/*")
    [signed] = (await world.buyer.get(f"/v1/agreements/{agreement['id']}")).json()["signatures"]
    assert signed["public_key"] == backup["public_key"]
    raw = signing.from_multibase(signed["public_key"])
    Ed25519PublicKey.from_public_bytes(raw).verify(
        base64.b64decode(signed["signature"]), agreement["signing_text"].encode()
    )
    await context.close()
    elsewhere = await chromium.new_context()
    page = await signed_in(elsewhere, world)
    again = await world.drafted()
    await page.goto(f"{world.url}/en/console/agreements/{again['id']}/signatures?do=sign_agreement")
    file = {"name": "key.json", "mimeType": "application/json", "buffer": json.dumps(backup).encode()}
    await page.set_input_files("#backup", file)
    await page.fill("#passphrase", "another passphrase")
    await page.click("[data-bring]")
    await page.get_by_text("the passphrase is wrong").wait_for()
    await page.fill("#passphrase", PASSPHRASE)
    await page.click("[data-bring]")
    await page.click("[data-sign]")
    await page.get_by_text("The signature is made").wait_for()
    await page.click("form[data-signature] button[type=submit]")
    await page.wait_for_url("**/console/orders/*")
    assert len((await world.buyer.get(f"/v1/agreements/{again['id']}")).json()["signatures"]) == 1
    await elsewhere.close()
    assert looker.faults == []


async def test_what_is_shown_otherwise_than_it_is_signed_gets_no_signature(world, chromium):
    context = await chromium.new_context()
    page = await signed_in(context, world)
    await made_key(page, world)
    agreement = await world.drafted()

    async def altered(route: Any) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=(await answer.text()).replace("12500.00", "12500.01"))

    await page.route("**/signatures?do=sign_agreement", altered)
    await page.goto(f"{world.url}/en/console/agreements/{agreement['id']}/signatures?do=sign_agreement")
    await page.get_by_text("not what this browser computes: do not sign").wait_for()
    assert not await page.locator("[data-sign]").is_visible()
    await context.close()


async def test_with_scripts_off_the_signature_is_made_elsewhere_and_entered(world, chromium):
    key_id, key = await signing_key(world.buyer, b"\x44" * 32)
    agreement = await world.drafted()
    context = await chromium.new_context(java_script_enabled=False)
    page = await signed_in(context, world)
    await page.goto(f"{world.url}/en/console/agreements/{agreement['id']}/signatures?do=sign_agreement")
    assert not await page.locator("[data-browser-key]").is_visible()
    assert f"liutong keys sign signing.key {agreement['id']}.json" in await page.content()
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Download what is to be signed").click()
    answer = json.loads((await (await saving.value).path()).read_text())
    assert answer["signing_text"] == agreement["signing_text"]
    await page.check(f"input[value={key_id}]")
    await page.fill("#f-signature", signature(answer, key_id, key)["signature"])
    await page.click("form[data-signature] button[type=submit]")
    await page.wait_for_url("**/console/orders/*")
    assert len((await world.buyer.get(f"/v1/agreements/{agreement['id']}")).json()["signatures"]) == 1
    await context.close()


async def reach(page: Any, words: str) -> None:
    """Go on by the tabulator to what bears these words."""
    for _ in range(90):
        await page.keyboard.press("Tab")
        if words in await page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{page.url}: nothing that bears {words!r} is reached by keyboard")


async def press(page: Any, words: str, onto: str) -> None:
    """Reach something, press it, and wait for the page that it leads to."""
    await reach(page, words)
    await page.keyboard.press("Enter")
    await page.wait_for_url(onto)


async def test_a_purchase_by_keyboard_alone(world, chromium, drain):
    from playwright.async_api import expect

    context = await chromium.new_context()
    page = await signed_in(context, world)
    await made_key(page, world)
    await page.goto(f"{world.url}/en/listings")
    await press(page, "Flights", "**/listings/lst_*")
    await press(page, "Order", "**/orders?do=place_order&*")
    await reach(page, "internal")
    await page.keyboard.press("Space")
    await press(page, "Place the order", "**/orders/ord_*")
    order = page.url.partition("?")[0].rpartition("/")[2]
    await press(page, "Draw up the agreement", "**/agreement?do=draft_agreement")
    await press(page, "Draft agreement", "**/agreements/agr_*")
    at = page.url.partition("?")[0].replace(f"{world.url}/en/console", "/v1")
    agreement = (await world.buyer.get(at)).json()
    await world.countersigned(agreement)
    await press(page, "Sign", "**/signatures?do=sign_agreement")
    await reach(page, "Make the signature")
    await page.keyboard.press("Enter")
    await page.get_by_text("The signature is made").wait_for()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/orders/ord_*")
    await press(page, "Start the payment", "**/payments?do=open_payment")
    await press(page, "Open payment", "**/payments/pay_*")
    await world.paid(order)
    await press(page, "Back to the order", "**/orders/ord_*")
    await press(page, "Download the files", "**/links?*")
    await reach(page, "Open links")
    await page.keyboard.press("Enter")
    await page.get_by_text("The links are open until").wait_for()
    here = {}
    for name in ("flights.parquet", "weather.parquet"):
        await reach(page, name)
        async with page.expect_download() as saving:
            await page.keyboard.press("Enter")
        here[name] = await (await saving.value).path()
    await press(page, "I have them", "**/receipt?do=confirm_receipt")
    for n in range(len(here)):
        name = (await page.locator(f"label[for=f-files-{n}-sha256]").inner_text()).strip()
        await page.set_input_files(f"[data-digest-into=f-files-{n}-sha256]", here[name])
        digest = hashlib.sha256(here[name].read_bytes()).hexdigest()
        await expect(page.locator(f"#f-files-{n}-sha256")).to_have_value(digest)
    await press(page, "confirm receipt", "**/orders/ord_*")
    await press(page, "Accept", "**/acceptance?do=accept_order")
    await press(page, "Accept and settle", "**/orders/ord_*")
    await drain()
    await page.reload()
    await expect(page.get_by_role("heading", name="The order is settled")).to_be_visible()
    await context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_page_of_a_trade_is_accessible_fits_and_says_nothing(world, chromium, lang):
    await signing_key(world.buyer, b"\x44" * 32)
    agreement = await world.drafted()
    order = agreement["order_id"]
    console = f"{world.url}/{lang}/console"
    context = await chromium.new_context()
    page, looker = await signed_in(context, world), Looker()
    looker.hear(page)
    paths = [
        f"/orders/{order}",
        f"/agreements/{agreement['id']}",
        f"/agreements/{agreement['id']}/signatures?do=sign_agreement",
        "/signing-keys",
        "/signing-keys?do=register_signing_key",
        f"/orders?do=place_order&listing_id={world.listing}",
        f"/negotiations?do=request_negotiation&listing_id={world.listing}",
        f"/complaints?do=file_complaint&about={order}",
        f"/orders/{order}/acceptance?do=accept_order",
    ]
    for path in paths:
        await page.goto(console + path)
        await looker.look(page)
        assert len(await page.content()) < 60_000, path
    await page.goto(f"{world.url}/{lang}/listings/{world.listing}")
    await looker.look(page)
    await context.close()
    assert looker.faults == []
