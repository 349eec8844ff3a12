"""Five years on, through HTTP: a product that was sold, one that was merely listed, and one whose data was destroyed.

The clock goes on by the days on which something ends, and in the slow half by quarters beside. On every one of them,
before the centre's sweeps have marked anything and after they have, what a visitor finds on the shelf rests on a
certificate, a score, a licence's term, a third-party test, a price cap and a membership that all still run.
"""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As, Client, Drain
from tests.journeys.years import ANALYSIS, Five, begin, made
from tests.market.listings.story import Shelf, description
from tests.refusals import not_there, outcome, refused

SCORE_DAYS, CAP_YEARS = 365, 3
RESCORED = (date(2028, 3, 1), date(2029, 2, 1), date(2030, 1, 10), date(2030, 12, 20))
"""Late the first time, then before the score is a year old, so that what ends ends by something graver."""
DESTROYED = date(2027, 6, 10)
"""While the licence of its buyer runs."""
AFTER_THE_CAP = date(2029, 11, 30)
"""The cap was decided on 23 November 2026; the public resource stays registered until 8 December 2029."""
AFTER_ALL = date(2032, 1, 19)


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [0, 19])
async def test_after_five_years_nothing_is_for_sale_that_is_over(
    as_: As, clock: FixedClock, drain: Drain, runtime: Runtime, client: Client, quarters: int
) -> None:
    five = await begin(as_, clock, drain, runtime, client)
    assert {item["id"] for item in await _shelf(client)} == set(five.listings.values())
    assert await _entitled(five, "sold") == (True, None)
    for day in _days(five.today, quarters):
        clock.move(timedelta(days=(day - five.today).days))
        await _nothing_over_is_for_sale(five, client)
        await five.swept()
        await _nothing_over_is_for_sale(five, client)
        await _note(five)
        if day in RESCORED:
            await _scored_again(five)
        if day == DESTROYED:
            await _destroyed(five)
    await _each_ended_by_its_rule(five)
    await _everything_says_that_it_is_over(five, client)
    await _what_was_destroyed_stays_gone(five)


def _days(begun: date, quarters: int) -> list[date]:
    """So many quarters, five years of which are nineteen, and the days of the story, in order."""
    between = {begun + timedelta(days=92 * number) for number in range(1, quarters + 1)}
    return sorted(between | {*RESCORED, DESTROYED, AFTER_THE_CAP, AFTER_ALL})


async def _scored_again(five: Five) -> None:
    for name in ("sold", "listed"):
        await getattr(five, name).score()
    five.clock.move(timedelta(days=1))
    await five.swept()


async def _destroyed(five: Five) -> None:
    """The registrar cancels a certificate since the data is no more."""
    certificate = (await five.view("destroyed"))["certificate_id"]
    buyer, path = five.trades["destroyed"].buyer, f"/v1/orders/{five.orders['destroyed']}/links"
    link = httpx.URL(made(await buyer.post(path))["files"][0]["url"]).raw_path.decode()
    assert (await buyer.get(link)).status_code == 200
    body = {"ground": "data-destroyed", "reason": "存储介质损毁"}
    registrar = await five.as_("registrar")
    made(await registrar.post(f"/v1/certificates/{certificate}/cancellation", body))
    refused(await buyer.get(link), 410, "data-destroyed", "LT-DLV-08")
    refused(await buyer.post(path), 410, "data-destroyed", "LT-DLV-08")
    await five.swept()


async def _shelf(visitor: Client) -> list[dict[str, Any]]:
    """What anybody finds, each as anybody opens it."""
    found = made(await visitor.get("/v1/listings"))["items"]
    return [made(await visitor.get(f"/v1/listings/{item['id']}")) for item in found]


async def _nothing_over_is_for_sale(five: Five, visitor: Client) -> None:
    operator = await five.as_("operator")
    for view in await _shelf(visitor):
        (shelf,) = [s for s in (five.sold, five.listed, five.destroyed) if s.asset_id == view["asset_id"]]
        assert (view["status"], view["held_by"]) == ("listed", None)
        assert date.fromisoformat(view["look_again_on"]) > five.today
        certificate = made(await visitor.get(f"/v1/certificates/{view['certificate_id']}"))
        assert certificate["status"] == "in_force"
        until = date.fromisoformat(certificate["valid_until"])
        assert five.today + timedelta(days=view["licence"]["term_days"] - 1) <= until
        card = made(await shelf.provider.get(f"/v1/scorecards/{view['scorecard_id']}"))
        assert (five.today - date.fromisoformat(card["scored_at"][:10])).days <= SCORE_DAYS + 1
        for badge in view["third_party_tests"]:
            assert badge["valid_until"][:10] >= five.today.isoformat()
        party = made(await operator.get(f"/v1/parties/{shelf.provider.party}"))
        assert date.fromisoformat(party["admitted_until"]) >= five.today
        declared = made(await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/classification"))
        if declared["price_cap"] is not None:
            decided = date.fromisoformat(declared["created_at"][:10])
            assert five.today <= decided.replace(year=decided.year + CAP_YEARS) + timedelta(days=1)
    for name, listing_id in five.listings.items():
        if listing_id not in [item["id"] for item in made(await visitor.get("/v1/listings"))["items"]]:
            await _not_sold(five, name)


async def _not_sold(five: Five, name: str) -> None:
    """What is not found is not sold either, by a rule that the rulebook holds with its date."""
    buyer = await five.as_("buyer", "late")
    body = {"listing_id": five.listings[name], "purpose": "internal-analysis", "use_case": "研究"}
    answer = await buyer.post("/v1/orders", body)
    told = answer.json()
    assert (answer.status_code, bool(told["rule"]["id"])) in ((404, True), (409, True), (422, True)), answer.text
    if answer.status_code != 404:
        await _in_rulebook(five, told["rule"]["id"])


async def _in_rulebook(five: Five, rule: str) -> None:
    buyer = await five.as_("buyer", "late")
    book = made(await buyer.get("/v1/rulebook"))
    (entry,) = [each for each in book["rules"] if each["id"] == rule]
    assert entry["basis"]
    assert book["sources"]


async def _note(five: Five) -> None:
    """Write down when each product was held, and by what."""
    for name in five.listings:
        view = await five.view(name)
        if view["held_by"] is not None and (name, view["held_by"]) not in [(n, rule) for n, _, rule in five.held]:
            five.held.append((name, five.today, view["held_by"]))
            await _in_rulebook(five, view["held_by"])


async def _each_ended_by_its_rule(five: Five) -> None:
    first: dict[tuple[str, str], date] = {}
    for name, day, rule in five.held:
        first.setdefault((name, rule), day)
    assert date(2027, 12, 1) < first["sold", "LT-CLS-11"] <= date(2028, 3, 1), "the score was a year old"
    assert first["listed", "LT-CLS-14"] == AFTER_THE_CAP, "the cap's three years were over"
    assert first["listed", "LT-CLS-06"] > AFTER_THE_CAP, "and then the public registration"
    assert date(2030, 10, 1) < first["sold", "LT-TTL-02"] < date(2031, 3, 1), "a licence would outlive the certificate"
    assert first["sold", "LT-LST-02"] > date(2031, 11, 1), "the certificate's five years were over"


async def _everything_says_that_it_is_over(five: Five, visitor: Client) -> None:
    assert await _shelf(visitor) == []
    for name in ("sold", "listed"):
        shelf: Shelf = getattr(five, name)
        view = await five.view(name)
        assert (view["status"], view["held_by"]) == ("suspended", "LT-LST-02")
        await _in_rulebook(five, view["held_by"])
        not_there(await visitor.get(f"/v1/listings/{view['id']}"), "listing-unavailable", "LT-LST-12")
        certificate = made(await visitor.get(f"/v1/certificates/{view['certificate_id']}"))
        assert certificate["status"] == "expired"
        title = made(await shelf.provider.get(f"/v1/assets/{shelf.asset_id}/title"))
        assert (title["titles"], title["licences"]) == ([], [])
        again = made(await shelf.provider.post("/v1/listings", description(shelf.asset_id, licence=ANALYSIS)))
        answer = await shelf.provider.post(f"/v1/listings/{again['id']}/submission")
        assert (answer.status_code, bool(answer.json()["rule"]["id"])) in ((409, True), (422, True)), answer.text
        await _in_rulebook(five, answer.json()["rule"]["id"])
    trade, order_id = five.trades["sold"], five.orders["sold"]
    assert await _entitled(five, "sold") == (False, "licence-expired")
    order = made(await trade.buyer.get(f"/v1/orders/{order_id}"))
    agreement = made(await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}"))
    assert (agreement["status"], agreement["allowed_actions"]) == ("expired", [])
    refused(await trade.buyer.post(f"/v1/orders/{order_id}/links"), 409, "delivery-not-due", "LT-DLV-01")
    over = ((403, "link-expired", "LT-DLV-02"), (409, "delivery-not-due", "LT-DLV-01"))
    assert outcome(await trade.buyer.get(five.links["sold"])) in over
    assert made(await five.sold.provider.get(five.test_path))["status"] == "expired"
    assert (await five.view("sold"))["third_party_tests"] == []
    party = made(await (await five.as_("operator")).get(f"/v1/parties/{five.sold.provider.party}"))
    assert date.fromisoformat(party["admitted_until"]) < five.today


async def _what_was_destroyed_stays_gone(five: Five) -> None:
    trade, order_id = five.trades["destroyed"], five.orders["destroyed"]
    assert (await five.view("destroyed"))["status"] == "delisted"
    assert await _entitled(five, "destroyed") == (False, "data-destroyed")
    refused(await trade.buyer.post(f"/v1/orders/{order_id}/links"), 410, "data-destroyed", "LT-DLV-08")
    gone = ((403, "link-expired", "LT-DLV-02"), (410, "data-destroyed", "LT-DLV-08"))
    assert outcome(await trade.buyer.get(five.links["destroyed"])) in gone
    order = made(await trade.buyer.get(f"/v1/orders/{order_id}"))
    agreement = made(await trade.buyer.get(f"/v1/agreements/{order['agreement_id']}"))
    assert agreement["status"] in ("expired", "terminated")


async def _entitled(five: Five, name: str) -> tuple[bool, str | None]:
    view = made(await five.trades[name].buyer.get(f"/v1/entitlements/{five.orders[name]}"))
    assert bool(view["files"]) is view["entitled"]
    return view["entitled"], view["reason"]
