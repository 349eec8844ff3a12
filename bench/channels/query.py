"""Questions to a published table over HTTP, each counted, beside DuckDB on the same plain file in this process.

A point by the key, a page in the middle, and a filter that looks at every row.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import duckdb
import httpx

from bench import report
from centre.demo.context import Context
from centre.demo.run import Stage

ROUNDS: Final = 30
LIMIT: Final = 100
START: Final = 10_000
"""The row at which the measured page begins."""
P95_MS: Final = 100.0
"""Each answer opens an encrypted file, reads it in a process of its own and is counted in the database."""


async def run(_set_up: Stage, context: Context) -> None:
    """Milliseconds of each kind of question, and of the same on the file as it lies open on disk."""
    await asyncio.to_thread(_run, context)


def _run(context: Context) -> None:
    client, tables = _opened(context)
    with client, tempfile.TemporaryDirectory() as folder:
        table = max(client.get(tables).json()["items"], key=lambda each: int(each["rows"]))
        print(f"\nquery: pages of {LIMIT} rows of a table of {table['rows']:,} rows, {ROUNDS} of each kind")
        file = Path(folder) / "table.parquet"
        file.write_bytes(_file(context, table["name"]))
        place = f"{tables}/{quote(table['name'])}/query"
        bare = duckdb.connect()
        bare.execute("SET threads = 1")
        for name, question, sql in _kinds(client, place, table, file, bare):
            # Another limit each time, so that each is an event of its own and is counted.
            ours = [_timed(_ask, client, place, {**question, "limit": LIMIT + n}) for n in range(ROUNDS)]
            theirs = [_timed(lambda asked: bare.sql(asked).to_arrow_table(), sql) for _ in range(ROUNDS)]
            p50, p95 = report.quantile(ours, 0.5), report.quantile(ours, 0.95)
            met = "reached" if p95 <= P95_MS else "NOT reached"
            print(
                f"  {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms; DuckDB alone p50 {report.quantile(theirs, 0.5):.1f} ms"
            )
            print(f"    aim ≤ {P95_MS:.0f} ms: {met}")


def _kinds(
    client: httpx.Client, place: str, table: dict[str, Any], file: Path, bare: duckdb.DuckDBPyConnection
) -> list[tuple[str, dict[str, Any], str]]:
    """A question of each kind, and the same as SQL."""
    column = next(each["name"] for each in table["columns"] if each["type"] in ("long", "integer", "short"))
    source = f"read_parquet('{file}')"
    first = _ask(client, place, {"limit": START})
    row = first["rows"][-1]
    key = table["key"] or [column]
    point = {"and": [{"col": name, "op": "eq", "value": row[name]} for name in key]}
    where = " AND ".join(f"\"{name}\" = '{row[name]}'" for name in key)
    (most,) = bare.execute(f'SELECT max("{column}") FROM {source}').fetchall()[0]
    none = {"col": column, "op": "gt", "value": most - 1}
    return [
        ("point", {"filter": point}, f"SELECT * FROM {source} WHERE {where} LIMIT {LIMIT}"),
        (
            "page",
            {"cursor": first["next"]},
            f"SELECT * FROM {source} WHERE file_row_number >= {START} LIMIT {LIMIT}",
        ),
        ("filter", {"filter": none}, f'SELECT * FROM {source} WHERE "{column}" > {most - 1} LIMIT {LIMIT}'),
    ]


def _opened(context: Context) -> tuple[httpx.Client, str]:
    """A client with a channel key of what the buyer has bought, and where its tables are, once they are there."""
    buyer, order = context.people.buyer, context.results["order_id"]
    key = buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "bench-query"})
    buyer.wait_for(f"/v1/orders/{order}/share/versions", lambda seen: seen["items"])
    headers = {"authorization": f"Bearer {key['secret']}"}
    client = httpx.Client(base_url=buyer.base_url, headers=headers, timeout=60)
    return client, f"/v1/agreements/{key['key']['agreement_id']}/tables"


def _file(context: Context, table: str) -> bytes:
    """The table's first file as a reader of shares fetches it."""
    buyer, order = context.people.buyer, context.results["order_id"]
    profile = buyer.get(f"/v1/orders/{order}/share-profile")
    share = buyer.get(f"/v1/orders/{order}/share")["share"]
    with httpx.Client(headers={"authorization": f"Bearer {profile['bearerToken']}"}, timeout=60) as client:
        path = f"{profile['endpoint']}/shares/{share}/schemas/data/tables/{quote(table)}/query"
        lines = client.post(path, json={}).text.splitlines()
        return httpx.get(json.loads(lines[2])["file"]["url"], timeout=60).content


def _ask(client: httpx.Client, place: str, question: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(place, json=question)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")
    return dict(answer.json())


def _timed(call: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - began) * 1000
