"""Debian's hledger: the journal of a market at random, and our balances from its own sums."""

import csv
import io
import random
import subprocess
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

from kernel import ids
from kernel.money import Money
from market.ledger import journal
from market.ledger.book import Entry
from market.ledger.journal import Booked
from market.ledger.models import LedgerEntry, Posting
from tests.interop.stand import Bench, needs
from tests.market.ledger.acts import ACTS
from tests.market.ledger.world import World

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 2, tzinfo=UTC)
TURNS = 4_000


def booked(entry: Entry) -> Booked:
    row = LedgerEntry(
        id=ids.new("lgr"), reference=entry.reference, kind=entry.kind, subject=entry.subject,
        posted_at=MOMENT, booked_on=DAY, corrects=None,
    )  # fmt: skip
    legs = [
        Posting(id=ids.new("pst"), entry_id=row.id, debit=leg.debit, credit=leg.credit,
                amount_minor=leg.money.minor, currency=leg.money.currency)
        for leg in entry.legs
    ]  # fmt: skip
    return Booked(row, tuple(legs))


def written(turns: int) -> tuple[str, Counter[tuple[str, str]]]:
    """The journal of a market of so many turns, and what every account must hold by the market's own word."""
    world, entries, touched = World(random.Random(5), ACTS), [], set()
    for _ in range(turns):
        turn = world.turn()
        world.took_place(turn)
        entries += [booked(entry) for entry in turn.entries]
        touched |= {
            (path, leg.money.currency) for e in turn.entries for leg in e.legs for path in (leg.debit, leg.credit)
        }
    held = [(path, Money(world.expected[path, currency], currency)) for path, currency in sorted(touched)]
    head = journal.directives(sorted({path for path, _ in held}), sorted({money.currency for _, money in held}))
    return "".join([*head, *map(journal.written, entries), journal.closing(DAY, held)]), world.expected


def hledger(bench: Bench) -> None:
    """`check -s` takes the journal and refuses what is altered; every balance is what the market says."""
    program = needs("hledger", "apt-get install hledger")
    text, expected = written(TURNS)
    path = bench.folder / "book.journal"
    command = [program, "-f", path, "check", "-s"]
    path.write_text(text, "utf-8")
    bench.expect(f"a journal of {TURNS} turns", True, command, said="")
    balance = [program, "-f", str(path), "balance", "-N", "-O", "csv", "--layout=tidy"]
    told = subprocess.run(balance, capture_output=True, text=True, check=True, timeout=300).stdout
    theirs = {
        (row["account"], row["commodity"]): -int(Decimal(row["value"]) * 100)
        for row in csv.DictReader(io.StringIO(told))
    }
    ours = {key: minor for key, minor in expected.items() if minor}
    bench.judge("its balances are ours", True, {k: v for k, v in theirs.items() if v} == ours, "they differ")
    lines = text.splitlines(keepends=True)
    declared = next(line for line in lines if line.startswith("account payable:"))
    posted = next(line for line in lines if line.startswith("    ") and " = " not in line)
    asserted = next(line for line in lines if " = " in line and line.endswith(" CNY\n"))
    off = f"{asserted[:-6]}{(int(asserted[-6]) + 1) % 10} CNY\n"
    for name, line, bent in (
        ("an account that is off by a fen", asserted, off),
        ("an account that nobody declared", declared, ""),
        ("a posting that was left out", posted, ""),
    ):
        path.write_text(text.replace(line, bent, 1), "utf-8")
        bench.expect(name, False, command, said="")
