"""The file of a run: one SQLite database that is written chunk by chunk, so that a run which was stopped goes on.

A finished run is never written again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from valuation.portfolio.engine.work import Done

_SCHEMA: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE result (
    number INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, grp TEXT NOT NULL, value INTEGER NOT NULL,
    low INTEGER NOT NULL, high INTEGER NOT NULL, inputs_sha256 TEXT NOT NULL, document_sha256 TEXT NOT NULL,
    line BLOB NOT NULL, document BLOB NOT NULL);
CREATE TABLE fault (number INTEGER PRIMARY KEY, asset TEXT NOT NULL, faults TEXT NOT NULL);
CREATE TABLE upstream (child TEXT, parent TEXT, share TEXT NOT NULL, PRIMARY KEY (child, parent)) WITHOUT ROWID;
CREATE TABLE part (source TEXT, asset TEXT, amount INTEGER NOT NULL, PRIMARY KEY (source, asset)) WITHOUT ROWID;
"""
_CACHED: Final = 4_000


class Store:
    """One run's results."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        new = not path.exists()
        if read_only:
            self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        else:
            self.db = sqlite3.connect(path, isolation_level=None)
        if new and not read_only:
            self.db.executescript(_SCHEMA)
        self.db.execute("PRAGMA synchronous = NORMAL")

    def in_memory(self) -> "Store":
        """A copy that may be written without touching the file; raises sqlite3.DatabaseError for a damaged one."""
        copy = Store(Path(":memory:"))
        self.db.backup(copy.db)
        return copy

    @contextmanager
    def unit(self) -> Iterator[None]:
        """All of it or nothing of it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def told(self, key: str) -> Any:
        """What is known about the run under a key; None for nothing."""
        row = self.db.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0])

    def tell(self, key: str, value: Any) -> None:
        """Keep something about the run."""
        text = msgspec.json.encode(value).decode()
        self.db.execute("INSERT INTO about VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, text))

    def read_until(self) -> int:
        """The number of the last line that is done; lines are kept in their order."""
        row = self.db.execute(
            "SELECT max(coalesce((SELECT max(number) FROM result), 0), coalesce((SELECT max(number) FROM fault), 0))"
        ).fetchone()
        return int(row[0])

    def keep(self, done: Iterable[Done]) -> None:
        """Keep a chunk; an asset that an earlier line valued already is a fault of the later line."""
        with self.unit():
            for each in done:
                if each.faults:
                    self._fault(each.number, each.asset, [msgspec.to_builtins(fault) for fault in each.faults])
                    continue
                row = (each.number, each.asset, each.group, each.value, each.low, each.high, each.inputs_sha256,
                       each.document_sha256, each.line, each.document)  # fmt: skip
                kept = self.db.execute("INSERT OR IGNORE INTO result VALUES (?,?,?,?,?,?,?,?,?,?)", row)
                if not kept.rowcount:
                    text = {"zh": "该资产此前已列出。", "en": "An earlier line holds this asset."}
                    self._fault(each.number, each.asset, [{"pointer": "/asset", "detail": text, "rule": "LT-PTF-04"}])
                    continue
                links = [(each.asset, parent, share) for parent, share in each.upstream]
                self.db.executemany("INSERT OR REPLACE INTO upstream VALUES (?, ?, ?)", links)

    def _fault(self, number: int, asset: str, faults: list[Any]) -> None:
        text = msgspec.json.encode(faults).decode()
        self.db.execute("INSERT OR REPLACE INTO fault VALUES (?, ?, ?)", (number, asset, text))

    def link(self, links: Iterable[tuple[str, str, str]]) -> None:
        """Keep (child, parent, share) of assets in or outside the run; what an asset's own line says stands."""
        with self.unit():
            self.db.executemany("INSERT OR IGNORE INTO upstream VALUES (?, ?, ?)", links)

    def upstream(self, asset: str) -> Mapping[str, Decimal]:
        """What an asset rests on."""
        rows = self.db.execute("SELECT parent, share FROM upstream WHERE child = ?", (asset,))
        return {parent: Decimal(share) for parent, share in rows}

    def holds(self, asset: str) -> bool:
        """Whether the run valued an asset."""
        return self.db.execute("SELECT 1 FROM result WHERE asset = ?", (asset,)).fetchone() is not None

    def rows(self, query: str, *given: Any) -> Iterator[Any]:
        """Rows one after the other."""
        yield from self.db.execute(query, given)

    def count(self, table: str) -> int:
        """How many rows a table of ours has."""
        return int(self.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- our own table's name

    def close(self) -> None:
        """Close the file."""
        self.db.close()


class Recent(dict[str, Any]):
    """A memory of bounded size: when it is full it starts anew."""

    def __setitem__(self, key: str, value: Any) -> None:
        if len(self) >= _CACHED:
            self.clear()
        super().__setitem__(key, value)
