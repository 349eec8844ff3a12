"""Tables of PostgreSQL and objects of S3 are read within limits, and nothing that is told holds a secret."""

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec
import polars as pl
import pytest

from centre.cli.scoring import score_and_tell
from kernel.errors import DomainError
from tests.database import fresh_database
from tests.doubles.s3 import Store, store
from valuation.quality.contract.contract import Contract
from valuation.quality.contract.reader import read
from valuation.quality.errors import DataTooLarge, SourceUnreachable
from valuation.quality.policy import policies
from valuation.quality.reading import sources
from valuation.quality.scoring.score import score

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
RULES = policies().at(date(2026, 11, 23))
LIMITS = RULES.body.limits
TABLE = """
CREATE SCHEMA "Odd ""one";
CREATE TABLE "Odd ""one"."t" (
    id bigint, name text, ok boolean, at timestamptz, naive timestamp, day date, f double precision,
    n numeric, doc jsonb, gone text
);
ALTER TABLE "Odd ""one"."t" DROP COLUMN gone;
INSERT INTO "Odd ""one"."t" VALUES
    (1, '甲, "quoted"' || chr(10) || 'second line', true, '2026-01-01 08:00+08', '2026-01-01 08:00:00.123456',
     '2026-01-01', 'NaN', 12345678901234.5, '{"city": "x", "tags": ["a"]}'),
    (2, '', false, '2026-01-02 00:00+00', NULL, NULL, '-Infinity', 1, NULL),
    (NULL, NULL, NULL, NULL, NULL, 'infinity', 1e308, -1, '{"city": null}');
CREATE VIEW public.v AS SELECT id, name FROM "Odd ""one"."t";
CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'CREATE TABLE public.made (x int); SELECT 1';
CREATE VIEW public.writes AS SELECT public.evil() AS id;
CREATE ROLE {role} LOGIN PASSWORD 's3cret-word';
"""
ROLE = f"reader_{os.getpid()}"
"""Of this process: a role belongs to the cluster, which others share."""
TYPES = {
    "id": "integer", "name": "string", "ok": "boolean", "at": "timestamp", "naive": "timestamp", "day": "date",
    "f": "number", "n": "number",
}  # fmt: skip


def contract(**more) -> Contract:
    properties = [{"name": n, "logicalType": t, "classification": "public"} for n, t in TYPES.items()]
    properties += more.get("properties", [])
    document = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1"}
    found = read(document | {"schema": [{"name": "t", "properties": properties}]})
    assert isinstance(found, Contract), found
    return found


@pytest.fixture
async def address(cluster):
    async with fresh_database(cluster) as url:
        dsn = url.replace("postgresql+asyncpg", "postgresql")
        connection = await asyncpg.connect(dsn)
        await connection.execute(TABLE.replace("{role}", ROLE))
        await connection.close()
        yield dsn
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
        await connection.close()


async def test_a_table_is_read_whole_and_as_it_is(address, tmp_path):
    given = f'{address}#Odd "one.t'
    declared = contract()
    found = await asyncio.to_thread(sources.fetched, {"t": given}, declared, tmp_path, LIMITS)
    told, path = found["t"]
    assert "@" not in told
    assert told.endswith('#Odd "one.t')
    card = await asyncio.to_thread(score, declared, {told: path}, as_of=AS_OF, policy=RULES)
    failed = {c.id: (c.evaluated, c.failed) for c in card.checks if c.failed}
    assert failed == {"t.day:type": (2, 1), "t:documented": (9, 1)}  # No day is infinite; `doc` is not declared.
    first, second, third = card.sample_rows["t"]
    assert (first["name"], second["name"], third["name"]) == ('甲, "quoted"\nsecond line', "", None)
    assert (first["at"], first["naive"]) == ("2026-01-01T00:00:00+00:00", "2026-01-01T08:00:00.123456+00:00")
    assert [first["ok"], second["ok"]] == [True, False]


async def test_nested_values_come_as_json(address, tmp_path):
    doc = {
        "name": "doc", "logicalType": "object",
        "properties": [
            {"name": "city", "logicalType": "string", "required": True},
            {"name": "tags", "logicalType": "array", "items": {"logicalType": "string"}},
        ],
    }  # fmt: skip
    declared = contract(properties=[doc])
    given = {"t": f'{address}#Odd "one.t'}
    ((told, path),) = (await asyncio.to_thread(sources.fetched, given, declared, tmp_path, LIMITS)).values()
    card = await asyncio.to_thread(score, declared, {told: path}, as_of=AS_OF, policy=RULES)
    found = {c.id: (c.evaluated, c.failed) for c in card.checks}
    assert found["t.doc.city:not_null"] == (2, 1)
    assert found["t.doc.tags.item:type"] == (1, 0)


async def test_refusals_name_the_cause_and_no_secret(address, tmp_path):
    parts = urlsplit(address)
    reader = parts._replace(netloc=f"{ROLE}:s3cret-word@{parts.netloc.rpartition('@')[2]}").geturl()
    cases = {
        f"{address}": "no table is named",
        f"{address}#public.nothing": "no such table",
        f"{address}#public.writes": "error 25006",
        "postgresql://reader:s3cret-word@127.0.0.1:1/x#public.v": "cannot be reached",
        f"postgresql://reader:s3cret-word@127.0.0.1:{'9' * 7}/x#public.v": "port",
        "postgresql://reader:s3cret-word@[bad/x#public.v": "port",
        f"{address.replace(parts.path, '/s3cret-word')}#public.v": "no such database",
    }
    cases[f'{reader}#Odd "one.t'] = "may not read"
    for given, words in cases.items():
        with pytest.raises(SourceUnreachable) as refused:
            await asyncio.to_thread(sources.fetched, {"t": given}, None, tmp_path, LIMITS)
        told = "".join(refused.value.detail.of(lang, **refused.value.facts) for lang in ("zh", "en"))
        assert words in told
        secret = "s3cret-word" in given.partition("@")[0]
        assert not (secret and "s3cret-word" in told)
        assert refused.value.__context__ is None or "s3cret" not in repr(refused.value.__context__)


async def test_a_table_above_the_limit_is_refused(address, tmp_path):
    small = msgspec.structs.replace(LIMITS, file_size_bytes_max=10)
    with pytest.raises(DataTooLarge, match="size_bytes"):
        await asyncio.to_thread(sources.fetched, {"t": f"{address}#public.v"}, None, tmp_path, small)


@pytest.fixture
def bucket(monkeypatch):
    with store() as server:
        settings = {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIATEST",
            "AWS_SECRET_ACCESS_KEY": "s3cret-word",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield server


def test_an_object_of_s3_is_scored(bucket: Store, tmp_path: Path, capsys):
    frame = pl.DataFrame({"id": [1, 2, None], "name": ["a", None, "c"]})
    frame.write_parquet(tmp_path / "t.parquet")
    bucket.objects["data/2026/t.parquet"] = (tmp_path / "t.parquet").read_bytes()
    path = tmp_path / "c.yaml"
    path.write_bytes(msgspec.json.encode(dict(contract().raw)))
    code = score_and_tell(
        ["s3://data/2026/t.parquet"], path, as_of=AS_OF, engine="auto", as_json=True, at_least=None, lang="en"
    )
    card = msgspec.json.decode(capsys.readouterr().out)
    assert (code, card["rows"], card["files"][0]["source"]) == (0, 3, "s3://data/2026/t.parquet")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("s3://data/none.csv", "no such object"),
        ("s3://data/", "name one object"),
        ("s3:///x.csv", "name one object"),
    ],
)
def test_what_s3_refuses_is_told(bucket: Store, tmp_path: Path, given: str, words: str):
    with pytest.raises(SourceUnreachable, match=words):
        sources.fetched({"t": given}, None, tmp_path, LIMITS)


def test_s3_limits_logins_and_breaks(bucket: Store, tmp_path: Path, monkeypatch):
    bucket.objects["data/t.csv"] = b"id\n1\n" * 100
    small = msgspec.structs.replace(LIMITS, file_size_bytes_max=10)
    with pytest.raises(DataTooLarge, match="size_bytes"):
        sources.fetched({"t": "s3://data/t.csv"}, None, tmp_path, small)
    bucket.key = "another"
    with pytest.raises(SourceUnreachable, match="credentials"):
        sources.fetched({"t": "s3://data/t.csv"}, None, tmp_path, LIMITS)
    bucket.key, bucket.cut = "AKIATEST", 100
    with pytest.raises(DomainError, match=r"broke off|announced"):
        sources.fetched({"t": "s3://data/t.csv"}, None, tmp_path, LIMITS)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(SourceUnreachable) as refused:
        sources.fetched({"t": "s3://data/t.csv"}, None, tmp_path, LIMITS)
    assert "s3cret" not in repr(refused.value.facts)
