"""Which columns a text reads: those that it names, or all where it could mean one without naming it."""

from contextlib import suppress

import duckdb
import pytest

from channels.computing.errors import QueryRefused
from channels.computing.grammar.parsing import parsed, table_parameters
from channels.computing.grammar.projection import columns_named
from tests.channels.computing import attacks

COLUMNS = ["person", "Region", "pay", "since"]


def named(sql):
    return columns_named(parsed(sql), COLUMNS)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select region from data", ["Region"]),
        ("select REGION, sum(d.pay) as n from data as d group by region order by n", ["Region", "pay"]),
        ("select count(*) as n from data", ["person"]),
        ("select count(*) as n from data where since > '2026-01-01'", ["since"]),
        ("select a.pay from data a join data b using (person)", ["person", "pay"]),
        ("select pay from data where exists (select 1 from data d where d.since = data.since)", ["pay", "since"]),
        ("with x as (select pay, region as r from data) select r, sum(pay) from x group by r", ["Region", "pay"]),
        ("select pay from (select pay, row_number() over (partition by region) as n from data) where n = 1", None),
        ("select main.data.pay from data", ["pay"]),
        ("select list_transform([1], lambda x: x + pay) as l from data", ["pay"]),
        ("select 'person' as t, pay from data", ["pay"]),
        ("select person.given from data", ["person"]),
    ],
)
def test_what_is_named_is_read_and_nothing_else(sql, columns):
    assert named(sql) == (columns or ["Region", "pay"])


@pytest.mark.parametrize(
    "sql",
    [
        "select * from data",
        "from data",
        "table data",
        "select data.* from data",
        "select * exclude (pay) from data",
        "select columns('p.*') from data",
        "select #2 from data",
        "select data from data",
        "select d from data d",
        "select count(d) from data as d",
        "select a from data as d(a, b)",
        "select n.pay from data natural join data n",
        "select x.pay from (select * from data) x",
        "with x as (from data) select pay from x",
        "select * from (summarize data)",
        "select region from data pivot (sum(pay) for since in ('a', 'b'))",
        "select v from data unpivot (v for n in (pay, since))",
    ],
)
def test_what_could_be_any_column_is_all_of_them(sql):
    assert named(sql) == COLUMNS


@pytest.mark.parametrize(
    "sql",
    [
        "select pay from data, range(3), unnest([1, 2]) u, generate_series(1, $n) g",
        "with recursive r as (select 1 as n union all select n + 1 from r where n < $n) select count(*) from r, data",
        "select pay from DATA where pay > $n",
        "select pay from (values (1), ($n)) v, data",
    ],
)
def test_the_table_and_rows_made_of_nothing_may_be_read(sql):
    assert table_parameters(sql) == ["n"]


@pytest.mark.parametrize(
    "source",
    [
        "read_text('/etc/passwd')",
        "'/etc/passwd.csv'",
        '"/proc/self/fd/3"',
        "parquet_metadata('/proc/self/fd/3')",
        "parquet_schema('/proc/self/fd/3')",
        "parquet_file_metadata('/proc/self/fd/3')",
        "read_parquet('/proc/self/fd/3')",
        "read_blob('/proc/self/fd/3')",
        "glob('/proc/self/fd/*')",
        "query('select 1')",
        "query_table('data')",
        "json_execute_serialized_sql('{}')",
        "duckdb_settings()",
        "duckdb_columns()",
        "information_schema.tables",
        "pg_catalog.pg_tables",
        "sqlite_master",
        "main.data",
        "loaded",
        "data, read_text('/etc/passwd')",
        "data where pay in (select size from read_blob('/proc/self/environ'))",
        "(with \"/proc/self/fd/3\" as (select 1) select 1) a, '/proc/self/fd/3'",
        *attacks.CATALOGUE,
    ],
)
def test_nothing_else_may_be_read(source):
    with pytest.raises(QueryRefused) as met:
        table_parameters(f"select 1 as n from {source}")
    (fault,) = met.value.errors
    assert (fault.pointer, fault.rule) == ("/sql", "LT-SBX-04")


def test_every_table_that_an_empty_engine_has_is_none_of_a_texts_own():
    """As the engine itself tells them: those of its views that a bare name reads."""
    read = set()
    with duckdb.connect() as engine:
        for (name,) in engine.execute("select distinct view_name from duckdb_views()").fetchall():
            with suppress(duckdb.CatalogException):
                engine.execute(f"select * from {name}")
                read.add(name)
    assert {"duckdb_views", "pg_class", "sqlite_master", "pragma_database_list"} <= read
    for name in read:
        with pytest.raises(QueryRefused):
            table_parameters(f"with {name} as (select 1 as a) select a from {name}, data")


def test_the_catalogue_is_what_those_texts_would_read():
    """An engine without the grammar answers each of them; so does one that is locked."""
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE data AS SELECT 1 AS person")
        engine.execute("SET enable_external_access = false")
        for source in attacks.CATALOGUE:
            engine.execute(f"select 1 as n from {source}").fetchall()


def test_the_parser_takes_what_the_tests_say():
    """A text that were no SQL would be refused for that."""
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE data AS SELECT 1 AS person, 2 AS region, 3 AS pay, 4 AS since")
        assert engine.execute("select #2 from data").fetchall() == [(2,)]
        assert engine.execute("select a from data as d(a, b)").fetchall() == [(1,)]
