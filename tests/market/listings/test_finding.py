"""Finding products on a real database: every text is a legal query, the best comes first, pages cover exactly once."""

import csv
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.datastructures import State

from kernel import ids
from kernel.db import Sessions
from kernel.runtime import Runtime
from kernel.views.paging import encode
from market.listings import queries, search
from market.listings.finding.query import ListingQuery
from market.listings.schemas import SearchPage
from tests.conftest import As, Client
from tests.examples import examples

LISTINGS = Path(__file__).parents[3].parent / "shared" / "data" / "listings"
_CERTIFICATE = (
    "INSERT INTO certificate (id, number, regime, registration_id, asset_id, asset_name, revision_id, party_id,"
    " holder_name, content_sha256, rights, restrictions, source_kind, title_basis, valid_from, valid_until,"
    " document_id, status, status_changed_at, version, created_at) VALUES ($1, $2, 'property', $1, 'ast', 'a', 'rev',"
    " $3, 'h', $1, '{OPERATE}', '', 'generated', 'own-operations', '2026-01-01', '2031-01-01', 'd', 'in_force', now(),"
    " 1, now())"
)
_INSERT = (
    "INSERT INTO listing (id, provider, asset_id, revision_id, certificate_id, title_zh, title_en, summary_zh,"
    " summary_en, keywords, theme, licence, delivery, price_kind, price_minor, currency, size_bytes, sample_rows,"
    " search, status, created_at, status_changed_at, version, under_notice)"
    " VALUES ($1, $2, 'ast', 'rev', $7, $3, 'x', $4, 'x', '{}', 'x', '{}',"
    " 'files', 'one-off', 100, 'CNY', 1, '{}', $5::text::tsvector, $6, now(), now(), 1, false)"
)


async def stock(
    runtime: Runtime, provider: str | None, texts: Sequence[tuple[str, str]], status: str = "listed"
) -> list[str]:
    """Put products (title, summary) straight on the shelf; how they get there has its own tests."""
    made = [(ids.new("lst"), title, summary) for title, summary in texts]
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        first = await connection.fetchval("SELECT count(*) FROM certificate")
        numbers = [f"SJ{first + at:013d}" for at in range(len(made))]
        held = [(ids.new("crt"), number, provider or "pty") for number in numbers]
        await connection.executemany(_CERTIFICATE, held)
        rows = zip(made, held, strict=True)
        await connection.executemany(
            _INSERT, [(i, provider, t, s, search.document(t, "", s), status, c) for (i, t, s), (c, _, _) in rows]
        )
        await noted(connection, [listing_id for listing_id, _, _ in made])
    return [listing_id for listing_id, _, _ in made]


async def noted(connection: asyncpg.Connection, listing_ids: Sequence[str]) -> None:
    """Do what the triggers would have done that a replica silences."""
    await connection.execute(
        "INSERT INTO listing_find (place, search, amount, currency) SELECT place, search,"
        " CASE price_kind WHEN 'free' THEN 0 ELSE price_minor END, currency FROM listing WHERE id = ANY($1)"
        " ON CONFLICT (place) DO UPDATE SET amount = EXCLUDED.amount, currency = EXCLUDED.currency",
        listing_ids,
    )
    await connection.execute("INSERT INTO facet_change (listing_id) SELECT unnest($1::text[])", listing_ids)


async def _titles(client: Client, words: str) -> list[str]:
    answer = await client.get("/v1/listings", params={"q": words})
    assert answer.status_code == 200, answer.text
    return [item["title_zh"] for item in answer.json()["items"]]


async def test_chinese_latin_and_mixed_words(as_: As, client: Client, runtime: Runtime) -> None:
    texts = [
        ("全国航班延误数据", "覆盖主要机场的离港航班"),
        ("新能源汽车充电桩", "充电桩实时运行状态 API"),
        ("企业纳税信用", "税务部门公开信息"),
    ]
    await stock(runtime, (await as_("provider")).party, texts)
    for words, found in (
        ("航班", [0]),
        ("航班延误", [0]),
        ("机场", [0]),
        ("税", [2]),
        ("ａｐｉ", [1]),
        ("充电 api", [1]),
        ("新能源的充电桩", [1]),
        ("海关", []),
        ("!!!", []),
    ):
        assert await _titles(client, words) == [texts[at][0] for at in found], words


async def test_titles_come_before_summaries(as_: As, client: Client, runtime: Runtime) -> None:
    texts = [("甲", "气象" * 3), ("气象数据", "乙"), ("丙", "含气象要素")]
    await stock(runtime, (await as_("provider")).party, texts)
    assert (await _titles(client, "气象"))[0] == "气象数据"


async def test_with_few_hits_any_word_will_do_and_every_word_comes_first(
    as_: As, client: Client, runtime: Runtime
) -> None:
    texts = [("航班时刻", "无"), ("气象观测", "无"), ("航班与气象", "无"), ("海关统计", "无")]
    await stock(runtime, (await as_("provider")).party, texts)
    answer = (await client.get("/v1/listings", params={"q": "航班 气象"})).json()
    assert answer["relaxed"] is True
    assert answer["items"][0]["title_zh"] == "航班与气象"
    assert {item["title_zh"] for item in answer["items"]} == {"航班时刻", "气象观测", "航班与气象"}


async def test_with_enough_hits_every_word_is_wanted(as_: As, client: Client, runtime: Runtime) -> None:
    texts = [(f"航班气象 {n}", "无") for n in range(search.FEW_HITS)] + [("航班", "无")]
    await stock(runtime, (await as_("provider")).party, texts)
    answer = (await client.get("/v1/listings", params={"q": "航班 气象"})).json()
    assert (answer["relaxed"], len(answer["items"])) == (False, search.FEW_HITS)


async def test_a_price_that_few_have_does_not_relax_the_words(as_: As, client: Client, runtime: Runtime) -> None:
    """Whether few hold every word is asked of all products, at whatever price (all of these cost 1.00)."""
    texts = [(f"航班气象 {n}", "无") for n in range(search.FEW_HITS)] + [("航班", "无")]
    made = await stock(runtime, (await as_("provider")).party, texts)
    await runtime.pool.execute(
        "UPDATE listing SET price_kind = 'free', price_minor = NULL, currency = NULL WHERE id = ANY($1)",
        [made[0], made[-1]],
    )
    answer = (await client.get("/v1/listings", params={"q": "航班 气象", "price_kind": "free"})).json()
    assert (answer["relaxed"], [item["id"] for item in answer["items"]]) == (False, [made[0]])
    none = (await client.get("/v1/listings", params={"q": "航班 气象", "price_kind": "on-request"})).json()
    assert (none["relaxed"], none["items"]) == (False, [])


async def test_what_may_not_be_sold_does_not_relax_the_words(as_: As, client: Client, runtime: Runtime) -> None:
    """Enough products hold every word; that none of them may be sold now is no reason to look for other words."""
    texts = [(f"航班气象 {n}", "无") for n in range(search.FEW_HITS)]
    made = await stock(runtime, (await as_("provider")).party, [*texts, ("航班", "无")])
    await runtime.pool.execute(
        "UPDATE certificate SET status = 'expired' WHERE id IN (SELECT certificate_id FROM listing WHERE id = ANY($1))",
        made[:-1],
    )
    answer = (await client.get("/v1/listings", params={"q": "航班 气象"})).json()
    assert (answer["relaxed"], answer["items"]) == (False, [])


@pytest.mark.parametrize("words", [None, "数据", "数据 乙"])
async def test_pages_cover_exactly_once(as_: As, client: Client, runtime: Runtime, words: str | None) -> None:
    texts = [(f"数据 {n}", "甲" if n % 2 else "乙") for n in range(23)]
    made = await stock(runtime, (await as_("provider")).party, texts)
    await stock(runtime, (await as_("provider")).party, [("数据 草稿", "甲")], status="draft")
    seen: list[str] = []
    params = {"limit": "5", **({"q": words} if words else {})}
    while True:
        answer = (await client.get("/v1/listings", params=params)).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        params["cursor"] = answer["next"]
    expected = set(made) if words != "数据 乙" else {made[n] for n in range(0, 23, 2)}
    assert (len(seen), set(seen)) == (len(expected), expected)
    if words is None:
        assert seen == sorted(made, reverse=True)


async def test_more_hits_than_are_ranked_are_said(
    as_: As, client: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CANDIDATES_MAX", search.FEW_HITS)
    party = (await as_("provider")).party
    await stock(runtime, party, [("甲", "公共数据") for _ in range(search.FEW_HITS + 2)] + [("公共数据目录", "乙")])
    answer = (await client.get("/v1/listings", params={"q": "公共数据"})).json()
    assert (answer["capped"], answer["items"][0]["title_zh"]) == (True, "公共数据目录")


async def test_titles_with_one_word_crowd_out_nothing_that_holds_them_all(
    as_: As, client: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CANDIDATES_MAX", search.FEW_HITS)
    party = (await as_("provider")).party
    texts = [(f"航班 {n}", "无") for n in range(search.FEW_HITS + 2)]
    whole = (await stock(runtime, party, [*texts, ("甲", "航班气象")]))[-1]
    answer = (await client.get("/v1/listings", params={"q": "航班 气象"})).json()
    assert (answer["relaxed"], answer["capped"], answer["items"][0]["id"]) == (True, True, whole)


async def test_below_the_cap_nothing_is_missing(
    as_: As, client: Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CANDIDATES_MAX", 10)
    party = (await as_("provider")).party
    await stock(runtime, party, [(f"公共数据 {n}", "甲") for n in range(6)] + [("乙", "公共数据") for _ in range(3)])
    answer = (await client.get("/v1/listings", params={"q": "公共数据"})).json()
    assert (answer["capped"], len(answer["items"])) == (False, 9)


@pytest.mark.parametrize(
    "params",
    [
        {"q": "税" * 201},
        {"limit": "0"},
        {"limit": "101"},
        {"cursor": "!!!"},
        {"cursor": encode("a", "b", "c")},
        {"q": "税", "cursor": encode("lst_x")},
        {"cursor": encode("\x00")},
    ],
)
async def test_what_cannot_be_asked(client: Client, params: dict[str, str]) -> None:
    answer = await client.get("/v1/listings", params=params)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input")


@pytest.mark.parametrize(
    "position", [("any", "1", "nan", "x"), ("x", "2", "inf", ""), ("every", "0", "text", "\ud7ff")]
)
async def test_a_made_up_cursor_harms_nobody(client: Client, position: tuple[str, ...]) -> None:
    answer = await client.get("/v1/listings", params={"q": "税", "cursor": encode(ListingQuery("税").mark, *position)})
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.fixture
async def server(runtime: Runtime) -> State:
    """One connection for many examples."""
    return State({"pool": runtime.pool})


@settings(max_examples=examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=search.QUERY_CHARS_MAX) | st.text("'\\:*&|!<->() 税A的\x00", max_size=60))
async def test_postgresql_accepts_every_text(text: str, server: State) -> None:
    pool: asyncpg.Pool = server.pool
    asked, vector = search.query(text), search.document(text, text, text)
    read = await pool.fetchrow(
        "SELECT $1::text::tsquery AS a, $2::text::tsquery AS b, $3::text::tsquery AS c, $4::text::tsquery AS d,"
        " $5::text::tsvector @@ $1::text::tsquery AS found",
        asked.every,
        asked.every_in_title,
        asked.any,
        asked.any_in_title,
        vector,
    )
    assert read is not None
    assert read["found"] is not asked.is_empty


@pytest.mark.slow
async def test_real_listings(as_: As, sessions: Sessions, runtime: Runtime) -> None:
    if not LISTINGS.is_dir():
        pytest.skip("the real listings of ../shared/data/listings are not beside this checkout")
    rows: list[dict[str, str]] = []
    for path in sorted(LISTINGS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    made = await stock(runtime, (await as_("provider")).party, [(r["title"], r["description"]) for r in rows])
    title_of = dict(zip(made, (row["title"] for row in rows), strict=True))

    async def found(words: str) -> SearchPage:
        async with runtime.act() as act:
            return await queries.listings(act, ListingQuery(words), 20, None)

    for row in rows[::100]:
        page = await found(row["title"][: search.QUERY_CHARS_MAX])
        if not search.query(row["title"]).is_empty:
            assert row["title"] in [title_of[item.id] for item in page.items], row["title"]
    text_of = dict(zip(made, (search.fold(f"{r['title']} {r['description']}") for r in rows), strict=True))
    for words, parts in (("气象", ["气象"]), ("企业用电", ["企业", "用电"]), ("税", ["税"]), ("ＡＰＩ", ["api"])):
        page = await found(words)
        assert len(page.items) == 20
        assert all(part in text_of[item.id] for item in page.items for part in parts), words
