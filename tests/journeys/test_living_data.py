"""The journey of living data, over the public HTTP API alone: a data set that is updated monthly.

Registered once and listed once; revisions of some months, of a whole year in the slow half, enter by their digest,
reach the buyer whose licence includes updates and leave alone the one whose does not; the last has a new field, and is
a change of which its provider is told beforehand what becomes of the listing.
"""

import base64
import calendar
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
import polars as pl
import pytest

from kernel.crypto import signing
from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.makers import signing_key
from tests.market.listings import story as shelf
from tests.refusals import not_there, refused
from tests.rights import procedure, story
from tests.valuation import makers as valuation

LICENCE = {
    "actions": ["use", "process"],
    "purposes": ["internal-analysis"],
    "territory": ["CN"],
    "term_days": 730,
}
CONTRACT: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "coal-prices",
    "version": "1.0.0",
    "schema": [
        {
            "name": "coal",
            "properties": [
                {"name": "day", "logicalType": "date", "required": True, "classification": "public"},
                {"name": "port", "logicalType": "string", "required": True, "classification": "public"},
                {"name": "price", "logicalType": "number", "required": True, "logicalTypeOptions": {"minimum": 0}},
            ],
        }
    ],
}
STATEMENT = {"same_subject": True, "same_source": True, "same_class": True}
MONTHS = [date(2026 + (11 + n) // 12, (11 + n) % 12 + 1, 1) for n in range(13)]
"""From December 2026 on: a year within the scope, and the month that leaves it."""


def table(month: date) -> pl.DataFrame:
    """A month of prices at two ports."""
    days = [date(month.year, month.month, day) for day in range(1, calendar.monthrange(month.year, month.month)[1] + 1)]
    rows = [(day, port, 600.0 + day.day * 3 + month.month * 7) for day in days for port in ("秦皇岛", "黄骅")]
    return pl.DataFrame(rows, schema=["day", "port", "price"], orient="row")


@dataclass
class Living:
    """The provider with its asset, and what the story needs of the others."""

    as_: As
    clock: FixedClock
    drain: Drain
    provider: Client
    asset_id: str
    revision: dict[str, Any]
    certificate: dict[str, Any] = field(default_factory=dict)
    key: tuple[str, signing.Ed25519Signer] | None = None

    async def publish(self, month: date, data: pl.DataFrame | None = None) -> dict[str, Any]:
        """Upload a month as the asset's newest revision; gives the body with which it is entered."""
        frame = table(month) if data is None else data
        revision = await valuation.add_revision(self.provider, self.asset_id, coal=valuation.parquet(frame))
        await story.sketched(self.provider, revision["id"])
        last = calendar.monthrange(month.year, month.month)[1]
        return {
            "revision_id": revision["id"],
            "covers_from": month.isoformat(),
            "covers_until": month.replace(day=last).isoformat(),
            "statement": STATEMENT,
        }

    async def enter(self, body: dict[str, Any]) -> httpx.Response:
        """Enter a revision under the certificate."""
        return await self.provider.post(f"/v1/certificates/{self.certificate['number']}/revisions", body)

    async def check(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask what would become of it."""
        return made(await self.provider.post(f"/v1/certificates/{self.certificate['number']}/revision-check", body))

    async def listed(self, **licence: Any) -> dict[str, Any]:
        """A listing of the asset's newest revision, on the shelf."""
        text = {"title_zh": "环渤海港口煤炭日度价格", "title_en": "Daily coal prices at Bohai ports"}
        over = {**text, "licence": LICENCE | licence, "price": {"amount": "12000.00", "currency": "CNY"}}
        draft = made(await self.provider.post("/v1/listings", shelf.description(self.asset_id, **over)))
        made(await self.provider.post(f"/v1/listings/{draft['id']}/submission"))
        reviewer = await self.officer("reviewer")
        body = {"decision": "approve", "reason": "材料齐全"}
        return made(await reviewer.post(f"/v1/listings/{draft['id']}/review", body))

    async def paid(self, buyer: Client, listing: dict[str, Any], seed: bytes) -> str:
        """Order, sign on both sides and pay; gives the order."""
        self.key = self.key or await signing_key(self.provider, b"\x61" * 32)
        own = await signing_key(buyer, seed)
        order = made(await buyer.post("/v1/orders", {"listing_id": listing["id"], "purpose": "internal-analysis"}))
        agreement = made(await buyer.post(f"/v1/orders/{order['id']}/agreement"))
        for client, key in ((self.provider, self.key), (buyer, own)):
            signed = key[1].sign(agreement["signing_text"].encode())
            body = {"signing_key_id": key[0], "signature": base64.b64encode(signed).decode()}
            made(await client.post(f"/v1/agreements/{agreement['id']}/signatures", body))
        opened = made(await buyer.post(f"/v1/orders/{order['id']}/payments", {"method": "bank_transfer"}))
        seen = {
            "bank_reference": f"BANK-{opened['id'][-12:]}",
            "amount": opened["amount"],
            "received_on": self.clock.now().date().isoformat(),
        }
        clearing = await self.officer("clearing")
        made(await clearing.post(f"/v1/payments/{opened['id']}/confirm", seen))
        return str(order["id"])

    async def officer(self, role: str) -> Client:
        """An officer of the centre with this year's key."""
        return await self.as_(role, str(self.clock.now().year))

    async def receipted(self, buyer: Client, order_id: str) -> None:
        """Fetch what was agreed, confirm it and accept."""
        received = await self.fetched(buyer, order_id)
        made(await buyer.post(f"/v1/orders/{order_id}/receipt", {"files": received}))
        made(await buyer.post(f"/v1/orders/{order_id}/acceptance"))
        await self.drain()

    async def buys(self, buyer: Client, listing: dict[str, Any], seed: bytes) -> str:
        """A whole purchase; gives the order."""
        order_id = await self.paid(buyer, listing, seed)
        await self.receipted(buyer, order_id)
        return order_id

    async def fetched(self, buyer: Client, order_id: str, revision: str | None = None) -> list[dict[str, str]]:
        """Open links, fetch every file, and give names and digests of what arrived."""
        asked = f"?revision_id={revision}" if revision else ""
        links = made(await buyer.post(f"/v1/orders/{order_id}/links{asked}"))
        got = []
        for file in links["files"]:
            answer = await buyer.get(httpx.URL(file["url"]).raw_path.decode())
            assert answer.status_code == 200, answer.text
            digest = hashlib.sha256(answer.content).hexdigest()
            assert digest == file["sha256"]
            got.append({"name": file["name"], "sha256": digest})
        return got

    async def on_sale(self, listing: dict[str, Any]) -> dict[str, Any]:
        """The listing as any visitor sees it, which must be for sale."""
        visitor = Client(self.provider.http)
        found = (await visitor.get("/v1/listings")).json()["items"]
        assert listing["id"] in [item["id"] for item in found]
        view: dict[str, Any] = (await visitor.get(f"/v1/listings/{listing['id']}")).json()
        assert (view["status"], view["held_by"]) == ("listed", None)
        return view


async def begin(as_: As, clock: FixedClock, drain: Drain, **over: Any) -> Living:
    """An asset that is updated monthly, its first revision certified and scored."""
    provider = await as_("provider")
    described = {
        "name": "环渤海港口煤炭日度价格数据",
        "industry": "B06",
        "update_cycle": "monthly",
        "region": "全国",
        "region_level": "national",
        "records": 60,
        "covers_from": "2026-11-01",
        "covers_until": None,
        **over,
    }
    asset = made(await provider.post("/v1/assets", story.description(**described)))
    first = await valuation.add_revision(provider, asset["id"], coal=valuation.parquet(table(date(2026, 11, 1))))
    living = Living(as_, clock, drain, provider, asset["id"], first)
    items = [{"name": "煤价", "impacts": {"organisation-or-individual": "ordinary"}}]
    made(await provider.post(f"/v1/assets/{asset['id']}/classification", {"items": items, "personal": "none"}))
    view = (await provider.get(f"/v1/assets/{asset['id']}")).json()
    applied = made(await provider.post("/v1/registrations", await story.application(provider, view)))
    done = await procedure.concluded(await as_("registrar"), clock, applied)
    living.certificate = (await provider.get(f"/v1/certificates/{done['certificate_number']}")).json()
    run = await valuation.score(provider, asset["id"], drain, CONTRACT)
    assert run["status"] == "succeeded", run
    return living


@pytest.mark.slow
@pytest.mark.parametrize("months", [4, 12])
async def test_monthly_revisions_reach_a_buyer_without_a_new_certificate_listing_or_gap(
    as_: As, clock: FixedClock, drain: Drain, months: int
) -> None:
    living = await begin(as_, clock, drain)
    listing, frozen = await living.listed(updates="included"), await living.listed()
    subscriber, once = await as_("buyer", "subscriber"), await as_("buyer", "once")
    order = await living.buys(subscriber, listing, b"\x62" * 32)
    single = await living.buys(once, frozen, b"\x63" * 32)
    await _says_so(subscriber, order, once, single)
    revision_id = ""
    for number, month in enumerate(MONTHS[:months], start=2):
        revision_id = await _a_month(living, listing, number, month)
        await _reached(living, subscriber, order, revision_id)
        assert await _revision(once, single) == living.revision["id"]
        assert await living.fetched(once, single) == [_file(living.revision)]
    await _nothing_new(living, months, listing, frozen)
    await _every_month(living, subscriber, order, months)
    late = await as_("buyer", "late")
    assert await _revision(late, await living.buys(late, listing, b"\x64" * 32)) == revision_id
    await _one_that_leaves_the_scope(living, listing, subscriber, order, last=revision_id, month=MONTHS[months])


async def _a_month(living: Living, listing: dict[str, Any], number: int, month: date) -> str:
    """A revision enters and the listing goes on with it; at every moment the listing is for sale."""
    _to(living.clock, month)
    body = await living.publish(month)
    told = await living.check(body)
    assert (told["route"], told["faults"]) == ("update", [])
    assert {effect["outcome"] for effect in told["effects"]} == {"goes-on"}
    await living.on_sale(listing)
    entered = made(await living.enter(body))
    assert (entered["number"], entered["revision_id"]) == (number, body["revision_id"])
    await living.on_sale(listing)  # Not scored yet: the revision before is sold.
    await living.drain()
    view = await living.on_sale(listing)
    assert view["revision_id"] == body["revision_id"]
    assert view["certificate_id"] == living.certificate["id"]
    return str(body["revision_id"])


async def _says_so(subscriber: Client, order: str, once: Client, single: str) -> None:
    """What was signed says whether updates are included, in both languages and for machines."""
    for client, name, words in (
        (subscriber, order, ("在本许可范围内", "reaches every revision that enters the register")),
        (once, single, ("本许可仅及于上列版本", "and no later one")),
    ):
        view = (await client.get(f"/v1/orders/{name}")).json()
        content = (await client.get(f"/v1/agreements/{view['agreement_id']}")).json()["content"]
        assert words[0] in content["text_zh"]
        assert words[1] in content["text_en"]
        owed = [duty["action"] for duty in content["odrl"]["obligation"]]
        assert ("urn:liutong:duty:provide-updates" in owed) is (client is subscriber)


async def _reached(living: Living, buyer: Client, order: str, revision_id: str) -> None:
    """The entitlement, the links and the event all tell of the revision, and its file arrives."""
    assert await _revision(buyer, order) == revision_id
    entitled = (await buyer.get(f"/v1/entitlements/{order}")).json()
    assert entitled["entitled"] is True
    assert [{"name": f["name"], "sha256": f["sha256"]} for f in entitled["files"]] == await living.fetched(buyer, order)
    events = (await buyer.get("/v1/events?limit=100")).json()["items"]
    (told,) = [e for e in events if e["kind"] == "market.delivery.updated" and e["facts"]["revision"] == revision_id]
    assert (told["facts"]["order"], told["facts"]["rule"]) == (order, "LT-DLV-05")


async def _nothing_new(living: Living, months: int, *listings: dict[str, Any]) -> None:
    """One certificate and the two listings, after so many months."""
    certificate = (await living.provider.get(f"/v1/certificates/{living.certificate['number']}")).json()
    assert (certificate["status"], certificate["id"]) == ("in_force", living.certificate["id"])
    entered = (await living.provider.get(f"/v1/certificates/{certificate['number']}/revisions")).json()
    assert [item["number"] for item in entered["items"]] == list(range(months + 1, 1, -1))
    assert [case["type"] for case in (await living.provider.get("/v1/registrations")).json()["items"]] == ["initial"]
    found = (await living.provider.get("/v1/listings")).json()["items"]
    assert {item["id"] for item in found} == {listing["id"] for listing in listings}
    await _versions(living, months, listings[0])


async def _versions(living: Living, months: int, listing: dict[str, Any]) -> None:
    """Anybody reads the months that a listing went on with, each beside the one before it."""
    versions = (await Client(living.provider.http).get(f"/v1/listings/{listing['id']}/versions")).json()
    assert [each["number"] for each in versions] == list(range(months + 1, 1, -1))
    assert [each["changes"] is None for each in versions] == [False] * (months - 1) + [True]
    # Every day of December, January and February at two ports.
    december, january, february = versions[-1], versions[-2], versions[-3]
    assert [each["row_count"] for each in (december, january, february)] == [62, 62, 56]
    assert (january["changes"]["rows"], february["changes"]["rows"]) == ([62, 62], [62, 56])
    assert (february["changes"]["before"], february["changes"]["after"]) == (
        january["scorecard_id"],
        february["scorecard_id"],
    )


async def _every_month(living: Living, buyer: Client, order: str, months: int) -> None:
    """Every month stays at hand, also the first and one in between; what never came does not."""
    page = (await buyer.get(f"/v1/orders/{order}/delivery/updates")).json()["items"]
    assert [update["number"] for update in page] == list(range(months + 1, 1, -1))
    third = page[-2]
    assert await living.fetched(buyer, order, third["revision_id"]) == [
        {"name": f["name"], "sha256": f["sha256"]} for f in third["files"]
    ]
    assert await living.fetched(buyer, order, living.revision["id"]) == [_file(living.revision)]
    other = await buyer.post(f"/v1/orders/{order}/links?revision_id=rev_01980000000070008000000000000000")
    not_there(other, "revision-not-delivered", "LT-DLV-05")


async def _one_that_leaves_the_scope(
    living: Living, listing: dict[str, Any], subscriber: Client, order: str, *, last: str, month: date
) -> None:
    """A new field: told before, refused as an update, a change with the listing held, and the licence as it was."""
    _to(living.clock, month)
    body = await living.publish(month, table(month).with_columns(stock=pl.lit(5)))
    told = await living.check(body)
    assert told["route"] == "change"
    assert [(fault["pointer"], fault["rule"]) for fault in told["faults"]] == [("/revision_id", "LT-RGT-36")]
    assert "stock" in told["faults"][0]["en"]
    outcomes = {effect["subject"]: (effect["outcome"], effect["rule"]) for effect in told["effects"]}
    assert outcomes[listing["id"]] == ("held", "LT-LST-04")
    assert outcomes[living.asset_id] == ("ends", "LT-DLV-05")
    refused(await living.enter(body), 422, "revision-outside-scope", "LT-RGT-36")
    change = {
        "type": "change",
        "reason": "增加库存字段",
        "revision_id": body["revision_id"],
        "evidence": await story.evidence(living.provider, ["identity-proof", "change-description"]),
    }
    path = f"/v1/certificates/{living.certificate['number']}/registrations"
    case = made(await living.provider.post(path, change))
    assert listing["id"] in [effect["subject"] for effect in case["effects"] if effect["outcome"] == "held"]
    await living.on_sale(listing)  # Until the new certificate, nothing changes.
    done = await procedure.concluded(await living.officer("registrar"), living.clock, case)
    assert done["certificate_number"] != living.certificate["number"]
    await living.drain()
    held = (await living.provider.get(f"/v1/listings/{listing['id']}")).json()
    assert (held["status"], held["held_by"]) == ("suspended", "LT-LST-04")
    assert await _revision(subscriber, order) == last
    assert len(await living.fetched(subscriber, order)) == 1


async def _revision(buyer: Client, order: str) -> str:
    return str((await buyer.get(f"/v1/entitlements/{order}")).json()["revision_id"])


def _file(revision: dict[str, Any]) -> dict[str, str]:
    (file,) = revision["files"]
    return {"name": file["name"], "sha256": file["sha256"]}


def _to(clock: FixedClock, month: date) -> None:
    """The clock stands on the second day after a month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 2)
    moment = datetime(following.year, following.month, following.day, 2, tzinfo=UTC)
    if moment > clock.now():
        clock.move(moment - clock.now())


def made(answer: httpx.Response) -> dict[str, Any]:
    """The answer of a request that must succeed."""
    assert answer.status_code in (200, 201), answer.text
    view: dict[str, Any] = answer.json()
    return view
