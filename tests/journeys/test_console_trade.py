"""A trade by pages alone, with scripts off: from the search to the acceptance, and to a dispute."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from kernel.crypto import signing
from kernel.identity.commands import challenge
from tests.centre.pages.filling import Reader
from tests.centre.pages.people import browser, organisation
from tests.conftest import application
from tests.market.trade import make_listing

BUYER, SELLER = "buyer@a.example", "seller@b.example"


@pytest.fixture
def settings(settings):
    return replace(settings, public_url="https://liutong.test")


@dataclass
class Story:
    """Both sides at browsers without scripts, each with a signing key on a machine of its own."""

    buyer: Reader
    seller: Reader
    clearing: Any
    order: str = ""
    digests: list[str] = field(default_factory=list)

    async def to_the_order(self) -> None:
        """From the marketplace to an order: found, opened, ordered."""
        await self.buyer.open("/en/listings")
        await self.buyer.follow("Flights")
        await self.buyer.follow("Order")
        await self.buyer.send(purpose="internal-analysis", use_case="forecast of delays")
        self.order = self.buyer.at.partition("?")[0]

    async def both_sign(self) -> None:
        """The agreement is drawn up and signed by both, who come to the order again."""
        await self.buyer.follow("Draw up the agreement")
        await self.buyer.send()
        assert "第1条 当事人" in self.buyer.text
        assert "Article 1. Parties" in self.buyer.text
        await signs(self.buyer, b"\x11" * 32)
        await self.seller.open(self.order)
        await self.seller.follow("Read the agreement")
        await signs(self.seller, b"\x22" * 32)
        await self.buyer.open(self.order)

    async def states_what_it_has(self) -> None:
        """A digest that differs is refused; those of the files that were fetched are taken."""
        right = {f"files__{n}__sha256": digest for n, digest in enumerate(self.digests)}
        wrong = await self.buyer.send(422, **right | {"files__0__sha256": "0" * 64})
        assert "LT-DLV" in wrong
        await self.buyer.send(**right)

    async def to_the_files(self) -> None:
        """Paid into escrow, confirmed by the clearing officer, and every file fetched by its link."""
        await self.buyer.follow("Start the payment")
        await self.buyer.send()
        payment = re.search(r"/payments/(pay_\w+)", self.buyer.at)
        assert payment
        amount = {"amount": "12500.00", "currency": "CNY"}
        seen = {"bank_reference": "BANK-2026-1123-01", "amount": amount, "received_on": "2026-11-23"}
        confirmed = await self.clearing.post(f"/v1/payments/{payment[1]}/confirm", seen)
        assert confirmed.status_code == 200, confirmed.text
        await self.buyer.open(self.order)
        assert "in escrow" in self.buyer.text
        await self.buyer.follow("Download the files")
        await self.buyer.send()
        for link in re.findall(r'<a href="(https://liutong.test/files/[^"]*)"', self.buyer.text):
            fetched = await self.buyer.http.get(link.replace("&amp;", "&"))
            assert fetched.status_code == 200, fetched.text
            self.digests.append(hashlib.sha256(fetched.content).hexdigest())


async def signs(who: Reader, seed: bytes) -> None:
    """Register a key that was made elsewhere, and enter the signature that was made by it."""
    key = signing.Ed25519Signer(seed)
    public = signing.multibase(key.public)
    await who.follow("Sign")
    assert "Register a signing key first" in who.text
    await who.follow("Make a signing key")
    await who.send(public_key=public, proof=base64.b64encode(key.sign(challenge(public).encode())).decode())
    shown = re.search(r"<code[^>]* data-text>([^<]*)</code>", who.text)
    assert shown, "registered, one is led back to the form of the signature"
    await who.send(422, signature=base64.b64encode(key.sign(b"another text")).decode())
    await who.send(signature=base64.b64encode(key.sign(shown[1].encode())).decode())


@pytest.fixture
async def story(runtime, client, as_):
    """A listing on the shelf, a member of its provider, and one of a buyer."""
    operator = await as_("operator")
    seller = await organisation(client, operator, SELLER, "provider")
    await organisation(client, operator, BUYER)
    await make_listing(runtime, seller["party"]["id"])
    with application(runtime) as app:
        async with browser(app) as one, browser(app) as two:
            assert (await one.sign_in(BUYER)).status_code == 303
            assert (await two.sign_in(SELLER)).status_code == 303
            yield Story(Reader(one.http), Reader(two.http), await as_("clearing"))


async def test_a_buyer_goes_from_the_search_to_the_settlement_by_pages_alone(story, drain):
    """12,500.00 less 5 %: 625.00 for the centre, 11,875.00 for the provider."""
    await story.to_the_order()
    await story.both_sign()
    await story.to_the_files()
    await story.buyer.follow("I have them: confirm receipt")
    await story.states_what_it_has()
    assert story.buyer.at.startswith(story.order)
    assert "Silence counts as acceptance." in story.buyer.text
    await story.buyer.follow("Accept")
    assert "cannot be taken back" in story.buyer.text
    await story.buyer.send()
    assert "It is being settled" in story.buyer.text
    await drain()
    settled = await story.buyer.open(story.order)
    assert "The order is settled" in settled
    assert "CNY 625.00" in settled
    assert "CNY 11,875.00" in settled
    assert settled.index("Settled</p>") < settled.index("The order was placed</p>"), "what was last comes first"


@pytest.mark.slow
async def test_a_buyer_disputes_what_was_delivered_by_pages_alone(story):
    await story.to_the_order()
    await story.both_sign()
    await story.to_the_files()
    await story.buyer.follow("I have them: confirm receipt")
    await story.states_what_it_has()
    await story.buyer.follow("Dispute it")
    wrong = await story.buyer.send(422, reason="quality", asked="price-reduction")
    assert '<a href="#f-statement">' in wrong
    await story.buyer.send(
        statement="three in ten rows lack the time", disputed__amount="5000.00", disputed__currency="CNY"
    )
    assert "/complaints/cpl_" in story.buyer.at
    assert "A dispute is open" in await story.buyer.open(story.order)
    seen = await story.seller.open(story.order)
    assert "A dispute is open" in seen
    await story.seller.follow("See the dispute")
    assert "three in ten rows lack the time" in story.seller.text


@pytest.mark.slow
async def test_a_price_is_negotiated_by_pages_alone(story):
    """10,000.00 is asked, 11,000.00 answered, and the order is at what was agreed."""
    await story.buyer.open("/en/listings")
    await story.buyer.follow("Flights")
    await story.buyer.follow("Ask for a quotation")
    await story.buyer.send(own__amount="10000.00", own__days="180", purpose="risk-control")
    await story.seller.open(story.buyer.at)
    assert "CNY 10,000.00" in story.seller.text
    await story.seller.follow("Make a counter-offer")
    await story.seller.send(own__amount="11000.00", note="the least that we can do")
    await story.buyer.open(story.seller.at)
    assert "Round 2 beside round 1" in story.buyer.text
    assert "the least that we can do" in story.buyer.text
    await story.buyer.follow("Accept the last terms")
    assert "CNY 11,000.00" in story.buyer.text
    await story.buyer.send()
    assert "/orders/ord_" in story.buyer.at
    assert "CNY 11,000.00" in story.buyer.text
    assert "Sign the agreement" in story.buyer.text
