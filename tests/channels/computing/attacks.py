"""What a hostile buyer sends as a query: by aim, each a text that must be refused before anything runs."""

FILES = """
select count(*) from read_csv('/etc/passwd')
select count(*) from '/etc/passwd'
select count(*) from read_text('/etc/passwd')
select count(*) from read_blob('/proc/self/environ')
select count(*) from read_json('/etc/hostname')
select count(*) from read_parquet('/srv/data/*.parquet')
select count(*) from glob('/**')
select count(*) from sniff_csv('/etc/passwd')
select count(*) from parquet_metadata('x.parquet')
copy data to '/tmp/out.csv'
copy (select * from data) to '/dev/stdout'
copy data from '/etc/passwd'
export database '/tmp/x'
import database '/tmp/x'
attach '/tmp/x.db' as x
attach ':memory:' as x
detach data
load httpfs
install httpfs
select count(*) from data, read_text('/etc/passwd')
select getenv('HOME'), count(*) from data
select count(*) from data where region = (select content from read_text('/etc/passwd'))
""".strip().splitlines()

NETWORK = """
select count(*) from read_csv('http://127.0.0.1:8000/v1/log')
select count(*) from 'https://example.com/x.parquet'
select count(*) from read_parquet('s3://bucket/key')
create secret s (type s3, key_id 'x', secret 'y')
select count(*) from postgres_scan('host=127.0.0.1', 'public', 'party')
select count(*) from sqlite_scan('/tmp/x', 'y')
install spatial from 'http://127.0.0.1/x'
call enable_logging('http')
""".strip().splitlines()

ROWS = """
select * from data
select region from data
select person, count(*) from data group by person
select distinct region, count(*) from data group by region
select person from data where person = 'p1'
summarize data
describe data
show tables
from data
table data
values (1)
select count(*), min(pay) from data
select max(pay) from data
select median(pay) from data
select quantile_cont(pay, 0.999) from data
select first(person) from data
select any_value(pay) from data
select list(pay) from data
select string_agg(person, ',') from data
select array_agg(person) from data
select histogram(pay) from data
select mode(pay) from data
select arg_max(person, pay) from data
select approx_top_k(person, 5) from data
select count(distinct person) from data
select count(distinct region) from data
select count(person) from data
select sum(distinct pay) from data
select bit_xor(pay) from data
select product(pay) from data
select stddev(pay) from data
select sum(age) from data
select avg(region) from data
select sum(pay) from data where pay > 1000
select count(*) from data where person = 'p1'
select count(*) from data where person like 'p%'
select sum(pay) filter (where age = 20) from data
select sum(pay order by age) from data
select count(*) over () from data
select region, row_number() over (order by region) from data
select columns(*) from data
select count(*), columns('p.*') from data
select pay + 0, count(*) from data group by pay + 0
select sum(pay + 1) from data
select sum(pay) + 1 from data
select sum(case when age = 20 then pay end) from data
select count(*) from data group by pay
select count(*) from data where rowid = 1
select count(*) from data group by rowid
select unit, count(*) from data group by unit
""".strip().splitlines()

PARSER = """
select count(*) from data; drop table data
select count(*) from data; select * from data
drop table data
delete from data
update data set pay = 0
insert into data values (1)
create table x as select * from data
create macro count(x) as 1
with x as (select * from data) select count(*) from x
with x as (delete from data returning *) select count(*) from data
with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r
select count(*) from data union all select count(*) from data
select count(*) from data except select 1
select count(*) from data intersect select 1
select count(*) from (select * from data)
select count(*) from data d
select count(*) from data as x(a, b)
select count(*) from main.data
select count(*) from memory.main.data
select count(*) from data at (version => 1)
select count(*) from data tablesample 1%
select count(*) from data using sample 5
select count(*) from data join data b on true
select count(*) from data, data b
select count(*) from data positional join data
select count(*) from data natural join data
select count(*) from information_schema.tables
select count(*) from duckdb_tables()
select count(*) from duckdb_secrets()
select count(*) from duckdb_settings()
select count(*) from pragma_database_list()
select count(*) from "data; drop table data"
select count(*) from data group by all
select count(*) from data group by cube (region, job)
select count(*) from data group by rollup (region, job)
select count(*) from data group by grouping sets ((region), (job))
select region, count(*) from data group by region having count(*) < 2
select region, count(*) from data group by region qualify row_number() over () = 1
select region, count(*) from data group by 1
select count(*) from data limit (select 5)
select count(*) from data limit 50%
select count(*) from data limit -1
select count(*) from data limit 99999999999
select count(*) from data order by (select 1)
select count(*) as n from data order by n nulls first
select count(*) from data order by random()
select region as "x""y", count(*) from data group by region
select region as n, count(*) as n from data group by region
select main.count(*) from data
select count(*) from data where region = $1
select count(*) from data where region = ?
select data.count(*) from data
select count(*) from data where data.region = 'x'
pivot data on region using count(*)
unpivot data on region into name n value v
explain analyze select count(*) from data
prepare p as select count(*) from data
execute p
begin
set memory_limit = '100GB'
reset memory_limit
pragma enable_profiling
call pragma_version()
vacuum
checkpoint
select count(*) from data where region = 'x' collate nocase
select '
select count(*) from data where region = 'a
/* select count(*) from data
""".strip().splitlines()

LEAKS = """
select count(*) from data where error(person) is null
select error(region), count(*) from data group by region
select count(*) from data where cast(region as int) = 1
select count(*) from data where region::int = 1
select count(*) from data where age = 'x'
select count(*) from data where region = 5
select count(*) from data where age = 1.5
select count(*) from data where age / 0 = 1
select count(*) from data where 1 / (age - 20) > 0
select count(*) from data where region = region
select count(*) from data where region = job
select count(*) from data where age = age + 1
select count(*) from data where region like '%'
select count(*) from data where regexp_matches(region, '.*')
select count(*) from data where region similar to '.*'
select count(*) from data where length(region) > 2
select count(*) from data where region in (select region from data)
select count(*) from data where exists (select 1 from data)
select count(*) from data where region = any (select region from data)
select count(*) from data where region is distinct from 'x'
select count(*) from data where since = date 'not a day'
select count(*) from data where since = '2026-13-01'
select count(*) from data where since = now()
select count(*) from data where since = current_date
select count(*) from data where random() < 0.5
select count(*) from data where region = null
select count(*) from data where region <> null
select count(*) from data where true
select count(*) from data where member
select count(*) from data where member = 1
select count(*) from data where 'a' = 'a'
select count(*) from data where nothing = 1
select nothing, count(*) from data group by nothing
select count(*) from data where age = 99999999999999999999
select count(*) from data where age = 9223372036854775807
select count(*) from data where region between 'a' and age
select case when age = 20 then 1 else 0 end, count(*) from data group by 1
select coalesce(region, person), count(*) from data group by 1
select try_cast(region as int), count(*) from data group by 1
""".strip().splitlines()

BOMBS = [
    "select count(*) from range(100000000000)",
    "select count(*) from generate_series(1, 100000000000)",
    "select repeat('x', 2000000000), count(*) from data",
    "select lpad('x', 2000000000, 'y'), count(*) from data",
    "select bitstring('1', 2000000000), count(*) from data",
    "select count(*) from data a, data b, data c, data d, data e, data f",
    "select count(*) from data where " + " and ".join(["age = 1"] * 250),
    "select count(*) from data where age in (" + ",".join(["1"] * 1_000) + ")",
    "select count(*) from data where " + "not " * 60 + "age = 1",
    "select count(*) from data where " + "(" * 1_500 + "age = 1" + ")" * 1_500,
    "select " + ", ".join(f"count(*) as n{at}" for at in range(60)) + " from data",
    "select count(*) from data group by " + ", ".join(f"x{at}" for at in range(400)),
    "select count(*) from data where region = '" + "x" * 3_000 + "'",
    "select " + "-" * 2_000 + "1, count(*) from data",
    "select count(*) from data where " + "case when " * 300 + "true",
    "[" * 3_000,
    "select {'a': 1}.a, count(*) from data",
    "select unnest(range(1000000000)), count(*) from data",
    "\0",
    "",
    "; ; ;",
    "-- nothing",
]

CATALOGUE = """
(with duckdb_views as (select 1 a) select * from duckdb_views) x, duckdb_views v
duckdb_tables v, (with duckdb_tables as (select 1 a) select 1) y
(with DuckDB_Columns as (select 1 a) select 1) x, "DUCKDB_COLUMNS" v
(with duckdb_views as (select * from duckdb_views) select * from duckdb_views) x
(with pg_class as (select 1 a) select 1) x, pg_class v
(with sqlite_master as (select 1 a) select 1) x, sqlite_master v
(with pragma_database_list as (select 1 a) select 1) x, pragma_database_list v
(show all tables)
(show tables)
(show databases)
(show duckdb_views)
(describe duckdb_views)
(summarize duckdb_views)
""".strip().splitlines()
"""What a hostile template names after FROM to read what the engine says of itself."""

_OF_CATALOGUE = [f"select count(*) from {source}" for source in CATALOGUE]

ALL = [*FILES, *NETWORK, *ROWS, *PARSER, *LEAKS, *_OF_CATALOGUE, *BOMBS]

HONEST = """
select count(*) from data
SELECT COUNT(*) AS n FROM data
select count(*) from DATA;
select region, count(*) as n from data group by region
select region, sum(pay) as total from data group by region order by total desc limit 2
select region, avg(pay) from data group by region order by 1
select region, job, count(*) from data group by region, job
select count(job) from data
select count(*) from data where region = '华东'
select count(*) from data where region = '华东' and age >= 30 and age < 40
select count(*) from data where not (region = '华东' or age in (20, 21, 22))
select count(*) from data where age between 20 and 29
select count(*) from data where age not between 20 and 29
select count(*) from data where job is not null
select count(*) from data where region not in ('华东', '华北')
select count(*) from data where 30 < age
select count(*) from data where member = true
select count(*) from data where since >= date '2026-01-10'
select count(*) from data where since < '2026-01-10'
select member, avg(pay) as pay, count(*) as n from data where region = '西北' group by member
select age, count(*) from data group by age order by age limit 5 offset 5
select count(*) from data where region = 'x''; drop table data; --'
select count(*) from data -- by nobody
/* whole */ select sum(pay), avg(pay), count(*) from data
""".strip().splitlines()
