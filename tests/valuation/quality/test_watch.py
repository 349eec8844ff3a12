"""What was promised of quality and of updates: crossings are events, and what is due is scored again."""

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.refusals import not_there, refused
from tests.valuation.makers import CONTRACT, ORDERS, SHOPS, add_revision, engage, make_asset, parquet, score
from valuation.quality.jobs import watch
from valuation.quality.watch import rules
from valuation.quality.watch.policy import POLICY

TERMS = POLICY.versions[-1].body
DAILY = copy.deepcopy(CONTRACT) | {"slaProperties": [{"property": "frequency", "value": 1, "unit": "d"}]}


async def events(client, kind):
    """The facts of every event of a kind that a party is told of."""
    found = (await client.get("/v1/events?limit=100")).json()["items"]
    return [event for event in found if event["kind"] == f"valuation.quality-run.{kind}"]


def orders(prices):
    """A table of orders with these prices, the price open to all."""
    return pl.DataFrame({"id": range(len(prices)), "price": prices, "shop": [1 + i % 2 for i in range(len(prices))]})


PUBLIC = copy.deepcopy(CONTRACT)
PUBLIC["schema"][0]["properties"][1]["classification"] = "public"


async def test_a_score_below_the_promise_is_an_event_and_shows(as_, drain):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    path = f"/v1/assets/{asset}/quality-watch"
    not_there(await provider.get(path))
    promised = await provider("PUT", path, {"minimum_score": "99.5"})
    assert (promised.status_code, promised.json()["standing"]) == (200, "unknown")
    run = await score(provider, asset, drain)
    assert float(run["score"]) < 99.5
    shown = (await provider.get(path)).json()
    assert (shown["standing"], shown["score"], shown["minimum_score"]) == ("undershot", run["score"], "99.50")
    (event,) = await events(provider, "undershot")
    assert event["facts"]["minimum"] == "99.5"
    assert event["facts"]["scorecard"] == run["scorecard_id"]
    await provider("PUT", path, {"minimum_score": "10"})
    assert (await provider.get(path)).json()["standing"] == "kept"


@pytest.mark.parametrize("minimum", ["100.01", "-1", "9e1", "85.123", "", "85\n"])
async def test_a_minimum_is_a_score(as_, minimum):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    refusal = await provider("PUT", f"/v1/assets/{asset}/quality-watch", {"minimum_score": minimum})
    refused(refusal, 400, "invalid-input")


async def test_only_the_provider_promises_and_only_insiders_read(as_):
    provider, other, valuer = await as_("provider"), await as_("provider", "other"), await as_("valuer")
    asset = (await make_asset(provider))["asset_id"]
    path = f"/v1/assets/{asset}/quality-watch"
    not_there(await other("PUT", path, {}))
    await provider("PUT", path, {"minimum_score": "80"})
    not_there(await other.get(path))
    not_there(await valuer.get(path))
    await engage(valuer, asset)
    assert (await valuer.get(path)).status_code == 200


@pytest.mark.slow
async def test_drift_is_measured_on_columns_that_nobody_may_see(as_, drain):
    """Behaviour 1.10: a meter's load went from tens to thousands, and neither an event nor a number told of it."""
    provider = await as_("provider")
    first = orders([float(10 + i % 20) for i in range(200)])
    asset = (await make_asset(provider, orders=parquet(first), shops=parquet(SHOPS)))["asset_id"]
    before = await score(provider, asset, drain, CONTRACT)
    moved = orders([float(500 + i % 20) for i in range(200)])
    await add_revision(provider, asset, orders=parquet(moved), shops=parquet(SHOPS))
    after = await score(provider, asset, drain, CONTRACT)
    path = f"/v1/scorecards/{after['scorecard_id']}/comparison?before={before['scorecard_id']}"
    (price,) = [each for each in (await provider.get(path)).json()["drift"] if each["column"] == "price"]
    assert (float(price["psi"]) > 0.25, price["ks"], price.get("masked")) == (True, "1.0000", None)
    (drifted,) = await events(provider, "drifted")
    assert "price" in [column["column"] for column in drifted["facts"]["columns"]]


@pytest.mark.slow
async def test_drift_a_fall_and_another_schema_are_events(as_, drain):
    provider = await as_("provider")
    first = orders([float(10 + i % 20) for i in range(200)])
    asset = (await make_asset(provider, orders=parquet(first), shops=parquet(SHOPS)))["asset_id"]
    await score(provider, asset, drain, PUBLIC)
    for kind in ("drifted", "fell", "schema_changed", "undershot"):
        assert await events(provider, kind) == []
    moved = orders([float(500 + i % 20) if i % 3 else None for i in range(200)]).with_columns(note=pl.lit("x"))
    await add_revision(provider, asset, orders=parquet(moved), shops=parquet(SHOPS))
    run = await score(provider, asset, drain, PUBLIC)
    (drifted,) = await events(provider, "drifted")
    (told,) = [column for column in drifted["facts"]["columns"] if column["column"] == "price"]
    assert float(told["psi"]) > 0.25
    assert told["ks"] == "1.0000"
    (fell,) = await events(provider, "fell")
    assert fell["facts"]["score"] == run["score"]
    assert "orders.price:not_null" in fell["facts"]["causes"]
    (changed,) = await events(provider, "schema_changed")
    card = (await provider.get(f"/v1/scorecards/{run['scorecard_id']}")).json()
    for lang, words in (("zh", "分布漂移"), ("en", "Drift of distributions")):
        page = (await provider.get(f"/v1/documents/{card['document_id']}/page?lang={lang}")).text
        assert words in page
        assert "PSI" in page
    assert changed["facts"]["columns"] == [{"object": "orders", "column": "note", "before": None, "after": "String"}]


@pytest.mark.slow
async def test_a_missed_update_is_told_once_a_cycle_and_scored_again(as_, drain, runtime, clock):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    first = await score(provider, asset, drain, DAILY)
    path = f"/v1/assets/{asset}/quality-watch"
    shown = (await provider.get(path)).json()
    assert (shown["cycle_seconds"], shown["standing"], shown["missed"]) == (86400, "kept", 0)
    clock.move(timedelta(hours=26))
    await watch(runtime)
    assert await events(provider, "missed") == []  # A tenth of the cycle is grace.
    clock.move(timedelta(minutes=30))
    await watch(runtime)
    await watch(runtime)
    await drain()
    (missed,) = await events(provider, "missed")
    assert missed["facts"]["missed"] == 1
    shown = (await provider.get(path)).json()
    assert (shown["standing"], shown["missed"]) == ("overdue", 1)
    runs = (await provider.get(f"/v1/assets/{asset}/quality-runs")).json()["items"]
    assert [run["status"] for run in runs] == ["succeeded", "succeeded"]
    assert runs[0]["scorecard_id"] != first["scorecard_id"]
    clock.move(timedelta(days=3))
    await watch(runtime)
    await drain()
    assert (await provider.get(path)).json()["missed"] == 4
    assert len(await events(provider, "missed")) == 2


@pytest.mark.slow
async def test_an_update_that_came_is_scored_without_being_asked_and_ends_the_delay(as_, drain, runtime, clock):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    await score(provider, asset, drain, DAILY)
    clock.move(timedelta(hours=27))
    await watch(runtime)
    await drain()
    newer = await add_revision(provider, asset, orders=parquet(ORDERS.head(3)), shops=parquet(SHOPS))
    clock.move(timedelta(hours=24))
    await watch(runtime)
    await drain()
    shown = (await provider.get(f"/v1/assets/{asset}/quality-watch")).json()
    assert (shown["standing"], shown["overdue_since"], shown["missed"]) == ("kept", None, 1)
    (caught_up,) = await events(provider, "caught_up")
    assert caught_up["facts"]["revision"] == newer["id"]
    runs = (await provider.get(f"/v1/assets/{asset}/quality-runs")).json()["items"]
    assert runs[0]["revision_id"] == newer["id"]


@pytest.mark.slow
async def test_a_provider_may_leave_the_cycle_to_the_description_and_scoring_to_itself(as_, drain, runtime, clock):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    await score(provider, asset, drain)
    set_ = await provider("PUT", f"/v1/assets/{asset}/quality-watch", {"follow": "asset", "rescoring": False})
    assert set_.json()["cycle_seconds"] == 86400
    clock.move(timedelta(days=2))
    await watch(runtime)
    await drain()
    assert len((await provider.get(f"/v1/assets/{asset}/quality-runs")).json()["items"]) == 1
    assert len(await events(provider, "missed")) == 1


@pytest.mark.parametrize(
    ("level", "seconds"),
    [
        ({"value": 1, "unit": "d"}, 86400),
        ({"value": 12, "unit": "hours"}, 43200),
        ({"value": 0.5, "unit": "d"}, 43200),
        ({"value": "daily"}, 86400),
        ({"value": "Weekly", "unit": None}, 604800),
        ({"value": 1}, None),
        ({"value": True, "unit": "d"}, None),
        ({"value": -1, "unit": "d"}, None),
        ({"value": 1e300, "unit": "y"}, None),
        ({"value": "now and then"}, None),
    ],
)
def test_a_frequency_is_read_as_a_cycle(level, seconds):
    document = {"slaProperties": [{"property": "latency", "value": 1}, {"property": "frequency", **level}]}
    found = rules.cycle_of(document, "daily", "contract", TERMS)
    assert (None if found is None else found.seconds) == seconds
    assert rules.cycle_of(document, "irregular", "asset", TERMS) is None


HOURLY = {"property": "frequency", "value": 1, "unit": "h"}
ENDED = {"property": "endOfLife", "value": "2013-12-31"}


@pytest.mark.parametrize(
    ("described", "levels", "seconds"),
    [
        ("once", [HOURLY | {"element": "weather.time_hour"}], None),
        ("monthly", [HOURLY | {"element": "weather.time_hour"}], 2_678_400),
        ("daily", [{"property": "frequency", "value": 1, "unit": "w", "element": "orders.day"}], 604_800),
        ("once", [HOURLY], 3_600),
        ("daily", [HOURLY | {"element": "weather"}], 3_600),
        ("daily", [HOURLY | {"element": None}], 3_600),
    ],
)
def test_a_frequency_of_a_column_is_the_density_of_its_rows(described, levels, seconds):
    found = rules.cycle_of({"slaProperties": levels}, described, "contract", TERMS)
    assert (None if found is None else found.seconds) == seconds


@pytest.mark.parametrize(
    ("value", "until"),
    [
        ("2013-12-31", datetime(2013, 12, 31, 16, tzinfo=UTC)),
        ("2013-12-31T12:00:00+08:00", datetime(2013, 12, 31, 4, tzinfo=UTC)),
        ("2013-12-31T12:00:00", datetime(2013, 12, 31, 4, tzinfo=UTC)),
        ("some day", None),
        (None, None),
        (2013, None),
    ],
)
def test_an_end_of_life_ends_the_promises(value, until):
    document = {"slaProperties": [HOURLY, {"property": "endOfLife", "value": value}]}
    for follow in ("contract", "asset"):
        found = rules.cycle_of(document, "daily", follow, TERMS)
        assert found is not None
        assert (found.until is None) == (until is None)
        if until is not None:
            assert abs(found.until - until) <= timedelta(seconds=1)
            assert found.next_look(until - timedelta(days=1)) == until - timedelta(days=1)
            assert found.next_look(until + timedelta(days=1)) == found.until
            assert (found.has_ended(until - timedelta(days=1)), found.has_ended(until)) == (False, True)


@pytest.mark.slow
async def test_a_closed_year_is_never_overdue(as_, drain, runtime, clock):
    """Rows of every hour of a year that is over: no update is due, whatever the clock says."""
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    closed = copy.deepcopy(CONTRACT) | {"slaProperties": [HOURLY, ENDED]}
    await score(provider, asset, drain, closed)
    clock.move(timedelta(days=8))
    await watch(runtime)
    await drain()
    assert await events(provider, "missed") == []
    not_there(await provider.get(f"/v1/assets/{asset}/quality-watch"))
    assert len((await provider.get(f"/v1/assets/{asset}/quality-runs")).json()["items"]) == 1


@pytest.mark.slow
async def test_promises_end_with_the_life_that_the_contract_names(as_, drain, runtime, clock):
    provider = await as_("provider")
    asset = (await make_asset(provider))["asset_id"]
    end = (clock.now() + timedelta(days=3)).date().isoformat()
    await score(provider, asset, drain, DAILY | {"slaProperties": [*DAILY["slaProperties"], ENDED | {"value": end}]})
    path = f"/v1/assets/{asset}/quality-watch"
    clock.move(timedelta(hours=27))
    await watch(runtime)
    assert (await provider.get(path)).json()["standing"] == "overdue"
    clock.move(timedelta(days=1))
    await watch(runtime)
    clock.move(timedelta(days=30))
    await watch(runtime)
    await drain()
    not_there(await provider.get(path))
    assert len(await events(provider, "missed")) == 2


@given(
    late=st.integers(0, 10**8),
    cycle=st.integers(60, 10**8),
)
def test_the_next_due_moment_lies_ahead_and_within_one_cycle(late, cycle):
    due = datetime(2026, 11, 23, tzinfo=UTC)
    now = due + timedelta(seconds=late)
    following = due + timedelta(seconds=cycle * rules.passed(due, cycle, now))
    assert now < following <= now + timedelta(seconds=cycle)


@given(st.integers(60, 10**9))
def test_grace_is_a_share_and_bounded(cycle):
    grace = rules.grace(cycle, TERMS)
    assert timedelta() < grace <= timedelta(hours=TERMS.grace_hours_max)
    assert grace <= timedelta(seconds=cycle)


def test_the_minimum_itself_is_kept():
    assert rules.crossings(None, "80.00", Decimal("80"), TERMS) == []
    assert [c.kind for c in rules.crossings(None, "79.99", Decimal("80"), TERMS)] == ["undershot"]
