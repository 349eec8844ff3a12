"""A centre with three products, and the steps by which five years pass over them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx

from kernel.jobs.queue import SWEEPS
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock, day_in_china
from tests.conftest import As, Client, Drain
from tests.makers import application, signing_key
from tests.market.listings.story import CONTRACT, LICENCE, Shelf
from tests.market.trade import Trade
from tests.rights import procedure, story
from tests.valuation import makers as valuation
from tests.valuation.testing.test_story import GOOD, signature

BY_DAYS = (
    "rights.certificate.expire",
    "rights.title.lapse",
    "contracts.agreement.expire",
    "listings.lapse",
    "valuation.testing.expire",
)
ANALYSIS = {**LICENCE, "purposes": ["internal-analysis"]}
CAP = {"amount": "20000.00", "currency": "CNY"}


@dataclass
class Five:
    """The centre over five years, and what became of each product on the way."""

    as_: As
    clock: FixedClock
    drain: Drain
    runtime: Runtime
    sold: Shelf
    listed: Shelf
    destroyed: Shelf
    listings: dict[str, str] = field(default_factory=dict)
    trades: dict[str, Trade] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    test_path: str = ""
    held: list[tuple[str, date, str]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in China."""
        return day_in_china(self.clock.now())

    async def swept(self) -> None:
        """What the worker does every few minutes."""
        for name in BY_DAYS:
            await SWEEPS[name][1](self.runtime)
        await self.drain()

    async def view(self, name: str) -> dict[str, Any]:
        """A product as its provider sees it."""
        shelf: Shelf = getattr(self, name)
        return made(await shelf.provider.get(f"/v1/listings/{self.listings[name]}"))


async def begin(as_: As, clock: FixedClock, drain: Drain, runtime: Runtime, client: Client) -> Five:
    """Three products on the shelf, of which two were sold; the clock stands some weeks later."""
    sold = await Shelf.begin(as_, clock, drain)
    public = await _public_product(as_, clock, drain, client)
    destroyed = await Shelf.begin(as_, clock, drain, "destroyed")
    five = Five(as_, clock, drain, runtime, sold, public, destroyed)
    for name in ("sold", "destroyed"):
        await getattr(five, name).certify()
    for name in ("sold", "listed", "destroyed"):
        shelf: Shelf = getattr(five, name)
        await shelf.score()
        five.listings[name] = (await shelf.listed(licence=ANALYSIS))["id"]
    await _tested(five)
    for name, seeds in (("sold", (b"\x11", b"\x22")), ("destroyed", (b"\x33", b"\x44"))):
        await _bought(five, name, *seeds)
    return five


async def _public_source(as_: As, client: Client, clock: FixedClock) -> str:
    """A public resource, registered by its office; gives the number."""
    applied = made(await client.post("/v1/parties", application("provider", kind="government")))
    operator = await as_("operator")
    admission = {"action": "admit", "reason": "ok"}
    made(await operator.post(f"/v1/parties/{applied['party']['id']}/admission", admission))
    office = client.with_key(applied["secret"], applied["party"]["id"])
    resource = await story.asset(office, b"public", public_data=True)
    body = {
        "revision_id": resource["latest_revision"]["id"],
        "evidence": await story.evidence(office, procedure.PUBLIC),
        "provided_on": "2026-11-20",
    }
    case = made(await office.post("/v1/public-registrations", body))
    done = await procedure.concluded(await as_("registrar"), clock, case)
    return str(done["certificate_number"])


async def _public_product(as_: As, clock: FixedClock, drain: Drain, client: Client) -> Shelf:
    """A product of public data under a cap on its price, certified after its source."""
    provider = await as_("provider", "listed")
    over = {"public_data": True, "form": "product", "source_kind": "derived"}
    asset = made(await provider.post("/v1/assets", story.description(name="公共交通客流统计", **over)))
    orders = valuation.ORDERS.with_columns(valuation.pl.col("id") + 70_000)
    shops = valuation.SHOPS.head(2).with_columns(name=valuation.pl.lit("站点"))
    files = {"orders": valuation.parquet(orders), "shops": valuation.parquet(shops)}
    revision = await valuation.add_revision(provider, asset["id"], **files)
    shelf = Shelf(as_, clock, drain, provider, asset["id"], revision)
    decision = await story.evidence(provider, ["price-cap-decision"])
    await shelf.classify(price_cap=CAP, public_open=True, evidence=decision)
    source = await _public_source(as_, client, clock)
    view = made(await provider.get(f"/v1/assets/{asset['id']}"))
    wanted = await story.application(provider, view, title_basis="derived", public_sources=[source])
    case = made(await provider.post("/v1/registrations", wanted))
    await procedure.concluded(await as_("registrar"), clock, case)
    return shelf


async def _tested(five: Five) -> None:
    """A third party's test of what is sold, on the shelf for a year."""
    tester = await five.as_("tester")
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "listing", "samples": 1}
    asked = made(await five.sold.provider.post(f"/v1/assets/{five.sold.asset_id}/third-party-tests", body))
    five.test_path = f"/v1/third-party-tests/{asked['id']}"
    made(await tester.post(f"{five.test_path}/acceptance", GOOD))
    await tester.post(f"{five.test_path}/measurement")
    await five.drain()
    key_id, key = await signing_key(tester, b"\x07" * 32)
    signed = {"signing_key_id": key_id, "signature": signature(key, made(await tester.get(five.test_path)))}
    made(await tester.post(f"{five.test_path}/signature", signed))


async def _bought(five: Five, name: str, of_provider: bytes, of_buyer: bytes) -> None:
    """An order that was signed, paid, fetched, accepted and settled; a link of it is kept."""
    shelf: Shelf = getattr(five, name)
    trade = Trade(five.runtime, five.as_, shelf.provider, await five.as_("buyer", name), five.listings[name])
    trade.provider_key = await signing_key(shelf.provider, of_provider * 32)
    trade.buyer_key = await signing_key(trade.buyer, of_buyer * 32)
    order_id = await trade.paid()
    files = made(await trade.buyer.post(f"/v1/orders/{order_id}/links"))["files"]
    five.links[name] = httpx.URL(files[0]["url"]).raw_path.decode()
    for file in files:
        assert (await trade.buyer.get(httpx.URL(file["url"]).raw_path.decode())).status_code == 200
    received = {"files": [{"name": file["name"], "sha256": file["sha256"]} for file in files]}
    made(await trade.buyer.post(f"/v1/orders/{order_id}/receipt", received))
    made(await trade.buyer.post(f"/v1/orders/{order_id}/acceptance"))
    await five.drain()
    assert made(await trade.buyer.get(f"/v1/orders/{order_id}"))["status"] == "settled"
    five.trades[name], five.orders[name] = trade, order_id


def made(answer: httpx.Response) -> dict[str, Any]:
    """The answer of a request that must succeed."""
    assert answer.status_code in (200, 201), answer.text
    view: dict[str, Any] = answer.json()
    return view
