"""Two tables are joined as SQLite joins them, bounded by unit; and no identifier lies where a text could reach it."""

import hmac
from random import Random

import duckdb
import polars as pl
import pytest

from channels.computing.engine.files import NotComputed
from channels.computing.engine.locked import ready
from channels.computing.errors import QueryRefused
from channels.computing.grammar.parsing import understood
from channels.computing.grammar.query import Dimension, DimensionKind, Table
from channels.computing.privacy.budget import MICRO
from channels.joint.engine.joining import Joined, Rows, Sets, joint_aggregates, joint_template, require_other_set
from channels.joint.engine.keys import RunKey, digest, normalised
from kernel.jobs.processes import called
from tests.channels.computing import attacks
from tests.channels.computing.tables import DISK, lines
from tests.channels.computing.test_grammar import in_process
from tests.channels.joint.attacks import NAMES
from tests.channels.joint.tables import SHOPS, asked, bounded_rows, in_sqlite, sides, source, spending

SETS = Sets(units_min=10, joined_rows_max=10_000)


def told(both, sql, normalisation="caseless", **over):
    table, promise = asked(**over)
    query = understood(sql, table)
    return in_process(joint_aggregates, DISK, *both, normalisation, table, query, promise, 1_000).rows


def made(both, sql, values=None, sets=SETS, units_column=None):
    rows_out = Rows(1_000, units_column)
    return in_process(joint_template, DISK, *both, "caseless", sql, values or {}, sets, rows_out).rows


def test_sums_and_counts_are_those_of_sqlite(tmp_path):
    both = sides(tmp_path)
    rows = told(both, "select a_region, count(*) as n, sum(b_spend) as s from data group by a_region order by a_region")
    expected = in_sqlite(
        "SELECT region, count(*), sum(spend) FROM a JOIN b USING (identifier) GROUP BY region ORDER BY region"
    )
    assert len(expected) == 3
    assert rows == [[region, str(n), str(int(s))] for region, n, s in expected]
    sql = "select b_shop, avg(b_spend) as s from data where a_age between 50 and 58 group by b_shop"
    rows = told(both, sql, groups_per_unit=2)
    expected = in_sqlite(
        "SELECT shop, avg(spend) FROM a JOIN b USING (identifier) WHERE age + 0 BETWEEN 50 AND 58 GROUP BY shop"
    )
    assert {shop: float(s) for shop, s in rows} == pytest.approx(dict(expected), abs=0.005)
    assert {shop for shop, _ in rows} == set(SHOPS)


def test_an_identifier_is_digested_as_hmac_does_and_normalised_as_declared():
    """Against the standard library's HMAC, and texts normalised by hand."""
    key = bytes(range(64))
    marks = RunKey(key).marks
    cases = {
        "exact": {" Ab": " Ab", "": None},
        "trimmed": {" Ab\u3000": "Ab", "\t": None},
        "caseless": {" ÀB\u00a0": "àb", "e\u0301": "é"},
        "digits": {"(010) 66-55": "0106655", "x": None},
    }
    with duckdb.connect(":memory:") as engine:
        for normalisation, texts in cases.items():
            for text, wanted in texts.items():
                written = f"SELECT {normalised('t', normalisation)}, {digest('t', normalisation)} FROM (SELECT ? AS t)"
                told_text, told_digest = engine.execute(written, [*marks, text]).fetchone()
                assert told_text == wanted
                expected = wanted and hmac.digest(key, wanted.encode(), "sha256").hex()[:32]
                assert (told_digest and told_digest.hex) == expected
    assert RunKey().marks != RunKey().marks


@pytest.mark.slow
def test_duplicate_keys_do_not_blow_up_the_join(tmp_path):
    wages = [*lines(), *(lines()[31:33] * 2_000)]
    cards = [*spending(), *(["p30,书店,1", "p31,书店,1"] * 2_000)]
    both = sides(tmp_path, wages, cards, a_rows=3, b_rows=2)
    rows = told(both, "select count(*) as n from data", rows_per_unit=6)
    assert rows == [[str(bounded_rows(wages, cards, 3, 2))]]
    # A template has all rows, and nothing where these are too many: 2,001 by 2,002 of two identifiers alone.
    with pytest.raises(NotComputed):
        made(both, "select count(*) as n from data")
    assert made(sides(tmp_path), "select count(*) as n from data")[0][0] == 60


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_one_unit_changes_a_count_by_the_product_at_the_most(tmp_path, seed):
    """Neighbouring tables: all rows of one identifier are taken from either side."""
    draw = Random(seed)
    wages = ["person,region,job,age", *(f"p{draw.randrange(20)},华东,x,{draw.randrange(90)}" for _ in range(80))]
    cards = ["card,shop,spend", *(f"P{draw.randrange(20)},书店,{draw.randrange(900)}" for _ in range(80))]
    gone = f"p{draw.randrange(20)},"
    neighbours = [(wages, cards), ([w for w in wages if not w.startswith(gone)], cards)]
    neighbours.append((wages, [c for c in cards if not c.startswith(gone.upper())]))
    counts = []
    for at, (w, c) in enumerate(neighbours):
        folder = tmp_path / str(at)
        folder.mkdir()
        rows = told(sides(folder, w, c, a_rows=2, b_rows=3), "select count(*) as n from data", rows_per_unit=6)
        assert rows == [[str(bounded_rows(w, c, 2, 3))]]
        counts.append(int(rows[0][0]))
    assert abs(counts[0] - counts[1]) <= 6
    assert abs(counts[0] - counts[2]) <= 6


@pytest.mark.slow
def test_empty_keys_and_keys_of_other_types_join_as_their_texts(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"person": [1, 2, None, 4] * 5, "region": ["华东"] * 20}).write_parquet(path)
    whole = DISK.table("a.parquet", path)
    cards = source(tmp_path, "b.csv", ["card,shop,spend", "1,书店,1", "02,书店,1", ",书店,1", "4.0,书店,1", "4,书店,1"])
    both = (Joined(whole, "person", 1), Joined(cards, "card", 2))
    # By hand: 1 and 4 are in both; 02 and 4.0 are other texts than 2 and 4, and nothing joins with nothing.
    assert told(both, "select count(*) as n from data", units_min=1) == [["2"]]
    assert made(both, "select count(distinct key) as n from data", sets=Sets(1, 100)) == [[2]]


@pytest.mark.slow
def test_a_noisy_count_never_tells_a_join_exactly(tmp_path):
    """With the budget of the offers the size of the intersection is noisy, and too small a one is not told at all."""
    both = sides(tmp_path)
    over = {"micro_epsilon_per_query": MICRO, "rows_per_unit": 2}
    counts = {told(both, "select count(*) as n from data", **over)[0][0] for _ in range(6)}
    assert len(counts) > 1
    few = sides(tmp_path, cards=spending()[:3])
    assert told(few, "select count(*) as n from data", units_min=1_000, **over) == [[None]]


@pytest.mark.slow
def test_a_template_gives_nothing_for_small_sets_or_a_small_intersection(tmp_path):
    sql = "select count(*) as n from data"
    # By hand: p30 to p59 are in both, sixty persons and forty cards.
    assert made(sides(tmp_path), sql, sets=Sets(30, 100)) == [[60]]
    for limits in (Sets(31, 100), Sets(41, 100), Sets(30, 59)):
        with pytest.raises(NotComputed):
            made(sides(tmp_path), sql, sets=limits)


@pytest.mark.slow
def test_differencing_by_sets_gives_nothing(tmp_path):
    """A set that lacks, has or exchanges fewer than ten identifiers against an earlier one is no set to join."""
    a, b = sides(tmp_path)

    def after(*cards, of="b"):
        earlier = [source(tmp_path, f"earlier-{at}.csv", each) for at, each in enumerate(cards)]
        in_process(require_other_set, DISK, a if of == "a" else b, "caseless", earlier, 10)

    after(spending())
    after(spending()[:-22], spending())  # Ten identifiers fewer, and the rows of nobody; and the same.
    for near in (spending()[:-4], [*spending(), "p99,书店,1"], [*spending()[:-4], "p98,书店,1", "p99,书店,1"]):
        with pytest.raises(NotComputed):
            after(near)
        with pytest.raises(NotComputed):
            after(spending(), near)
    with pytest.raises(NotComputed):
        after(lines()[:-1], of="a")


@pytest.mark.slow
def test_a_template_reaches_the_join_and_nothing_else(tmp_path):
    both = sides(tmp_path)
    assert made(both, "select table_name from duckdb_tables()") == [["data"]]
    columns = "select column_name from duckdb_columns(){} where table_name = 'data' and not internal"
    names = [row[0] for row in made(both, columns.format(", (from data limit 1)"))]
    assert names == ["key", "a_region", "a_job", "a_age", "a_member", "a_since", "a_pay", "b_shop", "b_spend"]
    # What the text does not name is not there; where it names nothing, the first column of each side is.
    assert [row[0] for row in made(both, columns.format(""))] == ["key", "a_region", "b_shop"]
    named = ", (select a_pay from data where b_spend > '0' limit 1)"
    assert [row[0] for row in made(both, columns.format(named))] == ["key", "a_pay", "b_spend"]
    for attack in (
        "select a_person from data",
        "select * from side_a",
        "select * from kept_b",
        "select * from earlier",
        "select key from data limit 1",
        "select * from read_csv('/etc/passwd')",
        f"select * from read_csv('{DISK.paths[both[1].source.first]}')",
        "select * from read_csv('/proc/self/fd/3')",
        "select * from glob('/proc/self/fd/*')",
        "attach '/tmp/x.db' as x",
        "set enable_external_access = true",
    ):
        with pytest.raises(NotComputed) as met:
            made(both, attack)
        assert str(met.value) == ""
        assert met.value.__cause__ is None


@pytest.mark.slow
def test_a_group_that_one_side_made_of_one_person_is_left_out(tmp_path):
    """A provider writes a shop into its table at which one person alone has bought, to read that person's wage."""
    cards = [*spending(), "p31,小店,1"]
    sql = "select b_shop, count(distinct key) as people, sum(a_pay::double) as pay from data group by b_shop"
    assert sorted(row[:2] for row in made(sides(tmp_path, cards=cards), sql)) == [
        ["书店", 30],
        ["小店", 1],
        ["超市", 30],
    ]
    kept = made(sides(tmp_path, cards=cards), sql, units_column="people")
    assert sorted(row[:2] for row in kept) == [["书店", 30], ["超市", 30]]
    with pytest.raises(NotComputed):
        made(sides(tmp_path), sql, units_column="persons")


def test_an_identifier_by_another_letter_is_no_column(tmp_path):
    """The engine would read PERSON of the column person, which then stayed in the join under its own name."""
    a, b = sides(tmp_path)
    with pytest.raises(NotComputed):
        made((Joined(a.source, "PERSON"), b), "select count(*) as n from data")


@pytest.mark.slow
def test_names_of_columns_are_names_whatever_they_say(tmp_path):
    """A provider calls its columns as the engine calls its own, and writes SQL into one."""
    hostile = 'person,key,place,turn,unit,"x"" from side_b; drop table side_b; --"'
    wages = [hostile, *(f"p{at},{at},1,1,1,secret" for at in range(60))]
    both = sides(tmp_path, wages)
    columns = "select column_name from duckdb_columns(), (from data limit 1) where table_name = 'data' and not internal"
    names = [row[0] for row in made(both, columns)]
    evil = 'a_x" from side_b; drop table side_b; --'
    assert names == ["key", "a_key", "a_place", "a_turn", "a_unit", evil, "b_shop", "b_spend"]
    dimension = Dimension(DimensionKind.INTEGER)
    table = Table("key", {"a_key": dimension, "a_unit": dimension, "b_shop": Dimension(DimensionKind.TEXT, SHOPS)}, {})
    query = understood("select b_shop, count(a_key) as n from data where a_unit = 1 group by b_shop", table)
    arguments = (*both, "caseless", table, query, asked(groups_per_unit=2)[1], 10)
    assert in_process(joint_aggregates, DISK, *arguments).rows == [[SHOPS[0], "30"], [SHOPS[1], "30"]]


def refusal(sql):
    with pytest.raises(QueryRefused) as met:
        understood(sql, asked()[0])
    return [fault.detail for fault in met.value.errors]


@pytest.mark.parametrize("attack", NAMES)
def test_names_that_were_not_offered_are_refused(attack):
    for said in refusal(attack):
        assert "p31" not in said.en


def test_an_identifier_answers_as_a_column_that_is_not_there():
    assert refusal("select count(*) from data where a_person = 'p1'") == refusal(
        "select count(*) from data where a_nothing = 'p1'"
    )


@pytest.mark.slow
@pytest.mark.parametrize("attack", attacks.ALL[: -len(attacks.BOMBS)])
def test_what_attacks_one_table_does_not_get_at_two(attack):
    refusal(attack)


@pytest.mark.slow
async def test_in_a_process_of_its_own_the_answer_is_the_same(tmp_path):
    table, promise = asked()
    query = understood("select count(*) as n from data", table)
    arguments = (*sides(tmp_path), "caseless", table, query, promise, 10)
    made = await called(joint_aggregates, *arguments, seconds=60, fresh=ready, answering=DISK.answer)
    assert made.rows == [["60"]]
