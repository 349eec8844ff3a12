"""Price bands: quartiles by hand, the nearest kind of which there are enough, and what is never asked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import ids
from kernel.money import Money
from kernel.time.clock import day_in_china
from market.listings.models import Listing
from market.price_bands.rules import (
    POLICY,
    Nearness,
    Subject,
    Trade,
    figures,
    of_year,
    realised,
)
from tests.market.trade import Trade as Story
from tests.market.trade import make_listing
from valuation.market_evidence.models import ComparableRow

DAY = date(2026, 11, 23)
RULES = POLICY.at(DAY).body
FLIGHTS = Subject("G56", "交通", "general", "use", "ordinary")


def trades(*prices, subject=FLIGHTS):
    return [Trade(subject, Decimal(price), DAY - timedelta(days=n)) for n, price in enumerate(prices)]


@pytest.mark.parametrize(
    ("prices", "low", "median", "high"),
    [
        # Nearest rank: of five the second, the middle and the fourth.
        ((50, 10, 40, 20, 30), 2000, 3000, 4000),
        # Of six the second and the fifth, and the half of the two in the middle.
        ((10, 20, 30, 41, 50, 60), 2000, 3550, 5000),
        # 0.005 is halved to even.
        (("0.01", "0.01", "0.01", "0.02", "0.02", "0.02"), 1, 2, 2),
    ],
)
def test_quartiles_by_hand(prices, low, median, high):
    found = realised(FLIGHTS, trades(*prices), "CNY", RULES).figures
    assert (found.low.minor, found.median.minor, found.high.minor) == (low, median, high)
    assert (found.n, found.first_on, found.last_on) == (len(prices), DAY - timedelta(days=len(prices) - 1), DAY)


def test_the_nearest_kind_of_which_there_are_enough():
    other_level = Subject("G56", "交通", "important", "use", "ordinary")
    other_right = Subject("G56", "交通", "general", "hold+use", "ordinary")
    foreign = Subject("A01", "农业", "general", "use", "ordinary")
    listed = [
        *trades(*[100] * 4),
        *trades(*[200] * 3, subject=other_level),
        *trades(300, subject=other_right),
        *trades(*[900] * 9, subject=foreign),
    ]
    found = realised(FLIGHTS, listed, "CNY", RULES)
    assert found.nearness is Nearness.SIMILAR
    assert found.counts == {Nearness.NEAR: 4, Nearness.SIMILAR: 7, Nearness.BROAD: 8}
    assert found.figures.n == 7
    assert realised(FLIGHTS, [*listed, *trades(100)], "CNY", RULES).nearness is Nearness.NEAR
    few = realised(FLIGHTS, trades(1, 2, 3, 4), "CNY", RULES)
    assert (few.figures, few.nearness, few.counts[Nearness.BROAD]) == (None, None, 4)


def test_what_is_not_classified_is_near_to_nothing():
    unknown = Subject("G56", "交通", None, "use", "ordinary")
    assert unknown.nearness(unknown) is Nearness.SIMILAR


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=60), st.randoms())
def test_a_band_does_not_depend_on_the_order(minors, random):
    prices = [Money(minor, "CNY") for minor in minors]
    first = figures(prices, [DAY])
    random.shuffle(prices)
    assert figures(prices, [DAY]) == first
    assert min(minors) <= first.low.minor <= first.median.minor <= first.high.minor <= max(minors)


def test_a_year_of_a_licence():
    # 1,000.00 for 730 days are 500.00 a year; 100.00 for 30 days are 1,216.67.
    assert of_year(Money(100_000, "CNY"), 730) == Money(50_000, "CNY")
    assert of_year(Money(10_000, "CNY"), 30) == Money(121_667, "CNY")
    assert of_year(Money(1_000, "JPY"), 100) == Money(3_650, "JPY")


async def sold(runtime, asset, price, *, parties, related=(), currency="CNY", days=10):
    """A realised trade of two years in the register."""
    async with runtime.act() as act:
        act.session.add(
            ComparableRow(
                id=ids.new("cmp"),
                kind="realised",
                reference=ids.new("stl"),
                evidence_sha256=f"sha256:{'0' * 64}",
                platform="liutong",
                title="航班",
                words="航班",
                asset_id=asset,
                parties=sorted(parties),
                dated=day_in_china(act.at) - timedelta(days=days),
                price=Decimal(price),
                currency=currency,
                tax_basis="pre-tax",
                right="use",
                mode="one-off",
                field="交通",
                region="全国",
                update_cycle="once",
                scale=None,
                remaining_years=Decimal(2),
                quality=None,
                licence={"actions": ["use"], "exclusivity": "ordinary"},
                related=list(related),
                created_at=act.at,
            )
        )


async def test_the_band_beside_a_listing(runtime, as_, client):
    story = await Story.begin(runtime, as_)
    other = await as_("provider", "other")
    sold_listing = await make_listing(runtime, str(other.party))
    async with runtime.sessions() as session:
        asset = (await session.get_one(Listing, sold_listing)).asset_id
        own = (await session.get_one(Listing, story.listing_id)).asset_id
    path = f"/v1/listings/{story.listing_id}/price-band"
    between = {"parties": (str(other.party), "pty_buyer")}
    for price in ("20000.00", "10000.00", "30000.00", "24000.00"):
        await sold(runtime, asset, price, **between)
    # None of these counts: tied parties, the provider's own, the same data, another currency, too old.
    await sold(runtime, asset, "1.00", related=["same-key"], **between)
    await sold(runtime, asset, "1.00", parties=(str(story.provider.party), "pty_buyer"))
    await sold(runtime, own, "1.00", **between)
    await sold(runtime, asset, "1.00", currency="USD", **between)
    await sold(runtime, asset, "1.00", days=731, **between)
    few = (await client.get(path)).json()
    assert (few["realised"]["figures"], few["realised"]["counts"]["broad"]) == (None, 4)
    assert few["realised"]["en"] == (
        "Too few comparable trades: 5 are needed and there are 4 in the field, so no band is given"
    )
    await sold(runtime, asset, "26000.00", **between)
    told = (await client.get(path)).json()
    # By the year: 5,000 · 10,000 · 12,000 · 13,000 · 15,000.
    figures = told["realised"]["figures"]
    assert [figures[name]["amount"] for name in ("low", "median", "high")] == ["10000.00", "12000.00", "13000.00"]
    assert (figures["n"], told["realised"]["nearness"]) == (5, "near")
    assert (told["price"]["amount"], told["year_price"]["amount"]) == ("12500.00", "12500.00")
    assert (told["appraised"]["figures"], told["policy"]["kind"]) == (None, "price-band")
    assert (await client.get(f"/v1/listings/{story.listing_id}")).json()["price_band"] == told
    strange = await client.get("/v1/listings/lst_00000000000000000000000000/price-band")
    assert (strange.status_code, strange.json()["rule"]["id"]) == (404, "LT-LST-12")
