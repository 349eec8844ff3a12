"""A reader of hledger journals of our own, written from the manual, so that the export is checked in every run.

It takes what our export uses and refuses everything else: `commodity` and `account` directives, comments, transactions
with a code, amounts with their commodity behind them, and balance assertions. It is as strict as `hledger check -s`,
and stricter in one thing: an entry balances exactly, not to the digits shown.
"""

import re
from collections import defaultdict
from decimal import Decimal

COMMODITY = re.compile(r"commodity 1000\.?(\d*) ([A-Z]{3})")
ACCOUNT = re.compile(r"account (\S+)  ; type:([ACELRVX])")
HEAD = re.compile(r"(\d{4}-\d{2}-\d{2})(?: \((\S+)\))? [^;\n]*(?:  ; \S+)?")
POSTING = re.compile(r"    (\S+) +(-?\d+(?:\.\d+)?) ([A-Z]{3})(?: = (-?\d+(?:\.\d+)?) ([A-Z]{3}))?")


class Faulty(Exception):
    """The journal is not what the format asks for, or does not hold."""


class Book:
    """What a journal says: balances by account and currency, the entries' codes, and the types of accounts."""

    def __init__(self, text: str) -> None:
        self.places: dict[str, int] = {}
        self.types: dict[str, str] = {}
        self.codes: list[str] = []
        self.assertions = 0
        self.balances: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for block in text.split("\n\n"):
            lines = [line for line in block.splitlines() if line and not line.startswith(";")]
            if lines and HEAD.fullmatch(lines[0]):
                self._entry(lines)
            else:
                for line in lines:
                    self._directive(line)

    def _directive(self, line: str) -> None:
        if found := COMMODITY.fullmatch(line):
            self.places[found[2]] = len(found[1])
        elif found := ACCOUNT.fullmatch(line):
            self.types[found[1]] = found[2]
        else:
            raise Faulty(f"no directive: {line}")

    def _entry(self, lines: list[str]) -> None:
        head = HEAD.fullmatch(lines[0])
        assert head is not None
        if head[2]:
            self.codes.append(head[2])
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        asserted = []
        for line in lines[1:]:
            found = POSTING.fullmatch(line)
            if found is None:
                raise Faulty(f"no posting: {line}")
            account, amount, currency = found[1], self._amount(found[2], found[3]), found[3]
            if account not in self.types:
                raise Faulty(f"undeclared account: {account}")
            self.balances[account, currency] += amount
            sums[currency] += amount
            if found[4]:
                asserted.append((account, self._amount(found[4], found[5]), found[5]))
        if any(sums.values()):
            raise Faulty(f"unbalanced: {lines[0]}")
        for account, amount, currency in asserted:
            self.assertions += 1
            if self.balances[account, currency] != amount:
                raise Faulty(f"{account} holds {self.balances[account, currency]}, not {amount} {currency}")

    def _amount(self, text: str, currency: str) -> Decimal:
        if currency not in self.places:
            raise Faulty(f"undeclared commodity: {currency}")
        amount = Decimal(text)
        if -int(amount.as_tuple().exponent) != self.places[currency]:
            raise Faulty(f"{text} has not the digits of {currency}")
        return amount
