"""Run in an environment of its own: reads a share with the clients that others wrote, and tells what it saw as JSON."""

import json
import sys
import urllib.request
from pathlib import Path

import delta_sharing
import duckdb
import duckdb_extension_httpfs
import polars as pl

profile, changed = sys.argv[1], sys.argv[2] == "changed"
client = delta_sharing.SharingClient(profile)
tables = client.list_all_tables()
orders = tables[0]
url = f"{profile}#{orders.share}.{orders.schema}.{orders.name}"
told = {"tables": [table.name for table in tables], "version": delta_sharing.get_table_version(url)}
for name, arguments in {
    "all": {},
    "limited": {"limit": 2},
    "first": {"version": 0},
    "delta": {"use_delta_format": True},
}.items():
    frame = delta_sharing.load_as_pandas(url, **arguments)
    told[name] = {column: list(map(str, frame[column])) for column in ("编号", "城市")}
if changed:
    for name, arguments in {"feed": {}, "delta_feed": {"use_delta_format": True}}.items():
        feed = delta_sharing.load_table_changes_as_pandas(url, starting_version=1, **arguments)
        feed = feed.sort_values(["编号", "_change_type"])
        told[name] = feed[["编号", "_change_type", "_commit_version"]].to_numpy().tolist()

credentials = json.loads(Path(profile).read_text(encoding="utf-8"))
table = f"shares/{orders.share}/schemas/{orders.schema}/tables/{urllib.request.quote(orders.name)}"
path = f"{credentials['endpoint']}/{table}/query"
headers = {"Authorization": f"Bearer {credentials['bearerToken']}", "Content-Type": "application/json"}
with urllib.request.urlopen(urllib.request.Request(path, b"{}", headers, method="POST")) as answer:
    links = [json.loads(line)["file"]["url"] for line in answer.read().splitlines()[2:]]
told["polars"] = pl.scan_parquet(links).select("编号", "城市").collect().to_dict(as_series=False)
engine = duckdb.connect(config={"allow_unsigned_extensions": True})
engine.execute(f"LOAD '{next(Path(duckdb_extension_httpfs.__file__).parent.rglob('httpfs.duckdb_extension'))}'")
rows = engine.execute('SELECT "编号", "城市" FROM read_parquet(?) ORDER BY 1', [links]).fetchall()
told["duckdb"] = [list(row) for row in rows]
print(json.dumps(told, ensure_ascii=False, default=str))
