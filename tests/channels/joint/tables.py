"""Two tables about some of the same people, as two providers offer them, and what others make of their join."""

import csv
import io
import sqlite3
from collections import Counter

import msgspec

from channels.computing.privacy.budget import MICRO
from channels.computing.rules import promise, table
from channels.computing.schemas import SetOffer
from channels.joint.engine.joining import Joined
from channels.joint.rules import joint_offer
from tests.channels.computing.story import OFFER
from tests.channels.computing.tables import DISK, lines

SHOPS = ("书店", "超市")
SPENDING_OFFER = {
    **OFFER,
    "file": "spending.csv",
    "unit": "card",
    "dimensions": [{"column": "shop", "kind": "text", "domain": list(SHOPS)}],
    "measures": [{"column": "spend", "lower": 0, "upper": 1_000, "missing": 0}],
    "rows_per_unit": 2,
    "groups_per_unit": 2,
}


def spending():
    """Forty cards, p30 to p69, in other letters and with spaces, each with two purchases; and rows of nobody."""
    rows = ["card,shop,spend"]
    for at in range(30, 70):
        rows += [f" P{at},{SHOPS[0]},{at}", f"p{at}\u3000,{SHOPS[1]},100"]
    return [*rows, f",{SHOPS[0]},500", f"   ,{SHOPS[1]},500"]


def source(folder, name, text):
    """A file of this text."""
    path = folder / name
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return DISK.table(name, path)


def sides(folder, wages=None, cards=None, **bounds):
    """Both tables as sides of a join, with so many rows of an identifier each."""
    a, b = bounds.get("a_rows", 1), bounds.get("b_rows", 2)
    return (
        Joined(source(folder, "wages.csv", wages or lines()), "person", a),
        Joined(source(folder, "spending.csv", cards or spending()), "card", b),
    )


def offer(**over):
    """What both offer together, with a budget so large that the noise is nought unless another is given."""
    loud = {"micro_epsilon_per_query": 10**13 * MICRO, "units_min": 5}
    a, b = (msgspec.convert({**each, "micro_epsilon_per_query": 10**9}, SetOffer) for each in (OFFER, SPENDING_OFFER))
    return msgspec.structs.replace(joint_offer(a, b, 5), **loud | over)


def asked(**over):
    """The table and the promise of that offer."""
    made = offer(**over)
    return table(made), promise(made)


def _read(text, column):
    rows = list(csv.DictReader(io.StringIO("\n".join(text))))
    return [{**row, "identifier": row[column].strip(" \u3000").lower()} for row in rows]


def in_sqlite(statement, wages=None, cards=None):
    """The answer of SQLite to a statement over the tables `a` and `b`, whose identifiers are trimmed and in small."""
    with sqlite3.connect(":memory:") as made:
        for name, text, column in (("a", wages or lines(), "person"), ("b", cards or spending(), "card")):
            rows = [row for row in _read(text, column) if row["identifier"]]
            columns = list(rows[0])
            made.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            made.executemany(f"INSERT INTO {name} VALUES ({marks})", [list(row.values()) for row in rows])
        return [list(row) for row in made.execute(statement).fetchall()]


def bounded_rows(wages, cards, a_rows, b_rows):
    """How many rows the join has where each side keeps so many of an identifier, counted by plain Python."""
    a, b = (
        Counter(row["identifier"] for row in _read(text, name)) for text, name in ((wages, "person"), (cards, "card"))
    )
    return sum(min(n, a_rows) * min(b[each], b_rows) for each, n in a.items() if each)
