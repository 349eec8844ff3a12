"""Facets on a real database: what they count is what the list shows, at once and on every day."""

import json
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from kernel import ids
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from kernel.views.paging import decode, encode
from market.catalogue.facets.folding import fold
from market.catalogue.facets.jobs import count_in
from market.listings.finding.facets import FACETS
from tests.conftest import NOW, As, Client
from tests.market.listings.test_finding import noted, stock
from tests.refusals import refused

_SPREAD = {
    "theme": ["交通", "气象", "能源"],
    "grade": ["excellent", "good", None],
    "price_kind": ["one-off", "free", "on-request"],
    "delivery": ["files", "files", "computing"],
    "territory": [["CN"], ["CN", "HK"], ["world"]],
    "days": [None, 0, 7, 8, 91, 400],
    "tested": ["passed", "failed", "lapsed", None],
    "sector": ["G56", "A", "I65"],
}
_ASSET = (
    "INSERT INTO asset (id, party_id, name, overview, industry, theme, update_cycle, region, source_kind, form,"
    " public_data, created_at) VALUES ($1, $2, 'x', 'x', $3, 'x', 'daily', 'x', 'generated', 'resource', false, now())"
)
_TEST = (
    "INSERT INTO third_party_test (id, asset_id, revision_id, data_contract, provider, tester, purpose, samples,"
    " sample_minutes, round, checks, status, content, document_id, signed_at, valid_until, created_at,"
    " status_changed_at, version) VALUES ($1, $2, $3, '{}', 'x', 'x', 'x', 1, 1, 1, '[]', 'signed', $4, 'd', $5, $6,"
    " $5, $5, 1)"
)
_SPREAD_OUT = (
    "UPDATE listing SET theme = $2, quality_grade = $3, price_kind = $4, delivery = $5, licence = $6,"
    " freshness_at = $7, asset_id = $8, revision_id = $9, price_minor = $10, currency = $11 WHERE id = $1"
)


async def shelf(runtime: Runtime, providers: list[str], each: int, seed: int) -> dict[str, dict[str, Any]]:
    """Products of some providers with values drawn for each; gives what was drawn by the listing's id."""
    draw, made = random.Random(seed), {}
    for provider in providers:
        listing_ids = await stock(runtime, provider, [(f"航班 {at}", "摘要") for at in range(each)])
        async with runtime.pool.acquire() as connection, connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")
            for listing_id in listing_ids:
                drawn = {name: draw.choice(values) for name, values in _SPREAD.items()}
                asset, revision = ids.new("ast"), ids.new("rev")
                await connection.execute(_ASSET, asset, provider, drawn["sector"])
                priced = drawn["price_kind"] == "one-off"
                await connection.execute(
                    _SPREAD_OUT, listing_id, drawn["theme"], drawn["grade"], drawn["price_kind"], drawn["delivery"],
                    json.dumps({"territory": drawn["territory"]}),
                    None if drawn["days"] is None else NOW - timedelta(days=drawn["days"]),
                    asset, revision, draw.randint(1, 9) * 100 if priced else None, "CNY" if priced else None,
                )  # fmt: skip
                if drawn["tested"] is not None:
                    until = NOW + timedelta(days=-1 if drawn["tested"] == "lapsed" else 30)
                    said = "passed" if drawn["tested"] == "lapsed" else drawn["tested"]
                    content = json.dumps({"conclusion": said})
                    await connection.execute(_TEST, ids.new("tst"), asset, revision, content, NOW, until)
                made[listing_id] = drawn | {"provider": provider}
            await noted(connection, listing_ids)
    return made


def values_of(drawn: dict[str, Any]) -> dict[str, set[str]]:
    """The values of a product by facet, by the words of the reference and not by our statements."""
    days = drawn["days"]
    step = next((f"{most}d" for most in (7, 30, 90, 365) if days is not None and days <= most), "older")
    tested = drawn["tested"] if drawn["tested"] in ("passed", "failed") else "none"
    return {
        "theme": {drawn["theme"]},
        "sector": {drawn["sector"][0]},
        "grade": {drawn["grade"] or "not-stated"},
        "price_kind": {drawn["price_kind"]},
        "delivery": {drawn["delivery"]},
        "tested": {tested},
        "freshness": {"not-stated" if days is None else step},
        "territory": set(drawn["territory"]),
        "provider": {drawn["provider"]},
    }


async def counted(client: Client, **asked: Any) -> tuple[int, dict[str, dict[str, int]]]:
    """The total and the counts above zero."""
    answer = await client.get("/v1/listings/facets", params=asked)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["exact"] is True
    shown = {each["code"]: {v["value"]: v["count"] for v in each["values"] if v["count"]} for each in body["facets"]}
    return body["total"], shown


async def listed(client: Client, **asked: Any) -> set[str]:
    """Every id that the list shows, over all its pages."""
    shown: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/listings", params={**asked, "limit": 7, **cursor})).json()
        shown += [item["id"] for item in page["items"]]
        if page["next"] is None:
            assert len(shown) == len(set(shown))
            return set(shown)
        cursor = {"cursor": page["next"]}


def fit(drawn: dict[str, Any], chosen: dict[str, list[str]], but: str = "") -> bool:
    """Whether a product has one of the values of each facet."""
    mine = values_of(drawn)
    return all(mine[facet] & set(values) for facet, values in chosen.items() if facet != but)


async def test_counts_and_list_are_those_of_a_plain_count(as_: As, client: Client, runtime: Runtime) -> None:
    providers = [str((await as_("provider")).party), str((await as_("provider", name="乙")).party)]
    made = await shelf(runtime, providers, 20, seed=1)
    draw = random.Random(2)
    for round_ in range(8):
        if round_ == 4:
            await count_in(runtime)
        facets = draw.sample(FACETS, draw.randint(0, 3))
        spread = {f: sorted({v for d in made.values() for v in values_of(d)[f]}) for f in facets}
        chosen = {f: draw.sample(values, min(len(values), draw.randint(1, 2))) for f, values in spread.items()}
        total, shown = await counted(client, **chosen)
        within = {listing for listing, drawn in made.items() if fit(drawn, chosen)}
        assert await listed(client, **chosen) == within
        assert total == len(within)
        for facet in FACETS:
            fitting = [values_of(d)[facet] for d in made.values() if fit(d, chosen, facet)]
            assert shown[facet] == dict(Counter(v for each in fitting for v in each)), (facet, chosen)


async def test_what_left_the_shelf_counts_nowhere_at_once(
    as_: As, client: Client, runtime: Runtime, clock: FixedClock
) -> None:
    provider = str((await as_("provider")).party)
    first, second, third, fourth = await stock(runtime, provider, [(f"航班 {at}", "摘要") for at in range(4)])
    other = str((await as_("provider", name="乙")).party)
    await stock(runtime, other, [("气象", "摘要")])
    assert (await counted(client))[0] == 5
    await count_in(runtime)
    assert (await counted(client))[0] == 5
    await runtime.pool.execute("UPDATE listing SET status = 'suspended' WHERE id = $1", first)
    await runtime.pool.execute(
        "UPDATE certificate SET status = 'revoked' WHERE id = (SELECT certificate_id FROM listing WHERE id = $1)",
        second,
    )
    assert (await counted(client))[1]["provider"] == {provider: 2, other: 1}
    await runtime.pool.execute("UPDATE party SET status = 'suspended' WHERE id = $1", other)
    assert (await counted(client))[1]["provider"] == {provider: 2}
    await count_in(runtime)
    assert (await counted(client))[1]["provider"] == {provider: 2}
    await runtime.pool.execute("UPDATE listing SET status = 'listed' WHERE id = $1", first)
    tomorrow = NOW.date() + timedelta(days=1)
    await runtime.pool.execute(
        "UPDATE listing SET look_again_on = $2, lapses_rule = 'LT-CLS-11' WHERE id = $1", third, tomorrow
    )
    await count_in(runtime)
    assert (await counted(client))[0] == len(await listed(client)) == 3
    clock.move(timedelta(days=1))
    assert await listed(client) == {first, fourth}
    assert (await counted(client))[0] == 2
    await count_in(runtime)
    assert (await counted(client))[0] == 2


async def test_a_batch_is_as_many_changes_as_it_took(as_: As, runtime: Runtime) -> None:
    """Five changes of two products, three at once: the second batch of one product is not the end of the first."""
    _, second = await stock(runtime, (await as_("provider")).party, [("航班", "摘要"), ("气象", "摘要")])
    for _ in range(3):
        await runtime.pool.execute("INSERT INTO facet_change (listing_id) VALUES ($1)", second)
    versions, batches = [], []
    for _ in range(3):
        async with runtime.act() as act:
            batches.append(await fold(act, 3))
        versions.append(await runtime.pool.fetchval("SELECT version FROM facet_count"))
    assert batches == [3, 2, 0]
    assert versions == [1, 1, 1]  # The second batch moved no set.


async def test_words_and_a_price_leave_what_the_list_shows(as_: As, client: Client, runtime: Runtime) -> None:
    made = await shelf(runtime, [str((await as_("provider")).party)], 20, seed=3)
    await count_in(runtime)
    for asked in ({"q": "航班"}, {"q": "气象"}, {"q": "!!"}, {"price_max": "3.00"}, {"q": "航班", "price_max": "0"}):
        total, shown = await counted(client, **asked)
        within = await listed(client, **asked)
        assert total == len(within), asked
        assert shown["theme"] == dict(Counter(made[each]["theme"] for each in within)), asked


async def test_the_cases_of_the_reference(as_: As, client: Client, runtime: Runtime) -> None:
    """Eight rows: theme, grade, kind; counted by hand."""
    kinds = {"free": "free", "paid": "one-off"}
    grades = {"A": "excellent", "B": "good", "C": "qualified"}
    rows = ["W A free", "W A paid", "W B paid", "T A paid", "T B free", "T C paid", "E A paid", "E B paid"]
    made = await stock(runtime, (await as_("provider")).party, [("航班", "摘要")] * 8)
    for listing_id, (theme, grade, kind) in zip(made, (row.split() for row in rows), strict=True):
        await runtime.pool.execute(
            "UPDATE listing SET theme = $2, quality_grade = $3, price_kind = $4, price_minor = $5, currency = $6"
            " WHERE id = $1",
            listing_id, theme, grades[grade], kinds[kind],
            *((None, None) if kind == "free" else (100, "CNY")),
        )  # fmt: skip
    for asked, total, themes, graded, free in (
        ({}, 8, {"W": 3, "T": 3, "E": 2}, {"excellent": 4, "good": 3, "qualified": 1}, {"free": 2, "one-off": 6}),
        (
            {"theme": ["W", "T"], "grade": ["excellent"]},
            3,
            {"W": 2, "T": 1, "E": 1},
            {"excellent": 3, "good": 2, "qualified": 1},
            {"free": 1, "one-off": 2},
        ),
        (
            {"theme": ["W", "T"], "grade": ["excellent"], "price_kind": ["free"]},
            1,
            {"W": 1},
            {"excellent": 1, "good": 1},
            {"free": 1, "one-off": 2},
        ),
    ):
        answer = await counted(client, **asked)
        assert answer[0] == total
        assert (answer[1]["theme"], answer[1]["grade"], answer[1]["price_kind"]) == (themes, graded, free)


async def test_a_value_that_is_on_no_list_is_named_with_those_that_are(client: Client) -> None:
    for path in ("/v1/listings", "/v1/listings/facets"):
        answer = await client.get(path, params={"grade": ["A", "good"], "delivery": "fax"})
        body = refused(answer, 400, "filter-unknown", "LT-LST-16")
        assert [error["pointer"] for error in body["errors"]] == ["/query/grade", "/query/delivery"]
        assert "excellent, good, qualified, needs_improvement" in body["errors"][0]["detail"]


@pytest.mark.parametrize("sort", ["newest", "price", "score", "relevance"])
async def test_a_cursor_belongs_to_its_query(as_: As, client: Client, runtime: Runtime, sort: str) -> None:
    await stock(runtime, (await as_("provider")).party, [(f"航班 {at}", "摘要") for at in range(3)])
    asked = {"q": "航班", "sort": sort, "limit": 1}
    cursor = (await client.get("/v1/listings", params=asked)).json()["next"]
    assert (await client.get("/v1/listings", params={**asked, "cursor": cursor})).status_code == 200
    for other in ({"delivery": "files"}, {"q": "航班 数据"}, {"sort": "score" if sort != "score" else "price"}):
        answer = await client.get("/v1/listings", params={**asked, **other, "cursor": cursor})
        refused(answer, 400, "cursor-of-another-query", "LT-LST-17")


async def test_in_order_of_price_and_of_score(as_: As, client: Client, runtime: Runtime) -> None:
    """Prices 1:100 2:100 3:200 4:300, two a page; after the first, 9 comes at 50 and 10 at 200."""
    provider = (await as_("provider")).party

    async def put(price: int, score: str | None) -> str:
        (listing_id,) = await stock(runtime, provider, [("航班", "摘要")])
        await runtime.pool.execute(
            "UPDATE listing SET price_minor = $2, quality_score = CAST($3::text AS numeric) WHERE id = $1",
            listing_id, price, score,
        )  # fmt: skip
        return listing_id

    four, three, two, one = [await put(p, s) for p, s in ((300, "70"), (200, None), (100, "99.5"), (100, "99.50"))]
    pages = [(await client.get("/v1/listings", params={"sort": "price", "limit": 2})).json()]
    await put(50, None)
    ten = await put(200, None)
    while (cursor := pages[-1]["next"]) is not None:
        pages.append((await client.get("/v1/listings", params={"sort": "price", "limit": 2, "cursor": cursor})).json())
    assert [[item["id"] for item in page["items"]] for page in pages] == [[one, two], [ten, three], [four]]
    by_score = (await client.get("/v1/listings", params={"sort": "score", "limit": 3})).json()["items"]
    assert [item["id"] for item in by_score] == [one, two, four]


async def test_whoever_sells_nothing_is_not_named_to_anybody(as_: As, client: Client, runtime: Runtime) -> None:
    """A choice may name any party; that it exists, and what it is called, is told of sellers alone."""
    seller, buyer = await as_("provider"), await as_("buyer")
    await stock(runtime, str(seller.party), [("航班", "摘要")])
    asked = f"provider={seller.party}&provider={buyer.party}&provider=pty_{'0' * 26}"
    answer = (await client.get(f"/v1/listings/facets?{asked}")).json()
    [providers] = [each for each in answer["facets"] if each["code"] == "provider"]
    labels = {each["value"]: each["label"]["zh"] for each in providers["values"]}
    assert labels.pop(str(seller.party)) == "测试机构 provider"
    assert labels == {buyer.party: buyer.party, f"pty_{'0' * 26}": f"pty_{'0' * 26}"}


@pytest.mark.parametrize("sort", ["price", "score"])
async def test_a_cursor_that_was_tampered_with_harms_nobody(
    as_: As, client: Client, runtime: Runtime, sort: str
) -> None:
    provider = await as_("provider")
    await stock(runtime, str(provider.party), [(f"航班 {n}", "摘要") for n in range(3)])
    genuine = (await client.get(f"/v1/listings?sort={sort}&limit=1")).json()["next"]
    parts = list(decode(genuine, 4) or ())
    for number in ("9" * 19, "-" + "9" * 19, "9" * 100, "x"):
        answer = await client.get(f"/v1/listings?sort={sort}&limit=1&cursor={encode(*parts[:2], number, parts[3])}")
        assert answer.status_code == 200, answer.text
